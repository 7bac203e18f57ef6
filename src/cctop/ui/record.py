"""The screen without a terminal, at any moment of a replay: rows for a cast, or an SVG."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager

from rich.color import ColorSystem
from textual.pilot import Pilot

from cctop.replay.model import Deck
from cctop.ui.app import CctopApp, FONT_FACES
from cctop.ui.options import Options

PATIENCE = 0.01  # seconds between two looks whether a picture is there


class Recorder:
    """A replay's screen of so many columns and lines, to be used as it is opened."""

    def __init__(self, deck: Deck, pilot: Pilot[None]) -> None:
        self._deck = deck
        self._pilot = pilot

    async def rows(self, at: int) -> list[str]:
        """Return the screen at a time, ms, row by row, as a terminal draws it."""
        await self._go(at)
        # Cells as they are composed: what Textual would write depends on what stood there before.
        strips = self._pilot.app.screen._compositor.render_strips()
        return [
            "".join(
                segment.style.render(segment.text, color_system=ColorSystem.TRUECOLOR)
                if segment.style
                else segment.text
                for segment in strip
                if not segment.control
            )
            for strip in strips
        ]

    async def svg(self, at: int, title: str) -> str:
        """Return the screen at a time as a picture, which needs no font from elsewhere."""
        await self._go(at)
        return FONT_FACES.sub("", self._pilot.app.export_screenshot(title=title))

    async def _go(self, at: int) -> None:
        self._deck.seek(at)
        while self._deck.latest().at != at:
            await asyncio.sleep(PATIENCE)
        refresh = getattr(self._pilot.app.screen, "refresh_picture", None)
        if refresh is not None:
            refresh()
        await self._pilot.pause()


@asynccontextmanager
async def recorder(
    deck: Deck, options: Options, columns: int, lines: int
) -> AsyncIterator[Recorder]:
    """Give the screen of a replay, when all of the session has been read."""
    app = CctopApp(deck, options)
    async with app.run_test(size=(columns, lines)) as pilot:
        while not deck.axis().complete:
            await pilot.pause(PATIENCE)
        yield Recorder(deck, pilot)
