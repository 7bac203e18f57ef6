"""The screen without a terminal, at any moment of a replay: rows for a cast, or an SVG."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from rich.color import ColorSystem
from textual.pilot import Pilot

from cctop.replay.model import Deck
from cctop.ui.app import CctopApp
from cctop.ui.options import Options
from cctop.ui.svg import svg_of
from cctop.ui.theme import DEFAULT_THEME, read_tokens

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
                for segment in strip.simplify()
                if not segment.control
            )
            for strip in strips
        ]

    async def svg(self, at: int) -> str:
        """Return the screen at a time, ms, as a picture that needs no font of its own."""
        await self._go(at)
        app, tokens = self._pilot.app, read_tokens()
        ink = tokens[app.theme if app.theme in tokens else DEFAULT_THEME]
        if ink["ground"].startswith("ansi"):  # a terminal's own colours, which a picture lacks
            ink = tokens[DEFAULT_THEME]
        strips = app.screen._compositor.render_strips()
        return svg_of(strips, app.size.width, ink["ground"], ink["text"])

    async def _go(self, at: int) -> None:
        deck = self._deck
        deck.seek(at)
        # At its live end the picture is that of now.
        while deck.latest().at != at and not (deck.moment().at_end and deck.latest().at > at):
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
