"""What the README promises: cctop reads, and keeps what it read; nothing is run, nothing is sent.

Python reports every file that is opened, every process and every connection to an audit hook; the
real commands run under one that writes all of it down.
"""

import ast
import json
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
import zlib
from contextlib import closing
from pathlib import Path
from select import select

import pytest

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "tests/fixtures/transcripts"

# Run as `python -c HOOK LOG ARGUMENTS...`; the log's lines are (event, subject) as Python literals.
HOOK = """
import os, sys
log = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
del sys.argv[1]
changing = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
kinds = ("os.", "shutil.", "socket.", "subprocess.", "pty.", "sqlite3.", "urllib.", "http.")
quiet = {"os.listdir", "os.scandir", "os.fork", "os.walk", "os.fwalk", "os.getxattr",
         "os.listxattr", "socket.__new__", "os.putenv", "os.unsetenv"}

def hook(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        if isinstance(path, int) or not (flags & changing):
            return
    elif event in quiet or not event.startswith(kinds):
        return
    os.write(log, (repr((event, str(arguments[0]) if arguments else "")) + "\\n").encode())

sys.addaudithook(hook)
from cctop.cli import main
sys.exit(main(sys.argv[1:]))
"""


class Watched:
    """A home with transcripts of every kind, and the log of what was done in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.root = folder / "claude"
        self.cache = folder / "cache"
        self.state = folder / "state"
        self.log = folder / "log"
        for scenario in FIXTURES.iterdir():
            shutil.copytree(scenario, self.root, dirs_exist_ok=True)
        self.before = self.contents()

    def contents(self) -> dict[Path, tuple[int, bytes]]:
        """Every file of the Claude folder: when it was last changed, and what it holds."""
        return {
            path: (path.stat().st_mtime_ns, path.read_bytes())
            for path in self.root.rglob("*")
            if path.is_file()
        }

    def command(self, *arguments: str) -> tuple[list[str], dict[str, str]]:
        """The arguments and the environment of a process that runs cctop."""
        env = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
        env |= {"HOME": str(self.folder), "CCTOP_CACHE_DIR": str(self.cache)}
        env |= {"CCTOP_STATE_DIR": str(self.state)}
        env |= {"PYTHONDONTWRITEBYTECODE": "1", "TERM": "xterm-256color"}
        argv = [sys.executable, "-c", HOOK, str(self.log), *arguments, "--root", str(self.root)]
        return argv, env

    def run(self, *arguments: str) -> str:
        """What a command that must succeed prints."""
        argv, env = self.command(*arguments)
        done = subprocess.run(argv, env=env, capture_output=True, check=True, text=True)
        return done.stdout

    def deeds(self) -> list[tuple[str, str]]:
        """What was done outside of cctop's own cache and store, and of the terminal.

        SQLite opens its files by itself: what becomes of its calls is seen in the folders.
        """
        entries = [ast.literal_eval(line) for line in self.log.read_text("utf-8").splitlines()]
        own = (str(self.cache), str(self.state / "history"), "/dev/")
        made = ("os.mkdir", str(self.state))
        quiet = ("sqlite3.connect/handle",)
        return [
            (event, subject)
            for event, subject in entries
            if not subject.startswith(own) and (event, subject) != made and event not in quiet
        ]

    def around(self) -> set[str]:
        """What lies in the home, beside the Claude folder."""
        return {path.name for path in self.folder.iterdir()} - {self.root.name}

    def kept(self) -> set[str]:
        """What lies where cctop keeps what it must remember."""
        return {path.name for path in self.state.glob("*")}


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


@pytest.mark.parametrize(
    "arguments",
    [
        ("sessions", "--all"),
        ("sessions", "--all", "--json"),
        ("show", "latest"),
        ("show", "latest", "--json"),
    ],
    ids=" ".join,
)
def test_reports_change_nothing_and_call_nobody(
    watched: Watched, arguments: tuple[str, ...]
) -> None:
    assert watched.run(*arguments)
    assert watched.deeds() == []
    assert watched.contents() == watched.before
    assert watched.around() == {"cache", "log", "state"}
    assert watched.kept() == {"history.db", "history.lock"}


def test_without_the_store_nothing_is_kept(watched: Watched) -> None:
    assert watched.run("sessions", "--all", "--no-store")
    assert watched.deeds() == []
    assert watched.around() == {"cache", "log"}


def test_no_prompt_is_kept_whole_and_no_answer_or_output_at_all(watched: Watched) -> None:
    """The first line of a prompt, for the list of turns, and of an error: no more of the texts."""
    path = watched.root / "projects" / "-home-web" / "3f2a9c51-4f1c-4c55-9d5e-3b1f6a2e7c01.jsonl"
    path.parent.mkdir(parents=True)
    secret = "a word of its own " * 40
    records = [
        {"type": "user", "uuid": "u1", "message": {"role": "user", "content": f"do it\n{secret}"}},
        {"type": "assistant", "uuid": "u2", "requestId": "r1", "message": {
            "id": "m1", "model": "claude-opus-5-5", "role": "assistant", "stop_reason": "tool_use",
            "usage": {"input_tokens": 1, "output_tokens": 1},
            "content": [{"type": "text", "text": f"well\n{secret}"},
                        {"type": "thinking", "thinking": secret},
                        {"type": "tool_use", "id": "t1", "name": "Write",
                         "input": {"file_path": "/home/web/a.py", "content": secret}}]}},
        {"type": "user", "uuid": "u3", "message": {"role": "user", "content": [
            {"type": "tool_result", "tool_use_id": "t1", "content": secret}]}},
    ]  # fmt: skip
    when = {"timestamp": "2026-06-01T12:00:00.000Z", "cwd": "/home/web"}
    path.write_text("".join(f"{json.dumps(record | when)}\n" for record in records), "utf-8")
    watched.run("sessions", "--all")
    with closing(sqlite3.connect(watched.state / "history.db")) as store:
        kept = [
            zlib.decompress(blob)
            for table, column in (("chunk", "events"), ("session", "course"))
            for (blob,) in store.execute(f"SELECT {column} FROM {table}")
        ]
    told = b"".join(kept)
    assert b"/home/web/a.py" in told
    assert b"do it" in told
    assert secret.encode()[:200] not in told


def test_the_watch_would_see_it(watched: Watched) -> None:
    """The guard itself: a command that writes does so under its eyes."""
    argv, env = watched.command("config", "init")
    subprocess.run(argv[:-2], env=env, capture_output=True, check=True)
    assert any(event == "open" for event, _ in watched.deeds())


@pytest.mark.pty
def test_the_screen_changes_nothing_and_calls_nobody(watched: Watched) -> None:
    argv, env = watched.command("--scope", "all")
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(argv[0], argv, env)
    shown = b""
    # Looking up prices is the last thing that reading does.
    while not list(watched.cache.glob("prices-*")) and select([terminal], [], [], 20)[0]:
        shown += os.read(terminal, 65536)
    os.write(terminal, b"q")
    try:
        while select([terminal], [], [], 20)[0]:
            shown += os.read(terminal, 65536)
    except OSError:  # how Linux says that the other side has closed
        pass
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    assert os.waitstatus_to_exitcode(status) == 0, shown[-4000:].decode("utf-8", "replace")
    assert watched.deeds() == []
    assert watched.contents() == watched.before
