"""The fleet line: how many sessions do what, what today costs, how fast, and the budget."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from textual.geometry import Size

from cctop import figures
from cctop.book.snapshot import Fleet, Status
from cctop.ui import health
from cctop.ui.panels.limits import limit_bars, limits_parts
from cctop.ui.widgets.draw import bar, braille, resample
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Part, Parts, cells_of, fit
from cctop.ui.words import DOT, STATUS, amount, clock, unpriced

BUDGET_HINT = "cctop config set budget.daily_usd 50"
GRAPH_CELLS = 10
NARROW = 72
ROOMY = 120
SHORTEST_BAR = 12  # cells of a budget's bar that still says something
USUAL_MIDDLE = 34  # cells of "today $41.82  61.2M tokens" and a little


class FleetView(NamedTuple):
    """What the fleet line shows; `budget` is a day's in pico-USD, 0 for none."""

    fleet: Fleet = Fleet()
    budget: int = 0
    tag: str = ""


def fleet_lines(view: FleetView, width: int, height: int) -> list[Parts]:
    """The fleet in two lines, in three where the screen is narrow, or in one."""
    if height == 1:
        return [_first_fitting(_one_line(view), width)]
    if width < NARROW:
        return _narrow(view, width)[:height]
    return [_first_fitting(_wide(view, width), width), _budget(view, width, projection=True)]


def _wide(view: FleetView, width: int) -> Iterator[Parts]:
    """The first line, the fullest first: words go before figures do."""
    for counts, today, burn in ((1, 2, 2), (1, 1, 2), (1, 1, 1), (0, 1, 1), (0, 0, 1)):
        parts = (_counts(view, counts), _today(view.fleet, today), _burn(view.fleet, burn))
        yield _spread(parts, width)


def _narrow(view: FleetView, width: int) -> list[Parts]:
    head = (_ends(_counts(view, 0), _today(view.fleet, level), width) for level in (1, 0))
    burn, ahead = _burn(view.fleet, 1), _projection(view) if view.budget else ()
    # The limits of a plan matter more to who has one than a projection in dollars.
    limits = limits_parts(view.fleet) if view.budget else ()
    return [
        _first_fitting(head, width),
        _budget(view, width, projection=False),
        _ends(burn, limits or ahead, width),
    ]


def _one_line(view: FleetView) -> Iterator[Parts]:
    for counts, today in ((0, 1), (0, 0), (-1, 0)):
        yield (*_counts(view, counts), ("   ", ""), *_today(view.fleet, today))


def _first_fitting(lines: Iterator[Parts], width: int) -> Parts:
    line: Parts = ()
    for line in lines:
        if cells_of(line) <= width:
            return line
    return fit(line, width)


def _counts(view: FleetView, level: int) -> Parts:
    """How many do what: 1 with words, 0 without, -1 without a name before them."""
    fleet = view.fleet
    line: list[Part] = [("cctop", "heading")] if level >= 0 else []
    if view.tag:
        line += [(" ", ""), (view.tag, "accent")]
    for status, number in (
        (Status.BUSY, fleet.busy),
        (Status.WAITING, fleet.waiting),
        (Status.IDLE, fleet.idle),
    ):
        sign = STATUS[status]
        gap = "   " if level > 0 else "  "
        line += [
            (gap if line else "", ""),
            (f"{sign.glyph} {number}", sign.tone if number else "dim"),
        ]
        if level > 0:
            line.append((f" {sign.word}", "dim"))
    return tuple(line)


def _today(fleet: Fleet, level: int) -> Parts:
    """What today cost: 2 with the tokens, 1 without, 0 as short as can be."""
    cost = amount(fleet.today_cost, fleet.today_unpriced_tokens)
    if level == 0:
        return (
            ("today ", "dim"),
            (cost, "heading"),
            ("+" if fleet.today_unpriced_tokens else "", ""),
        )
    line: Parts = (("today ", "dim"), (cost, "heading"))
    line += unpriced(fleet.today_unpriced_tokens)
    if level > 1:
        line += (("  ", ""), (figures.tokens(fleet.today_tokens), ""), (" tokens", "dim"))
    return line


def _burn(fleet: Fleet, level: int) -> Parts:
    """How fast it goes: 2 with the tokens a minute."""
    graph = braille(resample(fleet.trend, 2 * GRAPH_CELLS), GRAPH_CELLS, 1)[0]
    line: Parts = (("burn ", "dim"), (figures.rate(fleet.cost_per_hour).rjust(8), ""))
    line += ((" ", ""), (graph, "fill"))
    if level > 1:
        tokens = figures.tokens(fleet.tokens_per_minute).rjust(figures.TOKENS_WIDTH)
        line += ((" ", ""), (tokens, ""), (" tokens/min", "dim"))
    return line


def _budget(view: FleetView, width: int, *, projection: bool) -> Parts:
    """The day's budget, and the limits of a plan beside it or in its place."""
    if not view.budget:
        if limits := limit_bars(view.fleet, width):
            return limits
        words = "no daily budget: " if width >= NARROW else "budget: "
        return fit(((words, "dim"), (BUDGET_HINT, "")), width)
    used = view.fleet.today_cost / view.budget
    level = health.budget(used)
    whole = int(used * 100) / 100  # what is nearly reached is not yet
    after: Parts = (("  ", ""), health.mark(level, good=False))
    after += ((f"{figures.percent(whole):>6}", ""), (" of ", "dim"), (figures.usd(view.budget), ""))
    if width >= ROOMY:
        after += _quarters(view.fleet)
    before: Parts = (("budget ", "dim"),) if projection else ()
    if projection:
        after += _beside_budget(view, width - cells_of((*before, *after)) - SHORTEST_BAR)
    room = width - cells_of((*before, *after))
    ahead = view.fleet.projected_cost / view.budget
    return (*before, *bar(used, room, health.TONE_OF[level], ahead), *after)


def _beside_budget(view: FleetView, room: int) -> Parts:
    """Where the day will end and how much of a plan is used: what fits, the plan first."""
    ahead = _projection(view)
    limits, short = (limits_parts(view.fleet, times=times) for times in (True, False))
    choices = ((ahead, limits), (ahead, short), (short,)) if short else ((ahead,),)
    gap: Parts = (("    ", ""),)
    for choice in choices:
        line = tuple(part for parts in choice for part in (*gap, *parts))
        if cells_of(line) <= room:
            return line
    return ()


def _quarters(fleet: Fleet) -> Parts:
    """When the last quarter of the budget was used up, and when the next one will be."""
    words = []
    if fleet.quarter:
        words.append(f"{25 * fleet.quarter} % at {clock(fleet.quarter_at, seconds=False)}")
    if fleet.next_quarter_at is not None:
        at = clock(fleet.next_quarter_at, seconds=False)
        words.append(f"{25 * fleet.quarter + 25} % at ~{at}")
    return ((f"{DOT}{DOT.join(words)}", "dim"),) if words else ()


def _projection(view: FleetView) -> Parts:
    """Where the day will end at the rate of the last hour."""
    projected = max(view.fleet.projected_cost, view.fleet.today_cost)
    over = bool(view.budget) and projected > view.budget
    line: Parts = (("→ ", "dim"), (figures.usd(projected), "warning" if over else ""))
    return (*line, (" by 24:00", "dim"), (" △" if over else "  ", "warning"))


def _ends(left: Parts, right: Parts, width: int) -> Parts:
    """Two parts at the ends of a line, which is longer where both do not fit."""
    spare = max(1, width - cells_of(left) - cells_of(right))
    return (*left, (" " * spare, ""), *right)


def _spread(thirds: tuple[Parts, Parts, Parts], width: int) -> Parts:
    """Three parts: left, middle, right. The middle one begins where it usually stands centred,
    so that a figure that grows moves nothing.
    """
    left, middle, right = thirds
    usual = (width - USUAL_MIDDLE) // 2
    free = width - sum(map(cells_of, thirds))
    before = min(max(2, usual - cells_of(left)), max(2, free - 2))
    after = max(2, free - before)
    return (*left, (" " * before, ""), *middle, (" " * after, ""), *right)


class FleetLine(Painted):
    """The fleet, across the top."""

    def __init__(self) -> None:
        self._view = FleetView()
        super().__init__(id="fleet")

    def show(self, view: FleetView) -> None:
        """Show this."""
        if view != self._view:
            self._view = view
            self.repaint()

    def faces(self, size: Size) -> Iterable[Face]:
        """The fleet in as many lines as there are."""
        lines = fleet_lines(self._view, size.width, size.height)
        return [Face(fit(line, size.width)) for line in lines]
