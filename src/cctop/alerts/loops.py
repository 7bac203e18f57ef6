"""Loops: which are news, and how one is said on the screen, in a notification and in a report."""

from cctop import figures
from cctop.alerts.words import LINE_LIMIT, who
from cctop.book.repeated import INPUT
from cctop.book.snapshot import Session, Snapshot, Streak
from cctop.text import Clean, clean


def line(streak: Streak) -> Clean:
    """What failed how often and what it cost: "Bash failed 9x in 4 min, $2.10 since the first"."""
    lasted = figures.duration(streak.last_at - streak.first_at)
    cost = f", {figures.usd(streak.cost)} since the first" if streak.cost else ""
    return Clean(f"{clean(streak.tool, 40)} failed {streak.count:,}x in {lasted}{cost}")


def cause(streak: Streak) -> str:
    """What the failures have in common."""
    return "the same input" if streak.same == INPUT else "the same error"


def news(session: Session, streak: Streak) -> Clean:
    """Who is in a loop: "web: Bash failed 3x in 0:40, $0.31 since the first: npm test"."""
    return clean(f"{who(session)}: {line(streak)}: {streak.what}", LINE_LIMIT)


class Loops:
    """Compares pictures, and says which sessions have come to be in a loop: each loop once.

    `opened` is when the screen opened, in ms since the epoch: what went wrong last before then is
    no news.
    """

    def __init__(self, opened: int) -> None:
        self._opened = opened
        self._seen: Snapshot | None = None
        self._told: set[tuple[str, str, str, int]] = set()  # some 200 bytes a loop

    def of(self, snapshot: Snapshot) -> list[Session]:
        """The sessions to tell of now, whose loop is the dearest first."""
        # What is half read seems to do what it did long ago.
        if snapshot is self._seen or snapshot.progress.reading:
            return []
        self._seen = snapshot
        new = [s for s in snapshot.sessions if s.streak is not None and self._is_new(s, s.streak)]
        return sorted(new, key=_cost, reverse=True)

    def _is_new(self, session: Session, streak: Streak) -> bool:
        key = (session.id, streak.tool, streak.agent_id, streak.first_at)
        if key in self._told:
            return False
        self._told.add(key)
        return streak.last_at >= self._opened


def _cost(session: Session) -> tuple[int, str]:
    return session.streak.cost if session.streak else 0, session.id
