"""A log of any length that looks only at the lines on the screen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol, Unpack

from textual.message import Message

from cctop.ui.widgets.paint import Names
from cctop.ui.widgets.parts import Part, Parts, fit
from cctop.ui.widgets.rows import Rows


class Source(Protocol):
    """Items in the order they came, the oldest being number 0."""

    def __len__(self) -> int:
        """Return the number of items."""
        ...

    def line(self, index: int, width: int) -> Sequence[Part]:
        """Return item `index` in one line; it is cut to `width` where it is longer."""
        ...


@dataclass(frozen=True, slots=True)
class Items:
    """A source of lines that are all there already."""

    lines: tuple[Parts, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def line(self, index: int, width: int) -> Parts:  # noqa: ARG002 - the protocol's
        """Return line `index`, whatever the width."""
        return self.lines[index]


NOTHING: Final = Items()


class Feed(Rows):
    """A log that follows its newest item until the cursor or the view leaves it.

    Moving back to the newest item follows again. With `newest_first` the newest is at the top.
    """

    class RowHighlighted(Message):
        """The cursor came to rest on another item, by the user or by following the newest."""

        def __init__(self, feed: "Feed", index: int) -> None:
            super().__init__()
            self.feed = feed
            self.index = index

        @property
        def control(self) -> "Feed":
            """The feed, for `@on(Feed.RowHighlighted, "#id")`."""
            return self.feed

    class RowSelected(RowHighlighted):
        """An item was chosen with Enter or a double click."""

    def __init__(
        self,
        source: Source = NOTHING,
        *,
        newest_first: bool = False,
        empty: str = "",
        **names: Unpack[Names],
    ) -> None:
        self._source: Source = NOTHING
        self._count = 0
        self._newest_first = newest_first
        self._following = True
        self._index: int | None = None
        super().__init__(empty=empty, **names)
        self.show(source)

    def show(self, source: Source, *, fresh: bool = False) -> None:
        """Show the source as it is now, be it the one shown so far, grown, or its successor.

        An item keeps its number from one call to the next; where it does not (another session,
        another filter) say `fresh`, and the feed starts over at the newest item. Lines that look
        the same are not painted again.
        """
        grown = len(source) - self._count
        self._source, self._count = source, len(source)
        if fresh or not self._count:
            self._following, self._index, grown = True, None, 0
        if not self._count:
            self.settle(None)
        elif self._following:
            self._loose = False
            self.settle(self._place(self._count - 1))
        else:
            self._top += grown if self._newest_first else 0
            self.settle(self._place(min(self._index or 0, self._count - 1)))
        self._tell()
        self.repaint()

    @property
    def following(self) -> bool:
        """Whether the feed follows its newest item."""
        return self._following

    @property
    def index(self) -> int | None:
        """The number of the item under the cursor."""
        return None if self.position is None else self._place(self.position)

    def row_count(self) -> int:
        """Return the number of items."""
        return self._count

    def row_line(self, position: int, line: int, width: int) -> Parts:  # noqa: ARG002 - one only
        """Return an item's line."""
        return fit(tuple(self._source.line(self._place(position), width)), width)

    def cursor_moved(self) -> None:
        """Follow on the newest item, and no longer beside it."""
        self._following = self.index == self._count - 1
        self._tell()

    def scrolled(self) -> None:
        """Follow where the newest item is in view, and no longer where it is not."""
        self._following = self.window.shows(self._place(self._count - 1))

    def chosen(self, position: int) -> None:
        """Tell which item was chosen."""
        self.post_message(self.RowSelected(self, self._place(position)))

    def _place(self, number: int) -> int:
        """Return the row of an item, or the item of a row: each is the other's mirror."""
        return self._count - 1 - number if self._newest_first else number

    def _tell(self) -> None:
        if (index := self.index) is not None and index != self._index:
            self._index = index
            self.post_message(self.RowHighlighted(self, index))
