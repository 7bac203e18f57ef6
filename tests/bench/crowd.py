"""Thousands of made-up sessions, and one with a hundred thousand tool calls, as pictures of a book.

The numbers are fixed: two runs show the same. Nothing here reads a file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any

from msgspec.structs import replace

from cctop.book.proof import Figure, Proof, ProofError
from cctop.book.snapshot import (
    CompactionMark,
    Context,
    Detail,
    Failure,
    Fleet,
    Point,
    Rate,
    Session,
    Snapshot,
    Status,
    Subagent,
    Tokens,
    ToolCount,
    Turn,
)
from cctop.events import FailureKind, Trigger, Where
from cctop.prices.rates import PICO, Cost
from cctop.text import clean

CENT = PICO // 100
PROJECTS = ("api-server", "web", "ml-notebooks", "docs", "infra", "dotfiles", "blog", "billing")
TASKS = ("Move the billing jobs", "Upgrade the router", "Rewrite the guide", "Why is this slow?")
MODELS = tuple(map(clean, ("claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5")))
KINDS = tuple(FailureKind)


def session(number: int, now: int) -> Session:
    """One of many: every tenth works, every fiftieth waits, and most have ended."""
    status = Status.ENDED
    if number % 10 == 0:
        status = Status.BUSY if number % 50 else Status.WAITING
    model = MODELS[number % 3]
    return Session(
        id=f"{number * 2_654_435_761 % 2**32:08x}-4f1c-4c55-9d5e-{number:012x}",
        version=1,
        root=clean("~/.claude"),
        project=clean(f"{PROJECTS[number % 8]}-{number % 97}"),
        cwd=clean(f"/home/ada/{PROJECTS[number % 8]}"),
        title=clean(f"{TASKS[number % 4]}, part {number}"),
        branch=clean("main"),
        status=status,
        status_inferred=False,
        status_since=now - 1_000 * (number % 90),
        waiting_for=clean("Bash npm test" if status is Status.WAITING else ""),
        activity=clean("Edit src/app/billing/queue.py"),
        started_at=now - 60_000 * (number % 600),
        last_activity_at=now - 7_000 * number,
        model=model,
        models=(model,),
        effort=clean("high"),
        permission_mode=clean(""),
        turns=9,
        api_calls=61,
        api_errors=0,
        api_retries=0,
        tokens=Tokens(2_310, 84_101 + 7 * number, 9_120_400, 12_100, 402_310, 41_020),
        unpriced_tokens=0,
        cost=CENT * (number * 37 % 4_000),
        inherited_tokens=0,
        inherited_cost=0,
        books=None,
        lower_bounds=0,
        web_searches=0,
        tool_calls=89,
        tool_failures=number % 9,
        denials=0,
        interruptions=0,
        compactions=number % 4,
        subagents=number % 5,
        subagents_running=0,
        context=Context(1_000 * (number % 190), 200_000),
        rate=Rate(310 * CENT, 41_200, (10, 20, 40, 30, 60, 50)),
        skipped_lines=0,
    )


def moved(before: Session, step: int) -> Session:
    """The same one a moment later: whatever moves while it works did."""
    return replace(
        before,
        version=before.version + 1,
        last_activity_at=before.last_activity_at + 250,
        tokens=replace(before.tokens, output=before.tokens.output + 211),
        cost=before.cost + 3 * CENT,
        context=Context(before.context.tokens + 911, 200_000),
        rate=replace(before.rate, cost_per_hour=before.rate.cost_per_hour + (step % 7) * CENT),
    )


def detail(of: Session, now: int, calls: int = 100_000) -> Detail:
    """All of a session of so many tool calls: every fifth failed, every twentieth begins a turn."""
    step = 1_000  # ms between two calls
    start = now - step * calls
    where = Where("/home/ada/.claude/projects/x/1.jsonl", 1_200, "/x/1.jsonl", 4_800)
    error, path = clean("String to replace not found in file"), clean("src/app/billing/queue.py")
    files = tuple(clean(f"src/app/file_{n}.py") for n in range(20))
    contexts = accumulate(range(calls), lambda held, _: held + 700 if held < 180_000 else 9_000)
    turn = 20  # calls
    return Detail(
        session=replace(of, tool_calls=calls, tool_failures=calls // 5, cost=calls * CENT),
        cost=Cost(calls * CENT // 2, calls * CENT // 2),
        models=(),
        tools=tuple(ToolCount(clean(f"Tool{n}"), calls // 40, calls // 200) for n in range(40)),
        failures=tuple(
            Failure(
                start + step * n, clean("Edit"), f"toolu_{n:020}", path, KINDS[n % len(KINDS)],
                error, "", 31, where,
            )
            for n in range(0, calls, 5)
        ),
        compactions=tuple(
            CompactionMark(
                start + step * n, Trigger.AUTO, 167_200, 12_100, 38_100, CENT, "", files, files[9:]
            )
            for n in range(0, calls, 200)
        ),
        subagents=tuple(
            Subagent(
                f"a{n:07x}", f"a{n - 1:07x}" if n % 3 else "", 1 + n % 3, clean("Explore"),
                clean("Find every caller"), MODELS[0], "finished", start + step * n,
                start + step * n + 95_000, Tokens(120, 2_400), CENT, 0, 11, 1, clean("Grep"),
            )
            for n in range(min(200, calls // 10))
        ),
        turns=tuple(
            Turn(
                n, start + step * turn * n, clean("Now the retry logic."), 20 * CENT, 91_000, 4_100,
                3, turn, turn // 5, start + step * turn * (n + 1),
            )
            for n in range(1, calls // turn + 1)
        ),
        milestones=(),
        next_milestone=None,
        api_failures=(),
        points=tuple(
            Point(start + step * n, CENT * n, 900 * n, context)
            for n, context in enumerate(contexts)
        ),
        skipped=(),
    )  # fmt: skip


@dataclass
class Crowd:
    """A source of so many sessions; the first one has all of its `details`, taken in turns."""

    picture: Snapshot
    details: tuple[Detail, ...] = ()
    on_change: Callable[[], None] = field(default=lambda: None)
    _focused: str | None = None

    def start(self, on_change: Callable[[], None]) -> None:
        self.on_change = on_change

    def stop(self) -> None:
        pass

    def latest(self) -> Snapshot:
        return self.picture

    def focus(self, session: str | None) -> None:
        if self.details and session == self.details[0].session.id:
            self._show(detail=self.details[0])
        elif session != self._focused:
            of = next((listed for listed in self.picture.sessions if listed.id == session), None)
            self._show(detail=of and detail(of, self.picture.at, 40))
        self._focused = session

    def trace(self, session: str) -> None:
        return None

    def read_call(self, failure: Failure) -> Any:
        raise FileNotFoundError(failure.where.path)

    def proof(self, session: str, figure: Figure) -> Proof:
        raise ProofError(f"no proof of the {figure} of {session}")

    def move(self, step: int, rows: int) -> None:
        """Let so many of the first sessions, and the details, be those of a moment later."""
        listed = self.picture.sessions
        sessions = (*(moved(before, step) for before in listed[:rows]), *listed[rows:])
        fleet = replace(self.picture.fleet, today_cost=self.picture.fleet.today_cost + 3 * CENT)
        shown = self.picture.detail
        if self.details and rows:
            shown = replace(self.details[step % len(self.details)], session=sessions[0])
        self._show(sessions=sessions, fleet=fleet, detail=shown)
        self.on_change()

    def _show(self, **changes: Any) -> None:
        self.picture = replace(self.picture, version=self.picture.version + 1, **changes)


def crowd(count: int, now: int, calls: int = 0) -> Crowd:
    """So many sessions, the first of which made so many tool calls."""
    listed = tuple(session(number, now) for number in range(count))
    # Several of them, equal but for nothing: an engine makes all of a detail anew.
    details = tuple(detail(listed[0], now, calls) for _ in range(3 if calls else 0))
    if details:
        listed = (details[0].session, *listed[1:])
    fleet = Fleet(count // 10, count // 50, 0, 4_182 * CENT, 61_200_000, 3_100_000)
    return Crowd(Snapshot(1, now, listed, fleet), details)
