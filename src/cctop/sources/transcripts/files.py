"""Which file is which: gives every file a number, and keeps it when the file grows or moves."""

import os
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from cctop.events import Origin
from cctop.sources.transcripts.discover import Found, Scan
from cctop.sources.transcripts.document import Whole
from cctop.sources.transcripts.layout import Kind
from cctop.sources.transcripts.tail import Bookmark, Tail
from cctop.text import Clean

Source = Tail | Whole


class Changes(Struct, gc=False):
    """What a scan showed: sources that have something new, and those whose file is gone."""

    dirty: list[Source]
    gone: list[Source]


class Past(Struct, frozen=True, gc=False):
    """How far an earlier process read a file: `then` is the file as it was, `session` its session,
    `bookmark` None for a document.
    """

    then: Found
    session: str
    bookmark: Bookmark | None


class Lost:
    """A file that is gone since an earlier process read it; it has a number all the same."""

    offset = 0
    is_dirty = False
    is_caught_up = True
    unread = 0

    def __init__(self, found: Found, origin: Origin) -> None:
        self.found = found
        self.origin = origin


class Files:
    """All followed files, by number: known by their path, and by their inode when they move.

    `past` is what an earlier process read, by path.
    """

    def __init__(self, past: Mapping[str, Past] | None = None) -> None:
        self.sources: list[Source | Lost] = []
        self.resumed: list[Source] = []  # those that go on where an earlier process stood
        self._past = past or {}
        self._past_inodes = {p.then.identity: p for p in self._past.values() if p.then.inode}
        self._at: dict[str, Source] = {}
        self._with_inode: dict[tuple[int, int], Source] = {}
        self._last = Scan([])
        self._missed: set[Source] = set()  # not there in the last scan
        self._gone: set[Source] = set()

    def update(self, scan: Scan) -> Changes:
        """Match the files of a scan with those known from before."""
        if scan == self._last and self._missed <= self._gone:
            return Changes([], [])
        self._last = scan
        changed = [found for found in scan.found if not self._is_known(found)]
        # The newest first, as their numbers are what is looked at first.
        changed.sort(key=lambda found: found.mtime_ns, reverse=True)
        here = {found.path: found for found in scan.found}
        dirty = self._match(changed, here)
        return Changes(dirty, self._missing(here, scan.blind))

    def touch(self, found: Found) -> Source | None:
        """Take in that a file that is followed changed at its place; None where it is not."""
        source = self._at.get(found.path)
        if source is None or source.found.identity != found.identity:
            return None
        source.found = found
        return source

    def _is_known(self, found: Found) -> bool:
        source = self._at.get(found.path)
        return source is not None and source.found is found

    def _match(self, changed: list[Found], here: dict[str, Found]) -> list[Source]:
        moved = [found for found in changed if self._has_moved(found, here)]
        dirty = [self._move(found) for found in moved]
        for found in changed:
            if self._is_known(found) or self._is_second_name(found, here):
                continue
            source = self._at.get(found.path)
            if source is None:
                source = self._add(found, here)
            else:
                self._forget_inode(source)
                source.found = found
            self._remember(source)
            if source.is_dirty:
                dirty.append(source)
        return dirty

    def _has_moved(self, found: Found, here: dict[str, Found]) -> bool:
        source = self._with_inode.get(found.identity)
        if source is None or source.found.path == found.path or found.inode == 0:
            return False
        return not self._is_second_name(found, here) and source.continues_at(found.path)

    def _is_second_name(self, found: Found, here: dict[str, Found]) -> bool:
        """Whether another path, known before, leads to the same file: then that one is followed."""
        source = self._with_inode.get(found.identity)
        if source is None or source.found.path == found.path or found.inode == 0:
            return False
        there = here.get(source.found.path)
        return there is not None and there.identity == found.identity

    def _move(self, found: Found) -> Source:
        source = self._with_inode[found.identity]
        if self._at.get(source.found.path) is source:
            del self._at[source.found.path]
        source.found = found
        session = found.layout.session or source.origin.session
        source.origin = replace(_origin(source.origin.file, found), session=session)
        self._remember(source)
        return source

    def _add(self, found: Found, here: dict[str, Found]) -> Source:
        origin = _origin(len(self.sources), found)
        source = (Whole if found.layout.kind is Kind.META else Tail)(found, origin)
        self.sources.append(source)
        past = self._past.get(found.path) or self._moved_past(found, here)
        if past is not None:
            source.resume(past.then, past.session, past.bookmark)
            self.resumed.append(source)
        return source

    def _moved_past(self, found: Found, here: dict[str, Found]) -> Past | None:
        """What was read of a file that has moved since. Its inode alone may be another file's."""
        past = self._past_inodes.get(found.identity)
        if past is None or past.bookmark is None or past.then.path in here:
            return None
        probe = Tail(found, _origin(-1, found))
        probe.resume(past.then, past.session, past.bookmark)
        return past if probe.continues_at(found.path) else None

    def lost(self, found: Found, session: str) -> Origin:
        """Give a number to a file that only an earlier process saw."""
        origin = replace(_origin(len(self.sources), found), session=Clean(session))
        self.sources.append(Lost(found, origin))
        return origin

    def at(self, path: str) -> Source | None:
        """Return the source that a path leads to now; None where its file is gone."""
        source = self._at.get(path)
        return source if source not in self._gone else None

    def _remember(self, source: Source) -> None:
        self._at[source.found.path] = source
        self._with_inode[source.found.identity] = source

    def _forget_inode(self, source: Source) -> None:
        if self._with_inode.get(source.found.identity) is source:
            del self._with_inode[source.found.identity]

    def _missing(self, here: dict[str, Found], blind: Sequence[str]) -> list[Source]:
        """Say which files are gone: not there in two scans, as one can miss a file that moves."""
        shut = tuple(path + os.sep for path in blind)
        missed = {
            source
            for source in self.sources
            if not isinstance(source, Lost)
            and here.get(source.found.path) is not source.found
            and not source.found.path.startswith(shut)
        }
        gone = (missed & self._missed) - self._gone
        self._missed = missed
        self._gone = (self._gone & missed) | gone
        return sorted(gone, key=lambda source: source.origin.file)


def _origin(file: int, found: Found) -> Origin:
    layout = found.layout
    return Origin(file, layout.session, layout.agent, layout.root, layout.slug)
