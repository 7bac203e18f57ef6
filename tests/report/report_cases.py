"""Pictures made by hand, with one of everything, for what reports say of them."""

from pathlib import Path
from typing import Any

from cctop.book.snapshot import (
    ApiFailure,
    CompactionMark,
    Context,
    Detail,
    Failure,
    Milestone,
    ModelUse,
    NextMilestone,
    Rate,
    Session,
    SkippedLine,
    Snapshot,
    Status,
    Subagent,
    Tokens,
    ToolCount,
    Turn,
)
from cctop.events import FailureKind, Trigger, Where
from cctop.prices.rates import PICO, Cost
from cctop.text import Clean

NOW = 1_795_348_991_219  # 2026-11-22 12:03:11.219 UTC
MINUTE = 60_000
CENT = PICO // 100
TOKENS = Tokens(
    input=84_101,
    output=12_345,
    cache_read=9_120_000,
    cache_write_5m=2_000,
    cache_write_1h=402_000,
    thinking=3_210,
)
WHERE = Where("/root/a.jsonl", 10, "/root/a.jsonl", 90)


def session(number: int = 1, **changes: Any) -> Session:
    """A session that ended without anything special; `changes` are its fields."""
    fields: dict[str, Any] = {
        "id": f"{number:08x}-4f1c-4c55-9d5e-3b1f6a2e7c01",
        "version": 1,
        "root": "/home/dev/.claude",
        "project": "web",
        "cwd": "/home/dev/web",
        "title": "Make the build green",
        "branch": "main",
        "status": Status.ENDED,
        "status_inferred": False,
        "status_since": NOW - 9 * MINUTE,
        "waiting_for": "",
        "activity": "done",
        "started_at": NOW - 90 * MINUTE,
        "last_activity_at": NOW - 9 * MINUTE,
        "model": "claude-opus-5-5",
        "models": ("claude-haiku-5-5", "claude-opus-5-5"),
        "effort": "high",
        "permission_mode": "acceptEdits",
        "turns": 2,
        "api_calls": 40,
        "api_errors": 3,
        "api_retries": 2,
        "tokens": TOKENS,
        "unpriced_tokens": 0,
        "cost": 1_241 * CENT,
        "inherited_tokens": 0,
        "inherited_cost": 0,
        "books": None,
        "lower_bounds": 0,
        "web_searches": 0,
        "tool_calls": 89,
        "tool_failures": 7,
        "denials": 1,
        "interruptions": 2,
        "compactions": 1,
        "subagents": 2,
        "subagents_running": 0,
        "context": Context(142_000, 200_000),
        "rate": Rate(cost_per_hour=310 * CENT, tokens_per_minute=90_000),
        "skipped_lines": 0,
    }
    return Session(**fields | changes)


def picture(*sessions: Session, **changes: Any) -> Snapshot:
    """A picture of these sessions at `NOW`."""
    fields: dict[str, Any] = {
        "version": 1,
        "at": NOW,
        "sessions": sessions,
        "prices_source": "genai-prices",
        "prices_version": "0.2.3",
        "roots": (Clean("/home/dev/.claude"),),
    }
    return Snapshot(**fields | changes)


def detail(of: Session) -> Detail:
    """One of everything about a session."""
    return Detail(
        session=of,
        cost=Cost(34 * CENT, 24 * CENT, 182 * CENT, CENT, 1_000 * CENT, 0),
        models=(
            ModelUse(Clean("claude-opus-5-5"), 38, TOKENS, Cost(output=1_240 * CENT)),
            ModelUse(Clean("claude-haiku-5-5"), 2, Tokens(input=40), Cost(input=CENT // 300)),
        ),
        tools=(ToolCount(Clean("Bash"), 60, 5), ToolCount(Clean("Edit"), 29, 2)),
        failures=tuple(
            failure(number, kind) for number, kind in enumerate([*FailureKind, FailureKind.ERROR])
        ),
        compactions=(
            CompactionMark(
                NOW - 30 * MINUTE, Trigger.AUTO, 167_000, 12_000, 38_200, 41 * CENT, "",
                (Clean("/home/dev/web/app.py"), Clean("/home/dev/web/b.py")),
                (Clean("/home/dev/web/b.py"),),
            ),
            CompactionMark(NOW - 20 * MINUTE, Trigger.MICRO, 90_000, None, None, None, "", (), ()),
        ),
        subagents=(agent("a1", "", 1, "finished"), agent("a2", "a1", 2, "running")),
        turns=(
            Turn(1, NOW - 80 * MINUTE, Clean("Why is it red?"), 900 * CENT, 8_000_000, 400_000,
                 30, 60, 5, NOW - 70 * MINUTE),
            Turn(2, NOW - 60 * MINUTE, Clean("And now?"), 341 * CENT, 1_620_446, 100_000,
                 10, 29, 2, NOW - 9 * MINUTE),
        ),
        milestones=(Milestone(100_000, NOW - 70 * MINUTE, 500 * CENT),),
        next_milestone=NextMilestone(250_000, NOW + 6 * MINUTE),
        api_failures=(
            ApiFailure(NOW - 50 * MINUTE, 529, Clean("Overloaded"), 1, ""),
            ApiFailure(NOW - 49 * MINUTE, 0, Clean("Connection error."), 0, ""),
        ),
        points=(),
        skipped=(SkippedLine("/root/a.jsonl", 4_711, Clean("not JSON"), False),),
    )  # fmt: skip


def failure(number: int, kind: FailureKind) -> Failure:
    """A failed call of Bash."""
    at = NOW - (40 - number) * MINUTE
    error = Clean("Exit code 1")
    return Failure(
        at, Clean("Bash"), f"toolu_{number}", Clean("npm test"), kind, error, "", 1_250, WHERE
    )


def agent(id: str, parent: str, depth: int, state: str) -> Subagent:
    """A subagent."""
    return Subagent(
        id, parent, depth, Clean("Explore"), Clean(f"Look for {id}"), Clean("claude-haiku-5-5"),
        state, NOW - 60 * MINUTE, NOW - 50 * MINUTE, Tokens(input=10, output=20), CENT, 0, 4, 1,
        Clean("done"),
    )  # fmt: skip


class Made:
    """A reading of pictures made by hand."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def detail(self, session: str, *, course: bool = True) -> Detail:
        """One of everything, whichever session it is."""
        return detail(next(s for s in self.snapshot.sessions if s.id == session))


def golden(name: str) -> Path:
    """The file that holds what a report should read like."""
    return Path(__file__).parent / "goldens" / name
