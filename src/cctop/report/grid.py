"""A table that fits: figures are never cut, so columns go and long texts shrink instead."""

from collections.abc import Sequence
from typing import NamedTuple

from rich import box
from rich.table import Table
from rich.text import Text

from cctop.report.parts import DIM

GAP = 2  # columns between two others: one of them is the box's own
LEAST = 8  # columns of a text that still says something
Cell = str | Text


class Column(NamedTuple):
    """One column. The higher its `rank`, the sooner it goes as the terminal gets narrower.

    `longest` is 0 for figures and words that are never cut, else how many columns a text may take;
    it gives way down to a sixth of the terminal before another column has to go.
    """

    heading: str
    rank: int = 0
    right: bool = False
    longest: int = 0


def grid(
    columns: Sequence[Column],
    rows: Sequence[Sequence[Cell]],
    width: int,
    totals: Sequence[Cell] = (),
) -> Table:
    """Return the table of `rows` for a terminal of `width` columns; `totals` is its last line.

    A column with nothing in it is left out.
    """
    lines = [[_text(cell) for cell in row] for row in (*rows, *((totals,) if totals else ()))]
    natural = [
        max(cells_width, len(column.heading)) if cells_width else 0
        for column, cells_width in zip(columns, map(_width, zip(*lines, strict=True)), strict=True)
    ]
    widths = fitted(columns, natural, width)
    shown = [index for index, room in enumerate(widths) if room]
    made = Table(
        box=box.SIMPLE if totals else box.SIMPLE_HEAD,
        show_edge=False,
        show_footer=bool(totals),
        pad_edge=False,
        padding=(0, GAP - 1, 0, 0),
    )
    for index in shown:
        column = columns[index]
        made.add_column(
            Text(column.heading, DIM),
            lines[-1][index] if totals else "",
            justify="right" if column.right else "left",
            no_wrap=True,
            overflow="ellipsis",
            max_width=widths[index],
        )
    for line in lines[: len(rows)]:
        made.add_row(*(line[index] for index in shown))
    return made


def fitted(columns: Sequence[Column], natural: Sequence[int], width: int) -> list[int]:
    """Return the width of each column, 0 for one that is left out, from what it would take."""
    least = max(LEAST, width // 6)
    widths = [
        min(room, least) if column.longest else room
        for column, room in zip(columns, natural, strict=True)
    ]
    by_rank = sorted(range(len(columns)), key=lambda index: columns[index].rank)
    while _total(widths) > width and columns[by_rank[-1]].rank:
        widths[by_rank.pop()] = 0
    for index, column in enumerate(columns):
        if column.longest and widths[index]:
            room = width - _total(widths) + widths[index]
            widths[index] = max(1, min(natural[index], column.longest, room))
    return widths


def _total(widths: Sequence[int]) -> int:
    return sum(room + GAP for room in widths if room) - GAP


def _width(cells: Sequence[Text]) -> int:
    return max((cell.cell_len for cell in cells), default=0)


def _text(cell: Cell) -> Text:
    return cell if isinstance(cell, Text) else Text(cell)
