"""The app on a fake source, at any size, and what it shows."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from factory import NOW, FakeSource, usd
from rich.cells import cell_len
from textual.app import App
from textual.pilot import Pilot

from cctop.book.snapshot import Snapshot
from cctop.ui.app import CctopApp
from cctop.ui.options import Options

BOARD, WIDE, DECK, PANE, LINE = (160, 45), (100, 30), (80, 24), (48, 50), (39, 11)
SIZES = (BOARD, WIDE, DECK, PANE, LINE)


@dataclass
class Clock:
    """The time, in ms since the epoch, which the test sets."""

    now: int = NOW


class Playing:
    """A running app, and shortcuts to what tests ask about it."""

    def __init__(
        self, app: CctopApp, source: FakeSource, pilot: Pilot[None], clock: "Clock"
    ) -> None:
        self.app = app
        self.source = source
        self.pilot = pilot
        self.clock = clock

    async def press(self, *keys: str) -> None:
        """Press keys one after the other, as a person does."""
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        await self.press(*("space" if char == " " else char for char in text))

    async def tick(self) -> None:
        """Let the next tick come, without waiting for it."""
        self.app.refresh_now()
        await self.pilot.pause()

    @property
    def lines(self) -> list[str]:
        return screen_text(self.app).splitlines()

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def selected(self) -> str:
        """The project of the selected session."""
        row, shown = self.app.board.selected, self.app.board.view.snapshot.sessions
        return next((s.project for s in shown if s.id == row), "")

    @property
    def projects(self) -> list[str]:
        """The projects listed, in order."""
        listed = self.app.board.view.listed(self.clock.now)
        return [session.project for session in listed]

    @property
    def toasts(self) -> list[str]:
        return [toast.message for toast in self.app._notifications]


@asynccontextmanager
async def playing(
    size: tuple[int, int] = BOARD, picture: Snapshot | None = None, **options: Any
) -> AsyncIterator[Playing]:
    """Run the app on a picture, by default that of `factory.snapshot`, with a budget of $50."""
    source = FakeSource() if picture is None else FakeSource(picture)
    clock = Clock()
    fields: dict[str, Any] = {"daily_budget": usd(50), "now": lambda: clock.now}
    app = CctopApp(source, Options(**(fields | options)))
    async with app.run_test(size=size, notifications=True) as pilot:
        play = Playing(app, source, pilot, clock)
        await pilot.pause()
        await pilot.pause()
        yield play


def screen_text(app: App[None]) -> str:
    """What stands on the screen, line by line. Every line is as wide as the screen."""
    strips = list(app.screen._compositor.render_strips())
    for strip in strips:
        assert strip.cell_length == cell_len(strip.text) == app.size.width
    return "".join(f"{strip.text.rstrip()}\n" for strip in strips)
