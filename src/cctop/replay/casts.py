"""A replay as an asciinema cast (asciicast v2): which moments it has, and how they are written.

The format: https://docs.asciinema.org/manual/asciicast/v2/. A line of JSON with the terminal's
size, then one for each piece of output: seconds since the start, "o", and what the terminal gets.
"""

import json
from collections.abc import Iterator, Sequence
from itertools import pairwise

from msgspec import Struct

from cctop.replay.model import SPEEDS, Axis
from cctop.text import Clean

IDLE = 1.0
"""Seconds for which a moment is shown at most, where the user does not say."""
FRAME = 0.1
"""Seconds between two frames at least, but for marks."""
GOAL = 90.0
"""Seconds that a cast takes at most at the speed that is chosen for it."""
HOLD = 2.0
"""Seconds for which the last frame is shown."""
_HIDE = "\x1b[?25l\x1b[2J"


class Frame(Struct, frozen=True, gc=False):
    """A moment of the session, ms, and when the cast shows it, in seconds."""

    at: int
    seconds: float


def speed_for(axis: Axis, idle: float = IDLE) -> float:
    """Return the slowest speed at which a cast of the whole session is short enough."""
    usual = [float(speed) for speed in SPEEDS if speed]
    return next((speed for speed in usual if length_of(axis, speed, idle) <= GOAL), usual[-1])


def length_of(axis: Axis, speed: float, idle: float) -> float:
    """Return how long a cast takes, in seconds, without the time its last frame is shown."""
    steps = axis.steps
    return sum(min((after - before) / 1000 / speed, idle) for before, after in pairwise(steps))


def frames_of(axis: Axis, speed: float, idle: float) -> Iterator[Frame]:
    """Yield the moments of a cast: each event, but for those that come too fast; every mark."""
    marks = {mark.at for mark in axis.marks}
    seconds, shown, before = 0.0, -FRAME, axis.start
    last = axis.steps[-1] if axis.steps else axis.end
    for at in axis.steps:
        seconds += min((at - before) / 1000 / speed, idle)
        before = at
        if at in marks or at == last or seconds - shown >= FRAME:
            shown = seconds
            yield Frame(at, round(seconds, 3))


def header(columns: int, lines: int, at: int, title: Clean) -> str:
    """Return the first line of a cast. `at`: when it was recorded, ms."""
    said = {
        "version": 2,
        "width": columns,
        "height": lines,
        "timestamp": at // 1000,
        "title": title,
        "env": {"TERM": "xterm-256color"},
    }
    return json.dumps(said, ensure_ascii=False) + "\n"


def output(seconds: float, data: str) -> str:
    """Return the line of a cast for what the terminal gets at a time."""
    return json.dumps([seconds, "o", data], ensure_ascii=False) + "\n"


def change(before: Sequence[str], after: Sequence[str]) -> str:
    """Return what makes one screen of another: the rows that differ, each where it stands.

    Rows are as a terminal draws them, colours and all. `before` is empty for the first screen.
    """
    start = "" if before else _HIDE
    rows = (
        f"\x1b[{number};1H{row}\x1b[0m"
        for number, row in enumerate(after, 1)
        if number > len(before) or row != before[number - 1]
    )
    return start + "".join(rows)
