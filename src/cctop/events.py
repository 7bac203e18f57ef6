"""The vocabulary: everything that can happen in a session, as typed and frozen events.

Sources make events, the fold takes them, and nothing else passes between the two rooms.

Units: times are integer milliseconds since the epoch (UTC), tokens are counts, money never occurs
here (prices are applied by the fold). Every text is `Clean`: it went through `cctop.text` at the
sources' boundary, so no later room can be driven by what a transcript contains.
"""

from enum import StrEnum

from msgspec import Struct

from cctop.text import Clean


class Where(Struct, frozen=True, gc=False):
    """Where the lines of a tool call lie, so that the whole of it can be read when asked for."""

    path: str
    call_offset: int
    result_path: str
    result_offset: int


class Origin(Struct, frozen=True, gc=False):
    """Which file speaks: shared by all events of one transcript file.

    `session` is the session the file belongs to (its name, not the records' `sessionId`, which
    forks rewrite), `agent` the subagent id or "" for the main thread.
    """

    file: int
    session: str
    agent: str
    root: str
    slug: str


class Usage(Struct, frozen=True, gc=False, array_like=True):
    """Token counts of one API response, as billed; `thinking` is a part of `output`."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    thinking: int = 0
    web_searches: int = 0

    @property
    def prompt(self) -> int:
        """Tokens the model read: what price tiers and the context window are measured by."""
        return self.input + self.cache_read + self.cache_write_5m + self.cache_write_1h

    @property
    def cache_writes(self) -> int:
        """Tokens written to the cache, however long they are kept."""
        return self.cache_write_5m + self.cache_write_1h

    def max(self, other: "Usage") -> "Usage":
        """Field-wise maximum: usage grows while a response streams, and copies repeat it.

        Of cache writes it is that of their sum and of the 1 h share, as the API gives them: a line
        without the split counts them all as 5 m.
        """
        long = max(self.cache_write_1h, other.cache_write_1h)
        return Usage(
            max(self.input, other.input),
            max(self.output, other.output),
            max(self.cache_read, other.cache_read),
            max(self.cache_writes, other.cache_writes) - long,
            long,
            max(self.thinking, other.thinking),
            max(self.web_searches, other.web_searches),
        )


class SideCall(Struct, frozen=True, gc=False, array_like=True):
    """An `iterations` entry that is billed besides the response it came with."""

    kind: str  # advisor_message or compaction
    model: str
    usage: Usage


class ToolUse(Struct, frozen=True, gc=False, array_like=True):
    """A `tool_use` block: one tool call the model asked for."""

    id: str
    name: Clean
    target: Clean  # the command, path, pattern or description: one line
    path: Clean = Clean("")  # the file it touches, where it touches one


class Event(Struct, frozen=True, gc=False, tag=False):
    """What all events share: who says it, where it stands, and when (0: the record has no time)."""

    origin: Origin
    offset: int
    at: int


class Seen(Event, frozen=True, gc=False):
    """A record of any kind: the session lives, and this is its surroundings. "" is not said."""

    cwd: Clean = Clean("")
    branch: Clean = Clean("")
    version: Clean = Clean("")
    entrypoint: Clean = Clean("")
    permission_mode: Clean = Clean("")
    own: bool = False  # no copy, and before all copies: its session began at that time


class Response(Event, frozen=True, gc=False):
    """One line of an API response (a response has one line per content block).

    `maker` is the session that made the call where the record says so (`requestSessionId`,
    `forkedFrom`, a foreign `sessionId`), else "".
    """

    message_id: str
    request_id: str
    uuid: str  # of the line, for a response without an id
    maker: str
    model: Clean  # that answered
    usage: Usage
    booked: Clean = Clean("")  # that was asked for, where the record says it
    speed: str = ""
    geo: str = ""
    finished: bool = False  # the line has a stop_reason
    ends_turn: bool = False  # … after which the model waits for the user
    sidechain: bool = False
    effort: Clean = Clean("")
    context: int = 0  # prompt tokens of its last `message` iteration, else of the usage
    parts: tuple[Usage, ...] = ()  # where several passes make up the usage: each has its price tier
    side_calls: tuple[SideCall, ...] = ()
    tools: tuple[ToolUse, ...] = ()
    text: Clean = Clean("")  # first line of what the assistant says in this block
    thinks: bool = False


class Continued(Event, frozen=True, gc=False):
    """A further line of a response, which repeats all that its first line said but for this."""

    maker: str
    ends_turn: bool
    sidechain: bool
    tools: tuple[ToolUse, ...] = ()
    text: Clean = Clean("")
    thinks: bool = False


class FailureKind(StrEnum):
    """Why a tool call did not give what was asked."""

    ERROR = "error"
    DENIED = "denied"
    INTERRUPTED = "interrupted"
    HOOK_BLOCKED = "hook-blocked"


class ToolResult(Event, frozen=True, gc=False):
    """The answer to a tool call. `failure` is None where it went well."""

    tool_use_id: str
    failure: FailureKind | None = None
    error: Clean = Clean("")  # first line of the error
    agent_id: str = ""  # of the subagent that the call started
    agent_state: str = ""  # completed, async_launched, … as an Agent call says it
    size: int = 0  # bytes of what the tool gave, as JSON


class Prompt(Event, frozen=True, gc=False):
    """A user's prompt: a turn starts. `command` prompts count only if the model then answers."""

    uuid: str
    maker: str
    text: Clean
    command: bool = False


class Interrupted(Event, frozen=True, gc=False):
    """The user pressed Esc: the turn is over, and so is what was still running in it."""

    uuid: str


class Trigger(StrEnum):
    """What started a compaction."""

    AUTO = "auto"
    MANUAL = "manual"
    MICRO = "micro"


class Compaction(Event, frozen=True, gc=False):
    """A `compact_boundary` or `microcompact_boundary` record; tokens are of context."""

    uuid: str
    maker: str
    trigger: Trigger
    tokens_before: int
    tokens_after: int | None = None
    duration_ms: int | None = None


class CompactSummary(Event, frozen=True, gc=False):
    """The summary a compaction left: the words it kept, for what it no longer names."""

    uuid: str
    names: frozenset[str]  # file names and paths that the summary mentions
    phrases: bytes = b""  # marks of its words and pairs of words, for commands; see `phrases`


class ApiError(Event, frozen=True, gc=False):
    """An API call failed: `retry` counts from 1, and is 0 for the final failure."""

    uuid: str
    maker: str
    status: int
    message: Clean
    retry: int = 0


class TurnEnd(Event, frozen=True, gc=False):
    """A `turn_duration` record: the turn is over."""

    duration_ms: int


class CostState(Event, frozen=True, gc=False):
    """Claude Code's own books for a session (`cost-state`): cumulative, written at exit.

    `cost` is in pico-USD. `at` is the newest time before the record in its file.
    """

    cost: int
    start: int  # when the first process of the chain started; forks keep their parent's
    unknown_model: bool = False


class TitleKind(StrEnum):
    """Where a title comes from, weakest first."""

    SUMMARY = "summary"
    AI = "ai"
    AGENT = "agent"
    CUSTOM = "custom"


class Title(Event, frozen=True, gc=False):
    """A session's title: the newest of the strongest kind is shown."""

    kind: TitleKind
    text: Clean


class AgentMeta(Event, frozen=True, gc=False):
    """What `agent-<id>.meta.json` says of a subagent."""

    type: Clean
    description: Clean
    tool_use_id: str
    model: Clean
    parent_agent: str = ""
    finished: bool = False


class AgentEnd(Event, frozen=True, gc=False):
    """A background subagent has ended, as a task notification says."""

    agent_id: str
    tool_use_id: str
    state: Clean


class Malformed(Event, frozen=True, gc=False):
    """A line that could not be read as it should be. `used`: what was readable still counted."""

    reason: Clean
    used: bool = False


class Reset(Event, frozen=True, gc=False):
    """The file was truncated or replaced: it is read from its start again."""


class Gone(Event, frozen=True, gc=False):
    """The file was deleted. What was counted stays counted: it was paid for."""


class Liveness(StrEnum):
    """What the registry of running sessions says one is doing."""

    BUSY = "busy"
    WAITING = "waiting"
    IDLE = "idle"
    SHELL = "shell"


class Live(Struct, frozen=True, gc=False):
    """One entry of the registry `sessions/<pid>.json` whose process lives; it did so from `began`
    on, ms, 0 where that is not said.
    """

    session: str
    root: str
    pid: int
    cwd: Clean
    name: Clean
    status: Liveness
    since: int
    waiting_for: Clean = Clean("")
    began: int = 0


class Registry(Struct, frozen=True, gc=False):
    """All sessions that run now: replaces what was known before.

    `dead`: those whose process left its entry behind, and since when that is known, ms.
    """

    live: tuple[Live, ...]
    dead: tuple[tuple[str, int], ...] = ()


class HookKind(StrEnum):
    """The moments at which Claude Code calls a hook, as it names them (2.1.330)."""

    SESSION_START = "SessionStart"
    SESSION_END = "SessionEnd"
    USER_PROMPT_SUBMIT = "UserPromptSubmit"
    PRE_TOOL_USE = "PreToolUse"
    POST_TOOL_USE = "PostToolUse"
    POST_TOOL_USE_FAILURE = "PostToolUseFailure"
    PERMISSION_REQUEST = "PermissionRequest"
    PERMISSION_DENIED = "PermissionDenied"
    NOTIFICATION = "Notification"
    STOP = "Stop"
    STOP_FAILURE = "StopFailure"
    SUBAGENT_START = "SubagentStart"
    SUBAGENT_STOP = "SubagentStop"
    PRE_COMPACT = "PreCompact"
    POST_COMPACT = "PostCompact"


class Hook(Struct, frozen=True, gc=False):
    """One hook that fired. `at` is when its writer began: up to a quarter of a second after the
    fact, since Claude Code starts such hooks without waiting for them.

    `word` is what the kind's own field says: the source of a start, the reason of an end, the
    trigger of a compaction, the type of a notification.
    """

    id: str
    at: int
    kind: HookKind
    session: str
    agent: str = ""  # of the subagent it fired in
    tool: Clean = Clean("")
    tool_use_id: str = ""
    target: Clean = Clean("")
    path: Clean = Clean("")
    duration_ms: int | None = None
    failure: FailureKind | None = None
    error: Clean = Clean("")
    word: Clean = Clean("")


class Limit(Struct, frozen=True, gc=False):
    """How much of a plan's limit is used: `percent` of 100, until it is reset at `resets_at`."""

    percent: float
    resets_at: int


class StatusLine(Struct, frozen=True, gc=False):
    """What Claude Code last told a session's status line: its own live figures.

    `cost` is in pico-USD and cumulative as in `CostState`, `window` the context window in tokens, 0
    where not told. The limits are those of the account, with plans that have any.
    """

    session: str
    root: str
    at: int
    cost: int
    window: int = 0
    model: Clean = Clean("")
    five_hour: Limit | None = None
    seven_day: Limit | None = None
    cache_expires_at: int = 0


TranscriptEvent = (
    Seen | Response | Continued | ToolResult | Prompt | Interrupted | Compaction | CompactSummary
    | ApiError | TurnEnd | CostState | Title | AgentMeta | AgentEnd | Malformed | Reset | Gone
)  # fmt: skip
SpoolEvent = Hook | StatusLine
