"""Who may rest outside of the book at a moment, and who may doze between two reports."""

from collections.abc import Callable, Iterator, Mapping

from cctop.book.book import Book
from cctop.book.session import SessionState
from cctop.book.snapshot import Status
from cctop.book.status import lasts_until, status_of
from cctop.engine.kept import NOBODY, SILENCE
from cctop.store.rows import Doze


class Bedtime:
    """Judges the sessions of a book at `now`, ms. `is_kept` says of one, by its id, whether the
    store has, or can have, all there is of it.
    """

    def __init__(self, book: Book, now: int, is_kept: Callable[[str], bool]) -> None:
        self._book = book
        self._now = now
        self._is_kept = is_kept

    def families(self, dozes: Mapping[SessionState, Doze] = NOBODY) -> Iterator[set[SessionState]]:
        """Yield the families of which everybody may rest, but for those that doze."""
        seen: set[SessionState] = set()
        for session in tuple(self._book.sessions.values()):
            if session in seen or not (session in dozes or self._rests(session)):
                continue
            family = self._book.family(session)
            seen |= family
            if all(one in dozes or self._rests(one) for one in family):
                yield family

    def dozes(self) -> dict[SessionState, Doze]:
        """Return those of which it is known for how long a picture will hold, though they move."""
        found = {}
        for session in self._book.sessions.values():
            live = self._book.live.get(session.id)
            until = lasts_until(session, live, self._now)
            if until is None or not self._is_kept(session.id):
                continue
            if status_of(session, live, self._now)[0] is Status.ENDED:
                until = session.last_at + SILENCE  # it is to rest then
            if self._now < until:
                found[session] = Doze(self._now, until, live)
        return found

    def _rests(self, session: SessionState) -> bool:
        if session.id in self._book.live or not self._is_kept(session.id):
            return False
        # What hooks told by a clock that is ahead has its time yet to come.
        if self._now - max(session.last_at, session.heard.last_at) < SILENCE:
            return False
        return status_of(session, None, self._now)[0] is Status.ENDED
