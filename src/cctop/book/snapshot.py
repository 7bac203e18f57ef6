"""What every front reads: one frozen picture of the book. Fronts never see the book itself.

Units: money is integer pico-USD (1e-12 USD) at list price, times are milliseconds since the epoch
(UTC), 0 where not known; tokens are counts. A picture is replaced, never changed, so a front may
keep one for as long as it likes. `version` changes exactly when something else here did.
"""

from enum import StrEnum

from msgspec import Struct

from cctop.events import FailureKind, Limit, Trigger, Where
from cctop.prices.rates import Cost
from cctop.text import Clean

PERMISSION = "permission prompt"
"""The registry's words for any tool call that waits for the user (2.1.330)."""


class Status(StrEnum):
    """What a session is doing, in the order in which a user wants to see them."""

    WAITING = "waiting"
    BUSY = "busy"
    IDLE = "idle"
    ENDED = "ended"


class Tokens(Struct, frozen=True, gc=False):
    """Tokens by kind; `thinking` is a part of `output` and of no sum."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    thinking: int = 0

    @property
    def total(self) -> int:
        """Every token that was read or written."""
        return self.new + self.cache_read

    @property
    def new(self) -> int:
        """Tokens that were not served from the cache: input, cache writes and output."""
        return self.input + self.output + self.cache_write_5m + self.cache_write_1h

    @property
    def cache_hit_ratio(self) -> float | None:
        """Share of the prompt that came from the cache, 0 to 1; None before the first prompt."""
        prompt = self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h
        return self.cache_read / prompt if prompt else None


class Context(Struct, frozen=True, gc=False):
    """The context window of the main thread now; `window` is None for an unknown model."""

    tokens: int = 0
    window: int | None = None

    @property
    def fraction(self) -> float | None:
        """Used share, 0 to 1."""
        return self.tokens / self.window if self.window else None


class Books(Struct, frozen=True, gc=False):
    """Claude Code's own books beside ours, in pico-USD.

    `official` is its newest `cost-state`, or what its status line said since, without what a fork
    inherited, `unlogged` what that holds beyond the lines (compactions, titles, side calls;
    negative where a killed run never wrote its own), `inherited` the part of it that a fork
    brought along, and `later` what was metered since it was written: metered + unlogged = official
    + later. `guessed`: it holds amounts at another model's price for models that Claude Code knows
    no price of. `told_at`: when the status line said so, 0 for a `cost-state`.
    """

    official: int
    unlogged: int
    inherited: int = 0
    later: int = 0
    guessed: bool = False
    told_at: int = 0


class Rate(Struct, frozen=True, gc=False):
    """How fast it goes, over the last minutes of activity: pico-USD an hour, tokens a minute."""

    cost_per_hour: int = 0
    tokens_per_minute: int = 0
    trend: tuple[int, ...] = ()  # pico-USD in each of the last buckets, oldest first


class Milestone(Struct, frozen=True, gc=False):
    """A token milestone that was reached, with the cost so far."""

    tokens: int
    at: int
    cost: int


class Streak(Struct, frozen=True, gc=False):
    """A loop: `count` failures of one tool with the `same` "input" or "error", which is `what`.

    `cost` is what the responses of its thread cost since the first one failed.
    """

    tool: Clean
    what: Clean
    same: Clean
    count: int
    first_at: int
    last_at: int
    cost: int
    agent_id: str


class Session(Struct, frozen=True, gc=False):
    """One line of the table. `version` grows with whatever changes in it or in its detail."""

    id: str
    version: int
    root: Clean
    project: Clean
    cwd: Clean
    title: Clean
    branch: Clean
    status: Status
    status_inferred: bool  # from the transcript, not from the registry of running sessions
    status_since: int
    waiting_for: Clean
    activity: Clean  # what it is doing: "Bash npm test"
    started_at: int
    last_activity_at: int
    model: Clean
    models: tuple[Clean, ...]  # in order of first use
    effort: Clean
    permission_mode: Clean
    turns: int
    api_calls: int
    api_errors: int
    api_retries: int
    tokens: Tokens
    unpriced_tokens: int
    cost: int
    inherited_tokens: int
    inherited_cost: int
    books: Books | None
    lower_bounds: int  # responses whose end was never written
    web_searches: int
    tool_calls: int
    tool_failures: int
    denials: int
    interruptions: int
    compactions: int
    subagents: int
    subagents_running: int
    context: Context
    rate: Rate
    skipped_lines: int
    milestone: Milestone | None = None  # the newest one reached
    transcript_gone: bool = False
    compacting_since: int = 0  # while its context is being compacted
    compacting_trigger: Clean = Clean("")  # manual or auto
    cache_expires_at: int = 0  # of its prompt cache, as the status line said last
    streak: Streak | None = None  # the loop it is in now

    @property
    def asks(self) -> Clean:
        """What it waits for: of a permission the call it is asked for says more than that it is
        one, which is all that the registry says.
        """
        is_plain = self.waiting_for in ("", PERMISSION)
        return (is_plain and self.activity) or self.waiting_for

    @property
    def failure_ratio(self) -> float | None:
        """Failed share of the tool calls, 0 to 1; None where there was none."""
        return self.tool_failures / self.tool_calls if self.tool_calls else None


class Failure(Struct, frozen=True, gc=False):
    """A tool call that failed, was denied, interrupted or blocked by a hook."""

    at: int
    tool: Clean
    tool_use_id: str
    target: Clean
    kind: FailureKind
    error: Clean
    agent_id: str
    duration_ms: int | None
    where: Where


class CompactionMark(Struct, frozen=True, gc=False):
    """One compaction; tokens are of context, `cost` is known only where its own call is on disk."""

    at: int
    trigger: Trigger
    tokens_before: int
    tokens_after: int | None
    duration_ms: int | None
    cost: int | None
    agent_id: str
    touched: tuple[Clean, ...]  # files read or edited since the compaction before it
    unnamed: tuple[Clean, ...]  # … that its summary does not name

    @property
    def dropped(self) -> int | None:
        """Tokens that left the context."""
        return None if self.tokens_after is None else self.tokens_before - self.tokens_after


class Subagent(Struct, frozen=True, gc=False):
    """One subagent of a session; `depth` is 1 for a child of the main thread."""

    id: str
    parent: str
    depth: int
    type: Clean
    description: Clean
    model: Clean
    state: str  # running, finished, failed, stopped
    started_at: int
    last_activity_at: int
    tokens: Tokens
    cost: int
    unpriced_tokens: int
    tool_calls: int
    tool_failures: int
    activity: Clean


class Turn(Struct, frozen=True, gc=False):
    """A prompt and all that was paid until the next one (subagents included)."""

    number: int
    at: int
    prompt: Clean
    cost: int
    tokens: int
    new_tokens: int
    api_calls: int
    tool_calls: int
    failures: int
    ended_at: int
    unpriced_tokens: int = 0


class NextMilestone(Struct, frozen=True, gc=False):
    """The milestone to come; `eta` is None while nothing moves."""

    tokens: int
    eta: int | None


class ToolCount(Struct, frozen=True, gc=False):
    """Calls of one tool."""

    name: Clean
    calls: int
    failures: int


class ModelUse(Struct, frozen=True, gc=False):
    """What one model was used for; `cost` is None where it has no price."""

    model: Clean
    calls: int
    tokens: Tokens
    cost: Cost | None


class Point(Struct, frozen=True, gc=False):
    """The meter at one response: what had been paid up to it, and the context it was sent with."""

    at: int
    cost: int
    tokens: int
    context: int  # 0 for a subagent's response


class ApiFailure(Struct, frozen=True, gc=False):
    """An API error; `retry` is 0 for the final failure of a call."""

    at: int
    status: int
    message: Clean
    retry: int
    agent_id: str


class Detail(Struct, frozen=True, gc=False):
    """All that is known of one session."""

    session: Session
    cost: Cost
    models: tuple[ModelUse, ...]
    tools: tuple[ToolCount, ...]
    failures: tuple[Failure, ...]
    compactions: tuple[CompactionMark, ...]
    subagents: tuple[Subagent, ...]
    turns: tuple[Turn, ...]
    milestones: tuple[Milestone, ...]
    next_milestone: NextMilestone | None
    api_failures: tuple[ApiFailure, ...]
    points: tuple[Point, ...]
    skipped: "tuple[SkippedLine, ...]"

    @classmethod
    def of_nothing(cls, session: Session) -> "Detail":
        """Return that of a session of which nothing but its line is known any more."""
        return cls(session, Cost(), (), (), (), (), (), (), (), None, (), (), ())


class SkippedLine(Struct, frozen=True, gc=False):
    """A line that could not be read; `used`: in part it could, and that part counts."""

    path: str
    offset: int
    reason: Clean
    used: bool


class Progress(Struct, frozen=True, gc=False):
    """How far the first reading has come, in files and bytes.

    `unread`: the sessions whose history is not whole yet; where the picture has them, their figures
    are not either.
    """

    files_left: int = 0
    files: int = 0
    bytes_left: int = 0
    bytes: int = 0
    unread: frozenset[str] = frozenset()

    @property
    def reading(self) -> bool:
        """Whether history still loads."""
        return self.bytes_left > 0 or bool(self.unread)


class Fleet(Struct, frozen=True, gc=False):
    """All sessions together. `today` begins at local midnight."""

    busy: int = 0
    waiting: int = 0
    idle: int = 0
    today_cost: int = 0
    today_tokens: int = 0
    today_new_tokens: int = 0
    today_unpriced_tokens: int = 0
    cost_per_hour: int = 0
    tokens_per_minute: int = 0
    trend: tuple[int, ...] = ()  # pico-USD a minute over the last hour, oldest first
    projected_cost: int = 0  # of today at midnight, at the rate of the last hour
    quarter: int = 0  # of today's budget used up, in whole quarters; 0 without a budget
    quarter_at: int = 0  # when that was
    next_quarter_at: int | None = None  # at the rate of now; None while nothing is spent
    five_hour: Limit | None = None  # of the account that has used the largest share of its own
    seven_day: Limit | None = None


class Snapshot(Struct, frozen=True, gc=False):
    """The whole picture."""

    version: int = 0
    at: int = 0
    sessions: tuple[Session, ...] = ()
    fleet: Fleet = Fleet()
    detail: Detail | None = None
    progress: Progress = Progress()
    skipped_files: int = 0
    skipped_lines: int = 0
    prices_source: str = ""
    prices_version: str = ""
    roots: tuple[Clean, ...] = ()  # config directories that exist
    notices: tuple[Clean, ...] = ()
