"""For how long something has been so: the figures that move with the time alone."""

from cctop import figures

SECOND, MINUTE, HOUR = 1_000, 60_000, 3_600_000
STEP = 5 * SECOND
"""ms between two looks at the time, by the clock: so what moves does so together."""
YOUNG = 10 * SECOND
"""ms in which every second counts."""


def is_young(at: int, now: int) -> bool:
    """Whether an age is to be shown to the second; `at` and `now` in ms since the epoch."""
    return 0 <= now - at < YOUNG


def ago(at: int, now: int, looked: int, *, runs: bool = False) -> str:
    """How long ago: "0:07", "4:35", "8 min"; a dash where it is not known.

    `looked` is the last look at the time; what is young has that of `now`. What is over is told
    in minutes from the first one on; of what `runs` seconds matter longer.
    """
    if at <= 0:
        return figures.MISSING
    age = max(min(now - at, YOUNG - 1), looked - at, 0)
    return f"{age // MINUTE} min" if MINUTE <= age < HOUR and not runs else figures.duration(age)
