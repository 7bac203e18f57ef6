"""The sessions of a picture, in order: of thousands a few change at a time."""

from bisect import bisect_left
from collections.abc import Iterable

from cctop.book.fleet import Totals
from cctop.book.snapshot import Session, Status

ORDER = {status: rank for rank, status in enumerate(Status)}

Rank = tuple[int, int, str]


class Roster:
    """Keeps sessions by id, in order, and counted."""

    def __init__(self) -> None:
        self.totals = Totals()
        self._of: dict[str, Session] = {}
        self._ranks: list[Rank] = []
        self._lines: list[Session] = []  # in the same order
        self._listed: tuple[Session, ...] | None = ()

    def put(self, session: Session) -> None:
        """Show this line of a session, in the place of an earlier one."""
        before = self._of.get(session.id)
        if before is session:
            return
        self.drop(session.id)
        rank = _rank(session)
        place = bisect_left(self._ranks, rank)
        self._ranks.insert(place, rank)
        self._lines.insert(place, session)
        self._of[session.id] = session
        self.totals.add(session, 1)
        self._listed = None

    def drop(self, id: str) -> None:
        """Show a session no longer."""
        session = self._of.pop(id, None)
        if session is not None:
            place = bisect_left(self._ranks, _rank(session))
            del self._ranks[place], self._lines[place]
            self.totals.add(session, -1)
            self._listed = None

    def keep(self, sessions: Iterable[Session]) -> None:
        """Show these lines and no others."""
        wanted = {session.id: session for session in sessions}
        for id in self._of.keys() - wanted.keys():
            self.drop(id)
        for session in wanted.values():
            self.put(session)

    @property
    def listed(self) -> tuple[Session, ...]:
        """All of them in order: the same tuple while none of them changes."""
        if self._listed is None:
            self._listed = tuple(self._lines)
        return self._listed


def _rank(session: Session) -> Rank:
    return ORDER[session.status], -session.last_activity_at, session.id
