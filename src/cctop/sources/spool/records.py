"""The spool's records as typed structs. All that is not needed here is skipped unread."""

from typing import Any

from msgspec import Raw, Struct, field

NOTHING = Raw(b"null")


class _Record(Struct, gc=False):
    pass


class HookRecord(_Record):
    """One line of a segment."""

    v: int
    id: str
    at: int
    event: str
    session: str | None = None
    transcript: str | None = None
    agent: str | None = None
    agent_type: str | None = None
    tool: str | None = None
    tool_use_id: str | None = None
    input: Raw = NOTHING
    duration_ms: float | None = None
    error: str | None = None
    interrupt: bool | None = None
    notification: str | None = None
    message: str | None = None
    source: str | None = None
    reason: str | None = None
    trigger: str | None = None
    error_kind: str | None = None
    count: int | None = None
    why: str | None = None


class Model(_Record):
    """`status.model`."""

    id: str | None = None


class CostOf(_Record):
    """`status.cost`."""

    total_cost_usd: float | None = None


class Window(_Record):
    """`status.context_window`, in tokens."""

    context_window_size: float | None = None


class Cache(_Record):
    """`status.prompt_cache`. `expires_at` is in seconds since the epoch."""

    expires_at: Any = None


class LimitOf(_Record):
    """One of `status.rate_limits`. `resets_at` is in seconds since the epoch."""

    used_percentage: float | None = None
    resets_at: Any = None


class Limits(_Record):
    """`status.rate_limits`."""

    five_hour: LimitOf | None = None
    seven_day: LimitOf | None = None


class Status(_Record):
    """What Claude Code gave to the status line."""

    session_id: str | None = None
    transcript_path: str | None = None
    model: Model | None = None
    cost: CostOf | None = None
    context_window: Window | None = None
    prompt_cache: Cache | None = None
    rate_limits: Limits | None = None


class StatusRecord(_Record):
    """A file of `status/`."""

    v: int
    at: int
    status: Status = field(default_factory=Status)
