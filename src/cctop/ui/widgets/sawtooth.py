"""The size of a context over time, with the compactions that cut it down."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from cctop.ui.widgets.cells import pad
from cctop.ui.widgets.parts import Parts, Tone, merge


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the time line, in the unit of the curve, with a glyph one cell wide."""

    at: int
    glyph: str
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True, eq=False)  # of ten thousands of points: never compared
class Curve:
    """A size over time: each of the sizes holds from its time on, until the next one.

    Times are in order, and there are as many as sizes. A size of `None` begins a gap. The time line
    goes from `start` to `end`, in any unit (ms for one); `hi` is the full height, by default the
    highest size. Marks are in order of time.
    """

    times: Sequence[int] = ()
    sizes: Sequence[float | None] = ()
    marks: tuple[Mark, ...] = ()
    start: int = 0
    end: int = 0
    hi: float | None = None
    tone: Tone = "fill"


@lru_cache(1)  # the curve on the screen, while its cursor moves
def sampled(curve: Curve, count: int) -> tuple[float | None, ...]:
    """Return the curve as `count` values, each the highest size within its stretch of time.

    The peak before a drop is what a compaction is judged by, so no stretch hides it.
    """
    span = curve.end - curve.start
    if span <= 0 or count <= 0:
        return (None,) * max(0, count)
    times, values = curve.times, []
    for step in range(count):
        first = curve.start + span * step // count
        last = curve.start + span * (step + 1) // count
        # From the size held when the stretch begins to the last point within it.
        held = bisect_right(times, first)
        start = max(0, min(bisect_left(times, first), held - 1))
        stop = bisect_right(times, last - (step < count - 1))
        sizes = curve.sizes[start : max(held, stop)]
        known = [size for size in sizes if size is not None] if None in sizes else sizes
        values.append(max(known, default=None))  # type: ignore[type-var]
    return tuple(values)


def column_of(at: int, curve: Curve, width: int) -> int | None:
    """Return the cell that a time falls in, `None` outside the time line."""
    span = curve.end - curve.start
    if span <= 0 or width <= 0 or not curve.start <= at <= curve.end:
        return None
    return min(width - 1, (at - curve.start) * width // span)


def mark_line(curve: Curve, width: int, selected: int | None) -> Parts:
    """Return the marks at their places; of several in one cell the selected or the last."""
    cells: list[tuple[str, Tone]] = [(" ", "")] * width
    order = [index for index in range(len(curve.marks)) if index != selected]
    for index in [*order, *([] if selected is None else [selected])]:
        mark = curve.marks[index]
        if (column := column_of(mark.at, curve, width)) is not None:
            cells[column] = (pad(mark.glyph, 1), "select" if index == selected else mark.tone)
    return merge(cells)
