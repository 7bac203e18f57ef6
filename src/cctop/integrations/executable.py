"""Where the hook writer is: the path that will still be right after the next update of cctop."""

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from cctop.integrations.refusal import RefusedError
from cctop.integrations.shell import PROGRAM

# Parts of paths where uvx and `pipx run` keep what they throw away again.
_PASSING = ("/uv/archive-v", "/pipx/.cache/", "/.cache/pipx/")


def find() -> str:
    """The absolute path of `cctop-hook`. Raises `RefusedError` where it is not installed.

    It is the one that belongs to this cctop. Where `$PATH` has another name for the same file, such
    as the link that pipx and uv make, that name is taken: it stays when the file moves.
    """
    beside = [path for path in _beside() if os.access(path, os.X_OK) and path.is_file()]
    if not beside:
        raise RefusedError(
            f"{PROGRAM} is not installed beside this cctop",
            "  Install cctop as a package (pipx, uv tool, pip), and run the `cctop` that is"
            " installed then.",
        )
    on_path = shutil.which(PROGRAM)
    if on_path and beside[0].samefile(on_path):
        return os.path.abspath(on_path)  # noqa: PTH100 - not `resolve`: the link is what lasts
    return str(beside[0])


def is_passing(program: str) -> bool:
    """Whether the program lies where it will be thrown away."""
    return any(part in os.path.realpath(program) for part in _PASSING)


def _beside() -> Iterator[Path]:
    for started in (sys.argv[0], sys.executable):
        if Path(started).is_file():  # and not "-c"
            yield Path(os.path.abspath(started)).parent / PROGRAM  # noqa: PTH100 - as above
