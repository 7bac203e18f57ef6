"""All sessions together."""

from collections.abc import Iterable

from cctop.book.meter import MINUTE, Minutes
from cctop.book.snapshot import Fleet, Session, Status
from cctop.book.summary import RATE_MINUTES, TREND_MINUTES


def fleet_of(
    minutes: Minutes, sessions: Iterable[Session], now: int, midnight: int, tomorrow: int
) -> Fleet:
    """Return the fleet at `now`; the local day runs from `midnight` to `tomorrow`, all in ms."""
    counts = dict.fromkeys(Status, 0)
    for session in sessions:
        counts[session.status] += 1
    last = now // MINUTE
    cost, total, new, unpriced = minutes.sum(midnight // MINUTE, last)
    recent = minutes.sum(last - RATE_MINUTES + 1, last)
    hour = minutes.sum(last - TREND_MINUTES + 1, last)[0]
    return Fleet(
        busy=counts[Status.BUSY],
        waiting=counts[Status.WAITING],
        idle=counts[Status.IDLE],
        today_cost=cost,
        today_tokens=total,
        today_new_tokens=new,
        today_unpriced_tokens=unpriced,
        cost_per_hour=recent[0] * 60 // RATE_MINUTES,
        tokens_per_minute=recent[1] // RATE_MINUTES,
        trend=minutes.costs(last - TREND_MINUTES + 1, last),
        projected_cost=cost + hour * max(0, tomorrow - now) // (60 * MINUTE),
    )
