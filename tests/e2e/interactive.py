"""The real Claude Code CLI and cctop's screen, each in a pseudo-terminal, typed at by a test.

A `Desk` is a scratch home with both on it: `claude` starts the CLI as `lab` runs it (offline, with
the stand-in for the API and its script), `cctop` the screen, and `show` asks for the JSON. What is
on a screen is read through a terminal emulator, as a user would see it.

`python interactive.py SCRIPT HOME` puts the CLI into the terminal it is called from, to try a
script by hand.
"""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

import pyte
from lab import CLI_VARIABLE, environment, isolation
from messages_api import Json

LAB = Path(__file__).with_name("lab.py")
SOURCE = Path(__file__).parents[2] / "src"
HOOK = Path(sys.executable).with_name("cctop-hook")
MODEL = "claude-opus-5-5"
SIZE = (120, 40)  # columns, lines
PATIENCE_S = 60.0  # of a machine that does much else; nothing waits longer than it has to
KEYS = {"enter": "\r", "escape": "\x1b", "up": "\x1b[A", "down": "\x1b[B", "ctrl-c": "\x03"}
# The CLI knows a key that was approved by its last characters.
APPROVED = 20
T = TypeVar("T")


class Screen(pyte.Screen):
    """A screen that takes the private forms of sequences for what they are: nothing to be seen."""

    def select_graphic_rendition(self, *attributes: int, private: bool = False) -> None:
        """Colours; a keyboard's mode looks the same but for a sign."""
        if not private:
            super().select_graphic_rendition(*attributes)

    def report_device_status(self, mode: int, **_: object) -> None:
        """Nobody answers."""


class Terminal:
    """A program in a pseudo-terminal of its own. A thread keeps up with what it writes."""

    def __init__(
        self,
        command: Sequence[str],
        env: Mapping[str, str],
        cwd: Path,
        size: tuple[int, int] = SIZE,
    ) -> None:
        self._screen = Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._news = threading.Condition()
        self._leader, inner = pty.openpty()
        columns, lines = size
        fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        # `setsid` gives it the terminal as a controlling one, and becomes the program.
        self.process = subprocess.Popen(
            ["setsid", "--ctty", *command],
            stdin=inner, stdout=inner, stderr=inner, env=env, cwd=cwd,
        )  # fmt: skip
        os.close(inner)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._leader, 65_536)
            except OSError:  # how Linux says that the other side has closed
                data = b""
            with self._news:
                self._stream.feed(data)
                self._news.notify_all()
            if not data:
                return

    @property
    def text(self) -> str:
        """What the screen shows, line by line."""
        with self._news:
            return self._text()

    def _text(self) -> str:
        return "\n".join(line.rstrip() for line in self._screen.display)

    def until(self, wanted: str | Callable[[str], bool], timeout: float = PATIENCE_S) -> float:
        """Wait until the screen shows a text, or holds what is asked; the time (s) it was seen.

        Raises `AssertionError` with the screen when that does not come.
        """
        is_there = wanted if callable(wanted) else lambda text: wanted in text
        deadline = time.monotonic() + timeout
        with self._news:
            while not is_there(self._text()):
                left = deadline - time.monotonic()
                if left <= 0 or (self.process.poll() is not None and not self._reader.is_alive()):
                    raise AssertionError(f"{wanted!r} never came:\n{self._text()}")
                self._news.wait(min(left, 0.5))
            return time.time()

    def type(self, text: str) -> None:
        """Type a text, without Enter."""
        os.write(self._leader, text.encode())

    def press(self, *keys: str) -> None:
        """Press named keys, or characters."""
        for key in keys:
            self.type(KEYS.get(key, key))

    def accept(self, question: str) -> None:
        """Press Enter until a question is gone: one that has just come up may not hear it yet."""
        wait_for(lambda: self._accepted(question))

    def _accepted(self, question: str) -> bool:
        self.press("enter")
        with suppress(AssertionError):
            self.until(lambda text: question not in text, 2.0)
        return question not in self.text

    def say(self, text: str) -> None:
        """Type a line and send it, once it is shown: text and Enter at once look like a paste."""
        self.type(text)
        self.until(text)
        self.press("enter")

    def ended(self, timeout: float = PATIENCE_S) -> int:
        """Wait for the end of the program: its exit code."""
        return self.process.wait(timeout)

    def close(self) -> None:
        """End whatever still runs in it, all of it."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(PATIENCE_S)
        os.close(self._leader)


class Desk:
    """A scratch home with the CLI and cctop on it; what runs there ends with the `with` block."""

    def __init__(self, home: Path, settings: Json | None = None) -> None:
        self.home = home
        self.root = home / ".claude"
        self.project = home / "project"
        self.spool = home / "spool"
        for folder in (self.root, self.project):
            folder.mkdir(parents=True)
        own = {"CCTOP_SPOOL_DIR": "spool", "CCTOP_STATE_DIR": "state", "CCTOP_CACHE_DIR": "cache"}
        self._folders = {name: str(home / folder) for name, folder in own.items()}
        _write(self.root / "settings.json", settings or {})
        _write(home / ".claude.json", self._known_to_the_cli())
        self._running: list[Terminal] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        while self._running:
            self._running.pop().close()

    def _known_to_the_cli(self) -> Json:
        """What lets the CLI begin without asking: its newcomer's questions are answered."""
        key = environment(self.home, {})["ANTHROPIC_API_KEY"]
        return {
            "hasCompletedOnboarding": True,
            "theme": "dark",
            "customApiKeyResponses": {"approved": [key[-APPROVED:]], "rejected": []},
            "projects": {str(self.project): {"hasTrustDialogAccepted": True}},
        }

    def command(self, lanes: Json, *args: str) -> tuple[list[str], dict[str, str]]:
        """The command that runs the CLI on a script, and its environment."""
        script = self.home / "script.json"
        _write(script, lanes)
        serve = [sys.executable, str(LAB), "serve", str(self.home), str(script)]
        cli = [os.environ[CLI_VARIABLE], "--model", MODEL, "--permission-mode", "default", *args]
        # As for a user, cctop is on the PATH: the plugin has no other way to find it.
        path = os.pathsep.join([str(HOOK.parent), os.environ["PATH"]])
        env = environment(self.home, self._folders | {"TERM": "xterm-256color", "PATH": path})
        return [*isolation(), *serve, *cli], env

    def claude(self, lanes: Json, *args: str) -> Terminal:
        """Start the CLI on a script (see `messages_api`) and wait until it can be typed at."""
        command, env = self.command(lanes, *args)
        terminal = self._open(Terminal(command, env, self.project))
        terminal.until(lambda text: "❯" in text)
        return terminal

    def cctop(self, *args: str, size: tuple[int, int] = SIZE) -> Terminal:
        """Start cctop's screen and wait for its board."""
        command = [sys.executable, "-m", "cctop", "--root", str(self.root), *args]
        terminal = self._open(
            Terminal(command, self._env() | {"TERM": "xterm-256color"}, self.home, size)
        )
        terminal.until("sessions")
        return terminal

    def _open(self, terminal: Terminal) -> Terminal:
        self._running.append(terminal)
        return terminal

    def show(self, session: str = "latest") -> Json:
        """What `cctop show --json` says of a session now."""
        done = subprocess.run(
            [sys.executable, "-m", "cctop", "show", session, "--json", "--root", str(self.root)],
            capture_output=True,
            check=True,
            env=self._env(),
            text=True,
        )
        (report,) = json.loads(done.stdout)["sessions"]
        return dict(report)

    def _env(self) -> dict[str, str]:
        home = {"PATH": os.environ["PATH"], "HOME": str(self.home), "LANG": "C.UTF-8"}
        return home | self._folders | {"PYTHONPATH": str(SOURCE)}

    def registry(self) -> Json:
        """What the CLI says of itself in `sessions/<pid>.json`; empty before it does."""
        for path in self.root.glob("sessions/*.json"):
            with suppress(ValueError, OSError):  # torn, or gone by now
                return dict(json.loads(path.read_text("utf-8")))
        return {}

    def records(self, event: str = "") -> list[Json]:
        """The spool's records as they were written, of one event or of all."""
        lines = [
            line
            for segment in sorted(self.spool.glob("events-*.jsonl"))
            for line in segment.read_text("utf-8").splitlines()
        ]
        records = [json.loads(line) for line in lines if line]
        return [record for record in records if event in ("", record["event"])]

    def transcript(self, session: str) -> str:
        """What the CLI wrote of a session; nothing before it does."""
        found = self.root.glob(f"projects/*/{session}.jsonl")
        return "".join(path.read_text("utf-8") for path in found)

    def status_line(self, session: str) -> Json:
        """The newest status line of a session; empty before there is one."""
        path = self.spool / "status" / f"{session}.json"
        return dict(json.loads(path.read_text("utf-8"))["status"]) if path.exists() else {}


def wait_for(ask: Callable[[], T], timeout: float = PATIENCE_S) -> T:
    """Ask until the answer is true, and return it. Raises `AssertionError` when it never is."""
    deadline = time.monotonic() + timeout
    while not (answer := ask()):
        assert time.monotonic() < deadline, f"it never came; at last: {answer!r}"
        time.sleep(0.02)
    return answer


def _write(path: Path, value: Json) -> None:
    path.write_text(json.dumps(value), encoding="utf-8")


def main(argv: Sequence[str]) -> int:
    """Run the CLI on a script, here."""
    script, home = map(Path, argv)
    command, env = Desk(home).command(json.loads(script.read_text("utf-8")))
    return subprocess.run(command, env=env, cwd=home / "project", check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
