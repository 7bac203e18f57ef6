"""The registry of running sessions, `sessions/<pid>.json`, with the demo's own process in it.

A real entry is named by the process it stands for, and readers check that this process lives and
started when the entry says. All of the demo's sessions live in one process, so the second and later
ones are named `<pid>-2.json`, `<pid>-3.json`, …
"""

import os
from itertools import chain, count
from pathlib import Path

from msgspec import Struct

from cctop.demo.files import Files
from cctop.demo.records import VERSION, Record
from cctop.demo.writer import Session


class Process(Struct, frozen=True):
    """A process that lives: its id, its start (field 22 of `/proc/<pid>/stat`) and its namespace.

    A real `domain` names the machine too; the demo leaves that out.
    """

    pid: int
    started: str
    domain: str


def this_process() -> Process:
    """The process that runs this; without a `/proc` its start stays empty."""
    pid = os.getpid()
    try:
        # The second field, the command's name in parentheses, may hold spaces.
        fields = Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return Process(pid, fields[19], f"linux::{Path('/proc/self/ns/pid').readlink()}")
    except OSError:
        return Process(pid, "", "")


class Presence:
    """Keeps the entries of the sessions that run."""

    def __init__(self, files: Files, process: Process) -> None:
        self._files = files
        self._process = process
        self._entries: dict[str, tuple[str, Record]] = {}
        self.sessions: dict[str, Session] = {}  # that run, by id

    def enter(self, session: Session) -> None:
        """A session starts, idle."""
        pid = self._process.pid
        taken = {path for path, _ in self._entries.values()}
        suffixes = chain(("",), (f"-{number}" for number in count(2)))
        names = (f"sessions/{pid}{suffix}.json" for suffix in suffixes)
        path = next(name for name in names if name not in taken)
        now = session.stage.now
        entry = {
            "pid": pid,
            "sessionId": session.id,
            "cwd": session.who.cwd,
            "startedAt": session.started,
            "procStart": self._process.started,
            "version": VERSION,
            "peerProtocol": 1,
            "peerFeatures": [],
            "kind": "interactive",
            "entrypoint": session.who.entrypoint,
            "pidDomain": self._process.domain,
            "asksForConvertedSkills": None,
            "messagingSocketPath": "",
            "name": f"{session.who.cwd.rpartition('/')[2]}-{session.id[:2]}",
            "nameSource": "derived",
            "nameSince": now,
        }
        self._entries[session.id] = (path, entry)
        self.sessions[session.id] = session
        self.set(session, "idle")

    def set(self, session: Session, status: str, waiting_for: str = "") -> None:
        """Its status changes: busy, idle, or waiting for something."""
        path, entry = self._entries[session.id]
        entry.pop("waitingFor", None)
        entry |= {
            "status": status,
            "updatedAt": session.stage.now,
            "statusUpdatedAt": session.stage.now,
        }
        if waiting_for:
            entry["waitingFor"] = waiting_for
        self._files.put(path, entry)

    def leave(self, session: Session) -> None:
        """It exits."""
        path, _ = self._entries.pop(session.id)
        del self.sessions[session.id]
        self._files.remove(path)
