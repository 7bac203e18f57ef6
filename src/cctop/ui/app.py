"""The app: it wires the source, the clock and the terminal to the board, and draws nothing."""

import gc
import os
import re
import sys
from math import inf
from pathlib import Path
from time import monotonic, time
from typing import ClassVar

from textual.app import App
from textual.driver import Driver
from textual.notifications import SeverityLevel
from textual.reactive import Initialize, Reactive
from textual.screen import Screen
from textual.theme import Theme

from cctop.book.source import Source
from cctop.ui.alarm import Alarm
from cctop.ui.attention import Attention
from cctop.ui.ending import Ending
from cctop.ui.keys import PAGE, textual_keymap
from cctop.ui.news import News, Word
from cctop.ui.options import FASTEST_HZ, SLOWEST_HZ, Options, is_deck
from cctop.ui.screens import open as pages
from cctop.ui.screens.board import Board
from cctop.ui.styles import sheets
from cctop.ui.theme import NO_COLOR_THEME, THEMES, textual_themes
from cctop.ui.widgets.cells import printable
from cctop.ui.words import file_time

BLURRED_HZ = 1.0
WAKE_DELAY = 0.005
"""Seconds to wait for more of a change before it is shown."""
WAKE_PAUSE = 0.1
"""Seconds between two pictures: where many come the source itself keeps a distance."""
FULL_HZ = 4.0
"""From this refresh rate on every picture is shown; at a lower one only some of a stream are."""
HASTY = 3
"""Pictures that are shown at once after a pause, whatever the rate."""
TICK_LATE = 0.02
"""Seconds after a moment of the clock at which it is looked."""


MANY_MADE = 20_000  # objects that stay, after which it is looked whether they are garbage
_font_faces = re.compile(r"@font-face\s*\{[^}]*\}\s*")


def _first_theme(app: "CctopApp") -> str:
    return app.first_theme


class CctopApp(App[None], inherit_bindings=False):
    """The full-screen monitor. Its return code is 128 plus the number of a signal that ended it."""

    CSS_PATH = sheets()
    theme: Reactive[str] = Reactive(Initialize(_first_theme), init=False)
    TITLE = "cctop"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS: ClassVar = []

    def __init__(self, source: Source, options: Options = Options()) -> None:  # noqa: B008 - frozen
        self._options = options
        self._attention = Attention(options, os.environ)
        no_color = "NO_COLOR" in os.environ
        self.first_theme = NO_COLOR_THEME if no_color else options.theme
        super().__init__(ansi_color=True if no_color else None)
        self.set_keymap(textual_keymap(options.keys))
        self._source = source
        self._deck = source if is_deck(source) else None  # it is all there is, then
        self._hz = options.refresh_hz
        self._news = News(options.now(), options.daily_budget)
        self.board = Board(source, options)
        self._alarm = Alarm(self, self.refresh_now)
        self._is_looked_at = True  # `app_focus` tells that only when everybody has heard of it
        self.ending = Ending(self)
        self._shown_at = 0.0
        self._saved = inf  # seconds without a picture, for hasty ones

    @property
    def available_themes(self) -> dict[str, Theme]:
        """Ours, from the very beginning: a theme that is set later has all sheets parsed again."""
        return super().available_themes | textual_themes()

    def get_driver_class(self) -> type[Driver]:
        """The terminal's driver, by which its title, its bell and notifications are reached."""
        base = super().get_driver_class()
        if sys.platform != "win32":
            from cctop.ui.driver import patient  # noqa: PLC0415 - there it cannot be imported

            base = patient(base)
        return self._attention.driver(base)

    def get_default_screen(self) -> Screen[None]:
        """The board; of a session that is played again the replay."""
        if self._deck is not None:
            return pages.replay_page(self._deck, self._options, alone=True)
        return self.board

    # The life of the app.

    def on_mount(self) -> None:
        """Take over the signals; begin to read when the first picture stands."""
        self.ending.watch()
        self._alarm.begin()
        self.refresh_now()
        self.call_after_refresh(self._start)

    def _start(self) -> None:
        # Whoever starts the app may have put this off: a tenth of the start went there. What it
        # made stays, and of what comes nearly all goes by itself: seldom is there garbage to find.
        gc.freeze()
        gc.set_threshold(MANY_MADE, *gc.get_threshold()[1:])
        gc.enable()
        if self._deck is None:  # a replay starts and ends its own
            self._source.start(self._changed)
        self.refresh_now()

    def on_unmount(self) -> None:
        """End the source's thread; what is left to write to the terminal may not take for ever."""
        self._alarm.end()
        self.ending.hurry(self.return_code or 0)
        if self._deck is None:
            self._source.stop()

    # The picture.

    def _plan(self) -> None:
        """Have the time looked at when it changes what is shown, if nothing else does."""
        now, step = time(), self.board.step / 1000
        rate = self._hz if self._is_looked_at else min(self._hz, BLURRED_HZ)
        at = now - now % step + max(step, 1 / rate)
        if (due := self._attention.next_due) is not None:
            at = min(at, now + (due - self._options.now()) / 1000)
        self._alarm.set(monotonic() + at - now + TICK_LATE)

    def refresh_now(self) -> None:
        """Show what is new, if anything is."""
        self._alarm.clear()
        if not self.board.is_mounted:
            return
        if self.board.refresh_picture():
            now = monotonic()
            self._saved = min(self._saved + now - self._shown_at, HASTY * self._pause)
            self._saved -= self._pause
            self._shown_at = now
            self._tell(self._news.of(self.board.view.snapshot))
        # A frozen picture holds no wait back, and one may fall due while nothing changes.
        latest = self._source.latest()
        waiting = self._attention.look(latest)
        self._tell(self._news.waiting(waiting, self._in_sight))
        self._tell(self._news.looping(self._attention.look_for_loops(latest)))
        self._plan()

    def _tell(self, words: list[Word]) -> None:
        for text, urgent in words:
            self.notify(text, severity="warning" if urgent else "information")

    @property
    def _in_sight(self) -> str | None:
        """The session that the user looks at as it is now, if any."""
        # At the very end, and before the start, there is no screen.
        is_shown = self.screen_stack[-1:] == [self.board] and not self.board.view.frozen_at
        return self.board.selected if is_shown and self.app_focus else None

    def _changed(self) -> None:
        """Called by the source, from its thread, with every change: many of them wake once.

        In the pane beside, where nobody looks, pictures are rare; that a session waits for the
        user is shown at once there, too.
        """
        fleet, shown = self._source.latest().fleet, self.board.view.snapshot.fleet
        now = monotonic()
        pause = 1 / BLURRED_HZ
        if fleet.waiting != shown.waiting:
            pause = WAKE_PAUSE
        elif self.app_focus:
            pause = max(WAKE_PAUSE, self._pause - max(0.0, self._saved))
        self._alarm.set_from_afar(max(now + WAKE_DELAY, self._shown_at + pause))

    @property
    def _pause(self) -> float:
        """Seconds between two pictures of a stream, while someone looks."""
        return WAKE_PAUSE if self._hz >= FULL_HZ else 1 / self._hz

    def on_app_focus(self) -> None:
        """Look often while someone looks."""
        self._is_looked_at = True
        self.refresh_now()

    def on_app_blur(self) -> None:
        """Look once a second while the user is elsewhere."""
        self._is_looked_at = False
        self.refresh_now()

    # The two ways out of the screen's own lines, for text that files may hold.

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,  # noqa: ARG002 - Textual's signature: there is none, whoever asks
    ) -> None:
        """Show a toast: plain characters, never markup."""
        super().notify(
            printable(message),
            title=printable(title),
            severity=severity,
            timeout=timeout,
            markup=False,
        )

    def copy_to_clipboard(self, text: str) -> None:
        """Copy to the terminal's clipboard (OSC 52), whatever the text holds."""
        super().copy_to_clipboard(text.encode("utf-8", "replace").decode())

    # What the keys do on every screen.

    def action_help(self) -> None:
        """Open the help, or close it."""
        if self.screen.id == pages.HELP:
            self.pop_screen()
        else:
            self.push_screen(pages.help_page(self._options.keys, self._where))

    def action_skipped(self) -> None:
        """Open the list of lines that could not be read."""
        self.push_screen(pages.skipped_page(self.board.view.snapshot, self._options.keys))

    @property
    def _where(self) -> str:
        """Which kind of screen is shown."""
        return getattr(self.screen, "where", PAGE)

    def action_palette(self) -> None:
        """Open the palette, and do what is chosen on the screen it was opened from."""
        screen = self.screen

        async def run(action: str | None) -> None:
            if action is not None:
                await self.run_action(action, default_namespace=screen)

        snapshot = self.board.view.snapshot
        self.push_screen(pages.palette(self._where, snapshot, self._options.keys), run)

    def action_next_theme(self) -> None:
        """Take the next theme."""
        self.action_theme_named(THEMES[(THEMES.index(self.theme) + 1) % len(THEMES)])

    def action_theme_named(self, name: str) -> None:
        """Take a theme."""
        self.theme = name
        self.notify(f"theme: {name}", timeout=2)

    def action_mute(self) -> None:
        """Mute bell and notifications, or let them go on."""
        self.notify(self._attention.toggle(), timeout=2)

    def action_refresh_rate(self, step: int) -> None:
        """Show twice as many pictures, or half as many."""
        self._hz = min(FASTEST_HZ, max(SLOWEST_HZ, self._hz * 2.0**step))
        self.refresh_now()
        self.notify(f"refresh: {self._hz:g} a second", timeout=2)

    def action_save_picture(self) -> None:
        """Save the screen as an SVG, and say where."""
        folder = self._options.pictures or Path.cwd()
        name = f"cctop-{file_time(self._options.now())}.svg"
        try:
            path = self.save_screenshot(name, str(folder))
            _without_fonts(Path(path))
        except OSError as error:
            words = f"no picture saved: {error.strerror}: {folder}"
            self.notify(words, severity="error")
        else:
            self.notify(f"picture saved: {path}")


def _without_fonts(picture: Path) -> None:
    """Take the fonts out that a viewer would fetch: a picture must not open a connection."""
    text = picture.read_text(encoding="utf-8")
    picture.write_text(_font_faces.sub("", text), encoding="utf-8")
