"""A table of rows keyed by id, or a list of two-line cards on a narrow screen."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, Unpack

from textual.message import Message

from cctop.ui.widgets.cells import pad, truncate
from cctop.ui.widgets.columns import Column, Slot, arrange
from cctop.ui.widgets.paint import Face, Names
from cctop.ui.widgets.parts import Cell, Part, Parts, Tone, fit
from cctop.ui.widgets.rows import Rows

LINES_KEPT: Final = 1024


class Row(NamedTuple):
    """A row: its id, a cell for each column of each line in order, and its tone."""

    id: str
    cells: tuple[Cell, ...]
    tone: Tone = ""


class Table(Rows):
    """A table whose cursor stays on a row's id wherever a new order puts it.

    One sequence of columns makes a table, two make cards of two lines each. Nothing is sorted
    here: rows come in order, and `set_sort` marks the column they are ordered by. Of thousands of
    rows only those in view need to be made: `show_rows` takes their ids, and asks for them.
    """

    class RowHighlighted(Message):
        """The cursor came to rest on another row, by the user or because its row went away."""

        def __init__(self, table: "Table", row_id: str) -> None:
            super().__init__()
            self.table = table
            self.row_id = row_id

        @property
        def control(self) -> "Table":
            """The table, for `@on(Table.RowHighlighted, "#id")`."""
            return self.table

    class RowSelected(RowHighlighted):
        """A row was chosen with Enter or a double click."""

    class HeaderSelected(Message):
        """A column's title was clicked."""

        def __init__(self, table: "Table", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "Table":
            """The table, for `@on(Table.HeaderSelected, "#id")`."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        *more: Sequence[Column],
        headed: bool = True,
        gap: int = 1,
        empty: str = "",
        **names: Unpack[Names],
    ) -> None:
        self._lines = tuple(map(tuple, (columns, *more)))
        self._gap = gap
        self._sort: tuple[str, bool] | None = None
        self._ids: tuple[str, ...] = ()
        self._make: Callable[[int], Row] = ().__getitem__
        self._places: dict[str, int] = {}
        self._cursor_id: str | None = None
        self._slots: tuple[tuple[Slot, ...], ...] = ()
        self._slots_width = -1
        self._heading: tuple[object, Face] | None = None  # and what it was made of
        self._drawn = lru_cache(LINES_KEPT)(self._draw)
        self._in_view: dict[tuple[int, int], tuple[Row, int, Parts]] = {}
        super().__init__(empty=empty, headed=headed, **names)

    def set_columns(
        self, columns: Sequence[Column], *more: Sequence[Column], headed: bool = True
    ) -> None:
        """Change the columns, and with them what a row must hold: the rows go, the cursor stays."""
        lines = tuple(map(tuple, (columns, *more)))
        if (lines, headed) == (self._lines, self.headed):
            return
        self._lines, self.headed = lines, headed
        self._slots_width = -1
        self._drawn.cache_clear()
        self._in_view.clear()
        self._ids, self._places = (), {}
        self.settle(None)
        self.repaint()

    def set_rows(self, rows: Iterable[Row]) -> None:
        """Show these rows, in this order. The cursor stays on its row, or where its row was.

        Raises `ValueError` for two rows of one id or a row without a cell for every column.
        """
        rows = tuple(rows)
        self._check(rows)
        self.show_rows([row.id for row in rows], rows.__getitem__)

    def show_rows(self, ids: Sequence[str], make: Callable[[int], Row]) -> None:
        """Show the rows of these ids, in this order; `make` gives the one at a place, when it
        comes into view and as often as it is drawn.

        Raises `ValueError` for an id that is there twice.
        """
        self._make = make
        if (ids := tuple(ids)) != self._ids:
            places = dict(zip(ids, range(len(ids)), strict=True))
            if len(places) != len(ids):
                raise ValueError("two rows have the same id")
            self._ids, self._places = ids, places
            place = places.get(self._cursor_id or "")
            if place is None and ids:
                place = min(self._position or 0, len(ids) - 1)
            self.settle(place)
            self.cursor_moved()
        self.repaint()

    def set_sort(self, key: str, *, descending: bool) -> None:
        """Mark the column that the rows are ordered by."""
        if self._sort != (key, descending):
            self._sort = (key, descending)
            self.repaint()

    def set_cursor(self, row_id: str) -> None:
        """Put the cursor on a row, or keep the id for when such a row comes."""
        if row_id in self._places:
            self.move_to(self._places[row_id])
        else:
            self._cursor_id = row_id

    @property
    def row_id(self) -> str | None:
        """The id of the row under the cursor."""
        return None if self._position is None else self._ids[self._position]

    @property
    def tall(self) -> int:
        """The lines of one row."""
        return len(self._lines)

    def row_count(self) -> int:
        """Return the number of rows."""
        return len(self._ids)

    def row_line(self, position: int, line: int, width: int) -> Parts:
        """Return one line of a row."""
        row = self._make(position)
        known = self._in_view.get((position, line))
        if known is None or known[0] is not row or known[1] != width:
            # Nearly always it is the very row: to look for an equal one takes longer.
            if len(self._in_view) >= LINES_KEPT:
                self._in_view.clear()
            known = self._in_view[position, line] = row, width, self._drawn(row, line, width)
        return known[2]

    def heading(self, width: int) -> Face:
        """Return the titles of the first line's columns."""
        known = self._lines[0], self._sort, width
        if self._heading is None or self._heading[0] != known:
            slots = self._arranged(width)[0]
            cells = [(self._title(column, slot.width),) for slot, column in self._columns(slots, 0)]
            self._heading = known, Face(_spaced(slots, cells, width, ""), "dim")
        return self._heading[1]

    def heading_clicked(self, x: int) -> None:
        """Tell which title was clicked."""
        slots = self._arranged(self.size.width)[0]
        for slot, column in self._columns(slots, 0):
            if slot.x <= x < slot.x + slot.width:
                self.post_message(self.HeaderSelected(self, column.key))

    def cursor_moved(self) -> None:
        """Tell which row the cursor is on, when that is another one."""
        if (row_id := self.row_id) is not None and row_id != self._cursor_id:
            self._cursor_id = row_id
            self.post_message(self.RowHighlighted(self, row_id))

    def chosen(self, position: int) -> None:
        """Tell which row was chosen."""
        self.post_message(self.RowSelected(self, self._ids[position]))

    def _draw(self, row: Row, line: int, width: int) -> Parts:
        slots = self._arranged(width)[line]
        first = sum(map(len, self._lines[:line]))
        cells = [
            fit(row.cells[first + slot.column], slot.width, column.align, row.tone)
            for slot, column in self._columns(slots, line)
        ]
        return _spaced(slots, cells, width, row.tone)

    def _check(self, rows: tuple[Row, ...]) -> None:
        cells = sum(map(len, self._lines))
        for row in rows:
            if len(row.cells) != cells:
                raise ValueError(f"row {row.id!r} has {len(row.cells)} cells for {cells} columns")

    def _arranged(self, width: int) -> tuple[tuple[Slot, ...], ...]:
        if self._slots_width != width:
            self._slots_width = width
            self._slots = tuple(arrange(columns, width, self._gap) for columns in self._lines)
        return self._slots

    def _columns(self, slots: Iterable[Slot], line: int) -> list[tuple[Slot, Column]]:
        return [(slot, self._lines[line][slot.column]) for slot in slots]

    def _title(self, column: Column, width: int) -> Part:
        if self._sort is None or self._sort[0] != column.key:
            return (pad(column.title, width, column.align), "")
        mark = "↓" if self._sort[1] else "↑"
        title = truncate(column.title, width - 1)
        marked = mark + title if column.align == "right" else title + mark
        return (pad(marked, width, column.align), "heading")


def _spaced(slots: Iterable[Slot], cells: Iterable[Parts], width: int, tone: Tone) -> Parts:
    """Return fitted cells at their places on a line of `width` cells."""
    line: list[Part] = []
    used = 0
    for slot, cell in zip(slots, cells, strict=True):
        if slot.x > used:
            line.append((" " * (slot.x - used), tone))
        line += cell
        used = slot.x + slot.width
    if used < width:
        line.append((" " * (width - used), tone))
    return tuple(line)
