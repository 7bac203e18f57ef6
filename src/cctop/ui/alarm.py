"""An alarm: what has to be done at a time is done once, however often it was asked for.

A timer of Textual's is a task, two messages and a look at a signature each time it is set: with
many changes a fifth of what the screen costs.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from contextvars import copy_context
from math import inf
from time import monotonic

from textual.app import App


class Alarm:
    """Calls `ring` at the earliest of the times that were asked for since it last did.

    Times are those of `time.monotonic`, in seconds. It rings between `begin`, which is called in
    the app's own task, and `end`.
    """

    def __init__(self, app: App[None], ring: Callable[[], object]) -> None:
        self.at = inf
        self._app = app
        self._ring = ring
        self._context = copy_context()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._handle: asyncio.TimerHandle | None = None

    def begin(self) -> None:
        """Ring from now on, in the app's loop."""
        self._loop, self._context = asyncio.get_running_loop(), copy_context()

    def end(self) -> None:
        """Ring no more."""
        self._loop = None
        self.clear()

    def clear(self) -> None:
        """Forget what was asked for: what it would ring for is done now, by someone else."""
        # First: what another thread asks for from here on may be of something newer.
        self.at = inf
        if self._handle is not None:
            self._handle.cancel()
            self._handle = None

    def set(self, at: float) -> None:
        """Ring at that time, if not sooner."""
        if self._loop is not None and at < self.at:
            self.at = at
            self._wait()

    def set_from_afar(self, at: float) -> None:
        """Do the same, asked for by another thread."""
        loop = self._loop
        if loop is not None and at < self.at:
            self.at = at
            with suppress(RuntimeError):  # the loop has just been closed
                loop.call_soon_threadsafe(self._wait)

    def _wait(self) -> None:
        if self._handle is not None:
            self._handle.cancel()
        if self._loop is not None and self.at < inf:  # else it has rung meanwhile
            wait = max(0.0, self.at - monotonic())
            self._handle = self._loop.call_later(wait, self._go_off, context=self._context)

    def _go_off(self) -> None:
        self.clear()
        try:
            self._ring()
        except Exception as error:  # noqa: BLE001 - as Textual does with what its timers call
            self._app._handle_exception(error)
