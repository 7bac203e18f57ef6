"""Follow a small file that is always written whole: a subagent's `.meta.json`."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from cctop.events import Malformed, Origin
from cctop.sources.transcripts.discover import Found, is_same
from cctop.text import Clean

MAX_DOCUMENT = 1 << 20  # bytes: real ones have a few hundred


class Document(Struct, frozen=True, gc=False):
    """All that a file holds now: replaces what it held before. May be torn while it is written."""

    origin: Origin
    data: bytes

    @property
    def file(self) -> int:
        """The file's number."""
        return self.origin.file


class Whole:
    """One followed document. `found` is set anew when the file was seen to change."""

    offset = 0  # no lines are ever given from it

    def __init__(self, found: Found, origin: Origin) -> None:
        self.found = found
        self.origin = origin
        self._done: Found | None = None
        self.came_from = ""  # where an earlier process read it, if one did

    @property
    def read_as(self) -> Found:
        """The file as it was when it was last read."""
        return self._done or self.found

    def resume(self, then: Found, session: str, _bookmark: object) -> None:
        """Know what an earlier process read; `then` is the file as it was at that time."""
        self.came_from = then.path
        self.origin = replace(self.origin, session=Clean(session))
        if is_same(self.found, then):
            self._done = self.found

    @property
    def is_dirty(self) -> bool:
        """Whether the file changed since it was last read."""
        return self._done is not self.found

    @property
    def is_caught_up(self) -> bool:
        """Whether the file was ever read."""
        return self._done is not None

    @property
    def unread(self) -> int:
        """Bytes to read."""
        return self.found.size if self.is_dirty else 0

    def read(self, _room: int = 0) -> Iterator[Document | Malformed]:
        """Yield what the file holds now, once for each time it changes; raises OSError."""
        goal = self.found
        with open(goal.path, "rb", buffering=0) as file:
            data = file.read(MAX_DOCUMENT + 1) or b""
        self._done = goal
        if len(data) > MAX_DOCUMENT:
            reason = f"over the {MAX_DOCUMENT:,} bytes that such a file may have"
            yield Malformed(self.origin, 0, 0, Clean(reason))
        elif data.strip():  # it was just created and its content is still to come
            yield Document(self.origin, data)

    def continues_at(self, _path: str) -> bool:
        """Whether a moved file can go on where it was: a document is simply read again."""
        return False
