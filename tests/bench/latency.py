"""How long a line that Claude Code appends takes to the screen, in a real pseudo-terminal.

    python tests/bench/latency.py [--sessions N] [--rate LINES_A_SECOND] [--lines N] [--json FILE]

Every line asks for a tool by a name that occurs once; the time runs from before the write to the
byte on the terminal that shows it. With `--sessions 50 --rate 5` fifty sessions are written to at
five lines a second each, and the lines of one of them are timed. What the process used of a core
meanwhile stands beside it.
"""

import argparse
import json
import os
import pty
import select
import signal
import statistics
import struct
import sys
import tempfile
import termios
import threading
import time
from fcntl import ioctl
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "src"
SIZE = (45, 160)
START_S, DRAIN_S = 3.0, 1.0  # until its history is read; until the last line is shown
SETTLE_S = 0.5
TOP = b"g"  # the key for the first line: the cursor then stays on that session
CLOCK_TICK = os.sysconf("SC_CLK_TCK")


class Screen:
    """cctop in a pseudo-terminal of its own; what it writes is kept with its time."""

    def __init__(self, root: Path, home: Path) -> None:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "PYTHONPATH": str(SOURCE),
            "TERM": "xterm-256color",
            "CCTOP_STATE_DIR": str(home / "state"),
        }
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            argv = [sys.executable, "-m", "cctop", "--root", str(root)]
            os.execve(argv[0], argv, env)
        ioctl(self.terminal, termios.TIOCSWINSZ, struct.pack("HHHH", *SIZE, 0, 0))
        self.wanted: dict[bytes, float] = {}
        self.seen: dict[bytes, float] = {}  # the newest of each mark
        self.took: list[float] = []  # all of them, seconds
        self._tail = b""
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        while select.select([self.terminal], [], [])[0]:
            try:
                data = os.read(self.terminal, 1 << 16)
            except OSError:
                return
            now = time.monotonic()
            text = self._tail + data
            for mark in list(self.wanted):
                if mark in text:
                    self.seen[mark] = now - self.wanted.pop(mark)
                    self.took.append(self.seen[mark])
            self._tail = text[-64:]

    def wait_for(self, word: bytes) -> None:
        """Wait until a word was painted."""
        self.wanted[word] = time.monotonic()
        while word in self.wanted:
            time.sleep(0.01)

    def cpu(self) -> float:
        """The processor time it used, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / CLOCK_TICK

    def end(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        os.waitpid(self.pid, 0)


def line(number: int, name: str) -> bytes:
    """One response that asks for a tool."""
    seconds, ms = divmod(now_ms(), 1000)
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds)) + f".{ms:03}Z"
    message = {
        "id": f"msg_01{number:022d}",
        "model": "claude-opus-5-5",
        "role": "assistant",
        "stop_reason": "tool_use",
        "content": [
            {"type": "tool_use", "id": f"toolu_{number:020}", "name": "Bash",
             "input": {"command": name}}
        ],
        "usage": {"input_tokens": 3, "output_tokens": 200, "cache_read_input_tokens": 40_000,
                  "cache_creation_input_tokens": 500},
    }  # fmt: skip
    record = {"type": "assistant", "uuid": f"u{number}", "requestId": f"req_{number:022d}",
              "timestamp": stamp, "cwd": "/home/ada/web", "message": message}  # fmt: skip
    return json.dumps(record).encode() + b"\n"


def now_ms() -> int:
    """The time, ms since the epoch."""
    return time.time_ns() // 1_000_000


def _next_ms() -> None:
    """Wait for the next ms: what is written then is newer than what was written before."""
    told = now_ms()
    while now_ms() == told:
        time.sleep(0.0005)


def marker(number: int) -> str:
    """A word that differs from the one before in every letter: only changed cells are written."""
    return "".join(chr(ord("a") + (number * step) % 26) for step in (1, 3, 5, 7, 9, 11, 15, 17))


def measure(sessions: int, rate: float, lines: int) -> dict[str, float]:
    """Write for as long as it takes, and return latencies in ms and the share of a core."""
    with tempfile.TemporaryDirectory(prefix="cctop-latency.") as folder:
        home = Path(folder)
        root = home / ".claude"
        project = root / "projects" / "-home-ada-web"
        project.mkdir(parents=True)
        names = [f"{n:08x}-0000-4000-8000-000000000000.jsonl" for n in range(sessions)]
        files = [(project / name).open("ab", buffering=0) for name in names]
        for n, file in enumerate(files):
            _next_ms()
            file.write(line(n, "begin"))  # the last one stands first
        screen = Screen(root, home)
        screen.wait_for(b"sessions")
        time.sleep(START_S)
        os.write(screen.terminal, TOP)
        time.sleep(SETTLE_S)
        begun, used = time.monotonic(), screen.cpu()
        number = 1000
        for n in range(lines):
            for file in files[:-1]:
                number += 1
                file.write(line(number, "other"))
            _next_ms()
            mark = marker(n)
            screen.wanted[mark.encode()] = time.monotonic()
            number += 1
            files[-1].write(line(number, mark))
            time.sleep(max(0.0, begun + (n + 1) / rate - time.monotonic()))
        time.sleep(DRAIN_S)
        share = (screen.cpu() - used) / (time.monotonic() - begun)
        lost = len(screen.wanted)
        took = sorted(1000 * s for s in screen.took)
        screen.end()
    if len(took) < 2:
        raise SystemExit(f"only {len(took)} of {lines} lines came to the screen")
    cuts = statistics.quantiles(took, n=20, method="inclusive")
    return {
        "sessions": sessions, "lines_per_second": rate * sessions, "shown": len(took),
        "overtaken": lost, "p50_ms": round(statistics.median(took), 1),
        "p95_ms": round(cuts[18], 1), "max_ms": round(took[-1], 1),
        "core_percent": round(100 * share, 2),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sessions", type=int, default=1)
    parser.add_argument("--rate", type=float, default=2.0, help="lines a second, each session")
    parser.add_argument("--lines", type=int, default=60)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    figures = measure(asked.sessions, asked.rate, asked.lines)
    print("  ".join(f"{name} {value:g}" for name, value in figures.items()))
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
