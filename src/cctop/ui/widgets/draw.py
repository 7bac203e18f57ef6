"""Bars and braille areas as text: pure functions, no screen.

Every result has exactly the width that was asked for. In a series `None` (and NaN) is a gap and is
drawn as one: nothing is not zero, and zero has a base line.
"""

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from cctop.ui.widgets.parts import Parts, Tone

Series = Sequence[float | None]

DONE: Final = "━"
HALF: Final = "╸"
AHEAD: Final = "╍"
REST: Final = "─"
BRAILLE: Final = 0x2800
# The dots of a cell's left and right column, filled from the bottom up.
LEFT_DOTS: Final = (0x00, 0x40, 0x44, 0x46, 0x47)
RIGHT_DOTS: Final = (0x00, 0x80, 0xA0, 0xB0, 0xB8)
# An empty cell is a space: some fonts draw the blank braille pattern as faint rings.
CELLS: Final = [
    [chr(BRAILLE | left | right) if left or right else " " for right in RIGHT_DOTS]
    for left in LEFT_DOTS
]


def bar(fraction: float | None, width: int, tone: Tone, ahead: float | None = None) -> Parts:
    """A bar exactly `width` cells long, in half cells; None is not known and shows no bar.

    `ahead` is where it will have come to, dashed. What is above nothing shows, and what is below
    all leaves a rest: a bar never claims either by rounding.
    """
    width = max(0, width)
    halves = 0 if fraction is None else math.floor(min(1.0, max(0.0, fraction)) * 2 * width)
    if fraction is not None and fraction > 0 and width:
        halves = max(1, halves)
        if fraction < 1:
            halves = min(2 * width - 1, halves)
    whole, half = divmod(halves, 2)
    done = DONE * whole + HALF * half
    until = round(min(1.0, max(0.0, ahead or 0.0)) * width)
    dashed = AHEAD * max(0, until - len(done))
    rest = REST * (width - len(done) - len(dashed))
    parts: Parts = ((done, tone), (dashed, tone), (rest, "rule"))
    return tuple(part for part in parts if part[0])


def braille(
    values: Series, width: int, height: int, lo: float = 0.0, hi: float | None = None
) -> list[str]:
    """Return a filled area of `height` lines of `width` cells, top line first.

    A cell holds 2x4 dots, so the newest `2 * width` values are shown, newest at the right. `hi`
    defaults to the highest of them. A value at or below `lo` is one dot high, a gap has none.
    """
    width, height = max(0, width), max(0, height)
    levels = _levels(_newest(values, 2 * width), lo, hi, 4 * height)
    lines = []
    left, right = levels[::2], levels[1::2]
    for base in range(4 * (height - 1), -1, -4):
        dots = {level: min(4, max(0, level - base)) for level in set(levels)}
        lines.append("".join([CELLS[dots[a]][dots[b]] for a, b in zip(left, right, strict=True)]))
    return lines


def resample(values: Series, count: int) -> tuple[float | None, ...]:
    """Return `values` in at most `count` equal runs, each by its highest value.

    A run of gaps alone stays a gap. A peak is never averaged away.
    """
    size = len(values)
    if size <= count or count <= 0:
        return tuple(values[: max(0, count)])
    edges = [size * run // count for run in range(count + 1)]
    return tuple(max(_known(values[start:end]), default=None) for start, end in pairwise(edges))


def _newest(values: Series, count: int) -> list[float | None]:
    """Return the last `count` values, with gaps in front where there are fewer."""
    count = max(0, count)
    newest = list(values[-count:]) if count else []
    return [None] * (count - len(newest)) + newest


def _known(values: Iterable[float | None]) -> list[float]:
    return [value for value in values if value is not None and not math.isnan(value)]


def _levels(values: Series, lo: float, hi: float | None, steps: int) -> list[int]:
    """Return the height of each value in `1..steps`, 0 for a gap."""
    if hi is None:
        hi = max((value for value in _known(values) if math.isfinite(value)), default=lo)
    span = hi - lo if hi > lo else 1.0
    levels = []
    for value in values:
        if value is None or math.isnan(value):
            levels.append(0)
            continue
        share = min(1.0, max(0.0, (value - lo) / span))
        levels.append(1 + min(steps - 1, math.floor(share * steps)) if steps else 0)
    return levels
