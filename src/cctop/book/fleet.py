"""All sessions together."""

from collections.abc import Iterable

from cctop.book.meter import MINUTE, Minutes
from cctop.book.snapshot import Fleet, Session, Status
from cctop.book.summary import TREND_MINUTES


def fleet_of(
    minutes: Minutes, sessions: Iterable[Session], now: int, midnight: int, tomorrow: int
) -> Fleet:
    """Return the fleet at `now`; the local day runs from `midnight` to `tomorrow`, all in ms."""
    counts = dict.fromkeys(Status, 0)
    per_hour = per_minute = 0
    for session in sessions:
        counts[session.status] += 1
        # The sum of what the table shows, not a mean of its own: a reader may add it up.
        per_hour += session.rate.cost_per_hour
        per_minute += session.rate.tokens_per_minute
    last = now // MINUTE
    cost, total, new, unpriced = minutes.sum(midnight // MINUTE, last)
    hour = minutes.sum(last - TREND_MINUTES + 1, last)[0]
    # By whole minutes: a figure that moved with every look would make every picture a new one.
    left = max(0, tomorrow // MINUTE - last)
    return Fleet(
        busy=counts[Status.BUSY],
        waiting=counts[Status.WAITING],
        idle=counts[Status.IDLE],
        today_cost=cost,
        today_tokens=total,
        today_new_tokens=new,
        today_unpriced_tokens=unpriced,
        cost_per_hour=per_hour,
        tokens_per_minute=per_minute,
        trend=minutes.costs(last - TREND_MINUTES + 1, last),
        projected_cost=cost + hour * left // 60,
    )
