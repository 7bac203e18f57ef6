"""For how long something has been so: the figures that move with the time alone."""

from cctop import figures

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
STEP = 5 * SECOND
"""ms between two looks at the time: at the same moments of the clock for all, so that what moves
does so together."""
YOUNG = 10 * SECOND
"""ms in which every second counts."""


def steady(now: int) -> int:
    """The last moment at which the time was looked at; all in ms since the epoch."""
    return now // STEP * STEP


def is_young(at: int, now: int) -> bool:
    """Whether an age is to be shown to the second."""
    return 0 <= now - at < YOUNG


def ago(at: int, now: int, *, runs: bool = False) -> str:
    """How long ago: "0:07", "4:35", "8 min"; a dash where it is not known.

    What is over is told in minutes from the first one on; of what `runs` seconds matter longer.
    """
    if at <= 0:
        return figures.MISSING
    age = max(0, now - at)
    held = max(min(age, YOUNG - 1), steady(now) - at)
    return f"{held // MINUTE} min" if MINUTE <= held < HOUR and not runs else figures.duration(held)
