"""The JSON document of `cctop sessions --json` and `cctop show --json`, as types.

`docs/sessions.schema.json` and the reference in `docs/json.md` are made from these types, so a
field is described here and nowhere else. Version 1 may gain fields, but none of them will go,
change its type or its meaning. Texts are never null: "" is what is not known.
"""

from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from cctop.book.snapshot import Status
from cctop.report.items import (
    ApiError,
    Compaction,
    Costs,
    Count,
    Failure,
    Loop,
    Milestone,
    ModelUse,
    NextMilestone,
    Percent,
    Share,
    Subagent,
    Time,
    TokenCounts,
    ToolUse,
    Turn,
    Usd,
)

SCHEMA_VERSION: Literal[1] = 1


class Prices(Struct, frozen=True):
    """Where the prices come from. `prices` in the config file come before them."""

    source: Annotated[str, Meta(description="the library with the list prices")]
    version: Annotated[str, Meta(description="the library's")]
    note: Annotated[str, Meta(description="what an amount is")]


class Totals(Struct, frozen=True):
    """Sums over the listed sessions. Each API call counts once, for the session that made it."""

    sessions: Count
    turns: Count
    api_calls: Count
    api_errors: Count
    tokens: TokenCounts
    unpriced_tokens: Count
    cost_usd: Usd
    lower_bound: Annotated[bool, Meta(description="at least one session's is")]
    web_searches: Count
    tool_calls: Count
    tool_failures: Count
    denials: Count
    interruptions: Count
    compactions: Count
    subagents: Count


class Limit(Struct, frozen=True):
    """A limit of the account's plan, as a status line said last."""

    percent: Annotated[Percent, Meta(description="used; above 100 where it is exceeded")]
    resets_at: Time | None


class Limits(Struct, frozen=True):
    """The limits of the account that has used the largest share; null where none was told."""

    five_hour: Limit | None
    seven_day: Limit | None


class SkippedItem(Struct, frozen=True):
    """A line that could not be read as it should be."""

    path: str
    offset: Annotated[Count, Meta(description="of the line in its file, in bytes")]
    reason: str
    used: Annotated[bool, Meta(description="a part could be read, and that part counts")]


class Skipped(Struct, frozen=True):
    """Lines that could not be read, in all files that were read and not only the listed ones."""

    files: Count
    lines: Count
    items: Annotated[list[SkippedItem], Meta(max_length=1000, description="at most 1,000")]


class Inherited(Struct, frozen=True):
    """What a fork holds as copies. It belongs to another session, and is in no other figure."""

    tokens: Count
    cost_usd: Usd
    official_cost_usd: Annotated[
        Usd, Meta(description="the part of the newest `cost-state` that a fork brought along")
    ]


class Context(Struct, frozen=True):
    """The context window of the main thread now."""

    tokens: Count
    window: Annotated[Count | None, Meta(description="tokens; null for an unknown model")]
    percent: Annotated[Percent | None, Meta(description="used, 0 to 100; null without `window`")]


class RateNow(Struct, frozen=True):
    """How fast it goes, over the last ten minutes."""

    cost_usd_per_hour: Usd
    tokens_per_minute: Count


class SessionReport(Struct, frozen=True):
    """One session, with its subagents, without what it inherited from another."""

    id: str
    root: Annotated[str, Meta(description="the Claude config folder it lies in")]
    project: Annotated[str, Meta(description="the name of its folder")]
    cwd: Annotated[str, Meta(description="where it works now")]
    title: Annotated[
        str, Meta(description="the user's own, else Claude Code's, else the first prompt")
    ]
    branch: Annotated[str, Meta(description="of git")]
    status: Status
    status_inferred: Annotated[
        bool, Meta(description="from the transcript, not from Claude Code's list of live sessions")
    ]
    waiting_for: Annotated[str, Meta(description="tool and command, where hooks told them")]
    activity: Annotated[str, Meta(description="what it is doing, or did last")]
    compacting_since: Annotated[
        Time | None, Meta(description="while its context is being compacted, as hooks told")
    ]
    cache_expires_at: Annotated[
        Time | None, Meta(description="of its prompt cache, as the status line said")
    ]
    started_at: Time | None
    last_activity_at: Time | None
    models: Annotated[list[str], Meta(description="in order of first use")]
    model: Annotated[str, Meta(description="that answered last")]
    effort: str
    permission_mode: str
    turns: Annotated[Count, Meta(description="prompts that were answered, or will be")]
    api_calls: Annotated[Count, Meta(description="that were answered, subagents' included")]
    api_errors: Annotated[Count, Meta(description="retries included")]
    api_retries: Count
    tokens: TokenCounts
    unpriced_tokens: Annotated[Count, Meta(description="without a known price: not in any cost")]
    cost_usd: Annotated[Usd, Meta(description="*metered*: what the transcript lines cost")]
    cost_by_kind: Costs
    inherited: Inherited
    official_cost_usd: Annotated[
        Usd | None,
        Meta(
            description="*official*: Claude Code's own books (its newest `cost-state`, or what its"
            " status line said since) without what a fork inherited; null where there are none"
        ),
    ]
    official_told_at: Annotated[
        Time | None,
        Meta(description="when the status line said so; null where it is a `cost-state`"),
    ]
    unlogged_cost_usd: Annotated[
        Usd | None,
        Meta(
            description="*unlogged*: what `official_cost_usd` holds beyond the lines up to it"
            " (compactions, titles, side calls, what is unpriced here); negative where a killed"
            " run never wrote its own"
        ),
    ]
    lower_bound: Annotated[
        bool, Meta(description="the end of a response was never written: tokens are at least these")
    ]
    lower_bound_calls: Annotated[Count, Meta(description="how many such responses")]
    web_searches: Count
    tool_calls: Count
    tool_failures: Annotated[
        Count, Meta(description="errors and calls that a hook blocked; the next two are apart")
    ]
    denials: Annotated[Count, Meta(description="tool calls the user or a rule denied")]
    interruptions: Annotated[Count, Meta(description="tool calls the user interrupted")]
    tools: Annotated[dict[str, ToolUse], Meta(description="by name, the most used first")]
    failures: Annotated[list[Failure], Meta(description="of all kinds, in order of time")]
    compactions: list[Compaction]
    subagents: list[Subagent]
    milestones: list[Milestone]
    next_milestone: NextMilestone | None
    context: Context
    cache_hit_ratio: Annotated[
        Share | None, Meta(description="cache reads / all prompt tokens, 0 to 1")
    ]
    rate: RateNow
    model_usage: Annotated[list[ModelUse], Meta(description="the dearest first")]
    skipped_lines: Count
    transcript_gone: Annotated[
        bool, Meta(description="its files were deleted; what they said is kept")
    ]
    loop: Annotated[
        Loop | None, Meta(description="the longest it is in now; `cctop errors` tells past ones")
    ] = None
    turn_list: Annotated[list[Turn] | UnsetType, Meta(description="only in `cctop show`")] = UNSET
    api_error_list: Annotated[
        list[ApiError] | UnsetType, Meta(description="only in `cctop show`")
    ] = UNSET


class Report(Struct, frozen=True):
    """The whole document."""

    schema_version: Annotated[
        Literal[1], Meta(description="another number where a field went or changed its meaning")
    ]
    generated_at: Annotated[Time, Meta(description="when it was read, and what ages refer to")]
    cctop_version: str
    roots: Annotated[list[str], Meta(description="Claude config folders that were read")]
    prices: Prices
    totals: Totals
    limits: Limits
    skipped: Skipped
    notices: Annotated[list[str], Meta(description="what else could not be read, and why")]
    sessions: list[SessionReport]
