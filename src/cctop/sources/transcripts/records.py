"""The records of a transcript line, as far as cctop needs them; everything else is skipped.

Every field may be missing or null: the format is internal to Claude Code and changes between its
versions. `Raw` is a value that is looked at only in some records, so that most lines never pay for
it. Fields that hold anything at all are `Any`, for a tool may call its arguments as it likes.
"""

from datetime import datetime
from typing import Any

from msgspec import Raw, Struct, field

NOTHING = Raw(b"")


class _Record(Struct, gc=False, rename="camel"):
    """What is written by Claude Code itself: camelCase."""


class _Api(Struct, gc=False):
    """What is passed on from the Messages API: snake_case."""


class CacheCreation(_Api):
    """Cache writes by lifetime, tokens."""

    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class OutputDetails(_Api):
    """What the output consists of, tokens."""

    thinking_tokens: int | None = None


class ServerToolUse(_Api):
    """Calls of tools that run at the API, counts."""

    web_search_requests: int | None = None


class RawUsage(_Api):
    """`message.usage`, tokens."""

    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation: CacheCreation | None = None
    output_tokens_details: OutputDetails | None = None
    server_tool_use: ServerToolUse | None = None
    speed: str | None = None
    inference_geo: str | None = None
    iterations: list["Iteration"] | None = None


class Iteration(RawUsage):
    """One pass of the model within a response."""

    type: str | None = None
    model: str | None = None


class Block(_Api):
    """A content block of any type."""

    type: str | None = None
    id: str | None = None
    name: str | None = None
    text: str | None = None
    input: Raw = NOTHING
    tool_use_id: str | None = None
    is_error: bool | None = None
    content: Raw = NOTHING


class Message(_Api):
    """`message` of an assistant or user record."""

    id: str | None = None
    role: str | None = None
    model: str | None = None
    content: str | list[Block] | None = None
    stop_reason: str | None = None
    usage: RawUsage | None = None


class ForkedFrom(_Record):
    """Where `/branch` copied a record from."""

    session_id: str | None = None


class PermissionDecision(_Record):
    """Who allowed or refused a tool call."""

    decision: str | None = None
    source: str | None = None


class CompactMetadata(_Record):
    """`compactMetadata` and `microcompactMetadata`: tokens and milliseconds."""

    trigger: str | None = None
    pre_tokens: int | None = None
    post_tokens: int | None = None
    tokens_saved: int | None = None
    duration_ms: float | None = None


class Attachment(_Record):
    """`attachment` of a record: one of 30 types."""

    command_mode: Any = None
    prompt: Any = None


class Record(_Record):
    """One line."""

    type: str | None = None
    subtype: str | None = None
    timestamp: datetime | None = None
    uuid: str | None = None
    parent_uuid: str | None = None
    session_id: str | None = None
    request_id: str | None = None
    request_session_id: str | None = None
    forked_from: ForkedFrom | None = None
    is_sidechain: bool | None = None
    is_meta: bool | None = None
    is_compact_summary: bool | None = None
    is_api_error_message: bool | None = None
    cwd: str | None = None
    git_branch: str | None = None
    version: str | None = None
    entrypoint: str | None = None
    permission_mode: str | None = None
    effort: Any = None
    message: Message | None = None
    requested_model: str | None = None
    attachment: Attachment | None = None
    tool_use_result: Raw = NOTHING
    tool_denial_kind: str | None = None
    tool_denial_before_run: bool | None = None
    permission_decision: PermissionDecision | None = None
    compact_metadata: CompactMetadata | None = None
    microcompact_metadata: CompactMetadata | None = None
    error: Raw = NOTHING
    api_error_status: int | None = None
    retry_attempt: int | None = None
    duration_ms: float | None = None
    summary: str | None = None
    ai_title: str | None = None
    custom_title: str | None = None
    agent_name: str | None = None
    total_cost_usd: float | None = field(default=None, name="totalCostUSD")
    start_time: float | None = None
    has_unknown_model_cost: bool | None = None


class ToolInput(_Api):
    """The arguments by which a tool call is named on one line; they can be of any type."""

    command: Any = None
    file_path: Any = None
    notebook_path: Any = None
    path: Any = None
    pattern: Any = None
    url: Any = None
    query: Any = None
    description: Any = None
    skill: Any = None
    prompt: Any = None


class AgentResult(_Record):
    """`toolUseResult` of an Agent (older: Task) call."""

    agent_id: Any = None
    status: Any = None


class ApiErrorBody(_Api):
    """`error` of a `system` `api_error` record."""

    status: Any = None
    message: Any = None
    formatted: Any = None


class AgentMetaFile(_Record):
    """`agent-<id>.meta.json`."""

    agent_type: str | None = None
    description: str | None = None
    tool_use_id: str | None = None
    model: str | None = None
    parent_agent_id: str | None = None
    finished: bool | None = None
