"""An app with the widgets under test on it, and a way to read what they show."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.geometry import Region, Size
from textual.message import Message
from textual.pilot import Pilot

from cctop.ui.widgets.paint import Face, Painted, Toned
from cctop.ui.widgets.parts import Parts, fit

TONES = """
Screen { background: #101010; color: #d0d0d0; }
.tone--heading { color: #ffffff; text-style: bold; }
.tone--dim { color: #808080; }
.tone--rule { color: #404040; }
.tone--accent { color: #00a0ff; }
.tone--fill { color: #0060a0; }
.tone--warning { color: #ffc000; }
.tone--alarm { color: #ff4040; text-style: bold; }
.tone--select { background: #203040; }
"""


class Block(Painted):
    """Lines as they are, and as high as there are lines."""

    DEFAULT_CSS = "Block { height: auto; }"

    def __init__(self, lines: tuple[Parts, ...] = ()) -> None:
        self._lines = lines
        super().__init__()

    def update(self, lines: tuple[Parts, ...]) -> None:
        self._lines = lines
        self.repaint()

    def lines_wanted(self) -> int:
        return len(self._lines)

    def faces(self, size: Size) -> Iterable[Face]:
        return [Face(fit(parts, size.width)) for parts in self._lines]


class Stage(App[None]):
    """The widgets, one below the other. `messages` keeps what they posted."""

    CSS = TONES
    AUTO_FOCUS = None

    def __init__(self, *widgets: Painted) -> None:
        super().__init__()
        self.widgets = widgets
        self.messages: list[Message] = []
        self.unused_scrolls = 0

    def get_default_screen(self) -> Toned[None]:
        return Toned()

    def compose(self) -> ComposeResult:
        yield from self.widgets

    def on_mouse_scroll_down(self) -> None:
        self.unused_scrolls += 1

    def note(self, message: Message) -> None:
        if type(message).__module__.startswith("cctop.") and message not in self.messages:
            self.messages.append(message)


@asynccontextmanager
async def on_stage(
    *widgets: Painted, size: tuple[int, int]
) -> AsyncIterator[tuple[Stage, Pilot[None]]]:
    """Run the widgets in a terminal of `size`."""
    stage = Stage(*widgets)
    async with stage.run_test(size=size, message_hook=stage.note) as pilot:
        yield stage, pilot


def lines(widget: Painted) -> list[str]:
    """Return the widget's lines as shown, each checked to fill the width exactly."""
    width, height = widget.size
    shown = []
    for y in range(height):
        strip = widget.render_line(y)
        assert strip.cell_length == width
        assert cell_len(strip.text) == width
        shown.append(strip.text)
    return shown


def trimmed(widget: Painted) -> list[str]:
    """Return the widget's lines without the spaces at their ends."""
    return [line.rstrip() for line in lines(widget)]


def refreshes(widget: Painted, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Region, ...]]:
    """Return a list that gains an entry whenever the widget asks to be painted again."""
    noted: list[tuple[Region, ...]] = []
    refresh = widget.refresh

    def note(*regions: Region, **options: bool) -> Painted:
        noted.append(regions)
        return refresh(*regions, **options)

    monkeypatch.setattr(widget, "refresh", note)
    return noted
