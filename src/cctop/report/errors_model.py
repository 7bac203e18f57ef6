"""The JSON document of `cctop errors --json`, as types.

`docs/errors.schema.json` and the reference in `docs/errors.md` are made from these types. What is
promised of `model`'s document is promised of this one: fields may come, and none goes.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from cctop.book.snapshot import Status
from cctop.book.trace import Outcome
from cctop.events import FailureKind, Trigger
from cctop.report.items import AgentId, Count, Loop, Time, Usd
from cctop.report.model import Prices

SCHEMA_VERSION: Literal[1] = 1


class Attempt(Struct, frozen=True):
    """One call of a chain."""

    at: Annotated[Time | None, Meta(description="when it was called")]
    ended_at: Annotated[Time | None, Meta(description="when its answer came; null without one")]
    tool_use_id: str
    target: Annotated[str, Meta(description="the command, path or pattern, on one line")]
    kind: Annotated[
        FailureKind | None, Meta(description="why it failed; null where it went well or still runs")
    ]
    error: Annotated[str, Meta(description="first line of the error")]
    duration_ms: Count | None


class Chain(Struct, frozen=True):
    """A failure, the tries of the same thing after it, and how it ended."""

    tool: str
    agent_id: AgentId
    words: Annotated[
        str, Meta(description="what the model said before it in that turn; its first line")
    ]
    outcome: Outcome
    failures: Annotated[Count, Meta(description="calls that failed in it")]
    retries: Annotated[Count, Meta(description="calls made after the first failure")]
    took_ms: Annotated[Count, Meta(description="from the first failure to the last of `attempts`")]
    cost_usd: Annotated[
        Usd,
        Meta(
            description="of the thread's responses after the first failure: up to the last of"
            " `attempts`, or of a chain that is still open up to now"
        ),
    ]
    unpriced_tokens: Count
    attempts: Annotated[
        list[Attempt], Meta(description="the first failed; the last went well if it recovered")
    ]


class Item(Struct, frozen=True):
    """A file or a command before a compaction."""

    text: str
    count: Annotated[Count, Meta(description="how often it was read, edited or run")]
    named: Annotated[bool | None, Meta(description="by the summary; null where that is not known")]


class Reread(Struct, frozen=True):
    """A file that had to be read again after a compaction."""

    path: str
    at: Time | None
    tool_use_id: str
    tokens: Annotated[Count | None, Meta(description="estimated; null where that cannot be")]
    cost_usd: Annotated[
        Usd | None, Meta(description="estimated: of those tokens, when they came in")
    ]


class Loss(Struct, frozen=True):
    """What a compaction took out of the context, and what was fetched again."""

    at: Time | None
    trigger: Trigger
    agent_id: AgentId
    summarised: Annotated[bool, Meta(description="its summary is in the transcript")]
    read: list[Item]
    edited: list[Item]
    commands: list[Item]
    rereads: list[Reread]


class ErrorsReport(Struct, frozen=True):
    """The whole document."""

    schema_version: Annotated[
        Literal[1], Meta(description="another number where a field went or changed its meaning")
    ]
    generated_at: Annotated[Time, Meta(description="when it was read")]
    cctop_version: str
    prices: Prices
    notices: Annotated[list[str], Meta(description="what could not be read, and why")]
    session_id: str
    project: str
    title: str
    status: Status
    tool_calls: Count
    tool_failures: Annotated[Count, Meta(description="errors and calls that a hook blocked")]
    denials: Count
    interruptions: Count
    cost_usd: Annotated[
        Usd,
        Meta(
            description="of all responses that lie in a chain, each once: chains overlap, so that"
            " their own costs must not be added up"
        ),
    ]
    unpriced_tokens: Count
    chains: Annotated[list[Chain], Meta(description="every failure is in one of them")]
    loops: list[Loop]
    compactions: list[Loss]
