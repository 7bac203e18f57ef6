"""Made-up config dirs for the tests of the sources."""

import os
from itertools import count
from pathlib import Path

from cctop.sources.transcripts.discover import SWEEP

SESSION = "0d209047-6f8c-4d8b-a062-135baa81eb7d"
SLUG = "-home-ada-web"
_ticks = count(1_700_000_000_000_000_000, 1_000_000)


class Sweeps:
    """A clock by which everything is due on each scan."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += SWEEP
        return self.now


class Tree:
    """A config dir that tests write to. Every change gets its own mtime, whatever the clock."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, below: str) -> Path:
        return self.root / "projects" / below

    def write(self, below: str, data: bytes = b"{}\n") -> str:
        return self._put(below, data, "wb")

    def append(self, below: str, data: bytes) -> str:
        return self._put(below, data, "ab")

    def truncate(self, below: str, size: int) -> str:
        os.truncate(self.path(below), size)
        return touch(self.path(below))

    def replace(self, below: str, data: bytes) -> str:
        """Write beside and rename, as editors do: another inode under the same name."""
        path = self.path(below)
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(data)
        touch(beside)
        beside.replace(path)
        return str(path)

    def move(self, below: str, to: str) -> str:
        self.path(to).parent.mkdir(parents=True, exist_ok=True)
        self.path(below).replace(self.path(to))
        return str(self.path(to))

    def _put(self, below: str, data: bytes, mode: str) -> str:
        path = self.path(below)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open(mode) as file:
            file.write(data)
        return touch(path)


def touch(path: Path) -> str:
    tick = next(_ticks)
    os.utime(path, ns=(tick, tick))
    return str(path)
