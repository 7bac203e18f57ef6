"""The JSON document's smaller parts: its numbers, and what stands in the lists of a session.

`model` has the whole, and says what the fields promise.
"""

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct

from cctop.events import FailureKind, Trigger

Count = Annotated[int, Meta(ge=0)]
Share = Annotated[float, Meta(ge=0, le=1)]
Percent = Annotated[float, Meta(ge=0)]
# A ready-made number, since neither a float nor `Decimal` prints every pico-USD as one reads it.
Usd = Annotated[Raw, Meta(extra_json_schema={"type": "number"})]
Time = Annotated[
    str,
    Meta(
        pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$",
        extra_json_schema={"format": "date-time"},
    ),
]
AgentId = Annotated[str, Meta(description='the subagent it happened in; "" for the main thread')]


class TokenCounts(Struct, frozen=True):
    """Tokens by kind."""

    input: Count
    output: Annotated[Count, Meta(description="thinking included")]
    cache_read: Count
    cache_write_5m: Count
    cache_write_1h: Count
    thinking: Annotated[Count, Meta(description="a part of `output`, and of no sum")]
    total: Annotated[Count, Meta(description="all kinds but `thinking`")]


class Costs(Struct, frozen=True):
    """What each kind costs, in USD."""

    input: Usd
    output: Usd
    cache_read: Usd
    cache_write_5m: Usd
    cache_write_1h: Usd
    web_search: Usd


class ToolUse(Struct, frozen=True):
    """Calls of one tool."""

    calls: Count
    failures: Annotated[Count, Meta(description="errors and calls that a hook blocked")]


class ModelUse(Struct, frozen=True):
    """What one model was used for."""

    model: str
    api_calls: Count
    tokens: TokenCounts
    cost_usd: Annotated[Usd | None, Meta(description="null for a model without a known price")]


class Failure(Struct, frozen=True):
    """A tool call that did not give what was asked."""

    at: Time | None
    tool: str
    tool_use_id: str
    kind: FailureKind
    error: Annotated[str, Meta(description="first line of the error")]
    agent_id: AgentId
    target: Annotated[str, Meta(description="the command, path or pattern, on one line")]
    duration_ms: Count | None


class Loop(Struct, frozen=True):
    """One tool that failed again and again."""

    tool: str
    agent_id: AgentId
    same: Annotated[Literal["input", "error"], Meta(description="what the failures have in common")]
    what: Annotated[str, Meta(description="that input or error, as it was the last time")]
    failures: Annotated[int, Meta(ge=3)]
    first_at: Time | None
    last_at: Time | None
    cost_usd: Annotated[Usd, Meta(description="of its thread's responses since the first failure")]


class Compaction(Struct, frozen=True):
    """One compaction; tokens are of context."""

    at: Time | None
    trigger: Trigger
    tokens_before: Count
    tokens_after: Annotated[Count | None, Meta(description="null where it was not written down")]
    duration_ms: Count | None
    agent_id: AgentId
    dropped: Annotated[int | None, Meta(description="tokens that left the context")]
    cost_usd: Annotated[Usd | None, Meta(description="known only where its own call is on disk")]
    touched: Annotated[
        list[str], Meta(description="files read or edited since the compaction before it")
    ]
    unnamed: Annotated[list[str], Meta(description="those of `touched` its summary does not name")]


class Subagent(Struct, frozen=True):
    """One subagent; the list is a tree, depth first."""

    id: str
    type: str
    description: str
    model: str
    tokens: Annotated[Count, Meta(description="of all kinds")]
    cost_usd: Usd
    state: Annotated[str, Meta(description="running, finished, failed or stopped")]
    parent_id: Annotated[str, Meta(description='"" for a child of the main thread')]
    depth: Annotated[int, Meta(ge=1)]
    started_at: Time | None
    last_activity_at: Time | None
    tokens_by_kind: TokenCounts
    unpriced_tokens: Count
    tool_calls: Count
    tool_failures: Count


class Milestone(Struct, frozen=True):
    """A token milestone that was reached."""

    tokens: Count
    at: Time | None
    cost_usd: Annotated[Usd, Meta(description="of the session up to then")]


class NextMilestone(Struct, frozen=True):
    """The token milestone to come."""

    tokens: Count
    eta: Annotated[Time | None, Meta(description="null while nothing moves")]


class Turn(Struct, frozen=True):
    """A prompt and all that was paid until the next one, subagents included."""

    number: Count
    at: Time | None
    ended_at: Time | None
    prompt: Annotated[str, Meta(description="its beginning, on one line")]
    api_calls: Count
    tokens: Annotated[Count, Meta(description="of all kinds")]
    unpriced_tokens: Count
    cost_usd: Usd
    tool_calls: Count
    tool_failures: Count


class ApiError(Struct, frozen=True):
    """An API call that failed."""

    at: Time | None
    status: Annotated[int, Meta(description="HTTP status; 0 where there was none")]
    message: str
    retry: Annotated[Count, Meta(description="from 1; 0 is a call's final failure")]
    agent_id: AgentId
