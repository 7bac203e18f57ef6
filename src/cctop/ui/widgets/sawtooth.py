"""The size of a context over time, with the compactions that cut it down."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar, Unpack

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message

from cctop.ui.widgets.cells import pad
from cctop.ui.widgets.draw import braille
from cctop.ui.widgets.paint import Face, Names, Painted
from cctop.ui.widgets.parts import Parts, Tone, merge


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment on the time line, in the unit of the curve, with a glyph one cell wide."""

    at: int
    glyph: str
    tone: Tone = "accent"


@dataclass(frozen=True, slots=True)
class Curve:
    """A size over time: `(time, size)` in order of time, the size holding until the next point.

    A size of `None` begins a gap. The time line goes from `start` to `end`, in any unit (ms for
    one); `hi` is the full height, by default the highest size. Marks are in order of time.
    """

    points: tuple[tuple[int, float | None], ...] = ()
    marks: tuple[Mark, ...] = ()
    start: int = 0
    end: int = 0
    hi: float | None = None
    tone: Tone = "fill"


def sampled(curve: Curve, count: int) -> tuple[float | None, ...]:
    """Return the curve as `count` values, each the highest size within its stretch of time.

    The peak before a drop is what a compaction is judged by, so no stretch hides it.
    """
    span = curve.end - curve.start
    if span <= 0 or count <= 0:
        return (None,) * max(0, count)
    times = [time for time, _ in curve.points]
    values: list[float | None] = []
    for step in range(count):
        first = curve.start + span * step // count
        last = curve.start + span * (step + 1) // count
        # From the size held when the stretch begins to the last point within it.
        held = bisect_right(times, first)
        start = max(0, min(bisect_left(times, first), held - 1))
        stop = bisect_right(times, last - (step < count - 1))
        points = curve.points[start : max(held, stop)]
        values.append(max((size for _, size in points if size is not None), default=None))
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


class Timeline(Painted, can_focus=True):
    """A curve of context size, its marks on a line beneath, and a cursor that goes along them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "step(-1)", "mark before", id="timeline.previous", show=False),
        Binding("right", "step(1)", "next mark", id="timeline.next", show=False),
        Binding("enter", "open", "open", id="open", show=False),
    ]

    class MarkHighlighted(Message):
        """The cursor came to rest on a mark, `curve.marks[index]`."""

        def __init__(self, timeline: "Timeline", index: int) -> None:
            super().__init__()
            self.timeline = timeline
            self.index = index

        @property
        def control(self) -> "Timeline":
            """The time line, for `@on(Timeline.MarkHighlighted, "#id")`."""
            return self.timeline

    class MarkSelected(MarkHighlighted):
        """A mark was chosen with Enter or a double click."""

    def __init__(
        self,
        curve: Curve | None = None,
        **names: Unpack[Names],
    ) -> None:
        self._curve = curve or Curve()
        self._selected: int | None = None
        super().__init__(**names)

    def update(self, curve: Curve) -> None:
        """Show a curve. The cursor stays on its mark, and goes when that is gone."""
        if curve == self._curve:
            return
        if self._selected is not None:
            mark = self._curve.marks[self._selected]
            self._selected = curve.marks.index(mark) if mark in curve.marks else None
        self._curve = curve
        self.repaint()

    @property
    def selected(self) -> int | None:
        """The number of the mark under the cursor."""
        return self._selected

    def select(self, index: int | None) -> None:
        """Put the cursor on a mark, or on none.

        Raises `IndexError` for a mark that is not there.
        """
        if index is not None and not 0 <= index < len(self._curve.marks):
            raise IndexError(f"mark {index} of {len(self._curve.marks)}")
        if index == self._selected:
            return
        self._selected = index
        self.repaint()
        if index is not None:
            self.post_message(self.MarkHighlighted(self, index))

    def faces(self, size: Size) -> Iterable[Face]:
        """Return the curve, and beneath it the marks where there is a second line."""
        width, height = size
        rows = max(1, height - 1)
        values = sampled(self._curve, 2 * width)
        for row in braille(values, width, rows, 0.0, self._curve.hi):
            yield Face(((row, self._curve.tone),))
        if height > 1:
            yield Face(mark_line(self._curve, width, self._selected))

    def action_step(self, step: int) -> None:
        """Move the cursor to the next mark in view, one way or the other."""
        marks = list(self._marks_in_view())
        if self._selected is None:
            ahead = marks if step > 0 else marks[::-1]
        else:
            here = self._selected
            ahead = [index for index in marks if (index - here) * step > 0][::step]
        if ahead:
            self.select(ahead[0])

    def action_open(self) -> None:
        """Choose the mark under the cursor."""
        if self._selected is not None:
            self.post_message(self.MarkSelected(self, self._selected))

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to the mark nearest to the click; on a second click choose it."""
        if (offset := event.get_content_offset(self)) is None:
            return
        if columns := self._marks_in_view():
            event.stop()
            self.select(min(columns, key=lambda index: abs(columns[index] - offset.x)))
            if event.chain == 2:
                self.action_open()

    def _marks_in_view(self) -> dict[int, int]:
        """Return the cell of every mark on the time line, by the mark's number."""
        return {
            index: column
            for index, mark in enumerate(self._curve.marks)
            if (column := column_of(mark.at, self._curve, self.size.width)) is not None
        }
