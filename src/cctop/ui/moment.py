"""Where a replay stands, in words, and where its keys lead: all of it pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from cctop import figures
from cctop.replay.model import SPEEDS, Axis, Level, Moment
from cctop.ui.widgets.parts import Part
from cctop.ui.words import clock, day_and_clock, midnight


def beside(times: Sequence[int], at: int, step: int) -> int | None:
    """The `step`-th of these sorted times after `at`, or before it; None where there is none."""
    place = bisect_right(times, at) + step - 1 if step > 0 else bisect_left(times, at) + step
    return times[place] if 0 <= place < len(times) else None


def turn_at(axis: Axis, at: int) -> int:
    """How many turns had begun."""
    return bisect_right(axis.turns, at)


def level_at(axis: Axis, at: int) -> Level:
    """The meter at a time: nothing before the first response."""
    place = bisect_right(axis.levels, at, key=_time)
    return axis.levels[place - 1] if place else Level(at, 0, 0)


def speed_beside(speed: float, step: int) -> float:
    """The next speed, or the one before; the fastest is 0, as fast as it reads."""
    faster = sorted(SPEEDS, key=_pace)
    place = bisect_left(faster, _pace(speed), key=_pace)
    return faster[min(len(faster) - 1, max(0, place + step))]


def speed_word(speed: float) -> str:
    """A speed: "10x", or "max"."""
    return f"{speed:g}x" if speed else "max"


def standing(axis: Axis, moment: Moment, now: int) -> Part:
    """Whether this is now or the past: "LIVE", "PAST 14:05, 12 min ago", "REPLAY"."""
    if not axis.live:
        return ("REPLAY", "accent")
    if moment.at_end:
        return ("● LIVE", "accent")
    today = midnight(moment.at) == midnight(now)
    when = clock(moment.at, seconds=False) if today else day_and_clock(moment.at)
    return (f"◂ PAST {when}, {figures.duration(now - moment.at)} ago", "warning")


def _pace(speed: float) -> float:
    return speed or float("inf")


def _time(level: Level) -> int:
    return level.at
