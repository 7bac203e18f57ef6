"""A realistic picture of a working day: sessions in every state, drawn from fixed numbers."""

import random
from dataclasses import dataclass, field
from typing import Any

from msgspec.structs import replace
from proof_cases import made_proof

from cctop.book.proof import Figure, Proof, ProofError
from cctop.book.snapshot import (
    ApiFailure,
    Books,
    CompactionMark,
    Context,
    Detail,
    Failure,
    Fleet,
    Milestone,
    ModelUse,
    NextMilestone,
    Point,
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
from cctop.book.trace import Trace
from cctop.events import FailureKind, Limit, Trigger, Where
from cctop.prices.rates import PICO, Cost
from cctop.text import Clean, clean

NOW = 1_795_348_991_000  # 2026-11-22 12:03:11 UTC
MINUTE = 60_000
HOUR = 60 * MINUTE


def c(text: str) -> Clean:
    return clean(text)


def usd(amount: float) -> int:
    return round(amount * 100) * (PICO // 100)


def session(number: int, project: str, status: Status, **changes: Any) -> Session:
    """A plain session; `changes` are its fields."""
    fields: dict[str, Any] = {
        "id": f"{number:08x}-4f1c-4c55-9d5e-3b1f6a2e7c{number:02x}",
        "version": 1,
        "root": c("~/.claude"),
        "project": c(project),
        "cwd": c(f"/home/dev/{project}"),
        "title": c(""),
        "branch": c("main"),
        "status": status,
        "status_inferred": False,
        "status_since": NOW - 2_000,
        "waiting_for": c(""),
        "activity": c(""),
        "started_at": NOW - 2 * HOUR,
        "last_activity_at": NOW - 2_000,
        "model": c("claude-opus-5-5"),
        "models": (c("claude-opus-5-5"),),
        "effort": c("high"),
        "permission_mode": c(""),
        "turns": 9,
        "api_calls": 61,
        "api_errors": 0,
        "api_retries": 0,
        "tokens": Tokens(2_310, 84_101, 9_120_400, 12_100, 402_310, 41_020),
        "unpriced_tokens": 0,
        "cost": usd(12.41),
        "inherited_tokens": 0,
        "inherited_cost": 0,
        "books": None,
        "lower_bounds": 0,
        "web_searches": 0,
        "tool_calls": 89,
        "tool_failures": 1,
        "denials": 0,
        "interruptions": 0,
        "compactions": 0,
        "subagents": 0,
        "subagents_running": 0,
        "context": Context(142_300, 200_000),
        "rate": Rate(usd(3.1), 41_200, tuple(usd(x) for x in (0.1, 0.2, 0.4, 0.3, 0.6, 0.5))),
        "skipped_lines": 0,
    }
    return Session(**(fields | changes))


def sessions() -> tuple[Session, ...]:
    """Waiting, busy, idle and ended ones; unpriced tokens, a fork, a lower bound, many failures."""
    haiku, sonnet, fable = (
        c("claude-haiku-5-5"),
        c("claude-sonnet-5-5"),
        c("claude-fable-6-preview"),
    )
    return (
        session(
            1,
            "api-server",
            Status.BUSY,
            title=c("Move the billing jobs to the new queue"),
            activity=c("Edit src/app/billing/queue.py"),
            branch=c("feat/queue"),
            models=(c("claude-sonnet-5-5"), c("claude-opus-5-5")),
            turns=14,
            api_calls=137,
            tool_failures=7,
            denials=1,
            compactions=2,
            subagents=4,
            subagents_running=1,
            web_searches=3,
            books=Books(usd(12.58), usd(0.17)),
            lower_bounds=1,
            api_errors=1,
            api_retries=4,
            started_at=NOW - 171 * MINUTE,
        ),
        session(
            2,
            "web",
            Status.WAITING,
            title=c("Upgrade the router and its tests"),
            waiting_for=c("Bash rm -rf build && npm run build"),
            activity=c("Bash rm -rf build"),
            status_since=NOW - 72_000,
            last_activity_at=NOW - 72_000,
            model=sonnet,
            models=(sonnet,),
            tokens=Tokens(940, 31_200, 2_870_000, 88_000, 0, 9_900),
            cost=usd(3.10),
            context=Context(121_000, 1_000_000),
            rate=Rate(usd(2.1), 22_400, tuple(usd(x) for x in (0.3, 0.1, 0.2, 0.2, 0.1, 0.3))),
            tool_calls=41,
            tool_failures=2,
        ),
        session(
            3,
            "ml-notebooks",
            Status.BUSY,
            title=c("Why does training diverge after epoch 3?"),
            activity=c("Agent Explore: find learning rate schedules"),
            status_since=NOW - 340_000,
            model=fable,
            models=(fable,),
            tokens=Tokens(51_000, 62_000, 1_100_000, 40_000, 0, 30_100),
            unpriced_tokens=1_253_000,
            cost=0,
            rate=Rate(0, 310_000, ()),
            context=Context(188_000, None),
            tool_failures=0,
            subagents=2,
            subagents_running=2,
        ),
        session(
            4,
            "docs",
            Status.IDLE,
            title=c("Rewrite the getting started guide"),
            activity=c("Write docs/start.md"),
            last_activity_at=NOW - 8 * MINUTE,
            model=haiku,
            models=(haiku,),
            tokens=Tokens(12_000, 9_100, 310_000, 22_000, 0, 0),
            cost=usd(0.08),
            rate=Rate(),
            context=Context(50_200, 200_000),
            tool_calls=12,
            tool_failures=0,
        ),
        session(
            5,
            "api-server",
            Status.IDLE,
            title=c("Fork: try the queue without Redis"),
            activity=c("Bash pytest -x tests/queue"),
            last_activity_at=NOW - 47 * MINUTE,
            inherited_tokens=4_120_000,
            inherited_cost=usd(5.2),
            cost=usd(1.93),
            rate=Rate(),
            compactions=1,
            tokens=Tokens(410, 12_900, 1_420_000, 0, 61_000, 3_000),
            context=Context(96_000, 200_000),
        ),
        session(
            6,
            "infra",
            Status.IDLE,
            title=c("日本語のタイトル: 設定を確認する"),
            activity=c("Read terraform/main.tf"),
            last_activity_at=NOW - 3 * HOUR - 4 * MINUTE,
            cost=usd(22.84),
            tool_calls=230,
            tool_failures=21,
            compactions=5,
            rate=Rate(),
            context=Context(186_000, 200_000),
            skipped_lines=3,
        ),
        session(
            7,
            "dotfiles",
            Status.ENDED,
            title=c("Tidy up the shell prompt"),
            activity=c("Edit .zshrc"),
            last_activity_at=NOW - 4 * HOUR,
            model=haiku,
            models=(haiku,),
            cost=usd(0.003),
            tokens=Tokens(300, 1_200, 40_000, 9_000, 0, 0),
            tool_calls=0,
            tool_failures=0,
            rate=Rate(),
            context=Context(21_000, 200_000),
        ),
        session(
            8,
            "blog",
            Status.ENDED,
            title=c("Old post"),
            last_activity_at=NOW - 40 * HOUR,
            started_at=NOW - 41 * HOUR,
            rate=Rate(),
            cost=usd(4.4),
        ),
    )


def failure(at: int, tool: str, target: str, error: str, kind: FailureKind, ms: int) -> Failure:
    where = Where("/home/dev/.claude/projects/x/1.jsonl", 1200, "/x/1.jsonl", 4800)
    use = f"toolu_01{at % 1_000_000:06d}"
    return Failure(at, c(tool), use, c(target), kind, c(error), "", ms, where)


def failures() -> tuple[Failure, ...]:
    error, denied = FailureKind.ERROR, FailureKind.DENIED
    cut, hook = FailureKind.INTERRUPTED, FailureKind.HOOK_BLOCKED
    return (
        failure(NOW - 160 * MINUTE, "Bash", "npm test", "Exit code 1", error, 41_200),
        failure(NOW - 121 * MINUTE, "Read", "src/app/jobs.py", "File does not exist.", error, 12),
        failure(NOW - 80 * MINUTE, "Bash", "rm -rf build", "The user rejected it", denied, 9_000),
        failure(NOW - 41 * MINUTE, "Bash", "git push", "Hook: no push on main", hook, 220),
        failure(NOW - 22 * MINUTE, "WebFetch", "https://redis.io/docs", "Interrupted", cut, 5_100),
        failure(
            NOW - 133_000,
            "Edit",
            "src/app/billing/queue.py",
            "String to replace not found in file: def enqueue(",
            error,
            31,
        ),
        failure(
            NOW - 109_000,
            "Bash",
            "pytest -x tests/billing",
            "Exit code 1: AssertionError: expected 3 jobs, got 2",
            error,
            18_400,
        ),
    )


def compactions() -> tuple[CompactionMark, ...]:
    touched = tuple(c(f"src/app/billing/{name}.py") for name in ("queue", "jobs", "retry", "api"))
    return (
        CompactionMark(
            NOW - 118 * MINUTE, Trigger.AUTO, 167_200, 12_100, 38_100, usd(0.41), "", touched,
            touched[2:],
        ),
        CompactionMark(
            NOW - 61 * MINUTE, Trigger.MICRO, 121_000, 98_400, None, None, "", (), (),
        ),
        CompactionMark(
            NOW - 33 * MINUTE, Trigger.MANUAL, 151_900, 14_800, 41_900, None, "", touched, (),
        ),
    )  # fmt: skip


def points() -> tuple[Point, ...]:
    """A response every 75 seconds; the context grows and is cut where the compactions are."""
    chance = random.Random(7)
    cuts = {mark.at: mark.tokens_after or 0 for mark in compactions()}
    made: list[Point] = []
    context, cost, tokens = 21_000, 0, 0
    at = NOW - 171 * MINUTE
    pauses = ((NOW - 100 * MINUTE, NOW - 84 * MINUTE),)
    while at <= NOW:
        if not any(start < at < end for start, end in pauses):
            context += chance.randrange(900, 4_600)
            cost += usd(12.38) * chance.randrange(2, 30) // (127 * 16)
            tokens += chance.randrange(40_000, 90_000)
            made.append(Point(at, cost, tokens, context))
        passed = [cut for cut in cuts if at < cut <= at + 75_000]
        if passed:
            context = cuts[passed[0]]
        at += 75_000
    return tuple(made)


def subagents() -> tuple[Subagent, ...]:
    haiku, sonnet = c("claude-haiku-5-5"), c("claude-sonnet-5-5")

    def agent(
        number: int, parent: str, depth: int, kind: str, task: str, state: str, minutes: int
    ) -> Subagent:
        return Subagent(
            f"a{number:07x}", parent, depth, c(kind), c(task), haiku if number % 2 else sonnet,
            state, NOW - minutes * MINUTE, NOW - minutes * MINUTE + 95_000 * number,
            Tokens(120, 2_400 * number, 190_000, 8_100, 0, 0), usd(0.07 * number), 0,
            11 * number, number % 2, c("Grep 'enqueue(' in src"),
        )  # fmt: skip

    return (
        agent(1, "", 1, "Explore", "Find every caller of the old queue", "finished", 140),
        agent(2, "", 1, "Plan", "Plan the migration in steps", "finished", 90),
        agent(3, "a0000002", 2, "Explore", "Look for tests of retries", "failed", 88),
        agent(4, "", 1, "general-purpose", "Port the retry tests", "running", 4),
    )


PROMPTS = (
    "Look at how billing jobs are enqueued today and tell me what depends on Redis",
    "Plan the move to the new queue",
    "go on",
    "Now the retry logic. Keep the public interface as it is, and do not touch the API layer.",
    "run the tests",
    "why is that slow?",
    "/compact keep the list of callers",
)


def turns() -> tuple[Turn, ...]:
    made = []
    for number in range(1, 15):
        at = NOW - (171 - 12 * number + 12) * MINUTE
        made.append(
            Turn(
                number,
                at,
                c(PROMPTS[number % len(PROMPTS)]),
                usd(0.14 * number),
                91_000 * number,
                4_100 * number,
                3 + number,
                2 + number,
                int(number % 5 == 0),
                at + 200_000 + 31_000 * number,
            )
        )
    return tuple(made)


def detail(of: Session, *, rich: bool = True) -> Detail:
    """The details of a session: a day's work, or (not `rich`) of one that has only begun."""
    t, total = of.tokens, of.cost
    searches = of.web_searches * PICO // 100
    rest = total - searches
    cost = Cost(rest // 200, rest * 17 // 100, rest * 38 // 100, rest // 150, 0, searches)
    cost = replace(cost, cache_write_1h=total - cost.total)
    milestones = tuple(
        Milestone(tokens, NOW - minutes * MINUTE, usd(spent))
        for tokens, minutes, spent in (
            (1_000, 170, 0.11), (5_000, 168, 0.19), (10_000, 166, 0.31), (25_000, 158, 0.68),
            (50_000, 149, 1.1), (100_000, 121, 2.2), (250_000, 64, 6.4), (500_000, 5, 12.2),
        )
    )  # fmt: skip
    uses = (
        ModelUse(c("claude-opus-5-5"), 121, t, cost),
        ModelUse(
            c("claude-sonnet-5-5"), 16, Tokens(900, 4_000, 200_000, 9_000, 0, 0), Cost(usd(0.4))
        ),
    )
    tools = tuple(
        ToolCount(c(name), calls, failed)
        for name, calls, failed in (
            ("Bash", 31, 4), ("Edit", 22, 1), ("Read", 21, 1), ("Grep", 9, 0), ("Agent", 4, 0),
            ("WebFetch", 2, 1),
        )
    )  # fmt: skip
    if not rich:
        return Detail(of, cost, uses[:1], (), (), (), (), (), (), None, (), (), ())
    return Detail(
        of, cost, uses, tools, failures(), compactions(), subagents(), turns(), milestones,
        NextMilestone(1_000_000, NOW + 41 * MINUTE),
        (ApiFailure(NOW - 70 * MINUTE, 529, c("Overloaded"), 1, ""),),
        points(),
        (
            SkippedLine("/home/dev/.claude/projects/x/1.jsonl", 4_096, c("not JSON"), False),
            SkippedLine("/home/dev/.claude/projects/x/1.jsonl", 90_112, c("lone surrogate"), True),
        ),
    )  # fmt: skip


def snapshot(**changes: Any) -> Snapshot:
    """The whole picture, with the details of the first session."""
    listed = sessions()
    trend = tuple(usd(0.04 + 0.09 * ((i * 7) % 11) / 11 * (1 + i / 30)) for i in range(60))
    fields: dict[str, Any] = {
        "version": 1,
        "at": NOW,
        "sessions": listed,
        "fleet": Fleet(
            2, 1, 3, usd(41.82), 61_200_000, 3_100_000, 1_253_000, usd(6.4), 374_000, trend,
            usd(57.10),
        ),
        "detail": detail(listed[0]),
        "skipped_files": 1,
        "skipped_lines": 3,
        "roots": (c("~/.claude"),),
    }  # fmt: skip
    return Snapshot(**(fields | changes))


@dataclass
class WholeCall:
    """A call as the engine would read it back."""

    input: tuple[Clean, ...]
    output: tuple[Clean, ...]


@dataclass
class FakeSource:
    """A source whose picture the test sets. It gives the details of whatever is focused."""

    picture: Snapshot = field(default_factory=snapshot)
    focused: str | None = None
    started: bool = False
    stopped: bool = False
    trouble: OSError | None = None
    traced: Trace | None = None
    silence: OSError | None = None
    asked: list[tuple[str, Figure]] = field(default_factory=list)
    no_proof: str = ""
    proof_rows: int = 3

    def start(self, on_change: Any) -> None:
        self.started = True
        self.on_change = on_change

    def stop(self) -> None:
        self.stopped = True

    def latest(self) -> Snapshot:
        return self.picture

    def focus(self, session: str | None) -> None:
        self.focused = session
        for listed in self.picture.sessions:
            if listed.id == session:
                rich = listed is self.picture.sessions[0]
                self.change(detail=detail(listed, rich=rich))

    def change(self, **changes: Any) -> None:
        """Another picture."""
        version = self.picture.version + 1
        self.picture = replace(self.picture, version=version, **changes)

    def trace(self, session: str) -> Trace | None:
        if self.silence is not None:
            raise self.silence
        return self.traced if session == self.picture.sessions[0].id else None

    def proof(self, session: str, figure: Figure) -> Proof:
        self.asked.append((session, figure))
        if self.no_proof:
            raise ProofError(self.no_proof)
        return made_proof(session, figure, self.proof_rows)

    def read_call(self, failure: Failure) -> WholeCall:
        if self.trouble is not None:
            raise self.trouble
        return WholeCall(
            (c("command: pytest -x tests/billing"), c("timeout: 120000")),
            tuple(
                c(line)
                for line in (
                    "Exit code 1",
                    "===================== test session starts =====================",
                    "tests/billing/test_queue.py F",
                    "    def test_three_jobs(queue):",
                    ">       assert len(queue.jobs) == 3",
                    "E       AssertionError: expected 3 jobs, got 2",
                )
            ),
        )


def told() -> Snapshot:
    """The picture with what hooks and the status line add: limits, live books, a compaction."""
    plain = snapshot()
    first = replace(
        plain.sessions[0],
        books=Books(usd(12.58), usd(0.17), told_at=NOW - 900),
        activity=c("compacting… auto"),
        compacting_since=NOW - 12_000,
        compacting_trigger=c("auto"),
        cache_expires_at=NOW + 252_000,
    )
    five, seven = Limit(42.4, NOW + 2 * HOUR), Limit(81.0, NOW + 75 * HOUR)
    fleet = replace(plain.fleet, five_hour=five, seven_day=seven)
    return snapshot(sessions=(first, *plain.sessions[1:]), fleet=fleet, detail=detail(first))
