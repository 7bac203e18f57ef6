"""Follow one transcript: whole lines, once each, from where the last read ended.

Offsets are bytes. Transcripts only ever grow, so a file goes on where it was left as long as it is
the same file (device and inode), is not shorter, and still holds what was read last just before
the offset. Otherwise it was truncated or replaced, and is read from its start again.
"""

import os
from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from cctop.digest import digest
from cctop.events import Malformed, Origin, Reset
from cctop.sources.transcripts.discover import Found, is_same
from cctop.sources.transcripts.layout import first_session
from cctop.text import Clean

ROOM = 256 << 10  # bytes: fits the processor's cache, and most lines fit it
MAX_LINE = 32 << 20  # bytes: the Messages API takes no request larger than that
_HEAD = 1024  # bytes that tell one transcript from another
_ANCHOR = 64  # bytes before a position that must still be there
_BOM = b"\xef\xbb\xbf"
_READ = os.O_RDONLY | getattr(os, "O_BINARY", 0)  # which only Windows has


class Bookmark(Struct, frozen=True, array_like=True, gc=False):
    """Where the reading of a file stands, and by what the file is known again.

    `before` are the bytes in front of `offset`, `head` is the hash of the first `head_size` bytes.
    """

    offset: int
    before: bytes
    head_size: int
    head: bytes


class Batch(Struct, frozen=True, gc=False):
    """Whole lines of a file, of which the first starts at byte `base_offset`."""

    origin: Origin
    data: bytes
    base_offset: int

    @property
    def file(self) -> int:
        """The file's number."""
        return self.origin.file


class _Mark(Struct, frozen=True, gc=False):
    """A position in a file, with the bytes before it to know it by."""

    at: int = 0
    before: bytes = b""

    def after(self, data: bytes) -> "_Mark":
        """The position behind `data`, which stands here."""
        return _Mark(self.at + len(data), (self.before + data[-_ANCHOR:])[-_ANCHOR:])

    def holds(self, file: int) -> bool:
        """Whether the file still has those bytes there."""
        return _bytes_at(file, self.at - len(self.before), len(self.before)) == self.before


_START = _Mark()


class Tail:
    """One followed transcript. `found` is set anew when the file was seen to change or move."""

    def __init__(self, found: Found, origin: Origin) -> None:
        self.found = found
        self.origin = origin
        self._given = _START  # the end of the last line that was given
        self._seen = _START  # the end of what was looked at: no line ends between the two
        self._head = (0, b"")
        self._last: tuple[int, int, int, int] | None = None  # dev, inode, size, mtime in ns
        self._done: Found | None = None
        self.came_from = ""  # where an earlier process read it, if one did

    @property
    def offset(self) -> int:
        """Bytes of the lines that were given."""
        return self._given.at

    @property
    def read_as(self) -> Found:
        """The file as it was when it was last read."""
        if self._last is None:
            return self.found
        dev, inode, size, mtime_ns = self._last
        return replace(self.found, dev=dev, inode=inode, size=size, mtime_ns=mtime_ns)

    @property
    def bookmark(self) -> Bookmark:
        """Where it stands, to go on from there another time."""
        return Bookmark(self._given.at, self._given.before, *self._head)

    def resume(self, then: Found, session: str, bookmark: Bookmark | None) -> None:
        """Go on where an earlier process stood; `then` is the file as it was at that time."""
        if bookmark is None:
            return
        self.came_from = then.path
        self._given = self._seen = _Mark(bookmark.offset, bookmark.before)
        self._head = bookmark.head_size, bookmark.head
        self._last = then.dev, then.inode, then.size, then.mtime_ns
        self.origin = replace(self.origin, session=Clean(session))
        if is_same(self.found, then):
            self._done = self.found

    @property
    def is_dirty(self) -> bool:
        """Whether the file changed since it was last read to its end."""
        return self._done is not self.found

    @property
    def is_caught_up(self) -> bool:
        """Whether the file was once read to its end: what comes now is news, not history."""
        return self._done is not None

    @property
    def unread(self) -> int:
        """Bytes not looked at yet; a torn last line that waits for its end is not among them."""
        if not self.is_dirty:
            return 0
        size, seen = self.found.size, self._seen.at
        return size - seen if size >= seen else size

    def read(self, room: int = ROOM) -> Iterator[Batch | Reset | Malformed]:
        """Yield what is new, in pieces of at most `room` bytes or of one line; raises OSError.

        It may be left at any time: what was yielded is not given again, the rest comes next time.
        """
        goal = self.found
        # Of fifty sessions a second, opening is half of it: no file object, and no call too many.
        file = os.open(goal.path, _READ)
        try:
            stat = os.fstat(file)
            if not self._goes_on(file, stat):
                gave, self._given = self.offset, _START
                self._seen, self._done = _START, None
                if gave:
                    yield Reset(self.origin, 0, 0)
            # Where all that was seen was given, that it still stands there was asked just now.
            is_ahead = self._seen.at != self.offset
            if is_ahead and (self._seen.at > stat.st_size or not self._seen.holds(file)):
                self._seen = self._given
            self._last = stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns
            while (item := self._next(file, stat.st_size, room)) is not None:
                yield item
        finally:
            os.close(file)
        self._done = goal

    def continues_at(self, path: str) -> bool:
        """Whether the file at `path` holds what was read here; False where nothing was read."""
        if not self.offset:
            return False
        try:
            file = os.open(path, _READ)
        except OSError:
            return False
        try:
            return self._given.holds(file) and self._has_head(file)
        except OSError:
            return False
        finally:
            os.close(file)

    def _goes_on(self, file: int, stat: os.stat_result) -> bool:
        if self._last is None:
            return False
        dev, inode, size, mtime_ns = self._last
        if (stat.st_dev, stat.st_ino) != (dev, inode):
            return False
        if stat.st_size < self.offset or not self._given.holds(file):
            return False
        is_odd = stat.st_size < size or stat.st_mtime_ns < mtime_ns
        return not is_odd or self._has_head(file)

    def _has_head(self, file: int) -> bool:
        size, digest = self._head
        return _digest(_bytes_at(file, 0, size)) == digest

    def _next(self, file: int, size: int, room: int) -> Batch | Malformed | None:
        """Read on below `size`: whole lines, or None where no more line ends."""
        if self._seen.at >= size:
            return None
        if self._seen.at - self.offset < room:
            data = _bytes_at(file, self.offset, min(room, size - self.offset))
            self._seen = self._given.after(data)
            end = data.rfind(b"\n") + 1
            if end:
                return self._batch(data[:end])
            if len(data) < room:
                return None
        return self._long_line(file, size, room)

    def _long_line(self, file: int, size: int, room: int) -> Batch | Malformed | None:
        """Find the end of a line longer than `room`, and hold it only if it is not too long."""
        end = 0
        while not end:
            data = _bytes_at(file, self._seen.at, min(room, size - self._seen.at))
            if not data:
                return None
            end = data.find(b"\n") + 1
            self._seen = self._seen.after(data[:end] if end else data)
        start, length = self.offset, self._seen.at - self.offset
        if length <= MAX_LINE:
            line = _bytes_at(file, start, length)
            if len(line) == length:
                return self._batch(line)
            self._seen = self._given  # cut short under our hands: the next scan will tell
            return None
        self._given = self._seen
        if not start:
            self._settle(_bytes_at(file, 0, _HEAD))
        reason = f"a line of {length:,} bytes, over the {MAX_LINE:,} that any request can have"
        return Malformed(self.origin, start, 0, Clean(reason))

    def _batch(self, data: bytes) -> Batch:
        start = self.offset
        self._given = self._given.after(data)
        if not start:
            self._settle(data)
            if data.startswith(_BOM):
                return Batch(self.origin, data[len(_BOM) :], len(_BOM))
        return Batch(self.origin, data, start)

    def _settle(self, start: bytes) -> None:
        """Learn from the file's start by what to know it again, and whose it is."""
        head = start[:_HEAD]
        self._head = len(head), _digest(head)
        if not self.origin.session:
            session = first_session(start) or Clean(f"agent-{self.origin.agent}")
            self.origin = replace(self.origin, session=session)


def _bytes_at(file: int, start: int, count: int) -> bytes:
    os.lseek(file, start, os.SEEK_SET)
    return os.read(file, count)


def _digest(data: bytes) -> bytes:
    return digest(data, 16)
