"""The terminal's driver, but that nothing runs while nobody types. Not for Windows.

Textual's own looks for input ten times a second, which costs half as much of a core as all else
that an idle screen does.
"""

import os
from codecs import getincrementaldecoder
from collections.abc import Callable
from select import select

from textual import constants
from textual.driver import Driver
from textual.drivers.linux_driver import LinuxDriver, XTermParser  # type: ignore[attr-defined]

STEP = 0.1
"""Seconds for which more is expected of what has begun, and of what is still to come at the end."""
BEGUN = constants.ESCAPE_DELAY + STEP
"""Seconds after which nothing that has begun is open: Escape may be a key, or the first byte of
one."""
ROOM = 4096  # bytes read at once
GRACE = 1.0  # seconds


class PatientDriver(LinuxDriver):
    """Waits for the terminal and for a bell, which the end of input rings."""

    _bell: tuple[int, int] | None = None  # to hear it, and to ring it

    def start_application_mode(self) -> None:
        """Begin, with a bell to end the wait."""
        if self._bell is None:
            self._bell = os.pipe()
        super().start_application_mode()  # type: ignore[no-untyped-call]

    def disable_input(self) -> None:
        """End the thread, which by itself would not notice."""
        bell, self._bell = self._bell, None
        if bell is not None:
            os.write(bell[1], b"!")
        super().disable_input()  # it waits for the thread
        for file in bell or ():
            os.close(file)

    def run_input_thread(self) -> None:
        """Take in what is typed, until the end."""
        if self._bell is None:
            return
        bell, terminal = self._bell[0], self.fileno
        parser, decode = XTermParser(), getincrementaldecoder("utf-8")("replace").decode
        files = [bell, terminal]
        open_for = 0.0  # seconds
        while not self.exit_event.is_set():
            ready = select(files, [], [], STEP if open_for > 0 else None)[0]
            open_for -= STEP
            if terminal in ready:
                open_for = BEGUN
                if not self._take_in(parser, decode):
                    files.remove(terminal)
            elif ready:
                self.exit_event.wait(GRACE)
            for event in parser.tick():
                self.process_message(event)
        # What the terminal answers late must not reach the shell.
        if terminal in files and select([terminal], [], [], STEP)[0]:
            _read(terminal)

    def _take_in(self, parser: XTermParser, decode: Callable[[bytes], str]) -> bool:
        """Tell of what was typed; return whether there can be more."""
        data = _read(self.fileno)
        if text := decode(data):  # without any the parser would take it for the end
            for event in parser.feed(text):
                self.process_message(event)
        return bool(data)


def patient(base: type[Driver]) -> type[Driver]:
    """The driver to take in the place of Textual's; another one that was asked for stays."""
    return PatientDriver if base is LinuxDriver else base


def _read(file: int) -> bytes:
    """Return what was typed, nothing at the end: of a pipe, or since the terminal went away."""
    try:
        return os.read(file, ROOM)
    except OSError:
        return b""
