"""Columns of a table: who gets how many cells, and who goes when there are too few."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from cctop.ui.widgets.cells import Align


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `width` cells fixed, and with `flex` that many at least and a share of the rest.

    `drop` says when it goes on a narrow screen: the highest first, 0 never.
    """

    key: str
    title: str = ""
    width: int = 1
    flex: int = 0
    align: Align = "left"
    drop: int = 0


class Slot(NamedTuple):
    """Where a column ended up: its number, its first cell, its width."""

    column: int
    x: int
    width: int


def arrange(columns: Sequence[Column], width: int, gap: int = 1) -> tuple[Slot, ...]:
    """Return the columns that fit in `width` cells, `gap` cells apart, left to right.

    Columns that may be dropped go until the others fit; then the right-most ones are cut short.
    Without a flexible column the line may stay shorter than `width`.
    """
    kept = list(range(len(columns)))
    while _need(columns, kept, gap) > width:
        droppable = [index for index in kept if columns[index].drop]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda index: (columns[index].drop, index)))
    spare = max(0, width - _need(columns, kept, gap))
    weight = sum(columns[index].flex for index in kept)
    slots: list[Slot] = []
    x = share = 0
    for index in kept:
        column = columns[index]
        before, share = share, share + column.flex
        extra = spare * share // weight - spare * before // weight if weight else 0
        size = min(column.width + extra, width - x)
        if size <= 0:
            break
        slots.append(Slot(index, x, size))
        x += size + gap
    return tuple(slots)


def _need(columns: Sequence[Column], kept: Sequence[int], gap: int) -> int:
    return sum(columns[index].width for index in kept) + gap * max(0, len(kept) - 1)
