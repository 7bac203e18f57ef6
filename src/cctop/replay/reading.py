"""Reads a session's files for the axis: the session's own first, then those that share lines."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from cctop.book.snapshot import Progress
from cctop.engine.kept import found_in
from cctop.engine.settings import Settings
from cctop.events import AgentMeta, Origin, Reset, TranscriptEvent
from cctop.replay.kin import Kin
from cctop.replay.model import Spoken
from cctop.replay.places import Place, Shelf, places_of
from cctop.replay.sheet import Sheet
from cctop.replay.spoken import spoken_in
from cctop.replay.timeline import Item
from cctop.sources.transcripts.decode import Decoder, told
from cctop.sources.transcripts.discover import Scan
from cctop.sources.transcripts.document import Whole
from cctop.sources.transcripts.files import Files, Lost, Source
from cctop.sources.transcripts.layout import Kind
from cctop.sources.transcripts.tail import Batch
from cctop.store.faults import StoreError
from cctop.store.past import Past


class Piece(Struct, gc=False):
    """What was read at once: events for the axis, and what was said by the session itself."""

    items: list[Item] = []
    spoken: list[Spoken] = []


class ReplacedError(Exception):
    """A file was cut or replaced while it was followed: all of it has to be read again."""


class Reading:
    """The files of one session and of its kin, as far as they were read. For one thread alone."""

    def __init__(
        self, settings: Settings, session: str, places: Iterable[Place] | None = None
    ) -> None:
        self.session = session
        self.sessions = {session}
        self.kept_files = 0  # of the session itself, that only the store has
        self._roots = [str(root) for root in settings.roots]
        self._shelf = Shelf(places_of(session, self._roots) if places is None else places)
        self._store = settings.store
        self._kin = Kin()
        self._files = Files()
        self._decoders: dict[int, Decoder] = {}
        self._sheets: dict[int, Sheet] = {}
        self._spans: dict[tuple[str, str], Sheet] = {}  # session and agent → its transcript

    def path_of(self, file: int) -> str:
        """Return the path of a file: for opening it, not for showing it."""
        return self._files.sources[file].found.path

    def main_path(self) -> str:
        """Return the path of the session's main transcript; "" where there is none."""
        mains = [s.found for s in self._files.sources if s.origin.session == self.session]
        mains = [found for found in mains if found.layout.kind is Kind.MAIN]
        return max(mains, key=lambda found: found.size).path if mains else ""

    def transcripts(self) -> set[str]:
        """Return of which threads of the session there is a transcript: "" is the main one."""
        return {
            source.origin.agent
            for source in self._files.sources
            if source.origin.session == self.session and not isinstance(source, Whole | Lost)
        }

    def progress(self) -> Progress:
        """Return how far the reading of what was found has come."""
        sources = [s for s in self._files.sources if not isinstance(s, Lost)]
        left = [source.unread for source in sources if source.is_dirty]
        total = sum(source.found.size for source in sources)
        return Progress(sum(map(bool, left)), len(sources), sum(left), total)

    def agents(self) -> set[str]:
        """Return the subagents of the session of which a transcript was read, here or there."""
        return {agent for session, agent in self._spans if session == self.session}

    # The session's own files.

    def own(self) -> Iterator[Piece]:
        """Read the session itself: its beginning at once, then all of it in order of time."""
        sources = self._look()
        mains = [source for source in sources if _is_main(source)]
        longest = max(mains, key=lambda source: source.found.size, default=None)
        batches = self._read(longest) if longest is not None else iter(())
        first = next(batches, Piece())
        start = min((item.at for item in first.items), default=0)
        yield Piece([item for item in first.items if item.at == start], first.spoken)
        waiting = [item for item in first.items if item.at > start]
        for source in sources:
            if source is not longest:
                for piece in self._read(source):
                    waiting += piece.items
                    yield Piece(spoken=piece.spoken)
        kept = self._kept(self.session)
        waiting = sorted([*waiting, *kept.items])
        yield Piece(spoken=kept.spoken)
        for piece in batches:
            until = max((item.at for item in piece.items), default=0)
            count = bisect_right(waiting, (until + 1,))
            yield Piece(waiting[:count] + piece.items, piece.spoken)
            del waiting[:count]
        yield Piece(waiting + self._without_time())

    def news(self) -> Iterator[Piece]:
        """Read what has been written since, to the session and to its kin.

        Raises `ReplacedError` where that is not all that happened.
        """
        for source in self._look():
            yield from self._read(source)

    def relatives(self, start: int) -> Iterator[Piece]:
        """Read the sessions that share lines with it, and with those, and so on.

        `start` is when the session began, ms: a file that was last written before shares nothing.
        Again, it reads those that came to share lines since.
        """
        while True:
            new = self._kin.makers - self.sessions
            for session in new:
                self._shelf.visit(places_of(session, self._roots))
            for found in self._shelf.others(self.sessions | new, start):
                for shares in self._kin.shares(found.path, found.size):
                    yield Piece()
                    if shares:
                        new.add(found.layout.session)
            new = (new | self._holders()) - self.sessions
            if not new:
                return
            self.sessions |= new
            self._kin.grow()
            for source in self._look():
                yield from self._read(source)
            yield Piece([item for one in new for item in self._kept(one).items])
            yield Piece(self._without_time())

    # Files → pieces.

    def _look(self) -> list[Source]:
        """Return the files with something new: documents last, for they speak of the others."""
        changes = self._files.update(Scan(self._shelf.look(self.sessions)))
        return sorted(changes.dirty, key=lambda source: isinstance(source, Whole))

    def _read(self, source: Source) -> Iterator[Piece]:
        try:
            for item in source.read():
                if isinstance(item, Batch):
                    yield self._decoded(item)
                elif isinstance(item, Reset):
                    raise ReplacedError
                else:
                    yield self._placed(told(item), item.origin)
        except OSError:
            return  # deleted or moved just now: the next look tells

    def _decoded(self, batch: Batch) -> Piece:
        decoder = self._decoders.get(batch.file)
        if decoder is None:
            decoder = self._decoders[batch.file] = Decoder(batch.origin)
        elif decoder.origin is not batch.origin:
            decoder.move(batch.origin)
        events = decoder.decode(batch.data, batch.base_offset)
        return self._placed(events, batch.origin, batch.data, batch.base_offset)

    def _placed(
        self,
        events: Sequence[TranscriptEvent],
        origin: Origin,
        data: bytes = b"",
        base: int = 0,
    ) -> Piece:
        """Give each event its time on the axis, and find the words of what was said."""
        sheet = self._sheets.get(origin.file)
        if sheet is None:
            sheet = self._sheets[origin.file] = Sheet(origin.file)
        written = self._files.sources[origin.file].found.mtime_ns // 1_000_000
        self._kin.meet(events, written)
        if len(events) == 1 and isinstance(events[0], AgentMeta):
            return self._described(events[0], sheet)
        self._spans.setdefault((origin.session, origin.agent), sheet)
        items = sheet.take(events)
        if origin.session != self.session:
            return Piece(items)
        said = spoken_in(events, data, base)
        return Piece(items, [one if one.at else replace(one, at=sheet.first) for one in said])

    def _described(self, event: AgentMeta, sheet: Sheet) -> Piece:
        span = self._spans.get((event.origin.session, event.origin.agent))
        if span is None or not span.first:
            return Piece(sheet.take([event]))  # placed when all is read
        items = list(sheet.describe(event, span.first, span.newest))
        is_own = event.origin.session == self.session
        said = spoken_in([event]) if is_own else []
        return Piece(items, [replace(one, at=span.first) for one in said])

    def _without_time(self) -> list[Item]:
        """Place what is in files without any time: at the end of the session."""
        spans = self._spans.items()
        newest = max((s.newest for (whose, _), s in spans if whose == self.session), default=0)
        changed = (s.found.mtime_ns // 1_000_000 for s in self._files.sources)
        at = newest or max(changed, default=0)
        return [item for sheet in self._sheets.values() for item in sheet.settle(at)]

    # What only the store has.

    def _kept(self, session: str) -> Piece:
        """Return what the store kept of a session's files that are gone."""
        piece = Piece([], [])
        if self._store is None or not self._store.is_file():
            return piece
        here = {source.found.path for source in self._files.sources}
        try:
            with Past(self._store) as past:
                rows = [row for row in past.files_of(session) if row.path not in here]
                # Documents last, here too.
                for row in sorted(rows, key=lambda row: row.bookmark is None):
                    origin = self._files.lost(found_in(row), row.session)
                    self.kept_files += session == self.session and row.bookmark is not None
                    for events in past.events(row.id, origin):
                        placed = self._placed(events, origin)
                        piece.items += placed.items
                        piece.spoken += placed.spoken
        except StoreError:
            return piece  # without a store there is what is on disk
        return piece

    def _holders(self) -> set[str]:
        """Return the sessions of which the store knows that they share lines."""
        if self._store is None or not self._store.is_file():
            return set()
        try:
            with Past(self._store) as past:
                found = past.holders(self._kin.keys)
                found = found.union(*map(past.family, self.sessions))
                known = {session for session in found if past.files_of(session)}
        except StoreError:
            return set()
        return known


def _is_main(source: Source) -> bool:
    return not isinstance(source, Whole) and not source.origin.agent
