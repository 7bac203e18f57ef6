"""How a loop is said: on the screen, in a toast, in a notification and in a report."""

from cctop import figures
from cctop.alerts.words import LINE_LIMIT, who
from cctop.book.repeated import INPUT
from cctop.book.snapshot import Session, Streak
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
