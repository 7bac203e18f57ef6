"""The sessions outside of the book, as pictures: what is shown of them, and nothing else.

Their lines are in memory; whatever else is known of them is looked up in the store when asked for.
"""

from collections.abc import Callable, Iterable, Mapping

from msgspec.structs import replace

from cctop.book.meter import MINUTE, Minutes
from cctop.book.snapshot import Detail, Session, Status
from cctop.book.summary import TREND_MINUTES, rate_of
from cctop.engine.kept import DAY
from cctop.events import Live
from cctop.store.rows import Frozen, Resting
from cctop.store.store import Store

HOUR = TREND_MINUTES * MINUTE  # ms


class Gallery:
    """Has the sessions that rest, and those that doze at a time `at`, ms, by id. What they paid
    stands in the book's `minutes`, too.

    Raises `StoreError` at any time.
    """

    def __init__(self, store: Store, minutes: Minutes, at: int | None) -> None:
        self._store = store
        self._minutes = minutes
        self.frozen = store.sessions()
        # Those that dozed, and of which it is not known what they do now.
        self.lapsed = {id for id, frozen in self.frozen.items() if not _holds(frozen, at)}
        for id in self.lapsed:
            del self.frozen[id]
        self.dozing = {id for id, frozen in self.frozen.items() if frozen.doze}
        self.changes = 0  # how often anything about them changed
        for frozen in self.frozen.values():
            self._pay(frozen, 1)

    @property
    def skipped(self) -> tuple[int, int]:
        """Files with lines that could not be read, and those lines."""
        files = sum(frozen.skipped_files for frozen in self.frozen.values())
        return files, sum(frozen.summary.skipped_lines for frozen in self.frozen.values())

    def summaries(self) -> Iterable[Session]:
        """Their lines."""
        return (frozen.summary for frozen in self.frozen.values())

    def summary(self, session: str) -> Session | None:
        """The line of one; None for another session."""
        frozen = self.frozen.get(session)
        return frozen.summary if frozen is not None else None

    def detail(self, session: str, *, course: bool) -> Detail | None:
        """Everything about one; None for another session."""
        frozen = self.frozen.get(session)
        detail = self._store.detail(session, course=course) if frozen is not None else None
        return replace(detail, session=frozen.summary) if detail and frozen else None

    def renditions(self, sessions: Iterable[str], form: str) -> dict[str, bytes]:
        """What was written of some in a form, as far as that still holds."""
        return self._store.renditions(
            {id: self._form(id, form) for id in sessions if id in self.frozen}
        )

    def rests(self, line: Session) -> bool:
        """Whether this very line is that of a session that rests."""
        return self.summary(line.id) is line and line.id not in self.dozing

    def resting(self) -> dict[str, Frozen]:
        """Those that rest, and of whose family nobody dozes."""
        families = {self.frozen[id].family for id in self.dozing}
        return {id: one for id, one in self.frozen.items() if one.family not in families}

    def wakened(self, live: Mapping[str, Live]) -> set[str]:
        """Those of which the registry says something new: `live` are those that run, by id."""
        return {
            id
            for id in self.dozing | (self.frozen.keys() & live.keys())
            if (doze := self.frozen[id].doze) is None or doze.live != live.get(id)
        }

    def keep_renditions(self, written: Iterable[tuple[Session, str, bytes]]) -> None:
        """Keep what was written of lines in a form, where they still rest so."""
        self._store.keep_renditions(
            (line.id, self._form(line.id, form), body)
            for line, form, body in written
            if self.rests(line)
        )

    def _form(self, session: str, form: str) -> str:
        # The one thing of those who rest that can change.
        return f"{form} gone" if self.frozen[session].summary.transcript_gone else form

    def age(self, now: int) -> None:
        """Let the rates of the last hour run on to `now`, ms: all that moves in pictures."""
        for id, frozen in self.frozen.items():
            line = frozen.summary
            last_at = line.last_activity_at
            if line.rate.trend or now - last_at <= HOUR:
                minutes = Minutes()
                for number, *paid in frozen.minutes:
                    minutes.put(number, tuple(paid))  # type: ignore[arg-type]
                ended = line.status is Status.ENDED
                rate = rate_of(minutes, line.started_at, last_at, now, ended=ended)
                if rate != line.rate:
                    self.frozen[id] = replace(frozen, summary=replace(line, rate=rate))

    def forget_minutes(self, now: int) -> None:
        """Have no later start load minutes that are of no use at `now`, ms, any more."""
        before = now - DAY
        old = [id for id, frozen in self.frozen.items() if frozen.paid_before(before)]
        if old:
            self._store.forget_minutes(old, before)

    def put(self, resting: Iterable[Resting]) -> None:
        """Know sessions as resting, that the store has and the book has not."""
        for kept in resting:
            self.changes += 1
            self.frozen[kept.frozen.summary.id] = kept.frozen
            self._pay(kept.frozen, 1)

    def take(self, sessions: Iterable[str]) -> list[Frozen]:
        """Know sessions as resting no longer; return those that did."""
        taken = [self.frozen.pop(id) for id in sessions if id in self.frozen]
        self.dozing &= self.frozen.keys()
        for frozen in taken:
            self.changes += 1
            self._pay(frozen, -1)
        return taken

    def family(self, sessions: Iterable[str]) -> set[str]:
        """Those that rest and are of a family with one of these."""
        families = {self.frozen[id].family for id in sessions if id in self.frozen}
        if not families:
            return set()
        return {id for id, frozen in self.frozen.items() if frozen.family in families}

    def miss(self, sessions: Iterable[str], is_gone: Callable[[str], bool]) -> None:
        """Take note of those of the sessions that have no transcript any more."""
        for id in sessions:
            frozen = self.frozen[id]
            if frozen.summary.root and not frozen.summary.transcript_gone and is_gone(id):
                gone = replace(frozen.summary, transcript_gone=True)
                self.frozen[id] = replace(frozen, summary=gone)
                self.changes += 1

    def _pay(self, frozen: Frozen, sign: int) -> None:
        for number, *paid in frozen.minutes:
            self._minutes.put(number, tuple(paid), sign)  # type: ignore[arg-type]


def _holds(frozen: Frozen, at: int | None) -> bool:
    doze = frozen.doze
    return doze is None or (at is not None and doze.since <= at < doze.until)
