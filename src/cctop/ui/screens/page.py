"""A page: a titled screen of text over the board, which Esc closes."""

from collections.abc import Callable
from typing import ClassVar, NamedTuple, TypeVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.geometry import Size

from cctop.ui.keys import EVERYWHERE, PAGE, KeyMap, bindings
from cctop.ui.panels.foot import PAGE_HINTS, STEP_HINTS, Foot, Hints
from cctop.ui.panels.frame import title
from cctop.ui.widgets.cells import clip, width_of
from cctop.ui.widgets.paint import Face, Painted, Toned
from cctop.ui.widgets.parts import Parts, Tone, fit, plain
from cctop.ui.widgets.rows import Rows
from cctop.ui.widgets.rule import rule

Item = TypeVar("Item")
INDENT = "  "


class Headline(NamedTuple):
    """The title of a page: its name, and a few words on what it shows."""

    name: str
    details: Parts = ()
    right: Parts = ()


class Heading(Painted):
    """The title rule of a page."""

    def __init__(self) -> None:
        self._headline = Headline("")
        super().__init__(id="heading")

    def show(self, headline: Headline) -> None:
        """Show another title."""
        self._headline = headline
        self.repaint()

    def faces(self, size: Size) -> list[Face]:
        """One line."""
        name, details, right = self._headline
        return [title(size.width, "", name, [details], right, focused=True)]


class Text(Rows):
    """Lines that scroll without a cursor; `make` gives them for a width."""

    def __init__(self, make: Callable[[int], list[Parts]]) -> None:
        self._make = make
        self._text: list[Parts] = []
        super().__init__(id="text")

    def update(self, *, from_top: bool = False) -> None:
        """Take the lines anew, for the width there is."""
        self._text = self._make(self.size.width) if self.size.width else []
        if from_top:
            self.scroll_rows(-len(self._text))
        self.settle(None)
        self.repaint()

    def on_resize(self) -> None:
        """Wrap for the new width."""
        self.update()

    def row_count(self) -> int:
        """The number of lines."""
        return len(self._text)

    def row_line(self, position: int, line: int, width: int) -> Parts:  # noqa: ARG002 - one line
        """One line."""
        return fit(self._text[position], width)

    def action_move(self, rows: int) -> None:
        """Scroll by lines."""
        self.scroll_rows(rows)

    def action_page(self, pages: int) -> None:
        """Scroll by pages."""
        self.scroll_rows(pages * self.window.whole)

    def action_edge(self, end: int) -> None:
        """Scroll to the first line or to the last."""
        self.scroll_rows(end * self.row_count())

    def plain_text(self) -> str:
        """All lines without their tones."""
        return "\n".join(plain(line).rstrip() for line in self._text)


class Page(Toned[None], inherit_bindings=False):
    """A page. A subclass says its title and its lines, and calls `refresh_page` for new ones."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(PAGE), *bindings(EVERYWHERE)]
    AUTO_FOCUS = "#text"
    HINTS: ClassVar[Hints] = PAGE_HINTS

    def __init__(self, keys: KeyMap) -> None:
        super().__init__()
        self._keys = keys
        self._heading = Heading()
        self._text = Text(self.lines)

    def headline(self) -> Headline:
        """The title."""
        raise NotImplementedError

    def lines(self, width: int) -> list[Parts]:
        """All lines for this width."""
        raise NotImplementedError

    def compose(self) -> ComposeResult:
        """Title, text, hints."""
        yield self._heading
        yield self._text
        yield Foot(self.HINTS, self._keys)

    def on_mount(self) -> None:
        """Show the title."""
        self._heading.show(self.headline())

    def refresh_page(self, *, from_top: bool = False) -> None:
        """Show what the subclass says now."""
        self._heading.show(self.headline())
        self._text.update(from_top=from_top)

    def action_move(self, step: int) -> None:
        """Scroll by lines."""
        self._text.action_move(step)

    def action_page(self, step: int) -> None:
        """Scroll by pages."""
        self._text.action_page(step)

    def action_edge(self, side: int) -> None:
        """Scroll to the first line or to the last."""
        self._text.action_edge(side)

    def action_back(self) -> None:
        """Close the page."""
        self.dismiss()

    def action_step(self, step: int) -> None:
        """Go to the next item, on a page of one of several."""

    def action_copy(self) -> None:
        """Copy the text of the page."""
        self.app.copy_to_clipboard(self._text.plain_text())
        self.notify("copied: the page")


class ItemPage(Page):
    """A page of one of several items, to be stepped through; it opens at `index`."""

    HINTS = STEP_HINTS

    def __init__(self, count: int, index: int, keys: KeyMap) -> None:
        super().__init__(keys)
        self.count = count
        self.index = index

    @property
    def place(self) -> Parts:
        """Which of how many, newest first as in the list it was opened from."""
        return ((f"{self.count - self.index} of {self.count}", "dim"),)

    def stepped(self) -> None:
        """Take note that another item is to be shown."""

    def action_step(self, step: int) -> None:
        """Go to the next older item, or with -1 to the newer one."""
        index = self.index - step
        if 0 <= index < self.count:
            self.index = index
            self.stepped()
            self.refresh_page(from_top=True)


def wrapped(text: str, width: int, tone: Tone = "", indent: str = INDENT) -> list[Parts]:
    """One line of text as lines of at most `width` cells, broken at spaces where there are any."""
    room = max(8, width - len(indent))
    lines: list[Parts] = []
    while width_of(text) > room:
        head = clip(text, room)
        cut = head.rfind(" ") if " " in head[room // 2 :] else len(head)
        lines.append(((indent, ""), (text[:cut], tone)))
        text = text[cut:].removeprefix(" ")
    lines.append(((indent, ""), (text, tone)))
    return lines


def section(name: str, width: int, details: str = "") -> list[Parts]:
    """A blank line and a rule with a name in it."""
    left: Parts = ((name, "heading"), *(((f"  {details}", "dim"),) if details else ()))
    return [(), rule(width, left)]


def fact(name: str, value: str | Parts) -> Parts:
    """A line that says one thing: its name, and what it is."""
    said: Parts = ((value, ""),) if isinstance(value, str) else value
    return ((f"{INDENT}{name:<12}", "dim"), *said)
