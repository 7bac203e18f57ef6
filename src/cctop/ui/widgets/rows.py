"""What a table and a feed share: a cursor, a scrolled window, keys and the mouse."""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final, Unpack

from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size

from cctop.ui.widgets.paint import Face, Names, Painted
from cctop.ui.widgets.parts import Parts, Tone, fit
from cctop.ui.widgets.window import Window

WHEEL_ROWS: Final = 3


class Rows(Painted, can_focus=True):
    """A list of rows, any number of them, of which only the visible ones are ever looked at.

    Rows are named by their position, 0 at the top. A subclass says how many there are and how one
    looks, and is told when the cursor came to rest on another one, and when one was chosen.
    """

    # The ids are those of the app's actions, so that a user's key map reaches the rows too.
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "next line", id="down", show=False),
        Binding("up,k", "move(-1)", "line before", id="up", show=False),
        Binding("pagedown,ctrl+d", "page(1)", "a page down", id="page-down", show=False),
        Binding("pageup,ctrl+u", "page(-1)", "a page up", id="page-up", show=False),
        Binding("home,g", "edge(-1)", "first line", id="top", show=False),
        Binding("end,G", "edge(1)", "last line", id="bottom", show=False),
        Binding("enter,l,right", "open", "open", id="open", show=False),
    ]

    def __init__(
        self,
        *,
        empty: str = "",
        headed: bool = False,
        **names: Unpack[Names],
    ) -> None:
        self.headed = headed
        self._empty = empty
        self._top = 0
        self._position: int | None = None
        # The view was scrolled away from the cursor, and no longer goes where the cursor goes.
        self._loose = False
        super().__init__(**names)

    # What a subclass says of its rows.

    @property
    def tall(self) -> int:
        """The lines of one row."""
        return 1

    def row_count(self) -> int:
        """Return the number of rows."""
        raise NotImplementedError

    def row_line(self, position: int, line: int, width: int) -> Parts:
        """Return one line of the row at `position`, exactly `width` cells wide."""
        raise NotImplementedError

    def heading(self, width: int) -> Face:
        """Return the line above the rows, where these are `headed`."""
        raise NotImplementedError

    def heading_lines(self, height: int) -> int:
        """Return how many of `height` lines stand above the rows."""
        # On a single line a row says more than a heading.
        return 1 if self.headed and height > 1 else 0

    def headings(self, size: Size) -> Iterable[Face]:
        """Return the lines above the rows, `size` being theirs alone."""
        return [self.heading(size.width)]

    def heading_clicked(self, x: int) -> None:
        """Take note of a click on cell `x` of the heading."""

    def cursor_moved(self) -> None:
        """Take note that the user moved the cursor."""

    def chosen(self, position: int) -> None:
        """Take note that the row at `position` was chosen: with a key or a double click."""

    def scrolled(self) -> None:
        """Take note that the view was scrolled without the cursor."""

    # Looks.

    @property
    def window(self) -> Window:
        """The rows in view, the cursor's among them unless the view was scrolled away from it."""
        return self._window(self.size.height)

    def _window(self, height: int) -> Window:
        lines = height - self.heading_lines(height)
        window = Window(self.row_count(), lines, self.tall, self._top)
        follows = self._position is not None and not self._loose
        return window.showing(self._position or 0) if follows else window

    def lines_wanted(self) -> int:
        """Return the height that shows every row, and the word for none."""
        rows = max(self.row_count() * self.tall, 1 if self._empty else 0)
        return rows + self.headed

    def faces(self, size: Size) -> Iterator[Face]:
        """Return the heading, the rows in view and a last line on those that are not."""
        width, height = size
        window = self._window(height)
        if above := self.heading_lines(height):
            yield from self.headings(Size(width, above))
        if not window.count:
            yield Face(fit(self._empty, width, tone="dim"))
        for line in range(window.body):
            if (spot := window.row_at(line)) is None:
                break
            position, within = spot
            under: Tone = "select" if position == self._position else ""
            yield Face(self.row_line(position, within, width), under)
        if window.notice:
            yield Face(fit(window.notice, width, tone="dim"))

    # The cursor.

    @property
    def position(self) -> int | None:
        """The row the cursor is on, `None` without rows."""
        return self._position

    def move_to(self, position: int) -> None:
        """Put the cursor on a row, as far as there are rows, and scroll to show it."""
        count = self.row_count()
        if not count:
            return
        self._loose = False
        self.settle(min(max(0, position), count - 1))
        self.cursor_moved()
        self.repaint()

    def settle(self, position: int | None) -> None:
        """Take up where the cursor's row is after the rows changed."""
        self._position = position
        if self.size.height:
            self._top = self.window.top

    def scroll_rows(self, rows: int) -> bool:
        """Scroll the view without the cursor and say whether there was anywhere to go."""
        before = self.window
        after = before.at(before.top + rows)
        if after == before:
            return False
        self._top = after.top
        self._loose = self._position is not None and not after.shows(self._position)
        self.scrolled()
        self.repaint()
        return True

    def action_move(self, rows: int) -> None:
        """Move the cursor by some rows."""
        self.move_to((self._position or 0) + rows)

    def action_page(self, pages: int) -> None:
        """Move the cursor by pages."""
        self.action_move(pages * self.window.whole)

    def action_edge(self, end: int) -> None:
        """Move the cursor to the first row (-1) or the last (1)."""
        self.move_to(0 if end < 0 else self.row_count() - 1)

    def action_open(self) -> None:
        """Choose the row under the cursor."""
        if self._position is not None:
            self.chosen(self._position)

    # The mouse.

    def on_click(self, event: events.Click) -> None:
        """Move the cursor to a row; on a second click choose it."""
        if (offset := event.get_content_offset(self)) is None:
            return
        event.stop()
        line = offset.y - self.heading_lines(self.size.height)
        if line < 0:
            self.heading_clicked(offset.x)
        elif (spot := self.window.row_at(line)) is not None:
            self.move_to(spot[0])
            if event.chain == 2:
                self.chosen(spot[0])

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll towards the end."""
        self._wheel(event, WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll towards the start."""
        self._wheel(event, -WHEEL_ROWS)

    def _wheel(self, event: events.Event, rows: int) -> None:
        # At the end of the rows the wheel is the screen's.
        if self.scroll_rows(rows):
            event.stop()

    def on_resize(self) -> None:
        """Scroll on from what the new size shows."""
        self.settle(self._position)
