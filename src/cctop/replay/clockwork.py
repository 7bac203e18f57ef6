"""How a replay goes on: from one frame to the next, past no mark and through no long idleness."""

from bisect import bisect_right
from operator import attrgetter

from cctop.replay.model import Axis

FRAME = 0.1
"""Seconds between two frames."""
AT_MARK = 0.03
"""Seconds for which a frame that ends early, at a mark, is shown at least."""
IDLE = 1.0
"""Seconds that an idle gap takes at most, at any speed."""
STRIDE = 250
"""Events in a frame where it goes as fast as it can."""

_at = attrgetter("at")
_start = attrgetter("start")


def next_frame(at: int, speed: float, seconds: float, axis: Axis) -> tuple[int, float]:
    """Return the time of the frame that comes `seconds` after that of `at`, ms, and how long to
    show it at least, in seconds.

    At a speed of 0 it goes as fast as frames can be made. Else a frame never passes over a mark:
    it ends there, and the next one comes sooner.
    """
    if not speed:
        index = bisect_right(axis.steps, at) + STRIDE - 1
        return (axis.steps[index] if index < len(axis.steps) else axis.end), 0.0
    goal = min(_moved(at, speed, seconds, axis), axis.end)
    index = bisect_right(axis.marks, at, key=_at)
    if index < len(axis.marks) and axis.marks[index].at < goal:
        return axis.marks[index].at, AT_MARK
    return goal, FRAME


def _moved(at: int, speed: float, seconds: float, axis: Axis) -> int:
    """Return where `seconds` lead from `at`, ms; idle gaps are passed faster, if need be."""
    left = seconds * 1000
    index = max(0, bisect_right(axis.gaps, at, key=_start) - 1)
    for gap in axis.gaps[index:]:
        if gap.end <= at:
            continue
        before = max(0, gap.start - at)
        if left * speed <= before:
            break
        left -= before / speed
        at = max(at, gap.start)
        pace = max(speed, (gap.end - gap.start) / (IDLE * 1000))
        if left * pace < gap.end - at:
            return at + round(left * pace)
        left -= (gap.end - at) / pace
        at = gap.end
    return at + round(left * speed)
