"""Sessions that run: entries in Claude Code's registry, with a real process behind each."""

import json
import subprocess
import time
from pathlib import Path
from typing import Any


class Running:
    """A context in which sessions of a root run: `sessions` as `generate` keeps them open."""

    def __init__(self, root: Path, sessions: list[dict[str, Any]], statuses: list[str]) -> None:
        self._folder = root / "sessions"
        self._of = list(zip(sessions, statuses, strict=True))
        self._processes: list[subprocess.Popen[bytes]] = []
        self._entries: list[Path] = []

    def __enter__(self) -> "Running":
        self._folder.mkdir(exist_ok=True)
        for session, status in self._of:
            process = subprocess.Popen(["sleep", "86400"])
            self._processes.append(process)
            entry = self._folder / f"{process.pid}.json"
            entry.write_text(json.dumps(_entry(process.pid, session, status)))
            self._entries.append(entry)
        return self

    def __exit__(self, *_: object) -> None:
        for entry in self._entries:
            entry.unlink()
        for process in self._processes:
            process.kill()
            process.wait()


def _entry(pid: int, session: dict[str, Any], status: str) -> dict[str, Any]:
    """What Claude Code 2.1.330 writes of a session that runs."""
    now = int(time.time() * 1000)
    stat = Path(f"/proc/{pid}/stat")
    # Field 22, of those after the name; elsewhere the pid alone must do.
    start = stat.read_text().rpartition(")")[2].split()[19] if stat.exists() else ""
    return {
        "pid": pid, "sessionId": session["id"], "cwd": session["cwd"], "startedAt": now,
        "procStart": start, "version": "2.1.330", "kind": "interactive", "entrypoint": "cli",
        "name": Path(session["cwd"]).name, "status": status, "statusUpdatedAt": now,
        "updatedAt": now,
    }  # fmt: skip
