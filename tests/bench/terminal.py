"""A program in a pseudo-terminal, and the screen that it paints there."""

import os
import pty
import signal
import struct
import termios
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from select import select
from time import perf_counter

import pyte

COLUMNS, LINES = 160, 45
PATIENCE = 30.0  # seconds that a screen may take
CLOCK_TICK = os.sysconf("SC_CLK_TCK")


class Terminal:
    """Starts the program at once; use it as a context, so that it ends."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        self.begun = perf_counter()
        self.written = 0  # bytes
        self._screen = pyte.Screen(COLUMNS, LINES)
        self._stream = pyte.ByteStream(self._screen)
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
            os.execve(argv[0], argv, env)

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self._terminal)

    @property
    def lines(self) -> list[str]:
        """What stands on the screen."""
        return list(self._screen.display)

    def until(
        self, shows: Callable[[list[str]], bool], what: str, patience: float = PATIENCE
    ) -> float:
        """Return the seconds from the start until `shows(lines)`. Raises TimeoutError."""
        deadline = perf_counter() + patience
        while (left := deadline - perf_counter()) > 0:
            if (now := self._read(left)) and shows(self.lines):
                return now - self.begun
        raise TimeoutError(f"no {what} on the screen:\n" + "\n".join(self.lines))

    def watch(self, seconds: float) -> None:
        """Take in what it paints for so long."""
        deadline = perf_counter() + seconds
        while (left := deadline - perf_counter()) > 0:
            self._read(left)

    def _read(self, patience: float) -> float:
        """Take in what is written next; return when it came, 0.0 where nothing did."""
        if not select([self._terminal], [], [], patience)[0]:
            return 0.0
        data = os.read(self._terminal, 1 << 16)
        now = perf_counter()
        self.written += len(data)
        self._stream.feed(data)
        return now

    def cpu(self) -> float:
        """The processor time it has used, in seconds. Linux."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICK

    def memory(self) -> int:
        """The memory it holds now, in bytes. Linux."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise OSError(f"no memory of {self.pid} told")
