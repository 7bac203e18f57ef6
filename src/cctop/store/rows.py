"""What the store gives and takes, as structs."""

from msgspec import Struct

from cctop.book.meter import MINUTE
from cctop.book.snapshot import Session
from cctop.events import Live, Origin
from cctop.sources.transcripts.discover import Found
from cctop.sources.transcripts.memory import Memory
from cctop.sources.transcripts.tail import Bookmark

Minute = tuple[int, int, int, int, int]
"""A minute since the epoch, and what was paid in it: pico-USD, all, new and unpriced tokens."""


Standing = tuple[int, int, int, int, Bookmark | None, Memory]
"""Device, inode, size and mtime (ns) of a file as it was read, the place up to which it was, and
what its decoder remembers.
"""


class FileRow(Struct, frozen=True, gc=False):
    """One file that was read: where it lay, which file it was, how far it was read.

    `bookmark` is None for a document, which is always read whole.
    """

    id: int
    path: str
    session: str
    agent: str
    root: str
    slug: str
    dev: int
    inode: int
    size: int
    mtime_ns: int
    bookmark: Bookmark | None
    memory: Memory


class News(Struct, gc=False):
    """What was read of one file and is to be kept: its events since the offset `after`, which is
    None where nothing of it is kept yet. They are packed, in chunks (`packing.events`).
    """

    origin: Origin
    found: Found
    after: int | None
    bookmark: Bookmark | None
    memory: Memory
    events: tuple[bytes, ...]

    @property
    def offset(self) -> int:
        """Bytes that were read."""
        return self.bookmark.offset if self.bookmark is not None else 0


class Doze(Struct, frozen=True, gc=False):
    """How long a picture holds of a session that does not rest: from `since` to before `until`, ms,
    and while the registry says the same of it. Its rate moves all the same.
    """

    since: int
    until: int
    live: Live | None = None


class Frozen(Struct, frozen=True, gc=False):
    """A session that rests, or dozes: its line of the table, and what it paid in its last days.

    `heard` is the time of the newest hook or status line that its picture knows, ms.
    """

    family: str
    summary: Session
    minutes: tuple[Minute, ...] = ()
    skipped_files: int = 0
    heard: int = 0
    doze: Doze | None = None

    def paid_before(self, at: int) -> bool:
        """Whether minutes are kept, and all of them are older than `at`, ms."""
        # Not by its last activity: of one that is known by copies alone that is not known.
        return bool(self.minutes) and self.minutes[-1][0] < at // MINUTE


class Resting(Struct, gc=False):
    """A picture that is to be kept: its line, also as bytes, its details as bytes, once without
    turns and points and once whole, and the hashes of the keys of what it counts.
    """

    frozen: Frozen
    line: bytes
    detail: bytes
    course: bytes
    hashes: list[int]
