"""Made-up transcript records, in the shapes that Claude Code writes them.

Those that the traps of `cctop selftest` are written with come from there.
"""

from typing import Any

from cctop.selftest.records import (
    HAIKU,
    OPUS,
    SECOND,
    SONNET,
    START,
    Json,
    answer,
    api_failure,
    calls,
    envelope,
    fresh,
    line,
    prompt,
    queued,
    session_id,
    stamp,
    text,
    tool_use,
    usage,
)

__all__ = [
    "HAIKU", "HOUR", "MINUTE", "OPUS", "SECOND", "SONNET", "START", "Json", "answer", "api_failure",
    "calls", "compaction", "cost_state", "envelope", "fresh", "interruption", "line",
    "notification", "prompt", "queued", "result", "retry", "session_id", "stamp", "summary", "text",
    "title", "tool_of", "tool_use", "turn_end", "usage",
]  # fmt: skip

MINUTE = 60 * SECOND
HOUR = 60 * MINUTE


def result(
    at: int | None,
    tool: str,
    content: Any = "ok",
    error: bool | None = None,
    said: Any = None,
    **more: Any,
) -> Json:
    block = {"type": "tool_result", "tool_use_id": tool, "content": content}
    if error is not None:
        block["is_error"] = error
    return envelope(
        "user", at, message={"role": "user", "content": [block]}, toolUseResult=said, **more
    )


def tool_of(record: Json) -> str:
    """The id of the tool call in a record."""
    id_: str = record["message"]["content"][0]["id"]
    return id_


def compaction(at: int, before: int = 100_000, after: int | None = 9_000, **more: Any) -> Json:
    told: Json = {"trigger": "auto", "preTokens": before, "durationMs": 4_000}
    if after is not None:
        told["postTokens"] = after
    told |= more.pop("told", {})
    return envelope("system", at, subtype="compact_boundary", compactMetadata=told, **more)


def summary(at: int, boundary: Json, words: str) -> Json:
    """The summary that a compaction leaves."""
    return prompt(at, words, isCompactSummary=True, parentUuid=boundary["uuid"])


def retry(at: int, number: int = 1, status: int = 529, **more: Any) -> Json:
    error = {"status": status, "formatted": f"{status} Overloaded"}
    return envelope("system", at, subtype="api_error", error=error, retryAttempt=number, **more)


def cost_state(usd: float, start: int = START, **more: Any) -> Json:
    return {"type": "cost-state", "totalCostUSD": usd, "startTime": start} | more


def interruption(at: int, **more: Any) -> Json:
    return prompt(at, [text("[Request interrupted by user]")], **more)


def notification(at: int, agent: str, status: str = "completed", **more: Any) -> Json:
    words = f"<task-notification>\n<task-id>{agent}</task-id>\n<status>{status}</status>"
    return prompt(at, f"{words}\n</task-notification>", **more)


def turn_end(at: int, duration: int = 1_000) -> Json:
    return envelope("system", at, subtype="turn_duration", durationMs=duration)


def title(kind: str, words: str) -> Json:
    """A title record: summary, ai-title, agent-name or custom-title."""
    names = {"ai-title": "aiTitle", "custom-title": "customTitle", "agent-name": "agentName"}
    return {"type": kind, names.get(kind, "summary"): words}
