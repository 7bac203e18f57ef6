"""How the screen bears thousands of sessions, and a session of a hundred thousand tool calls.

    python tests/bench/screen_scale.py [--sessions N] [--calls N] [--seconds S] [--json FILE]

The app runs in a real pseudo-terminal on made-up pictures. A key's time runs from its byte to the
last byte that it makes the screen write, and beside it stands the processor time that it took,
which a busy machine blurs less. Then pictures that change by themselves: which share of a core they
take, and how many bytes a second go to the terminal. With `--quick` each key is pressed less often.
"""

import argparse
import json
import os
import pty
import signal
import statistics
import struct
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from fcntl import ioctl
from pathlib import Path
from select import select
from typing import NamedTuple

SOURCE = Path(__file__).parents[2] / "src"
NOW = 1_795_348_991_000
START_S = 30.0
QUIET_S = 0.08  # without a byte: what a key made the screen write is all there
BUSY_S = 0.008  # of processor time in that while: it is at work, and will write
SETTLE_S = 1.5  # until the start is over
DOWN, PAGE_DOWN, ENTER, DELETE = "\x1b[B", "\x1b[6~", "\r", "\x7f"


class Case(NamedTuple):
    """What is on the screen: sessions, tool calls of the first, and how it changes by itself.

    `rows` sessions move `hz` times a second (0: not at all); `still` holds the clock.
    """

    sessions: int
    calls: int = 0
    rows: int = 0
    hz: float = 0.0
    refresh: float = 4.0
    still: bool = False
    size: tuple[int, int] = (45, 160)


class Keys(NamedTuple):
    """Keys to press one by one, and the time that each may take, in ms; None is not judged."""

    name: str
    keys: tuple[str, ...]
    limit: float | None = None


def play(case: Case) -> None:
    """Run the app on a case, in this process's terminal."""
    from crowd import crowd  # noqa: PLC0415 - the parent needs none of it

    from cctop.ui.app import CctopApp  # noqa: PLC0415
    from cctop.ui.choice import Scope  # noqa: PLC0415
    from cctop.ui.options import Options, now_ms  # noqa: PLC0415

    def now() -> int:
        return NOW if case.still else now_ms()

    source = crowd(case.sessions, now(), case.calls)
    options = Options(scope=Scope.ALL, refresh_hz=case.refresh, now=now)

    def change() -> None:
        step = 0
        while True:
            time.sleep(1 / case.hz)
            step += 1
            source.move(step, case.rows)

    if case.hz:
        threading.Thread(target=change, daemon=True).start()
    CctopApp(source, options).run()


class Screen:
    """The app in a pseudo-terminal of its own."""

    def __init__(self, case: Case) -> None:
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            env = os.environ | {"TERM": "xterm-256color", "PYTHONPATH": str(SOURCE)}
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", *case.size, 0, 0))
            argv = [sys.executable, __file__, "--play", json.dumps(case)]
            os.execve(argv[0], argv, env)
        self._wait_for(b"sessions")
        self.read_for(SETTLE_S)

    def _wait_for(self, word: bytes) -> None:
        text, until = b"", time.monotonic() + START_S
        while word not in text:
            if not select([self.terminal], [], [], until - time.monotonic())[0]:
                raise TimeoutError("nothing on the screen")
            text += os.read(self.terminal, 1 << 16)

    def drain(self, quiet: float) -> tuple[int, float]:
        """Read until nothing comes for so long; return how many bytes, and when the last came."""
        count, last = 0, time.perf_counter()
        while select([self.terminal], [], [], quiet)[0]:
            count += len(os.read(self.terminal, 1 << 16))
            last = time.perf_counter()
        return count, last

    def read_for(self, seconds: float) -> int:
        """Read for so long, and return how many bytes came."""
        count, until = 0, time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if select([self.terminal], [], [], left)[0]:
                count += len(os.read(self.terminal, 1 << 16))
        return count

    def press(self, key: str) -> tuple[float, float]:
        """Press a key; return the ms until all it wrote was there, and the ms of processor time."""
        used, begun = self.cpu(), time.perf_counter()
        os.write(self.terminal, key.encode())
        last = begun
        while True:
            before = self.cpu()
            count, came = self.drain(QUIET_S)
            last = came if count else last
            # It may think for longer than that before it writes.
            if not count and self.cpu() - before < BUSY_S:
                return 1000 * (last - begun), 1000 * (before - used)

    def cpu(self) -> float:
        """The processor time of all its threads, in seconds."""
        total = 0
        for task in Path(f"/proc/{self.pid}/task").iterdir():
            total += int((task / "schedstat").read_text().split()[0])
        return total / 1e9

    def end(self) -> None:
        os.kill(self.pid, signal.SIGTERM)
        with suppress(OSError):  # the end of a pseudo-terminal is an error on Linux
            self.drain(QUIET_S)
        os.waitpid(self.pid, 0)
        os.close(self.terminal)


@contextmanager
def shown(case: Case) -> Iterator[Screen]:
    """The app on a case."""
    screen = Screen(case)
    try:
        yield screen
    finally:
        screen.end()


def keys_of_a_list(count: int) -> list[Keys]:
    """What is pressed in a long list of sessions."""
    word = tuple("api model:opus")
    return [
        Keys("list: next line", ("j",) * count, 50),
        Keys("list: a page down", (PAGE_DOWN,) * count, 50),
        Keys("list: last and first line", ("G", "g") * (count // 2), 50),
        Keys("filter: open", ("/",), 50),
        Keys("filter: a letter", word, 50),
        Keys("filter: a letter less", (DELETE,) * len(word), 50),
        Keys("filter: done", (ENTER,)),
        Keys("sort: another column", (">",) * 14, 80),
        Keys("sort: reversed", ("r",) * 6, 80),
        Keys("scope", ("a",) * 6, 80),
    ]


def keys_of_a_session(count: int) -> list[Keys]:
    """What is pressed in a long session."""
    return [
        Keys("session: select another and back", ("j", "k") * 2, 150),
        Keys("session: open", (ENTER,), 150),
        Keys("session: back and open again", ("h", "0", ENTER) * 2, 150),
        Keys("failures: go there", ("2",), 150),
        Keys("failures: next line", ("j",) * count, 30),
        Keys("failures: a page down", (PAGE_DOWN,) * count, 30),
        Keys("failures: last and first", ("G", "g") * 3, 30),
        Keys("compactions: go there", ("3",), 150),
        Keys("compactions: next line", ("j",) * count, 30),
        Keys("subagents: go there", ("4",), 150),
        Keys("subagents: next line", ("j",) * count, 30),
        Keys("turns: go there", ("5",), 150),
        Keys("turns: next line", ("j",) * count, 30),
        Keys("turn: open", (ENTER,), 150),
        Keys("turn: the next one", ("n",) * 6, 150),
        Keys("turn: back", ("h",)),
        Keys("next panel", ("\t",) * 10, 150),
    ]


def press_all(case: Case, steps: list[Keys]) -> list[dict[str, object]]:
    """Press keys on one screen, and return a line for each kind."""
    lines = []
    with shown(case) as screen:
        for step in steps:
            times, used = zip(*map(screen.press, step.keys), strict=True)
            lines.append(
                {
                    "name": step.name,
                    "keys": len(step.keys),
                    "p50_ms": round(statistics.median(times), 1),
                    "max_ms": round(max(times), 1),
                    "cpu_ms": round(statistics.mean(used), 1),
                    "limit_ms": step.limit,
                }
            )
    return lines


def moving() -> list[tuple[str, Case, str]]:
    """Pictures that change by themselves, and keys to press before."""
    board = Case(24, 500)
    tall = Case(50, 0, size=(60, 220))
    return [
        ("nothing changes, not the time either", board._replace(still=True), ""),
        ("only the time goes on", board, ""),
        ("only the time, in 5,000 sessions", Case(5_000), ""),
        ("board, 4 pictures a second", board._replace(rows=3, hz=4), ""),
        ("board, 1 picture a second", board._replace(rows=3, hz=1, refresh=1), ""),
        ("50 rows of 50, one in ten moves, 4 Hz", tall._replace(rows=5, hz=4), "z"),
        ("50 rows of 50, all move, 4 Hz", tall._replace(rows=50, hz=4), "z"),
        ("5,000 sessions, 3 move, 4 Hz", Case(5_000, rows=3, hz=4), ""),
        ("100,000 calls, one more a second", Case(24, 100_000, rows=1, hz=1), ""),
    ]


def share(case: Case, keys: str, seconds: float) -> dict[str, object]:
    """What a picture that changes by itself takes of a core and of the terminal's line."""
    with shown(case) as screen:
        for key in keys:
            os.write(screen.terminal, key.encode())
        screen.read_for(SETTLE_S)
        used, begun = screen.cpu(), time.perf_counter()
        count = screen.read_for(seconds)
        lasted = time.perf_counter() - begun
        core = 100 * (screen.cpu() - used) / lasted
    return {"core_percent": round(core, 2), "kB_per_s": round(count / lasted / 1000, 2)}


def measure_keys(given: argparse.Namespace) -> list[dict[str, object]]:
    """Press the keys of both kinds of screen."""
    count = 6 if given.quick else 30
    lines = []
    if given.only in {"", "list"}:
        lines += press_all(Case(given.sessions, still=True), keys_of_a_list(count))
    if given.only in {"", "session"}:
        lines += press_all(Case(24, given.calls, still=True), keys_of_a_session(count))
    if lines:
        print(f"{'key':36} {'n':>3} {'p50':>8} {'max':>8} {'CPU':>8} {'limit':>7}")
    for line in lines:
        limit = f"{line['limit_ms']} ms" if line["limit_ms"] else ""
        over = isinstance(line["limit_ms"], int) and float(str(line["p50_ms"])) > line["limit_ms"]
        print(
            f"{line['name']:36} {line['keys']:>3} {line['p50_ms']:>5} ms {line['max_ms']:>5} ms"
            f" {line['cpu_ms']:>5} ms {limit:>7}{'  over' if over else ''}"
        )
    return lines


def measure_shares(given: argparse.Namespace) -> list[dict[str, object]]:
    """Let the pictures change."""
    if given.only not in {"", "moving"}:
        return []
    print(f"\n{'picture':40} {'of a core':>9} {'to the terminal':>16}")
    lines = []
    for name, case, keys in moving():
        line = {"name": name, **share(case, keys, given.seconds)}
        lines.append(line)
        print(f"{name:40} {line['core_percent']:>7} % {line['kB_per_s']:>11} kB/s", flush=True)
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--sessions", type=int, default=5_000)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", choices=("", "list", "session", "moving"), default="")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--play", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.play:
        play(Case(*json.loads(given.play)))
        return
    figures = {"keys": measure_keys(given), "moving": measure_shares(given)}
    if given.json:
        given.json.write_text(json.dumps(figures, indent=1) + "\n")


if __name__ == "__main__":
    main()
