"""Follow all transcripts below the roots: what is new in them, the most wanted first."""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from time import monotonic

from msgspec import Struct

from cctop.events import Gone, Malformed, Origin, Reset
from cctop.sources.roots import cannot_read
from cctop.sources.transcripts.discover import Found, Scanner
from cctop.sources.transcripts.document import Document
from cctop.sources.transcripts.files import Files, Lost, Past, Source
from cctop.sources.transcripts.tail import ROOM, Batch, Bookmark
from cctop.text import Clean

Item = Batch | Document | Malformed | Reset | Gone


class Pending(Struct, frozen=True, gc=False):
    """How much there is to read, and how much of it is left, in files and bytes."""

    files_left: int
    bytes_left: int
    files: int
    bytes: int


def is_new(source: Source) -> bool:
    """Whether nothing was ever read of a file."""
    return not (source.is_caught_up or source.offset or source.came_from)


class Follower:
    """Finds and reads; holds no file open between two reads. For one thread alone."""

    def __init__(
        self,
        roots: Iterable[str],
        clock: Callable[[], float] = monotonic,
        past: Mapping[str, Past] | None = None,
    ) -> None:
        self._scanner = Scanner(roots, clock)
        self._files = Files(past)
        self._dirty: set[Source] = set()
        self._lent: set[Source] = set()  # those of them that another process reads
        self._gone: deque[Gone] = deque()
        self._shut: tuple[Clean, ...] = ()
        self._stuck: dict[Source, Clean | None] = {}  # tried again on each read
        self._bytes = 0
        self._room = ROOM
        self.wanted: Collection[str] = ()  # sessions whose history is read before all other

    def scan(self, hints: Iterable[str] = ()) -> bool:
        """Look at the files, surely at the paths in `hints`; say whether anything is new.

        Where there are hints nothing but these is looked at, as long as that will do.
        """
        hints = frozenset(hints)
        if hints and self._peek(hints):
            return bool(self._dirty)
        scan = self._scanner.scan(hints)
        self._shut = scan.notices
        changes = self._files.update(scan)
        self._dirty.update(changes.dirty)
        for source in changes.gone:
            self._dirty.discard(source)
            self._lent.discard(source)
            self._stuck.pop(source, None)
            if source.offset:  # of what gave nothing, nothing needs to be told
                self._gone.append(Gone(source.origin, 0, 0))
        if changes.dirty:
            self._bytes = sum(found.size for found in scan.found)
        return bool(changes.dirty or changes.gone)

    def _peek(self, paths: frozenset[str]) -> bool:
        """Look at some files alone; say whether that is enough."""
        news = self._scanner.peek(paths)
        if news is None or self._gone:
            return False
        for found in news:
            before = self._files.at(found.path)
            size = before.found.size if before is not None else 0
            source = self._files.touch(found)
            if source is None:
                return False
            self._bytes += found.size - size
            if source.is_dirty:
                self._dirty.add(source)
        return True

    def read(self, budget: int | None = None, *, wanted: bool = False) -> Iterator[Item]:
        """Yield what is new, until about `budget` bytes were given: news first, then history.

        News are lines in files that were read to their end before. History starts with the sessions
        that are `wanted`, and else with the file that changed last; asked for what is `wanted`, it
        goes no further. Leaving the iterator early loses nothing.
        """
        while self._gone:
            yield self._gone.popleft()
        spent = 0
        for source in sorted(self._dirty - self._lent, key=self._urgency):
            if wanted and source.origin.session not in self.wanted:
                continue
            for item in self._read(source):
                yield item
                if isinstance(item, Batch | Document):
                    spent += len(item.data)
                if budget is not None and spent >= budget:
                    return

    def source(self, file: int) -> Source | None:
        """The source of a file, by its number; None where the file is only known from before."""
        source = self._files.sources[file]
        return None if isinstance(source, Lost) else source

    def adopt(self, file: int, then: Found, session: str, bookmark: Bookmark | None) -> None:
        """Take in that another process read a file up to a place."""
        source = self.source(file)
        if source is not None:
            self._lent.discard(source)
            source.resume(then, session, bookmark)
            if not source.is_dirty:
                self._dirty.discard(source)

    def untouched(self) -> dict[str, list[tuple[Origin, Found]]]:
        """The files of each session of which nothing was ever read, the newest session first."""
        sessions: dict[str, list[Source]] = {}
        for source in sorted(self._dirty - self._lent, key=self._urgency):
            sessions.setdefault(source.origin.session, []).append(source)
        return {
            session: [(source.origin, source.found) for source in sources]
            for session, sources in sessions.items()
            if session and all(map(is_new, sources))
        }

    def lend(self, files: Iterable[int]) -> None:
        """Leave files to another process; `adopt` or `take_back` ends that."""
        self._lent.update(source for file in files if (source := self.source(file)) is not None)

    def take_back(self, files: Iterable[int]) -> None:
        """Read files here again that were lent."""
        self._lent -= {source for file in files if (source := self.source(file)) is not None}

    def source_at(self, path: str) -> Source | None:
        """The source that a path leads to."""
        return self._files.at(path)

    def resumed(self) -> list[Source]:
        """Give, once each, the sources that go on where an earlier process stood."""
        resumed, self._files.resumed = self._files.resumed, []
        return resumed

    def lost(self, found: Found, session: str) -> Origin:
        """Give a number to a file that only an earlier process saw."""
        return self._files.lost(found, session)

    def unread_sessions(self) -> set[str]:
        """The sessions with unread files."""
        return {source.origin.session for source in self._dirty}

    def has_new(self, sessions: Collection[str]) -> bool:
        """Whether there is a file of one of these sessions of which nothing was ever read."""
        return any(s.origin.session in sessions and is_new(s) for s in self._dirty)

    def unread_history(self) -> set[str]:
        """The sessions with files that were not read to their end before."""
        return {source.origin.session for source in self._dirty if not source.is_caught_up}

    def waiting(self) -> list[tuple[int, int]]:
        """The unread files that are not lent, the most wanted first: number and bytes left."""
        sources = sorted(self._dirty - self._lent, key=self._urgency)
        return [(source.origin.file, source.unread) for source in sources]

    def read_file(self, file: int) -> Iterator[Item]:
        """Yield what is new in one file, by its number."""
        if (source := self.source(file)) is not None:
            yield from self._read(source)

    def pending(self) -> Pending:
        """How far reading has come. What cannot be read now is not waited for."""
        left = [source for source in self._dirty if source not in self._stuck]
        return Pending(
            sum(1 for source in left if source.unread),
            sum(source.unread for source in left),
            len(self._files.sources),
            self._bytes,
        )

    def path_of(self, file: int) -> str:
        """The path of a file: for opening it, not for showing it."""
        return self._files.sources[file].found.path

    def origin_of(self, file: int) -> Origin:
        """Whose file it is, as far as it is known by now."""
        return self._files.sources[file].origin

    @property
    def notices(self) -> tuple[Clean, ...]:
        """What cannot be read now, and what to do about it."""
        return (*self._shut, *filter(None, self._stuck.values()))

    def _read(self, source: Source) -> Iterator[Item]:
        try:
            yield from source.read(self._room)
        except FileNotFoundError:
            self._stuck[source] = None  # moved or deleted: the next scan tells
            return
        except OSError as error:
            self._stuck[source] = cannot_read(source.found.path, error)
            return
        self._stuck.pop(source, None)
        self._dirty.discard(source)

    def _urgency(self, source: Source) -> tuple[bool, bool, int]:
        is_unwanted = source.origin.session not in self.wanted
        return not source.is_caught_up, is_unwanted, -source.found.mtime_ns
