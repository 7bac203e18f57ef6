"""How the app ends when the user did not say so: by a signal, or as its terminal went away."""

import asyncio
import os
import signal
import sys
import threading
from contextlib import suppress

from textual.app import App

_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGTERM", "SIGHUP", "SIGINT") if hasattr(signal, name)
)
TERMINAL_CHECK = 5.0  # seconds between two looks whether there still is a terminal
PATIENCE = 3.0  # seconds a clean end may take


class Ending:
    """Ends an app cleanly, or at once where that takes too long. For the app's own thread."""

    def __init__(self, app: App[None]) -> None:
        self._app = app
        self._last_word: threading.Timer | None = None

    def watch(self) -> None:
        """Take over the signals, and look for the terminal now and then."""
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            with suppress(NotImplementedError):  # Windows has none of them to take over
                loop.add_signal_handler(number, self.end_by, number)
        if not self._app.is_headless:
            self._app.set_interval(TERMINAL_CHECK, self._look_for_terminal)

    def end_by(self, number: signal.Signals) -> None:
        """One clean way out, as if the user had quit; a short one where the terminal is stuck."""
        code = 128 + number
        self.hurry(code)
        self._app.call_later(self._app.exit, return_code=code)

    def hurry(self, code: int) -> None:
        """End the process if the way out takes too long: a terminal that is gone can hold it."""
        self.is_over()
        if not self._app.is_headless:
            self._last_word = threading.Timer(PATIENCE, os._exit, (code,))
            self._last_word.daemon = True
            self._last_word.start()

    def is_over(self) -> None:
        """Take in that the terminal is left: what follows may take its time."""
        if self._last_word is not None:
            self._last_word.cancel()

    def _look_for_terminal(self) -> None:
        """End where the terminal went away without a word: a detached one sends no SIGHUP."""
        try:
            os.get_terminal_size(sys.__stdin__.fileno() if sys.__stdin__ else 0)
        except OSError:
            self.end_by(signal.SIGHUP)
