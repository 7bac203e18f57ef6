"""A config folder, a store, and cctops that read the one with and without the other."""

import json
import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from msgspec.structs import replace
from scribe import HOUR, START, answer, calls, line, prompt, result, session_id, tool_of, usage

from cctop.book.snapshot import Detail, Session, Snapshot
from cctop.engine.reading import Reading, read_all
from cctop.engine.settings import Settings
from cctop.hook import spool as writing

NOW = START + 30 * HOUR
Seen = dict[str, tuple[Session, Detail]]


class Stage:
    """Everything lies below `path`; times are around START, and it is a day later now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = path / ".claude"
        self.projects = self.root / "projects"
        self.projects.mkdir(parents=True, exist_ok=True)
        self.store = path / "state" / "history.db"
        self.spool = path / "spool"
        self.settings = Settings(roots=(self.root,), store=self.store, spool=self.spool)

    # What Claude Code does.

    def write(self, number: int, *records: Any, agent: str = "", slug: str = "-home-web") -> Path:
        """Append records, lists of them, or bytes to a transcript."""
        id = session_id(number)
        below = f"{id}/subagents/agent-{agent}.jsonl" if agent else f"{id}.jsonl"
        path = self.projects / slug / below
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as file:
            for record in records:
                for one in record if isinstance(record, list) else [record]:
                    file.write(one if isinstance(one, bytes) else line(one))
        return path

    def work(self, number: int, at: int = START, *, agent: bool = False, **more: Any) -> Path:
        """A turn with a tool call that fails, and perhaps a subagent's."""
        said = {"cwd": "/home/web", "gitBranch": "main", "version": "2.1.330"} | more
        asked = calls(at + 1_000, "Bash", **said)
        path = self.write(
            number,
            prompt(at, f"turn of {number}", **said),
            asked,
            result(at + 2_000, tool_of(asked[0]), "Exit code 1\nno", error=True, **said),
            answer(at + 3_000, usage(1_000 * number, 500, 40_000), **said),
        )
        if agent:
            self.write(number, prompt(at + 1_500, "look"), agent="a1")
            self.write(number, answer(at + 1_600, usage(7, 70)), agent="a1")
        return path

    def hear(self, number: int, event: str, at: int, **more: Any) -> None:
        """A hook leaves a record."""
        transcript = str(self.projects / "-home-web" / f"{session_id(number)}.jsonl")
        record = {"v": 1, "id": f"{event}-{at}", "at": at, "event": event} | more
        record |= {"session": session_id(number), "transcript": transcript}
        writing.append(str(self.spool), json.dumps(record).encode())

    def told(self, number: int, at: int, **more: Any) -> None:
        """A status line leaves its copy."""
        transcript = str(self.projects / "-home-web" / f"{session_id(number)}.jsonl")
        status = {"session_id": session_id(number), "transcript_path": transcript} | more
        path = self.spool / "status" / f"{session_id(number)}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"v": 1, "at": at, "status": status}))

    # What cctop sees.

    def reading(self, now: int = NOW, **changes: Any) -> Reading:
        return read_all(replace(self.settings, **changes), lambda: now)

    def run(self, now: int = NOW, **changes: Any) -> Seen:
        """What one whole run with the store shows; it must have nothing to say of it."""
        seen, notices = self.tell(now, **changes)
        assert notices == ()
        return seen

    def tell(self, now: int = NOW, **changes: Any) -> tuple[Seen, tuple[str, ...]]:
        """What one whole run with the store shows, and what it says of the store."""
        reading = self.reading(now, **changes)
        seen = shown(reading)
        last = reading.keep()
        return seen, (*reading.snapshot.notices, *((last,) if last else ()))

    def bare(self, now: int = NOW, **changes: Any) -> Seen:
        """What a run without the store shows."""
        return self.run(now, store=None, **changes)

    def snapshot(self, now: int = NOW, **changes: Any) -> Snapshot:
        reading = self.reading(now, **changes)
        reading.keep()
        return reading.snapshot

    def ask(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What stands in the database."""
        with closing(sqlite3.connect(self.store)) as database:
            rows = database.execute(query, values).fetchall()
            database.commit()
            return rows

    def aside(self) -> list[Path]:
        """The stores that were set aside."""
        return [
            path
            for path in sorted(self.store.parent.glob("history.db.aside-*"))
            if not path.name.endswith(("-wal", "-shm"))
        ]


def shown(reading: Reading) -> Seen:
    """All that can be seen, without the counters of changes."""
    seen = {}
    for session in reading.snapshot.sessions:
        plain = replace(session, version=0)
        seen[session.id] = plain, replace(reading.detail(session.id), session=plain)
    return seen


def without_traces(seen: Seen) -> Seen:
    """The same, as if no transcript were gone."""
    told = {}
    for id, (session, detail) in seen.items():
        plain = replace(session, transcript_gone=False)
        told[id] = plain, replace(detail, session=plain)
    return told


def zero(path: Path, page: int, size: int = 4096) -> None:
    """Overwrite a page of a file with zeros."""
    with path.open("r+b") as file:
        file.seek(page * size)
        file.write(b"\0" * size)


def pages(path: Path) -> int:
    return os.stat(path).st_size // 4096
