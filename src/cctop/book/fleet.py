"""All sessions together."""

from collections.abc import Iterable

from cctop.book.meter import MINUTE, Minutes
from cctop.book.snapshot import Fleet, Session, Status
from cctop.book.summary import TREND_MINUTES
from cctop.events import Limit, StatusLine


class Totals:
    """What is counted over sessions, kept up to date as they change."""

    __slots__ = ("counts", "per_hour", "per_minute")

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Status, 0)
        self.per_hour = self.per_minute = 0

    def add(self, session: Session, sign: int) -> None:
        """Count a session, or with `sign` -1 no longer."""
        self.counts[session.status] += sign
        # The sum of what the table shows, not a mean of its own: a reader may add it up.
        self.per_hour += sign * session.rate.cost_per_hour
        self.per_minute += sign * session.rate.tokens_per_minute


def fleet_of(
    minutes: Minutes,
    totals: Totals,
    now: int,
    midnight: int,
    tomorrow: int,
    budget: int = 0,
    told: Iterable[StatusLine] = (),
) -> Fleet:
    """Return the fleet at `now`; the local day runs from `midnight` to `tomorrow`, all in ms.

    `budget` is a day's, in pico-USD; 0 is none. `told`: the status lines that told limits, one an
    account.
    """
    lines = list(told)
    counts = totals.counts
    last = now // MINUTE
    cost, total, new, unpriced = minutes.sum(midnight // MINUTE, last)
    hour = minutes.sum(last - TREND_MINUTES + 1, last)[0]
    # By whole minutes: a figure that moved with every look would make every picture a new one.
    left = max(0, tomorrow // MINUTE - last)
    quarter = 4 * cost // budget if budget else 0
    return Fleet(
        busy=counts[Status.BUSY],
        waiting=counts[Status.WAITING],
        idle=counts[Status.IDLE],
        today_cost=cost,
        today_tokens=total,
        today_new_tokens=new,
        today_unpriced_tokens=unpriced,
        cost_per_hour=totals.per_hour,
        tokens_per_minute=totals.per_minute,
        trend=minutes.costs(last - TREND_MINUTES + 1, last),
        projected_cost=cost + hour * left // 60,
        quarter=quarter,
        quarter_at=_reached(minutes, midnight // MINUTE, quarter * budget) if quarter else 0,
        next_quarter_at=_ahead((quarter + 1) * budget - 4 * cost, hour, last) if budget else None,
        five_hour=_fullest((line.five_hour for line in lines), now),
        seven_day=_fullest((line.seven_day for line in lines), now),
    )


def _fullest(limits: Iterable[Limit | None], now: int) -> Limit | None:
    """Return the limit of which most is used; one that was reset since it was told says nothing."""
    valid = [limit for limit in limits if limit is not None and not 0 < limit.resets_at <= now]
    return max(valid, key=lambda limit: (limit.percent, limit.resets_at), default=None)


def _reached(minutes: Minutes, first: int, fourfold: int) -> int:
    """Return the minute, in ms, in which four times the cost since `first` came to `fourfold`."""
    spent, minute = 0, first
    while spent < fourfold:
        spent += 4 * minutes.sum(minute, minute)[0]
        minute += 1
    return (minute - 1) * MINUTE


def _ahead(fourfold: int, hour: int, last: int) -> int | None:
    """Return when a quarter of `fourfold` more will be spent, at what the last hour cost; in ms."""
    return (last + -(-fourfold * 60 // (4 * hour))) * MINUTE if hour > 0 else None
