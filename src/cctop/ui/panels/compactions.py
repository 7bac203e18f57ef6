"""The compaction timeline: the context over time as a sawtooth, and each time it was cut."""

from collections.abc import Iterator

from textual.geometry import Size

from cctop import figures
from cctop.book.snapshot import CompactionMark, Detail
from cctop.ui import health
from cctop.ui.panels.frame import columns_line
from cctop.ui.panels.listing import Listing
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.draw import braille
from cctop.ui.widgets.paint import Face
from cctop.ui.widgets.parts import Cell, Parts, fit
from cctop.ui.widgets.sawtooth import Curve, Mark, mark_line, sampled
from cctop.ui.words import TRIGGER, clock, count

COLUMNS = (
    Column("at", "", 8),
    Column("kind", "", 1),
    Column("word", "", 6, drop=3),
    Column("sizes", "", 15),
    Column("dropped", "", 7, align="right", drop=4),
    Column("took", "", 6, align="right", drop=2),
    Column("cost", "", 7, align="right", drop=1),
    Column("agent", "", 8, drop=9),
    Column("unnamed", "", 16, flex=1, align="right", drop=8),
)
LOWEST_CURVE, HIGHEST_CURVE = 2, 16
GUTTER = 6


def compaction_line(mark: CompactionMark, width: int) -> Parts:
    """When and why, tokens before and after, how long, what it cost."""
    sign = TRIGGER[mark.trigger]
    sizes = f"{figures.tokens(mark.tokens_before):>6} → {figures.tokens(mark.tokens_after):<6}"
    dropped = "" if mark.dropped is None else f"−{figures.tokens(mark.dropped)}"
    cells: tuple[Cell, ...] = (
        ((clock(mark.at), "dim"),),
        ((sign.glyph, sign.tone),),
        ((sign.word, sign.tone),),
        sizes,
        ((dropped, "dim"),),
        ((figures.took(mark.duration_ms), "dim"),),
        figures.usd(mark.cost) if mark.cost is not None else "",
        (("subagent", "dim"),) if mark.agent_id else "",
        ((f"{count(len(mark.unnamed), 'file')} unnamed", "warning"),) if mark.unnamed else "",
    )
    return columns_line(COLUMNS, cells, width)


def curve_of(detail: Detail) -> Curve:
    """The main thread's context over the life of the session; the window is the full height."""
    times = [point.at for point in detail.points if point.context]
    sizes = [context for point in detail.points if (context := point.context)]
    marks = tuple(
        Mark(mark.at, TRIGGER[mark.trigger].glyph, TRIGGER[mark.trigger].tone)
        for mark in detail.compactions
        if not mark.agent_id
    )
    if not times:
        return Curve()
    window = detail.session.context.window
    highest = max(sizes)
    hi = max(highest, window) if window and highest > window / 3 else highest
    return Curve(times, sizes, marks, times[0], max(times[-1], times[0] + 1), hi)


def curve_lines(curve: Curve, width: int, height: int, selected: int | None = None) -> list[Parts]:
    """The curve with its scale, and beneath it the marks and when it ends."""
    room = width - GUTTER
    rows = braille(sampled(curve, 2 * room), room, height - 1, 0.0, curve.hi)
    lines: list[Parts] = []
    for y, row in enumerate(rows):
        label = f"{figures.tokens(int(curve.hi or 0))}" if y == 0 else ""
        lines.append(((row, "fill"), *fit(label, GUTTER, "right", "dim")))
    end: Parts = fit(clock(curve.end, seconds=False), GUTTER, "right", "dim")
    lines.append((*fit(mark_line(curve, room, selected), room), *end))
    return lines


class Compactions(Listing[CompactionMark]):
    """The compactions."""

    KEY, NAME = "3", "compactions"
    EMPTY = "no compaction"
    COMPARED = 0  # the curve moves with every call

    def __init__(self) -> None:
        self._curve: Curve | None = None
        self._has_curve = False
        super().__init__()

    @property
    def curve(self) -> Curve:
        """The curve, made when it comes into view."""
        if self._curve is None:
            self._curve = curve_of(self.detail) if self.detail is not None else Curve()
        return self._curve

    def items_of(self, detail: Detail) -> tuple[CompactionMark, ...]:
        """All compactions, oldest first."""
        return detail.compactions

    def take(self, detail: Detail | None) -> None:
        """Another curve, too."""
        super().take(detail)
        self._curve = None
        self._has_curve = detail is not None and any(point.context for point in detail.points)

    def item_line(self, item: CompactionMark, width: int) -> Parts:
        """One compaction."""
        return compaction_line(item, width)

    def details_of(self, detail: Detail) -> list[Parts]:
        """How many, what to think of it, and the context now."""
        number = len(detail.compactions)
        context = detail.session.context
        level = health.context(context.fraction)
        used: Parts = (("context ", "dim"), (figures.percent(context.fraction), ""))
        details: list[Parts] = [((f"{number:,} ", ""), health.mark(health.compactions(number)))]
        if since := detail.session.compacting_since:
            details.insert(0, ((f"compacting… since {clock(since)}", "warning"),))
        worry: Parts = () if level == "ok" else ((" ", ""), health.mark(level))
        details.append((*used, *worry))
        if context.window:
            of = f"{figures.tokens(context.tokens)} of {figures.tokens(context.window)}"
            details.append(((of, "dim"),))
        return details

    def lines_wanted(self) -> int:
        """The height that shows the list, and a curve above it."""
        return super().lines_wanted() + 5

    def heading_lines(self, height: int) -> int:
        """The title, and the curve in the lines that the list does not need."""
        title = super().heading_lines(height)
        if not self._has_curve:
            return title
        listed = min(max(1, len(self.items)), max(3 if height >= 8 else 1, height // 3))
        spare = height - title - listed
        return title + (min(HIGHEST_CURVE, spare) if spare >= LOWEST_CURVE else 0)

    def headings(self, size: Size) -> Iterator[Face]:
        """The title and the curve."""
        yield self.heading(size.width)
        if size.height > 1:
            selected = self._mark_of(self.selected) if self.has_focus else None
            yield from map(Face, curve_lines(self.curve, size.width, size.height - 1, selected))

    def _mark_of(self, item: CompactionMark | None) -> int | None:
        """The number of a compaction's mark on the curve, which has the main thread's alone."""
        marked = [mark for mark in self.items if not mark.agent_id]
        return marked.index(item) if item in marked else None
