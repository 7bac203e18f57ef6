"""Book → snapshot. What did not change is not made again."""

from collections.abc import Callable, Iterable, Mapping
from time import monotonic
from typing import Protocol

from msgspec.structs import replace

from cctop.book.book import Book
from cctop.book.course import Course
from cctop.book.detail import detail_of, next_milestone_of
from cctop.book.fleet import fleet_of
from cctop.book.meter import MINUTE
from cctop.book.milestones import Rule
from cctop.book.session import SessionState
from cctop.book.snapshot import Detail, Progress, Session, Snapshot, Status
from cctop.book.summary import summarise
from cctop.clock import local_day
from cctop.engine.roster import Roster
from cctop.text import Clean

NOTHING_LEFT = Progress()
PAUSE = 1.0  # seconds at least between two details of a session that keeps changing
RESTLESS = 5_000  # ms after which the time alone may have moved what a session does


class Archive(Protocol):
    """The sessions that rest outside of the book."""

    @property
    def changes(self) -> int:
        """How often anything about them changed."""
        ...

    @property
    def skipped(self) -> tuple[int, int]:
        """In how many of their files how many lines could not be read."""
        ...

    def age(self, now: int) -> None:
        """Have their lines as they are at `now`, ms."""
        ...

    def summaries(self) -> Iterable[Session]:
        """Return their lines."""
        ...

    def summary(self, session: str) -> Session | None:
        """Return the line of one, None for another session."""
        ...

    def detail(self, session: str, *, course: bool) -> Detail | None:
        """Return everything about one, None for another session."""
        ...


class Painter:
    """Makes pictures of a book.

    With `patience` N, the detail of a session that keeps changing is made at most a share of 1/N of
    the time: that of a session of 10,000 calls takes a tenth of a second. `archive` has the
    sessions that rest outside of the book.
    """

    def __init__(
        self,
        book: Book,
        paths: Callable[[int], str],
        rule: Rule,
        windows: Mapping[str, int],
        patience: float = 0.0,
        daily_budget: int = 0,
        archive: "Archive | None" = None,
    ) -> None:
        self._book = book
        self._archive = archive
        self._paths = paths
        self._rule = rule
        self._windows = dict(windows)
        self._summaries: dict[SessionState, Session] = {}
        self._roster = Roster()
        self._evictions = 0
        self._is_stirred = True  # sessions may rest, or rest no longer
        self._archived = 0  # changes of the archive that were seen
        self._skipped_at_rest = (0, 0)  # in how many of their files how many lines
        self._moved_at = 0  # when figures that move with the time were last made, ms
        self._patience = patience
        self._budget = daily_budget
        self._detail: Detail | None = None
        self._detail_due = 0.0  # monotonic seconds
        self._is_late = False
        self._followed: tuple[SessionState | None, Course] | None = None  # the focused session
        self._last = Snapshot()

    def follow(self, other: "Painter") -> None:
        """Go on from the pictures that another one made: whoever has seen them sees the news."""
        self._last = other._last

    def paint(
        self,
        now: int,
        focus: str | None = None,
        progress: Progress = NOTHING_LEFT,
        roots: tuple[Clean, ...] = (),
        notices: tuple[Clean, ...] = (),
        prices: tuple[str, str] = ("", ""),
    ) -> Snapshot:
        """Return the picture at `now` (ms): the last one itself where nothing is new.

        `focus` is the session whose detail is wanted, `prices` the list's source and version.
        """
        self._summarise(now)
        last = self._last
        midnight, tomorrow = local_day(now)
        files, lines = self._skipped()
        picture = Snapshot(
            version=last.version,
            at=last.at,
            sessions=self._roster.listed,
            fleet=fleet_of(
                self._book.minutes,
                self._roster.totals,
                now,
                midnight,
                tomorrow,
                self._budget,
                self._book.limits.values(),
            ),
            detail=self._focus(focus, now),
            progress=progress,
            skipped_files=files,
            skipped_lines=lines,
            prices_source=prices[0],
            prices_version=prices[1],
            roots=roots,
            notices=notices,
        )
        if picture != last or not last.version:
            self._last = Snapshot(
                **{name: getattr(picture, name) for name in picture.__struct_fields__[2:]},
                version=last.version + 1,
                at=now,
            )
        return self._last

    def detail(
        self, session: str, now: int, *, course: bool = True, known: Course | None = None
    ) -> Detail | None:
        """Return everything about one session at `now`, ms; None where there is none.

        Without its `course` it has no turns and points. What is `known` of that goes on.
        """
        state = self._book.sessions.get(session)
        summary = self._summaries.get(state) if state is not None else None
        if state is not None and summary is not None:
            return detail_of(
                state, summary, now, self._rule, self._paths, course=course, known=known
            )
        kept = self._archive.detail(session, course=course) if self._archive is not None else None
        if kept is None or kept.session.status is Status.ENDED:
            return kept
        coming = next_milestone_of(kept.session, now, self._rule)
        return replace(kept, next_milestone=coming)

    def describe(
        self, session: str, now: int, known: Course | None = None
    ) -> tuple[Session, Detail] | None:
        """Return the line and the details of a session of the book, None where there is none.

        The book has to be settled. What is `known` of the session goes on.
        """
        state = self._book.sessions.get(session)
        summary = self._summary_of(state, now) if state is not None else None
        if state is None or summary is None:
            return None
        return summary, detail_of(state, summary, now, self._rule, self._paths, known=known)

    def _skipped(self) -> tuple[int, int]:
        """Return in how many files how many lines could not be read."""
        files, lines = self._skipped_at_rest
        files += sum(len({file for file, _ in s.skipped}) for s in self._book.skipping)
        return files, lines + sum(len(s.skipped) for s in self._book.skipping)

    def _summarise(self, now: int) -> None:
        book = self._book
        book.settle()
        if book.evictions != self._evictions:
            self._evictions = book.evictions
            self._summaries = {
                state: summary
                for state, summary in self._summaries.items()
                if book.sessions.get(state.id) is state
            }
            self._is_stirred = True
        if self._archive is not None and self._archive.changes != self._archived:
            self._archived = self._archive.changes
            self._is_stirred = True
        # A session's figures move with the time alone until its trend has run out. That is asked of
        # the figures: the time may have leapt, as it does when a machine has slept.
        restless: set[SessionState] = set()
        if not 0 <= now - self._moved_at < RESTLESS or now // MINUTE != self._moved_at // MINUTE:
            before, self._moved_at = self._moved_at, now
            self._is_stirred = True
            restless = {
                state
                for state, summary in self._summaries.items()
                if summary.status is not Status.ENDED
                or summary.rate.trend
                or state.heard.last_at > before  # by a clock that was ahead: its time has come
            }
        for state in book.changed | restless:
            summary = self._summary_of(state, now)
            if summary is None:
                self._summaries.pop(state, None)
                self._roster.drop(state.id)
            elif summary != self._summaries.get(state):
                self._summaries[state] = summary
                self._roster.put(summary)
        book.changed.clear()
        if self._is_stirred:
            self._take_roll(now)

    def _take_roll(self, now: int) -> None:
        """Take in who rests now. Whoever comes back into the book changes there."""
        self._is_stirred = False
        resting: Iterable[Session] = ()
        if self._archive is not None:
            self._archive.age(now)
            resting, self._skipped_at_rest = self._archive.summaries(), self._archive.skipped
        self._roster.keep((*resting, *self._summaries.values()))

    def _summary_of(self, state: SessionState, now: int) -> Session | None:
        """Return the line of a session as it is now, None where it has nothing to show.

        It was registered and wrote nothing, or all it seemed to have made is another's.
        """
        live = self._book.live.get(state.id)
        if not (state.last_at or state.calls or state.skipped or live):
            return None
        return summarise(state, live, now, self._rule, self._windows)

    def _focus(self, focus: str | None, now: int) -> Detail | None:
        if focus is None:
            self._detail = None
            self._is_late = False
            return None
        state = self._book.sessions.get(focus)
        known = self._detail
        if state is not None:
            is_stale = known is None or known.session is not self._summaries.get(state)
        else:
            is_stale = known is None or not self._rests(known.session)
        is_other = known is None or known.session.id != focus
        self._is_late = is_stale and not is_other and monotonic() < self._detail_due
        if is_other or (is_stale and not self._is_late):
            self._make_detail(focus, now)
        return self._detail

    @property
    def late(self) -> float | None:
        """In how many seconds the detail may be made that is out of date; None while it is not."""
        return max(0.0, self._detail_due - monotonic()) if self._is_late else None

    def _rests(self, session: Session) -> bool:
        """Return whether this very picture is that of a session that rests."""
        return self._archive is not None and self._archive.summary(session.id) is session

    def _make_detail(self, focus: str, now: int) -> None:
        began = monotonic()
        state = self._book.sessions.get(focus)
        if self._followed is None or self._followed[0] is not state:
            self._followed = state, Course(self._rule)
        self._detail = self.detail(focus, now, known=self._followed[1])
        ended = monotonic()
        pause = PAUSE if self._patience else 0.0
        self._detail_due = ended + max(pause, self._patience * (ended - began))
