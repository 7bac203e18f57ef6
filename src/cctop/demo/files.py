"""The files of a made-up Claude config dir: lines wait in memory until they are flushed.

Everything is created for the owner alone, as the CLI does (0600, folders 0700).
"""

import os
from pathlib import Path
from typing import Any

import msgspec


def project_slug(cwd: str) -> str:
    """The folder below `projects/` in which sessions of `cwd` lie: lossy, as the CLI's."""
    return "".join(char if char.isascii() and char.isalnum() else "-" for char in cwd)


class Files:
    """What is to be written below `root`: appended lines, and small files replaced whole."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._encoder = msgspec.json.Encoder()
        self._lines: dict[str, bytearray] = {}
        self._stamps: dict[str, int] = {}
        self._whole: dict[str, bytes | None] = {}

    def append(self, path: str, record: Any, at: int) -> None:
        """Add one JSON line to the file at `path`; `at` (ms) becomes its modification time."""
        buffer = self._lines.setdefault(path, bytearray())
        buffer += self._encoder.encode(record)
        buffer += b"\n"
        self._stamps[path] = at

    def put(self, path: str, content: Any) -> None:
        """Replace the file at `path` by one JSON object."""
        self._whole[path] = self._encoder.encode(content)

    def remove(self, path: str) -> None:
        """Delete the file at `path`; it need not exist."""
        self._whole[path] = None

    def flush(self) -> None:
        """Bring everything to disk. Raises OSError, and then keeps what was not written."""
        while self._lines:
            path, lines = next(iter(self._lines.items()))
            target = self._place(path)
            descriptor = os.open(target, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                out.write(lines)
            os.utime(target, ns=(self._stamps[path] * 1_000_000,) * 2)
            del self._lines[path]
        while self._whole:
            path, content = next(iter(self._whole.items()))
            self._replace(self._place(path), content)
            del self._whole[path]

    def _place(self, path: str) -> Path:
        target = self.root / path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return target

    @staticmethod
    def _replace(target: Path, content: bytes | None) -> None:
        if content is None:
            target.unlink(missing_ok=True)
            return
        draft = target.with_suffix(".new")  # no reader looks at this suffix
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
        draft.replace(target)
