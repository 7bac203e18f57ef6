"""A session and its family on a timeline: pictures as of any time, and the axis. No thread here."""

from collections.abc import Iterable, Iterator
from time import monotonic

from msgspec.structs import replace

from cctop.book.book import Book
from cctop.book.course import Course
from cctop.book.detail import detail_of
from cctop.book.fleet import Totals, fleet_of
from cctop.book.session import SessionState
from cctop.book.snapshot import Detail, Session, Snapshot, Status
from cctop.book.summary import summarise
from cctop.book.trace import Trace
from cctop.book.tracing import trace_of
from cctop.clock import local_day
from cctop.engine.settings import Settings
from cctop.events import Hook, Live, StatusLine
from cctop.prices.table import PriceTable
from cctop.replay.axis import fork_of, gaps_in, levels_of, marks_of, merged
from cctop.replay.births import copied
from cctop.replay.missing import missing_of
from cctop.replay.model import Axis
from cctop.replay.places import Place, last_time
from cctop.replay.reading import Piece, Reading
from cctop.replay.talk import Talk
from cctop.replay.timeline import Item, Timeline
from cctop.sources.registry import RunningSessions
from cctop.sources.spool.follow import Spool
from cctop.text import Clean, clean

ALL = 1 << 62
"""A time after all events, ms."""
_SPOOL = -1  # the number of the file in which hooks leave their words


class Scene:
    """What is read of a session, and its book as of any time."""

    def __init__(
        self, settings: Settings, session: str, places: Iterable[Place] | None = None
    ) -> None:
        self.session = session
        self.complete = False
        self.reached = 0  # the time up to which all was read, ms
        self.talk = Talk()
        self.steps: list[int] = []  # times of the session's own events, ms, each once
        self._settings = settings
        self._prices = PriceTable(settings.prices, settings.cache)
        self._timeline = Timeline(self._prices, self._warm)
        self._reading = Reading(settings, session, places)
        self._course = self._all()
        self._registry = RunningSessions([str(root) for root in settings.roots])
        self._spool = _spool(settings, self._registry)
        self._heard: dict[str, list[Item]] = {}
        self._heard_count = 0
        self._end: Detail | None = None  # at the end of what was read
        self._pictures = 0
        self._forks: set[str] = set()  # sessions that began with a copy

    # Reading.

    def read(self, seconds: float) -> bool:
        """Read for about so long; say whether anything is new."""
        deadline = monotonic() + seconds
        found = False
        for piece in self._course:
            found = self._take(piece) or found
            if monotonic() > deadline:
                return found
        self._look_for_copies()
        self.complete = True
        self.reached = max(self.reached, self._timeline.end)
        return True

    def look(self, *, at_others: bool = True) -> bool:
        """Take in what has been written since; say whether there was anything.

        `at_others`: look also for sessions that have come to share lines with this one. Raises
        `ReplacedError` where all has to be read again.
        """
        found = False
        for piece in self._reading.news():
            found = self._take(piece) or found
        if at_others:
            for piece in self._relatives():
                found = self._take(piece) or found
        found = self._take(Piece(self._listen(self._reading.sessions))) or found
        if found:
            self._look_for_copies()
        self.reached = max(self.reached, self._timeline.end)
        return found

    def _all(self) -> Iterator[Piece]:
        for piece in self._reading.own():
            yield piece
            if piece.items:
                self.reached = max(self.reached, *(item.at for item in piece.items))
        yield Piece(self._listen({self.session}))
        yield from self._relatives()

    def _relatives(self) -> Iterator[Piece]:
        start = self.steps[0] if self.steps else 0
        yield from self._reading.relatives(start)
        yield Piece(self._listen(self._reading.sessions))

    def _take(self, piece: Piece) -> bool:
        self.talk.add(piece.spoken)
        if not piece.items:
            return bool(piece.spoken)
        self._timeline.add(piece.items)
        self._end = None
        merged(self.steps, (item.at for item in piece.items if self._is_own(item)))
        return True

    def _look_for_copies(self) -> None:
        """Let what forks copied be as of their birth, now that it is known who made what."""
        timeline = self._timeline
        book = timeline.go(ALL)
        book.settle()
        forks = {session.id for session in book.sessions.values() if session.inherited_calls}
        shifts = []
        # Who does not seem to be a fork any more is not treated as one either.
        for file, events in timeline.main_files(forks | self._forks):
            session = book.sessions[events[0].origin.session]
            shifts.append((file, copied(book, session, events), session.born))
        self._forks = forks
        shifted = [timeline.shift(*shift) for shift in shifts]
        if any(shifted):
            self._end = None
            self.steps = sorted({item.at for item in timeline.items if self._is_own(item)})

    def _is_own(self, item: Item) -> bool:
        event = item.event
        return not isinstance(event, Hook | StatusLine) and event.origin.session == self.session

    def _listen(self, sessions: Iterable[str]) -> list[Item]:
        """Return what hooks and status lines said of some sessions, and was not returned before."""
        for event in self._spool.read() if self._spool is not None else ():
            self._heard_count += 1
            item = Item(event.at, _SPOOL, self._heard_count, 0, event)
            self._heard.setdefault(event.session, []).append(item)
        return [item for session in sessions for item in self._heard.pop(session, ())]

    # Pictures.

    def runs(self) -> Live | None:
        """Return the session's entry among those that run now, None where it has none."""
        return next((x for x in self._registry.read() if x.session == self.session), None)

    def last_written(self) -> int:
        """Return the time of the last record on disk, ms, before all is read; 0 if unknown."""
        return last_time(self._reading.main_path())

    def picture(self, at: int, live: Live | None = None) -> Snapshot:
        """Return the picture as of a time, ms; that of now where `live` is told."""
        return self._painted(at, at, live)

    def newest(self, now: int, live: Live | None) -> Snapshot:
        """Return the picture of all that was read, at `now`, ms."""
        return self._painted(ALL, now, live)

    def go(self, at: int) -> SessionState | None:
        """Bring the book to a time, ms; return the session as of it."""
        book = self._timeline.go(at)
        book.settle()
        book.changed.clear()
        return book.sessions.get(self.session)

    def line(self, at: int) -> Session | None:
        """Return the session's line as of a time, ms, without the details."""
        state = self.go(at)
        return None if state is None else self._summary(state, at, None)

    def trace(self, at: int | None, now: int) -> Trace | None:
        """Return what had become of the session's failures by a time, ms; without one, what has
        until now.
        """
        state = self.go(ALL if at is None else at)
        if state is None:
            return None
        ended = self._summary(state, now if at is None else at, None).status is Status.ENDED
        return trace_of(state, self._timeline.book.sessions.get, self._reading.path_of, ended=ended)

    def _painted(self, until: int, now: int, live: Live | None) -> Snapshot:
        state = self.go(until)
        self._pictures += 1
        sessions: tuple[Session, ...] = ()
        detail: Detail | None = None
        if state is not None:
            detail = self._details(state, now, live)
            sessions = (detail.session,)
        totals = Totals()
        for session in sessions:
            totals.add(session, 1)
        minutes = state.minutes if state is not None else self._timeline.book.minutes
        told = state.heard.status if state is not None else None
        skipped = state.skipped if state is not None else {}
        return Snapshot(
            version=self._pictures,
            at=now,
            sessions=sessions,
            fleet=fleet_of(minutes, totals, now, *local_day(now), told=filter(None, (told,))),
            detail=detail,
            progress=self._reading.progress(),
            skipped_files=len({file for file, _ in skipped}),
            skipped_lines=len(skipped),
            prices_source=self._prices.source,
            prices_version=self._prices.version,
            roots=tuple(clean(str(root), 400) for root in self._settings.roots if root.is_dir()),
            notices=self._notices(state is not None),
        )

    def _warm(self, book: Book) -> None:
        """Let the session know what its line is made of: order and sums that it keeps then."""
        if (state := book.sessions.get(self.session)) is not None:
            self._summary(state, state.last_at, None)

    def _notices(self, is_there: bool) -> tuple[Clean, ...]:
        nothing = self.complete and not is_there
        said = (self._prices.notice, "nothing was said in this session yet" if nothing else "")
        return tuple(Clean(one) for one in said if one)

    def _summary(self, state: SessionState, now: int, live: Live | None) -> Session:
        rule, windows = self._settings.rule, dict(self._settings.windows)
        summary = summarise(state, live, now, rule, windows)
        gone = not self._reading.transcripts()
        # The same count stands for several states where time goes back: each picture has its own.
        return replace(summary, version=self._pictures, transcript_gone=gone)

    def _details(self, state: SessionState, now: int, live: Live | None) -> Detail:
        summary, rule = self._summary(state, now, live), self._settings.rule
        course = Course(rule, most=0)  # of which it is asked for any moment
        detail = detail_of(state, summary, now, rule, self._reading.path_of, known=course)
        if self._timeline.position == len(self._timeline.items):
            self._end = detail
        return detail

    def axis(self, version: int, live: Live | None, now: int) -> Axis:
        """Return the axis of what was read. The book is at its end afterwards."""
        state = self.go(ALL)
        if state is None:
            return replace(empty(self.session), version=version, complete=self.complete)
        detail = self._end or self._details(state, now, live)
        status = self._summary(state, now, live).status
        others = self._timeline.book.sessions.values()
        forks = (fork_of(other, state) for other in others if other is not state)
        start = self.steps[0] if self.steps else 0
        end = self.steps[-1] if self.steps else 0
        return Axis(
            version=version,
            session=self.session,
            start=start,
            end=end if self.complete else max(end, self.last_written()),
            live=status is not Status.ENDED,
            complete=self.complete,
            gaps=gaps_in(self.steps),
            marks=marks_of(state, detail, filter(None, forks)),
            steps=tuple(self.steps),
            turns=tuple(turn.at for turn in detail.turns),
            levels=levels_of(detail),
            missing=missing_of(state, self._reading) if self.complete else Clean(""),
        )


def empty(session: str) -> Axis:
    """Return the axis of a session of which nothing was read yet."""
    return Axis(0, session, 0, 0, False, False, (), (), (), (), (), Clean(""))


def _spool(settings: Settings, registry: RunningSessions) -> Spool | None:
    return Spool(str(settings.spool), registry.roots) if settings.spool else None
