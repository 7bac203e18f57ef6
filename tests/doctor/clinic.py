"""A made-up machine: a config folder, a spool, settings; and what the doctor says of it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from scribe import HOUR, SECOND, START, Json, answer, line, prompt, result, session_id, tool_use

from cctop.doctor.check import Check
from cctop.doctor.examine import examine
from cctop.doctor.facts import Facts, Settings, collect
from cctop.doctor.machine import Machine
from cctop.engine import settings as engine
from cctop.engine.reading import read_all
from cctop.hook import spool as writing

NOW = START + HOUR
SESSION = session_id(1)
EVENTS = ("SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUse", "Stop", "Notification")
MACHINE = Machine(
    env={"TERM": "xterm-256color", "COLORTERM": "truecolor"},
    encoding="utf-8",
    size=(120, 40),
    tty=True,
    zone="CET",
    offset=3600,
    platform="Linux 6.1 x86_64",
    python="3.13.1",
    cctop="1.2.3",
    textual="8.2.8",
    inotify={"max_user_watches": 65_536, "max_user_instances": 128},
    mounts=(("/", "ext4"),),
    prices_at=NOW - 72 * HOUR,
    hook="/usr/bin/cctop-hook",
)


class Clinic:
    """Everything lies below `path`. `hooks` and `line` are what the settings are said to be."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = path / ".claude"
        self.project = self.root / "projects" / "-home-ada-web"
        self.project.mkdir(parents=True)
        self.root.chmod(0o755)
        self.spool = path / "spool"
        self.store = path / "state" / "history.db"
        self.user = self.root / "settings.json"
        self.hooks: Json = {"scopes": [self.scope(events=[])], "disabled_by": [], "plugin": False}
        self.line: Json = {"scopes": [self.drawn("none")], "disabled_by": [], "holds_here": None}
        self.settings = Settings(
            roots=(str(self.root),), chosen="usual place", spool=str(self.spool),
            store=str(self.store),
        )  # fmt: skip
        self.machine = MACHINE
        self.count = 0

    def scope(self, **changes: Any) -> Json:
        """What `cctop hooks status --json` says of the user's settings."""
        return {
            "scope": "user", "file": str(self.user), "state": "installed", "why": None,
            "events": list(EVENTS), "missing": [], "prompts": False, "spools": [],
            "programs": [{"path": "/usr/bin/cctop-hook", "exists": True}],
        } | changes  # fmt: skip

    def drawn(self, state: str, **changes: Any) -> Json:
        """What `cctop statusline status --json` says of the user's settings."""
        return {
            "scope": "user", "file": str(self.user), "state": state, "why": None,
            "command": None, "program": "/usr/bin/cctop-hook", "exists": True,
        } | changes  # fmt: skip

    def install(self, at: int = START - HOUR, **changes: Any) -> None:
        """Hooks are in the user's settings since then."""
        self.hooks["scopes"] = [self.scope(**changes)]
        self._touch(self.user, at)

    def draw(self, state: str = "ours", at: int = START - HOUR, **changes: Any) -> None:
        """A status line is in the user's settings since then."""
        self.line["scopes"] = [self.drawn(state, **changes)]
        self._touch(self.user, at)

    def write(self, *records: Any, session: str = SESSION, at: int = NOW - SECOND) -> Path:
        """Append records, lists of them, or bytes to a transcript that changed at that time."""
        path = self.project / f"{session}.jsonl"
        with path.open("ab") as file:
            for record in records:
                for one in record if isinstance(record, list) else [record]:
                    file.write(one if isinstance(one, bytes) else line(one))
        os.utime(path, (at / 1000, at / 1000))
        return path

    def work(self, *tools: str, at: int = NOW - 60 * SECOND, **more: Any) -> None:
        """A turn that calls tools, each of which is answered at that time."""
        said: Json = {"version": "2.1.330", "cwd": "/home/ada/web"}
        blocks = [tool_use(id=tool, command="ls") for tool in tools]
        self.write(
            prompt(at - 2 * SECOND, **said),
            answer(at - SECOND, None, blocks, stop="tool_use", **more, **said) if blocks else [],
            [result(at, tool, **said) for tool in tools],
            answer(at, **more, **said),
        )

    def hear(self, event: str, at: int = NOW - 59 * SECOND, **more: Any) -> None:
        """A hook leaves a record."""
        self.count += 1
        transcript = str(self.project / f"{SESSION}.jsonl")
        record = {"v": 1, "id": f"id-{self.count}", "at": at, "event": event, "session": SESSION}
        record |= {"transcript": transcript} | more
        writing.append(str(self.spool), json.dumps(record).encode())

    def told(self, session: str = SESSION, at: int = NOW - 5 * SECOND, **more: Any) -> Path:
        """A status line leaves its copy."""
        path = self.spool / "status" / f"{session}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        status = {
            "session_id": session, "cost": {"total_cost_usd": 0.5},
            "transcript_path": str(self.project / f"{session}.jsonl"),
        } | more  # fmt: skip
        path.write_text(json.dumps({"v": 1, "at": at, "status": status}))
        path.chmod(0o600)
        for folder in (self.spool, path.parent):
            folder.chmod(0o700)
        return path

    def keep(self) -> None:
        """A run of cctop keeps what it has read."""
        roots = tuple(map(Path, self.settings.roots))
        read_all(engine.Settings(roots=roots, store=self.store), lambda: NOW).keep()

    def facts(self) -> Facts:
        settings = replace(self.settings, hooks=self.hooks, line=self.line)
        reading = read_all(engine.Settings(roots=tuple(map(Path, settings.roots))), lambda: NOW)
        return collect(settings, reading.snapshot, reading.detail, self.machine)

    def checks(self) -> list[Check]:
        return examine(self.facts())

    def check(self, id: str) -> Check:
        """The one check by that name."""
        (found,) = (check for check in self.checks() if check.id == id)
        return found

    def names(self) -> list[str]:
        return [check.id for check in self.checks()]

    def change(self, **changes: Any) -> None:
        """Another setting than the usual one."""
        self.settings = replace(self.settings, **changes)

    def move(self, **changes: Any) -> None:
        """Another machine."""
        self.machine = replace(self.machine, **changes)

    def _touch(self, path: Path, at: int) -> None:
        path.touch()
        os.utime(path, (at / 1000, at / 1000))


def environment(home: Path) -> dict[str, str]:
    """The environment of a cctop that runs as a process of its own in a scratch home."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "PYTHONPATH": str(Path(__file__).parents[2] / "src"),
        "PYTHONWARNINGS": "error",
        "PYTHONUNBUFFERED": "1",
        "LANG": "C.UTF-8",
        "TZ": "UTC",
    }


def cctop(home: Path, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run cctop to its end."""
    return subprocess.run(
        [sys.executable, "-m", "cctop", *words], capture_output=True, text=True, check=False,
        timeout=60, env=environment(home) | env, cwd=home, stdin=subprocess.DEVNULL,
    )  # fmt: skip
