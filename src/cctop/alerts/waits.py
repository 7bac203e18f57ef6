"""Which waits are news: each is told once, and never one that was there before the screen."""

from dataclasses import dataclass

from cctop.book.snapshot import Session, Snapshot, Status

FLAP = 2_000
"""ms. A wait that follows another one of its session this soon is that one: who just answered, or
is asked for several permissions in a row, sits there."""


@dataclass(slots=True)
class _Wait:
    """A session's newest wait: since when (as the session says, and in our own time), when it was
    last seen, and whether it was told; all in ms since the epoch."""

    since: int
    began: int
    seen: int
    told: bool


class Waits:
    """Compares pictures, and says which sessions have come to wait.

    `opened` is when the screen opened, in ms since the epoch; a wait is told when it has lasted
    `after` ms, and not at all if it is over before.
    """

    def __init__(self, opened: int, after: int = 0) -> None:
        self._opened = opened
        self._after = after
        self._began = False  # the first whole picture was seen
        self._known: set[str] = set()
        self._newest: dict[str, _Wait] = {}
        self._told: set[tuple[str, int]] = set()  # session and since when: some 100 bytes a wait
        self._waiting: set[str] = set()  # those of the last picture
        self.next_due: int | None = None
        """When the next one falls due if nothing changes, in ms since the epoch."""

    def of(self, snapshot: Snapshot, now: int) -> list[Session]:
        """The sessions to tell of now, who waits longest first. To be asked again as time goes on.

        `now` is in ms since the epoch.
        """
        if not snapshot.version:  # nothing has been looked at yet
            return []
        waiting = {s.id: s for s in snapshot.sessions if s.status is Status.WAITING}
        for id in self._waiting - waiting.keys():
            self._newest[id].seen = now  # it lasted until then, however seldom this is asked
        self._waiting = set(waiting)
        due = [session for session in waiting.values() if self._is_due(session, now)]
        ahead = [self._newest[id].began + self._after for id in waiting]
        self.next_due = min((at for at in ahead if at > now), default=None)
        self._known.update(session.id for session in snapshot.sessions)
        self._began = self._began or not snapshot.progress.reading
        return sorted(due, key=lambda session: (session.status_since, session.id))

    def _is_due(self, session: Session, now: int) -> bool:
        wait = self._wait_of(session, now)
        wait.since, wait.seen = session.status_since, now
        key = (session.id, session.status_since)
        is_due = not wait.told and key not in self._told and now - wait.began >= self._after
        wait.told = wait.told or is_due
        if wait.told:
            self._told.add(key)
        return is_due

    def _wait_of(self, session: Session, now: int) -> _Wait:
        """The wait that the session is in: the one known, or a new one."""
        known = self._newest.get(session.id)
        is_same = known is not None and known.since == session.status_since
        if known is not None and (is_same or now - known.seen <= FLAP):
            return known
        since = session.status_since
        began = since if 0 < since <= now else now
        wait = _Wait(since, began, now, told=not self._is_news(session))
        self._newest[session.id] = wait
        return wait

    def _is_news(self, session: Session) -> bool:
        """Whether it began before our eyes, or at least after the screen opened."""
        is_fresh = session.id in self._known or session.status_since >= self._opened
        return self._began and is_fresh
