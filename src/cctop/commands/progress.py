"""How far a long reading has come: one line on stderr that is gone at the end."""

import sys
from time import monotonic
from types import TracebackType
from typing import Self

from cctop.book.snapshot import Progress

PATIENCE = 0.3  # seconds before the line appears: most readings are over by then
ERASE = "\r\x1b[K"


class ProgressLine:
    """A context in which `show` may be called at any rate; silent unless stderr is a terminal."""

    def __init__(self) -> None:
        self.visible = sys.stderr is not None and sys.stderr.isatty()
        self._due = monotonic() + PATIENCE
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._shown:
            self._write(ERASE)

    def show(self, progress: Progress) -> None:
        """Show how far it is."""
        if self.visible and monotonic() >= self._due and progress.bytes:
            done = 1 - progress.bytes_left / progress.bytes
            files = progress.files - progress.files_left
            self._write(f"{ERASE}reading {files:,} of {progress.files:,} files, {done:.0%}")
            self._shown = True

    def _write(self, text: str) -> None:
        sys.stderr.write(text)
        sys.stderr.flush()
