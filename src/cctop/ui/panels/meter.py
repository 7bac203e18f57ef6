"""The meter of the selected session: what it used and cost, by kind and over time."""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from textual.geometry import Size

from cctop import figures
from cctop.book.snapshot import Detail, Point
from cctop.ui.panels import big, books
from cctop.ui.panels.frame import Titled, title
from cctop.ui.panels.kinds import books_lines, kinds_lines
from cctop.ui.widgets.cells import truncate
from cctop.ui.widgets.graph import Plot, plot_lines
from cctop.ui.widgets.paint import Face
from cctop.ui.widgets.parts import Parts, cells_of, fit
from cctop.ui.words import LIST_PRICE, STATUS, clock

SIDE_BY_SIDE = 76
WIDE = 120
FIGURES_WIDTH, WIDE_FIGURES = 48, 64
LOWEST_GRAPH, HIGHEST_GRAPH = 3, 9
EMPTY = "no session selected"
READING = "reading …"


class Block(NamedTuple):
    """Lines that stay together. Where there is no room, the highest `drop` goes first."""

    lines: list[Parts]
    drop: int


def meter_lines(detail: Detail, now: int, size: Size) -> list[Parts]:
    """The meter without its title, in at most this many lines of this width."""
    width, height = size
    if width < SIDE_BY_SIDE:
        return _stack(_blocks(detail, now, width), detail, size)
    figures_width = FIGURES_WIDTH if width < WIDE else WIDE_FIGURES
    beside = width - figures_width - 3
    size = Size(figures_width, height)
    left = _stack(_blocks(detail, now, figures_width), detail, size, graph=False)
    right = _aside(detail, Size(beside, height))
    gap: Parts = (("   ", ""),)
    blank: Parts = fit("", beside)
    right += [blank] * (len(left) - len(right))
    left += [()] * (len(right) - len(left))
    return [(*fit(one, figures_width), *gap, *two) for one, two in zip(left, right, strict=True)]


def _blocks(detail: Detail, now: int, width: int) -> list[Block]:
    session = detail.session
    return [
        Block(_hero(detail, width), 6),
        Block([books.about(detail, width)], 4),
        Block([*kinds_lines(detail, width), *books_lines(session, width)], 0),
        Block(books.qualifications(session), 2),
        Block([books.pace(session, now, width)], 3),
        Block([line for line in [books.next_milestone(detail, now, width)] if line], 1),
        Block([((LIST_PRICE, "dim"),)], 5),
    ]


def _stack(blocks: list[Block], detail: Detail, size: Size, *, graph: bool = True) -> list[Parts]:
    """Blocks one above the other, a graph in what is left, and air in what is left of that."""
    width, height = size
    kept = [block for block in blocks if block.lines]
    while _lines(kept) > height and len(kept) > 1:
        kept.remove(max(kept, key=lambda block: block.drop))
    if _lines(kept) > height:
        kept = [Block(kinds_lines(detail, width, height), 0)]
    spare = height - _lines(kept)
    if graph and len(detail.points) > 1 and detail.session.cost and spare >= LOWEST_GRAPH:
        airy = spare - len(kept)
        rows = min(HIGHEST_GRAPH, airy if airy >= LOWEST_GRAPH else spare)
        place = max(1, len(kept) - 2)
        kept.insert(place, Block(plot_lines(cost_plot(detail, width), width, rows), 0))
    air = height - _lines(kept) >= len(kept) - 1
    lines: list[Parts] = []
    for block in kept:
        if air and lines:
            lines.append(())
        lines += block.lines
    return lines[:height]


def _lines(blocks: list[Block]) -> int:
    return sum(len(block.lines) for block in blocks)


def _aside(detail: Detail, size: Size) -> list[Parts]:
    """What stands right of the figures on a wide panel: the graph, then lists that fit."""
    width, height = size
    rows = max(LOWEST_GRAPH, min(HIGHEST_GRAPH, height // 2))
    lines = plot_lines(cost_plot(detail, width), width, min(rows, height))
    for name, block in (
        ("milestones", books.milestone_lines(detail, 6)),
        ("models", books.model_lines(detail, width)),
        ("tools", books.tool_lines(detail, width)[:8]),
    ):
        if block and len(lines) + len(block) + 2 <= height:
            lines += [fit("", width), fit(((name, "heading"),), width)]
            lines += [fit(line, width) for line in block]
    return lines


def _hero(detail: Detail, width: int) -> list[Parts]:
    """The cost, three lines high, and the new tokens beside it."""
    session = detail.session
    if session.unpriced_tokens and not session.cost:
        return []
    cost, new = figures.usd(session.cost), figures.tokens(session.tokens.new)
    words: list[Parts] = [
        (),
        ((f"{new:>7}", ""), (" new tokens", "dim")),
        ((f"{figures.tokens(session.tokens.total):>7}", ""), (" with cache reads", "dim")),
    ]
    lines: list[Parts] = [
        ((line, "heading"), ("   ", ""), *beside)
        for line, beside in zip(big.big(cost), words, strict=True)
    ]
    return lines if all(cells_of(line) <= width for line in lines) else []


def cost_plot(detail: Detail, width: int) -> Plot:
    """What was spent over the life of the session, in as many steps as there are dots."""
    points = detail.points
    if len(points) < 2 or not detail.session.cost:
        return Plot()
    start, end = points[0].at, max(points[-1].at, points[0].at + 1)
    label = len("$0.00") + 2
    steps = max(1, 2 * (width - label))
    # A session has thousands of points and a graph a hundred steps: so each step asks for its end.
    ends = [start + (end - start) * step // steps for step in range(1, steps)] + [end]
    places = [0, *(bisect_right(points, at, key=_time) for at in ends)]
    places[-1] = len(points)
    paid = [points[place - 1].cost if place else 0 for place in places]
    spent = [float(max(0, after - before)) for before, after in pairwise(paid)]
    return Plot(
        tuple(spent),
        top=figures.usd(int(max(spent))),
        start=clock(start, seconds=False),
        end=f"cost over time  {clock(end, seconds=False)}",
        tone="accent",
    )


def _moving(detail: Detail | None, now: int) -> tuple[Parts, ...]:
    """Return what is said that depends on the time, however much of it there is room for."""
    if detail is None:
        return ()
    return books.pace(detail.session, now, 999), books.next_milestone(detail, now, 999)


def _time(point: Point) -> int:
    return point.at


class Meter(Titled, can_focus=True):
    """The meter."""

    def __init__(self) -> None:
        self._detail: Detail | None = None
        self._now = 0
        self._moving: tuple[Parts, ...] = ()
        self._empty = EMPTY
        super().__init__(id="meter")

    def say(self, words: str) -> None:
        """Say this where there is no session to show."""
        if words != self._empty:
            self._empty = words
            self.repaint()

    def show(self, detail: Detail | None, now: int) -> None:
        """Show a session, or that none is selected. With the time alone only some words move."""
        moving = _moving(detail, now)
        if detail is not self._detail or moving != self._moving:
            self._detail, self._now, self._moving = detail, now, moving
            self.repaint()

    def lines_wanted(self) -> int:
        """The height that shows what matters: the figures and what is said of them."""
        if self._detail is None:
            return 2
        blocks = [block for block in _blocks(self._detail, self._now, 48) if block.drop < 5]
        return 1 + _lines(blocks)

    def faces(self, size: Size) -> Iterable[Face]:
        """The title and the meter."""
        detail, width = self._detail, size.width
        if detail is None:
            yield title(width, "1", "meter", focused=self.has_focus)
            yield Face(fit(self._empty, width, tone="dim"))
            return
        session = detail.session
        sign = STATUS[session.status]
        right: Parts = ((f"{sign.glyph} {sign.word}", sign.tone),)
        if session.status_inferred:  # the list of running sessions does not say it
            right += ((", inferred", "dim"),)
        name: Parts = ((session.project, ""),)
        room = width - len(session.project) - max(30, cells_of(right) + 21)
        if session.title and room >= 8:
            name += ((f"  {truncate(session.title, room)}", "dim"),)
        yield title(width, "1", "meter", [name], right, focused=self.has_focus)
        for line in meter_lines(detail, self._now, Size(width, size.height - 1)):
            yield Face(fit(line, width))
