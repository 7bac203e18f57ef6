"""Tables as text, for a terminal of any width or for a pipe."""

import os
import sys
from collections.abc import Callable, Iterable

from rich.console import Console, RenderableType

WIDE = 400  # columns of a pipe, which has no edge: what is read by a program is not cut


def rendered(make: Callable[[int], Iterable[RenderableType]]) -> str:
    """Return as text what `make` gives for the width of stdout, in columns. A string is a line of
    plain characters that is ready as it stands: Rich takes half a millisecond for each.

    Styles go to terminals only, and colours not where `NO_COLOR` is set.
    """
    has_edge = sys.stdout.isatty() or "COLUMNS" in os.environ
    console = Console(width=None if has_edge else WIDE, highlight=False, markup=False, emoji=False)
    said: list[str] = []
    for part in make(console.width):
        if isinstance(part, str):
            said.append(part)
            continue
        with console.capture() as captured:
            console.print(part)
        said += captured.get().splitlines()
    return "".join(f"{line.rstrip()}\n" for line in said)
