"""Puts steps together to sessions with subagents and forks, writes them, and counts."""

import json
import os
import random
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import BinaryIO

from pool import Pool
from steps import QUARTERS, Step
from truth import Truth

MODELS = ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-4-5")
STEP_MS = 60_000 // QUARTERS
FULL, PACKED, FRESH = 160_000, 12_000, 15_000  # tokens: when it compacts, to what, how it begins
CHUNK = 1 << 20  # bytes that are kept before they are written
OPEN = 24  # how many of the newest sessions are remembered
DEEP = 400  # a fork copies of its parent's steps at most these


@dataclass
class Session:
    """A made-up session, or a subagent of one, and where it stands."""

    id: str
    model: str
    cwd: str
    end: int  # of its last step, ms
    agent: str = ""
    read: int = FRESH  # tokens in the context
    parent: str = ""  # uuid of its last record
    began: int = 0
    path: str = ""


@dataclass(frozen=True, eq=False)
class _Past:
    """A step as it was written, for a fork to copy."""

    step: Step
    number: int
    at: int
    read: int


@cache
def _pool(seed: int) -> Pool:
    return Pool(seed)


class Writer:
    """Writes one folder of transcripts and keeps count."""

    def __init__(self, folder: Path, truth: Truth, end: datetime) -> None:
        self.folder = folder
        self.truth = truth
        self.end = int(end.timestamp() * 1000) // 60_000 * 60_000
        self.pool = _pool(truth.seed)
        # Another course for what is written later than the first files.
        self.rng = random.Random(f"{truth.seed}/{truth.used}")
        self._last: tuple[Session, list[_Past]] | None = None
        self._sizes = {
            id(pool): [s.size for s in pool] for pool in (self.pool.main, self.pool.agent)
        }

    def session(self, budget: int, age_ms: int, *, agents: int = 0, fork: bool = False) -> None:
        """Write a session of about so many bytes that ended so long ago, and its subagents'."""
        rng, truth = self.rng, self.truth
        number = truth.sessions
        copied: list[_Past] = []
        parent = self._last[0] if self._last is not None and fork else None
        if parent is not None and self._last is not None:
            copied = self._last[1][: rng.randrange(1, DEEP)]
            budget -= min(budget // 2, sum(past.step.size for past in copied))
            age_ms = (self.end - parent.end) // 2
            truth.forks += 1
        session = Session(
            self._uuid(), rng.choice(MODELS), f"/home/dev/project-{number % 23}", self.end - age_ms
        )
        if parent is not None:
            session.model, session.cwd = parent.model, parent.cwd
        truth.sessions += 1
        path = self._project(session) / f"{session.id}.jsonl"
        session.path = str(path.relative_to(self.folder))
        plan = self._plan(budget, agents)
        with path.open("wb", CHUNK) as file:
            for past in copied:
                file.write(self._fill(session, past, parent))
            written = self._run(session, plan, file, budget)
        self._done(path, session)
        self._last = (session, [*copied, *written])
        self._keep_open(session)

    def grow(self, session: Session, budget: int) -> None:
        """Append so many bytes to a session: what it does after all that was."""
        path = self.folder / session.path
        plan = self._plan(budget, 0)
        session.end = max(self.end, session.end + len(plan) * STEP_MS)
        before = path.stat().st_size
        with path.open("ab", CHUNK) as file:
            self._run(session, plan, file, budget)
        self.truth.bytes -= before
        self.truth.files -= 1
        self._done(path, session)

    def _plan(self, budget: int, agents: int, agent: bool = False) -> list[Step]:
        """Choose steps of about so many bytes."""
        pool, rng = self.pool, self.rng
        steps = pool.agent if agent else pool.main
        sizes = self._sizes[id(steps)]
        plan = [rng.choice(pool.asked if agent else pool.opening)]
        left = budget - plan[0].size
        while left > sizes[0] // 2:
            step = steps[rng.randrange(max(1, bisect_right(sizes, left)))]
            plan.append(step)
            left -= step.size
        for _ in range(agents):
            plan.insert(rng.randrange(1, len(plan) + 1), rng.choice(pool.spawning))
        return plan

    def _run(self, session: Session, plan: list[Step], file: BinaryIO, budget: int) -> list[_Past]:
        """Write the planned steps, and compactions between them; return what a fork may copy."""
        past: list[_Past] = []
        at = session.end - len(plan) * STEP_MS
        session.began = session.began or at
        may_copy = True
        for step in self._with_compactions(session, plan):
            one = _Past(step, self._number(), at, session.read)
            child = ""
            if step in self.pool.spawning:
                child, may_copy = f"{self.rng.getrandbits(64):017x}", False
            file.write(self._fill(session, one, None, child))
            self.truth.add(step, session.id, session.read)
            session.read = PACKED if step.counts["compactions"] else session.read + step.written
            at += STEP_MS
            if child:
                self._subagent(session, child, one, budget)
            if may_copy and len(past) < DEEP:
                past.append(one)
        session.end = max(session.end, at - STEP_MS)
        return past

    def _with_compactions(self, session: Session, plan: list[Step]) -> Iterator[Step]:
        for step in plan:
            if session.read > FULL and not session.agent:
                yield self.rng.choice(self.pool.compaction)
            yield step
        if not session.agent and self.rng.random() < 0.6:
            yield self.pool.closing

    def _fill(
        self, session: Session, past: _Past, parent: Session | None, child: str = ""
    ) -> bytes:
        """Return a step's bytes; `parent` is who made it, where it is a copy."""
        tag = self._tag(past.number)
        minute, ms = divmod(past.at, 60_000)
        u = f"{tag[:8]}-{tag[8:]}"
        values = {
            "sid": session.id, "maker": (parent or session).id, "agent": session.agent,
            "child": child, "cwd": session.cwd, "model": session.model, "h": tag, "u": u,
            "parent": session.parent, "read": str(past.read), "began": str(session.began),
        }  # fmt: skip
        session.parent = f"{u}-4000-8000-{past.step.last:012x}"
        encoded = {name: value.encode() for name, value in values.items()}
        return past.step.fill(encoded, _minute(minute), ms // STEP_MS)

    def _subagent(self, session: Session, agent: str, asked: _Past, budget: int) -> None:
        """Write the file of a subagent, and what is said about it."""
        folder = self._project(session) / session.id / "subagents"
        folder.mkdir(parents=True, exist_ok=True)
        own = Session(session.id, session.model, session.cwd, 0, agent, PACKED // 2)
        plan = self._plan(budget, 0, agent=True)
        own.end = asked.at + len(plan) * STEP_MS
        path = folder / f"agent-{agent}.jsonl"
        with path.open("wb", CHUNK) as file:
            self._run(own, plan, file, budget)
        meta = {"agentType": "general-purpose", "description": "look", "spawnDepth": 1,
                "toolUseId": f"toolu_01{self._tag(asked.number)}00000000aa",
                "model": session.model, "finished": True}  # fmt: skip
        (folder / f"agent-{agent}.meta.json").write_text(json.dumps(meta))
        self.truth.meta_files += 1
        self.truth.subagents += 1
        self._done(path, own)

    def _project(self, session: Session) -> Path:
        project = self.folder / "projects" / session.cwd.replace("/", "-")
        project.mkdir(parents=True, exist_ok=True)
        return project

    def _done(self, path: Path, session: Session) -> None:
        written = min(session.end, self.end) / 1000
        os.utime(path, (written, written))
        self.truth.files += 1
        self.truth.bytes += path.stat().st_size

    def _keep_open(self, session: Session) -> None:
        self.truth.open.append(asdict(session))
        self.truth.open.sort(key=lambda s: -s["end"])
        del self.truth.open[OPEN:]

    def _number(self) -> int:
        self.truth.used += 1
        return self.truth.used

    def _tag(self, number: int) -> str:
        """Return 12 hexadecimal digits that no other number of any seed up to 4095 has."""
        # An odd factor: each number becomes another one, and they do not look like a row.
        mixed = (number * 0x9E3779B1 + 1) & 0xFFFFFFFFF
        return f"{self.truth.seed & 0xFFF:03x}{mixed:09x}"

    def _uuid(self) -> str:
        bits = f"{self.rng.getrandbits(128):032x}"
        return f"{bits[:8]}-{bits[8:12]}-4{bits[13:16]}-8{bits[17:20]}-{bits[20:]}"


@cache
def _minute(number: int) -> bytes:
    """Return a timestamp up to the minute; `number` counts minutes since the epoch."""
    return datetime.fromtimestamp(number * 60, UTC).strftime("%Y-%m-%dT%H:%M").encode()
