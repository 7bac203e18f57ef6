"""The sessions that rest outside of the book, as pictures: what is shown of them, and nothing else.

Their lines are in memory; whatever else is known of them is looked up in the store when asked for.
"""

from collections.abc import Callable, Iterable

from msgspec.structs import replace

from cctop.book.meter import MINUTE, Minutes
from cctop.book.snapshot import Detail, Session
from cctop.book.summary import TREND_MINUTES, rate_of_ended
from cctop.engine.kept import DAY
from cctop.store.rows import Frozen, Resting
from cctop.store.store import Store

HOUR = TREND_MINUTES * MINUTE  # ms


class Gallery:
    """Has the sessions that rest, by id. What they paid stands in the book's `minutes`, too.

    Raises `StoreError` at any time.
    """

    def __init__(self, store: Store, minutes: Minutes) -> None:
        self._store = store
        self._minutes = minutes
        self.frozen = store.sessions()
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

    def keep_renditions(self, written: Iterable[tuple[Session, str, bytes]]) -> None:
        """Keep what was written of lines in a form, where they still rest so."""
        self._store.keep_renditions(
            (line.id, self._form(line.id, form), body)
            for line, form, body in written
            if self.summary(line.id) is line
        )

    def _form(self, session: str, form: str) -> str:
        # The one thing of those who rest that can change.
        return f"{form} gone" if self.frozen[session].summary.transcript_gone else form

    def age(self, now: int) -> None:
        """Let the trends of the last hour run on to `now`, ms: all that moves in those who rest."""
        for id, frozen in self.frozen.items():
            line = frozen.summary
            if line.rate.trend or now - line.last_activity_at <= HOUR:
                minutes = Minutes()
                for number, *paid in frozen.minutes:
                    minutes.put(number, tuple(paid))  # type: ignore[arg-type]
                rate = rate_of_ended(minutes, line.last_activity_at, now)
                if rate != line.rate:
                    self.frozen[id] = replace(frozen, summary=replace(line, rate=rate))

    def forget_minutes(self, now: int) -> None:
        """Have no later start load minutes that are of no use at `now`, ms, any more."""
        before = now - DAY
        old = [
            id
            for id, frozen in self.frozen.items()
            if frozen.minutes and frozen.summary.last_activity_at < before
        ]
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
