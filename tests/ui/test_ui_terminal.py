"""In a real terminal: however it ends, the terminal is as it was, and hostile bytes stay inside."""

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from fcntl import ioctl
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SRC = HERE.parents[1] / "src"
PLAY = """
import sys
import factory, test_ui_hostile
from cctop.ui.app import CctopApp
from cctop.ui.options import Options

class Source(factory.FakeSource):
    def latest(self):
        if "crash" in sys.argv and self.started:
            raise RuntimeError("the crash that was asked for")
        return self.picture

hostile = test_ui_hostile.hostile_picture(test_ui_hostile.HOSTILE)
source = Source(hostile if "hostile" in sys.argv else factory.snapshot())
app = CctopApp(source, Options(now=lambda: factory.NOW))
app.run()
sys.exit(app.return_code)
"""
LEFT = b"\x1b[?1049l"
SHOWN = b"\x1b[?25h"
MOUSE_OFF = b"\x1b[?1000l"

pytestmark = pytest.mark.pty


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, *argv: str, play: str = PLAY) -> None:
        self.fd, inner = pty.openpty()
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
        self.before = termios.tcgetattr(inner)
        path = os.pathsep.join([str(SRC), str(HERE)])
        env = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", play, *argv],
            stdin=inner, stdout=inner, stderr=inner, env=env, start_new_session=True,
            preexec_fn=lambda: ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509 - one thread
        )  # fmt: skip
        self.inner = inner
        self.output = b""

    def read(self, seconds: float = 0.1) -> None:
        """Take in what comes within some seconds."""
        while select.select([self.fd], [], [], seconds)[0]:
            try:
                self.output += os.read(self.fd, 65_536)
            except OSError:
                return

    def until(self, done: Callable[[], bool]) -> None:
        """Read on until something holds. Fails after a minute."""
        deadline = time.monotonic() + 60
        while not done():
            assert time.monotonic() < deadline, self.output[-2_000:]
            self.read(0.02)

    def open(self) -> None:
        """Wait for the board."""
        self.until(lambda: b"sessions" in self.output)
        self.read(0.3)

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        self.until(lambda: self.process.poll() is not None)
        self.read()
        assert self.process.returncode is not None
        return self.process.returncode

    def close(self) -> None:
        """Be gone, with what runs in it."""
        self.process.kill()
        self.process.wait()
        os.close(self.fd)
        os.close(self.inner)

    def is_restored(self) -> bool:
        """Whether the terminal is as it was before."""
        settings = termios.tcgetattr(self.inner) == self.before
        return settings and all(part in self.output for part in (LEFT, SHOWN, MOUSE_OFF))


@pytest.fixture
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    with closing(Terminal(*getattr(request, "param", ()))) as made:
        yield made


@pytest.mark.parametrize("key", [b"q", b"\x03"])
def test_a_key_ends_it(terminal: Terminal, key: bytes) -> None:
    terminal.open()
    os.write(terminal.fd, key)
    assert terminal.ended() == 0
    assert terminal.is_restored()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_ends_it(terminal: Terminal, number: signal.Signals) -> None:
    terminal.open()
    terminal.process.send_signal(number)
    assert terminal.ended() == 128 + number
    assert terminal.is_restored()


@pytest.mark.parametrize("terminal", [("crash",)], indirect=True)
def test_a_crash_restores_the_terminal_first(terminal: Terminal) -> None:
    assert terminal.ended() == 1
    assert terminal.is_restored()
    assert terminal.output.rindex(LEFT) < terminal.output.index(b"the crash that was asked for")


@pytest.mark.parametrize("terminal", [("hostile",)], indirect=True)
def test_no_byte_of_a_file_reaches_the_terminal_as_a_command(terminal: Terminal) -> None:
    terminal.open()
    for key in (b"\r", b"\x1b", b"2", b"\r", b"\x1b", b"!", b"\x1b", b"0", b"y"):
        os.write(terminal.fd, key)
        terminal.read(0.2)
    os.write(terminal.fd, b"q")
    assert terminal.ended() == 0
    assert terminal.is_restored()
    shown = terminal.output.decode("utf-8", "replace")
    for evil in ("\x1b]52;c;ZXZpbA", "\x1b]0;title", "\u202e", "\x9b"):
        assert evil not in shown
