"""A session on one line: its curve, its marks, its turns, its idle gaps, and where the replay is.

Where nothing happened the line is short and broken, so that what did happen has room.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from operator import attrgetter
from typing import Final, NamedTuple

from cctop import figures
from cctop.replay.model import Axis, Gap, Level, Mark, MarkKind
from cctop.ui.panels.marks import BROKEN, MARK, RANK
from cctop.ui.panels.ruler import Ruler
from cctop.ui.widgets.draw import braille
from cctop.ui.widgets.parts import Part, Parts, merge
from cctop.ui.words import clock, local_time, midnight

CURSOR, STEM = "●", "│"
PASSED, AHEAD, GAP = "━", "─", "╱"
TURN_PASSED, TURN_AHEAD = "┻", "┴"
ROOM_FOR_TWO = 8
"""Lines from which on what went wrong has a line of marks of its own."""
LABEL_EVERY: Final = 18
"""Cells from one time beneath the line to the next."""
PIECE: Final = 8
"""Cells of a line that are painted anew together when the cursor moves through them."""
CELLS_A_BREAK, CELLS_A_LABEL = 12, 32
"""Of long gaps, one in so many cells is drawn, and how long it was is said, at most."""


class Of(StrEnum):
    """What the curve shows."""

    COST = "cost"
    CONTEXT = "context"


class Ground(NamedTuple):
    """All that stays as it is while the cursor moves, made for one width and height.

    `full` is what the height of the curve stands for: pico-USD, or tokens.
    """

    ruler: Ruler
    curve: tuple[str, ...] = ()
    full: int = 0
    marks: tuple[Mapping[int, Mark], ...] = ()
    turns: Mapping[int, int] = {}
    gaps: frozenset[int] = frozenset()  # cells that stand for an idle time
    labels: Parts = ()

    def mark(self, cell: int) -> Mark | None:
        """The mark that is seen on a cell."""
        return next((marks[cell] for marks in self.marks if cell in marks), None)

    def time(self, cell: int, line: int = -1) -> int:
        """The time that a click on a cell means: of what is seen on that line, else nearby."""
        row = line - len(self.curve)
        if 0 <= row < len(self.marks) and cell in self.marks[row]:
            return self.marks[row][cell].at
        if row == len(self.marks) and cell in self.turns:
            return self.turns[cell]
        mark = self.mark(cell)
        return mark.at if mark else self.turns.get(cell, self.ruler.time(cell))


def ground_of(axis: Axis, of: Of, window: int | None, width: int, height: int) -> Ground:
    """What lies beneath the cursor: `window` is the size of the context, where that is known.

    The first lines of `height` go to the line itself, then to the marks, the times, the curve.
    """
    ruler = Ruler(axis, width)
    two = height >= ROOM_FOR_TWO
    rows = height - 3 - two
    idle, breaks = _gap_cells(axis, ruler)
    full = _full(axis, of, window)
    return Ground(
        ruler,
        _curve(axis, of, full, ruler, rows, idle) if rows > 0 else (),
        full,
        _marks(axis, ruler, two=two),
        {cell: at for at in axis.turns if (cell := ruler.cell(at)) not in idle},
        idle | breaks,
        _labels(axis, ruler) if height >= 3 else (),
    )


def axis_lines(ground: Ground, at: int, height: int) -> Iterator[Parts]:
    """The lines, with the cursor at a time: as many of them as there are."""
    cursor = ground.ruler.cell(at)
    if height == 1:
        yield _track(ground, cursor, ground.marks[-1])
        return
    for row in ground.curve:
        yield _curve_line(row, cursor)
    for marks in ground.marks:
        yield _mark_line(marks, cursor, ground.ruler.width)
    yield _track(ground, cursor, {})
    if height >= 3:
        yield ground.labels


def _curve_line(row: str, cursor: int) -> Parts:
    """What was paid or held is bright, what is to come is quiet."""
    line: list[Part] = []
    for start in range(0, len(row), PIECE):
        text, place = row[start : start + PIECE], cursor - start
        if 0 <= place < len(text):
            line += [(text[:place], "fill"), (STEM, "accent"), (text[place + 1 :], "rule")]
        else:
            line.append((text, "fill" if start < cursor else "rule"))
    return tuple(line)


def _mark_line(marks: Mapping[int, Mark], cursor: int, width: int) -> Parts:
    cells: list[Part] = [(" ", "")] * width
    cells[cursor] = (STEM, "accent")
    for cell, mark in marks.items():
        sign = MARK[mark.kind]
        cells[cell] = (sign.glyph, "select" if cell == cursor else sign.tone)
    return _in_pieces(cells)


def _track(ground: Ground, cursor: int, marks: Mapping[int, Mark]) -> Parts:
    cells: list[Part] = []
    for cell in range(ground.ruler.width):
        passed = cell < cursor
        if cell == cursor:
            cells.append((CURSOR, "accent"))
        elif cell in marks:
            sign = MARK[marks[cell].kind]
            cells.append((sign.glyph, sign.tone))
        elif cell in ground.gaps:
            cells.append((GAP, "dim"))
        elif cell in ground.turns:
            cells.append((TURN_PASSED, "accent") if passed else (TURN_AHEAD, "dim"))
        else:
            cells.append((PASSED, "accent") if passed else (AHEAD, "rule"))
    return _in_pieces(cells)


def _in_pieces(cells: list[Part]) -> Parts:
    """A line in parts that are the same while the cursor is elsewhere, and not painted again."""
    pieces = (merge(cells[start : start + PIECE]) for start in range(0, len(cells), PIECE))
    return tuple(part for piece in pieces for part in piece)


def _marks(axis: Axis, ruler: Ruler, *, two: bool) -> tuple[dict[int, Mark], ...]:
    """The marks by cell, in one line or in two. Turns are on the line itself."""
    lines: tuple[dict[int, Mark], ...] = ({}, {}) if two else ({},)
    for mark in axis.marks:
        if mark.kind is MarkKind.PROMPT:
            continue
        line = lines[two and mark.kind not in BROKEN]
        cell = ruler.cell(mark.at)
        if cell not in line or RANK[mark.kind] <= RANK[line[cell].kind]:
            line[cell] = mark
    return lines


def _longest(axis: Axis, count: int) -> list[Gap]:
    """The longest gaps: a session of days has hundreds, and a line room for some."""
    return sorted(axis.gaps, key=lambda gap: gap.start - gap.end)[:count]


def _gap_cells(axis: Axis, ruler: Ruler) -> tuple[frozenset[int], frozenset[int]]:
    """The cells in which nothing happened, and one for each long gap that has no such cell."""
    idle: set[int] = set()
    for gap in axis.gaps:
        idle.update(range(ruler.cell(gap.start) + 1, ruler.cell(gap.end)))
    long = _longest(axis, ruler.width // CELLS_A_BREAK)
    ends = ((ruler.cell(gap.start), ruler.cell(gap.end)) for gap in long)
    turns = set(map(ruler.cell, axis.turns))
    # Where it goes on with a turn, the break is before it, if that is possible.
    breaks = {
        first if last in turns and first not in turns else last
        for first, last in ends
        if last == first + 1
    }
    return frozenset(idle), frozenset(breaks)


def _full(axis: Axis, of: Of, window: int | None) -> int:
    """What the full height stands for: all that was paid, or the window of the model."""
    highest = max(map(_size(of), axis.levels), default=0)
    if of is Of.CONTEXT and window and highest > window / 3:
        return max(highest, window)
    return highest


def _curve(
    axis: Axis, of: Of, full: int, ruler: Ruler, rows: int, gaps: frozenset[int]
) -> tuple[str, ...]:
    """The curve in lines, blank where nothing happened."""
    values = _sampled(axis.levels, of, ruler)
    for cell in gaps:
        values[2 * cell : 2 * cell + 2] = (None, None)
    return tuple(braille(values, ruler.width, rows, 0.0, full or None))


def _sampled(levels: Sequence[Level], of: Of, ruler: Ruler) -> list[float | None]:
    """The curve in half cells: the cost at the end of each, the largest context within it.

    No stretch of time hides the peak before a compaction.
    """
    size = _size(of)
    values: list[float | None] = []
    low = 0
    for end in ruler.halves[1:]:
        high = bisect_right(levels, end, key=_time)
        if not high:
            values.append(None)
        elif of is Of.COST:
            values.append(size(levels[high - 1]))
        else:
            values.append(max(map(size, levels[max(0, low - 1) : high])))
        low = high
    return values


def _labels(axis: Axis, ruler: Ruler) -> Parts:
    """Times beneath the line, and how long each gap was, as far as they do not touch."""
    width = ruler.width
    line = [" "] * width
    taken = [False] * (width + 2)

    def put(text: str, cell: int) -> None:
        """Write a text, if there is a blank around it."""
        if 0 <= cell <= width - len(text) and not any(taken[cell : cell + len(text) + 2]):
            line[cell : cell + len(text)] = text
            taken[cell + 1 : cell + len(text) + 1] = [True] * len(text)

    first, last = _ends(axis)
    if axis.end > axis.start:
        put(first, 0)
        put(last, width - len(last))
    for gap in _longest(axis, width // CELLS_A_LABEL):
        words = figures.duration(gap.end - gap.start)
        middle = (ruler.cell(gap.start) + ruler.cell(gap.end) + 1) // 2
        put(f"({words})", middle - len(words) // 2 - 1)
    for cell in range(LABEL_EVERY, width if axis.end > axis.start else 0, LABEL_EVERY):
        put(clock(ruler.time(cell), seconds=False), cell - 2)
    return (("".join(line), "dim"),)


def _ends(axis: Axis) -> tuple[str, str]:
    """When it began and ended; with their days, where it took more than one."""
    if midnight(axis.start) == midnight(axis.end):
        return clock(axis.start, seconds=False), clock(axis.end, seconds=False)
    return local_time(axis.start, "%d %b %H:%M"), local_time(axis.end, "%d %b %H:%M")


def _size(of: Of) -> Callable[[Level], int]:
    return attrgetter("cost" if of is Of.COST else "context")


def _time(level: Level) -> int:
    return level.at
