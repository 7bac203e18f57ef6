"""What all panels have: a titled rule on top, and lines put into columns."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from cctop.ui.widgets.columns import Column, Slot, arrange
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Cell, Part, Parts, cells_of, fit
from cctop.ui.widgets.rule import LINE, rule
from cctop.ui.words import joined

HEAVY_LINE = "━"


def title(
    width: int,
    key: str,
    name: str,
    details: Iterable[Parts] = (),
    right: Parts = (),
    *,
    focused: bool = False,
) -> Face:
    """The rule above a panel: its key, its name, what is to be said of it in a few words.

    The panel that has the focus has a heavy rule in the accent: not a colour alone.
    """
    left: list[Part] = [(f"[{key}] " if key else "", "dim")]
    left.append((name, "accent" if focused else "heading"))
    room = width - cells_of((*left, *right)) - (8 if right else 6)
    if said := joined(details, max(0, room)):
        left += [("  ", ""), *said]
    line = rule(width, tuple(part for part in left if part[0]), right)
    if focused:
        line = tuple(_heavy(part) for part in line)
    return Face(line)


@lru_cache(256)
def _arranged(columns: tuple[Column, ...], width: int, gap: int) -> tuple[Slot, ...]:
    return arrange(columns, width, gap)


class Titled(Painted):
    """A panel whose title shows the focus."""

    def watch_has_focus(self, _has_focus: bool) -> None:
        """Show the title as it looks with and without focus."""
        super().watch_has_focus(_has_focus)
        self.repaint()


def _heavy(part: Part) -> Part:
    text, tone = part
    return (text.replace(LINE, HEAVY_LINE), tone) if set(text) == {LINE} else (text, tone)


def columns_line(
    columns: tuple[Column, ...], cells: Sequence[Cell], width: int, gap: int = 1
) -> Parts:
    """One line of cells in columns: those that fit, each at its place. Missing ones are blank."""
    line: list[Part] = []
    x = 0
    for slot in _arranged(columns, width, gap):
        if slot.x > x:
            line.append((" " * (slot.x - x), ""))
        cell = cells[slot.column] if slot.column < len(cells) else ""
        line += fit(cell, slot.width, columns[slot.column].align)
        x = slot.x + slot.width
    return tuple(line)
