"""What is read of files, on its way into the store: gathered, and kept every now and then.

A file is known to the store by its path, and here by its source, as it may move meanwhile.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from cctop.engine.jobs import Piece
from cctop.events import Gone, Origin, TranscriptEvent
from cctop.sources.transcripts.files import Source
from cctop.sources.transcripts.follow import Follower
from cctop.sources.transcripts.memory import Memory
from cctop.sources.transcripts.tail import Tail
from cctop.store import packing
from cctop.store.rows import FileRow, News
from cctop.store.store import Store

if TYPE_CHECKING:
    from cctop.sources.transcripts.decode import Decoder

_FLUSH = 2_000  # events that may wait in memory before they are kept


class Keeper:
    """Keeps what `follower` reads. `rows` are the files that were read before, by path."""

    def __init__(
        self,
        store: Store,
        rows: Mapping[str, FileRow],
        follower: Follower,
        decoders: "Mapping[int, Decoder]",
    ) -> None:
        self._store = store
        self._follower = follower
        self._decoders = decoders
        self._sources: dict[str, Source] = {}  # by the path under which the store knows them
        self._offsets = {
            path: row.bookmark.offset if row.bookmark else 0 for path, row in rows.items()
        }  # as the store has them
        self._sessions: dict[str, set[str]] = {}  # session → paths
        for path, row in rows.items():
            self._sessions.setdefault(row.session, set()).add(path)
        self._foreign: set[str] = set()  # paths that another cctop keeps the books of
        self._unkept: dict[int, list[TranscriptEvent]] = {}
        self._waiting = 0

    def source_at(self, path: str) -> Source | None:
        """Return the source of what the store knows by a path; None where it is gone."""
        self._welcome()
        source = self._sources.get(path)
        if source is None:
            source = self._follower.source_at(path)
            if source is not None and source.came_from:
                return None  # another file lies there now
        return source if source and self._follower.source_at(source.found.path) is source else None

    def is_new(self, path: str) -> bool:
        """Whether another cctop has found a file that this one is still to find."""
        return path not in self._offsets

    def is_gone(self, session: str) -> bool:
        """Whether none of the files of a session is there."""
        return not any(self.source_at(path) for path in self._sessions.get(session, ()))

    def is_foreign(self, session: str) -> bool:
        """Whether another cctop keeps the books of a session."""
        return not self._foreign.isdisjoint(self._sessions.get(session, ()))

    def is_behind(self, row: FileRow) -> bool:
        """Whether another cctop has kept more of a file than was read here."""
        return self._offsets.get(row.path) != (row.bookmark.offset if row.bookmark else 0)

    def note(self, origin: Origin, events: Sequence[TranscriptEvent]) -> None:
        """Remember what was read of a file, to be kept soon."""
        unkept = self._unkept.setdefault(origin.file, [])
        unkept += [event for event in events if not isinstance(event, Gone)]
        self._waiting += len(events) + 1

    @property
    def is_full(self) -> bool:
        """Whether much waits to be kept."""
        return self._waiting >= _FLUSH

    def keep(self) -> None:
        """Keep what was read."""
        news = [one for file, events in self._unkept.items() if (one := self._news(file, events))]
        self._unkept.clear()
        self._waiting = 0
        self._keep(news)

    def keep_read(self, pieces: Iterable[Piece]) -> set[str]:
        """Keep what other processes read of files; return the sessions of those that could not be
        kept, or of which another cctop keeps the books.
        """
        news = []
        for piece in pieces:
            found, _, bookmark, memory = piece.standing
            origin, after = self._follower.origin_of(piece.file), self._offsets.get(found.path)
            news.append(News(origin, found, after, bookmark, memory, piece.events))
        self._keep(news)
        return {one.origin.session for one in news if one.found.path in self._foreign}

    def _keep(self, news: list[News]) -> None:
        if not news:
            return
        self._foreign |= self._store.keep(news)
        for one in news:
            path = one.found.path
            self._sessions.setdefault(one.origin.session, set()).add(path)
            self._offsets[path] = one.offset
            if (source := self._follower.source(one.origin.file)) is not None:
                self._sources[path] = source

    def follow_moves(self) -> set[str]:
        """Take note of files that were moved; return their sessions."""
        self._welcome()
        moves = [
            (path, source)
            for path, source in self._sources.items()
            if path != source.found.path and self._follower.source_at(source.found.path) is source
        ]
        if not moves or not self._store.move((old, source.found.path) for old, source in moves):
            return set()
        for old, _ in moves:
            del self._sources[old]
        for old, source in moves:
            new = source.found.path
            self._sources[new] = source
            self._offsets[new] = self._offsets.pop(old, 0)
            paths = self._sessions.setdefault(source.origin.session, set())
            paths.discard(old)
            paths.add(new)
            if old in self._foreign:
                self._foreign.add(new)
        return {source.origin.session for _, source in moves}

    def _welcome(self) -> None:
        for source in self._follower.resumed():
            self._sources[source.came_from] = source

    def _news(self, file: int, events: list[TranscriptEvent]) -> News | None:
        source = self._follower.source(file)
        if source is None or source.found.path in self._foreign:
            return None
        decoder = self._decoders.get(file)
        memory = decoder.memory if decoder is not None else Memory()
        bookmark = source.bookmark if isinstance(source, Tail) else None
        after = self._offsets.get(source.found.path)
        try:
            packed = packing.events(events)
        except packing.UNKEEPABLE:
            self._foreign.add(source.found.path)
            return None
        return News(source.origin, source.read_as, after, bookmark, memory, packed)
