"""Text in parts: what every widget of the kit is fed with.

A part is a piece of text and its tone. A tone says what the text means; its colour is the style
sheet's, under the component class `tone--<name>`.
"""

from collections.abc import Iterable
from functools import lru_cache
from operator import itemgetter
from typing import Final, Literal, TypeAlias, get_args

from cctop.ui.widgets.cells import ELLIPSIS, Align, clip, pad, printable, width_of

Tone = Literal[
    "",  # the widget's own text
    "heading",  # names and titles
    "dim",  # labels, units, notices
    "rule",  # lines, tracks, axes
    "accent",  # what lives
    "fill",  # the body of a bar or graph
    "warning",
    "alarm",
    "select",  # what the keyboard points at
]
TONES: Final[tuple[Tone, ...]] = get_args(Tone)[1:]

Part: TypeAlias = tuple[str, Tone]
Parts: TypeAlias = tuple[Part, ...]
Cell: TypeAlias = str | Parts


_text = itemgetter(0)


def plain(parts: Iterable[Part]) -> str:
    """Return the text of `parts` without its tones."""
    return "".join(map(_text, parts))


def cells_of(parts: Iterable[Part]) -> int:
    """Return the cells that `parts` take on the screen."""
    return sum(map(width_of, map(_text, parts)))


@lru_cache(8192)  # of a row that changed most cells did not
def fit(cell: Cell, width: int, align: Align = "left", tone: Tone = "") -> Parts:
    """Return `cell` as parts of exactly `width` cells in all, cut with `…` or padded.

    The padding takes `tone`; so do the parts that name no tone of their own.
    """
    if width <= 0:
        return ()
    if isinstance(cell, str):
        return ((pad(cell, width, align), tone),)
    parts = tuple((printable(text), own or tone) for text, own in cell)
    if (used := cells_of(parts)) > width:
        parts = _cut(parts, width)
        used = cells_of(parts)
    spare = width - used
    left = {"left": 0, "right": spare, "center": spare // 2}[align]
    before: Parts = ((" " * left, tone),) if left else ()
    after: Parts = ((" " * (spare - left), tone),) if spare > left else ()
    return before + parts + after


def _cut(parts: Parts, width: int) -> Parts:
    """Return the start of `parts`, which are wider than `width`, ending in `…`."""
    kept: list[Part] = []
    room = width - 1
    for text, tone in parts:
        if (size := width_of(text)) > room:
            kept.append((clip(text, room) + ELLIPSIS, tone))
            break
        kept.append((text, tone))
        room -= size
    return tuple(kept)


def merge(parts: Iterable[Part]) -> Parts:
    """Return `parts` without empty ones and with neighbours of one tone joined."""
    merged: list[Part] = []
    for text, tone in parts:
        if not text:
            continue
        if merged and merged[-1][1] == tone:
            merged[-1] = (merged[-1][0] + text, tone)
        else:
            merged.append((text, tone))
    return tuple(merged)
