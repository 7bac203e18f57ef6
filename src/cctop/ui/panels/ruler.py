"""Which time of a session is in which cell of its line."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import pairwise

from cctop.replay.model import Axis


class Ruler:
    """Which time is in which of the cells of a line of this width."""

    def __init__(self, axis: Axis, width: int) -> None:
        self.width = width
        self._axis = axis
        last = max(1, width - 1)
        # Half cells, as a braille curve has them; the first and the last cell reach over the ends.
        self.halves = _times(axis, [(half / 2 - 0.5) / last for half in range(2 * width + 1)])
        self._edges = self.halves[2:-1:2]

    def cell(self, at: int) -> int:
        """The cell of a time: the ends have their own, however short it all was."""
        if at <= self._axis.start:
            return 0
        if at >= self._axis.end:
            return self.width - 1
        return min(self.width - 1, bisect_right(self._edges, at))

    def time(self, cell: int) -> int:
        """The time in the middle of a cell."""
        return self._axis.time(cell / max(1, self.width - 1))


def knots_of(axis: Axis) -> tuple[list[int], list[float]]:
    """The times between which the line is even, and their places: start, gaps and end.

    `Axis.place` looks at all gaps each time, and there may be hundreds: but where one gap and one
    busy time are, all are, since every gap is drawn alike, unless it was shorter than that.
    """
    knots = [axis.start, *(at for gap in axis.gaps for at in (gap.start, gap.end)), axis.end]
    lengths = [after - before for before, after in pairwise(knots)]
    busy = max(range(0, len(lengths), 2), key=lengths.__getitem__)
    pace = _reach(axis, knots, busy) / lengths[busy] if lengths[busy] else 0.0
    gap = max(range(1, len(lengths), 2), key=lengths.__getitem__, default=0)
    widest = _reach(axis, knots, gap)
    places = [0.0]
    for number, length in enumerate(lengths):
        wide = length * pace
        if number % 2:
            wide = min(wide, widest) if pace else widest
        places.append(places[-1] + wide)
    return knots, places


def _reach(axis: Axis, knots: Sequence[int], number: int) -> float:
    return axis.place(knots[number + 1]) - axis.place(knots[number])


def _times(axis: Axis, places: Sequence[float]) -> list[int]:
    """The times at many places, in order."""
    knots, reached = knots_of(axis)
    times = []
    for place in places:
        after = min(len(knots) - 1, max(1, bisect_right(reached, place)))
        low, high = reached[after - 1], reached[after]
        share = min(1.0, max(0.0, (place - low) / (high - low))) if high > low else 0.0
        times.append(knots[after - 1] + round(share * (knots[after] - knots[after - 1])))
    return times
