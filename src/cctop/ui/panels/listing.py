"""A list of one kind of thing of the selected session, newest first, under a titled rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, Final, Generic, TypeVar

from textual.geometry import Size

from cctop.book.snapshot import Detail
from cctop.ui.panels.frame import Titled, title
from cctop.ui.widgets.feed import Feed
from cctop.ui.widgets.paint import Face
from cctop.ui.widgets.parts import Parts

Item = TypeVar("Item")
LINES_KEPT: Final = 256


@dataclass(frozen=True, slots=True)
class _Lines(Generic[Item]):
    """The feed's source: items, drawn when they come into view."""

    listing: "Listing[Item]"
    items: tuple[Item, ...]

    def __len__(self) -> int:
        return len(self.items)

    def line(self, index: int, width: int) -> Parts:
        """One item's line."""
        return self.listing.drawn(self.items[index], width)


class Listing(Titled, Feed, Generic[Item], can_focus=True):
    """A list panel. A subclass says which items a session has, and how one looks.

    A long session has tens of thousands of items, all made anew when one is added: these are not
    compared with those before, and only what is in view is drawn.
    """

    KEY: ClassVar[str]
    NAME: ClassVar[str]
    EMPTY: ClassVar[str]
    COMPARED: ClassVar[int] = 500
    """As many items are compared with those before, and not looked at again where they are equal;
    0 where the panel shows more than items.
    """

    def __init__(self) -> None:
        self.detail: Detail | None = None
        self._title: list[Parts] = []
        self.drawn = lru_cache(LINES_KEPT)(self.item_line)
        self.items: tuple[Item, ...] = ()
        super().__init__(newest_first=True, empty=self.EMPTY, id=self.NAME)
        self.headed = True

    def items_of(self, detail: Detail) -> tuple[Item, ...]:
        """The items, oldest first."""
        raise NotImplementedError

    def item_line(self, item: Item, width: int) -> Parts:
        """One item in a line."""
        raise NotImplementedError

    def details_of(self, detail: Detail) -> list[Parts]:
        """What the title says besides the name, the most important first."""
        raise NotImplementedError

    def take(self, detail: Detail | None) -> None:
        """Keep what the lines are drawn from."""
        self.items = self.items_of(detail) if detail is not None else ()
        self._title = self.details_of(detail) if detail is not None else []

    def present(self, detail: Detail | None) -> None:
        """Show a session's items; those of another session begin at the newest."""
        before = self.detail
        if detail is before:
            return
        same = before is not None and detail is not None and before.session.id == detail.session.id
        shown = self.items, self._title
        self.detail = detail
        self.take(detail)
        if same and len(self.items) < self.COMPARED and shown == (self.items, self._title):
            return
        self.show(_Lines(self, self.items), fresh=not same)

    @property
    def selected(self) -> Item | None:
        """The item under the cursor."""
        return None if self.index is None else self.items[self.index]

    def faces(self, size: Size) -> Iterator[Face]:
        """The lines; the cursor shows where the keys go, and nowhere else."""
        for face in super().faces(size):
            yield face if self.has_focus else Face(face.parts)

    def heading(self, width: int) -> Face:
        """The titled rule."""
        return title(width, self.KEY, self.NAME, self._title, focused=self.has_focus)
