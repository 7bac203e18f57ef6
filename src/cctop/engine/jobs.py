"""What a crew and its workers tell each other: jobs, and what came of them."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from cctop.book.milestones import Rule
from cctop.engine.kept import Standing
from cctop.events import Origin
from cctop.sources.transcripts.discover import Found
from cctop.store.rows import Resting

LARGEST = 64 << 20  # bytes of a job: a worker holds all its events at once


class Terms(Struct, frozen=True):
    """What all jobs have in common: the user's wishes, and how much to give way to others."""

    prices: Mapping[str, Mapping[str, float | None]]
    windows: Mapping[str, int]
    rule: Rule
    cache: Path | None
    nice: int = 0


class Job(Struct, frozen=True):
    """A session none of whose files was read before; `now` in ms."""

    session: str
    files: tuple[tuple[Origin, Found], ...]
    now: int

    @property
    def numbers(self) -> list[int]:
        """Of its files."""
        return [origin.file for origin, _ in self.files]

    @property
    def size(self) -> int:
        """Bytes to read."""
        return sum(found.size for _, found in self.files)


class Piece(Struct, frozen=True):
    """What was read of one file: how far, and its events, packed in chunks."""

    file: int
    standing: Standing
    events: tuple[bytes, ...]


class Outcome(Struct, frozen=True):
    """What came of a job. No pieces: it could not be done.

    `resting` is the session's picture where nothing moves in it any more and its files name no
    other session, `keys` are those of what it counts.
    """

    session: str
    pieces: tuple[Piece, ...] = ()
    resting: Resting | None = None
    keys: tuple[tuple[str, ...], ...] = ()
