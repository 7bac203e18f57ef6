"""A series as a filled braille area, with its scale beside it."""

from dataclasses import dataclass

from cctop.ui.widgets.cells import width_of
from cctop.ui.widgets.draw import braille
from cctop.ui.widgets.parts import Part, Parts, Tone, cells_of, fit


@dataclass(frozen=True, slots=True)
class Plot:
    """What a graph shows: two values a cell, newest last and at the right, `None` for a gap.

    `hi` defaults to the highest value shown. `top` and `bottom` stand at the right of the first
    and last line and name the scale; `start` and `end` name the times on a line of their own.
    """

    values: tuple[float | None, ...] = ()
    lo: float = 0.0
    hi: float | None = None
    top: str = ""
    bottom: str = ""
    start: str = ""
    end: str = ""
    tone: Tone = "fill"


def plot_lines(plot: Plot, width: int, height: int) -> list[Parts]:
    """Return a graph of exactly `width` by `height` cells.

    Labels give way before the area does: the times on fewer than two lines, the scale where it
    would take more than half the width.
    """
    times = height > 1 and bool(plot.start or plot.end)
    label = max(width_of(plot.top), width_of(plot.bottom))
    gutter = label + 1 if label and 2 * (label + 1) <= width else 0
    rows = braille(plot.values, width - gutter, height - times, plot.lo, plot.hi)
    lines: list[Parts] = []
    for y, row in enumerate(rows):
        text = plot.top if y == 0 else plot.bottom if y == len(rows) - 1 else ""
        beside: Parts = fit(text, gutter, "right", "dim")
        lines.append(((row, plot.tone), *beside))
    if times:
        lines.append(fit((*spread(plot.start, plot.end, width - gutter),), width))
    return lines


def spread(start: str, end: str, width: int) -> Parts:
    """Return two labels at the ends of `width` cells; the first gives way to the second."""
    tail: Part = (end, "dim")
    head = fit(start, width - cells_of((tail,)) - 1, tone="dim")
    return (*head, *fit((tail,), width - cells_of(head), "right"))
