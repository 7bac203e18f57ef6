"""Made-up transcript records, in the shapes that Claude Code writes them."""

import json
from datetime import UTC, datetime
from itertools import count
from typing import Any

Json = dict[str, Any]

START = 1_795_000_000_000  # ms: 2026-11-18
SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE

OPUS, SONNET, HAIKU = "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"

_numbers = count(1)


def fresh(kind: str) -> str:
    """An id as the Messages API makes them: unique in the world."""
    return f"{kind}_01{next(_numbers):022d}"


def session_id(number: int) -> str:
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def stamp(at: int) -> str:
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(record: Any) -> bytes:
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def usage(
    input: int = 0,  # noqa: A002 - the field's name
    output: int = 0,
    read: int = 0,
    write_5m: int = 0,
    write_1h: int = 0,
    thinking: int = 0,
    searches: int = 0,
    **more: Any,
) -> Json:
    counts: Json = {
        "input_tokens": input,
        "output_tokens": output,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": write_5m + write_1h,
        "cache_creation": {
            "ephemeral_5m_input_tokens": write_5m,
            "ephemeral_1h_input_tokens": write_1h,
        },
    }
    if thinking:
        counts["output_tokens_details"] = {"thinking_tokens": thinking}
    if searches:
        counts["server_tool_use"] = {"web_search_requests": searches}
    return counts | more


def envelope(type: str, at: int | None, **more: Any) -> Json:  # noqa: A002
    """What user, assistant and system records have in common; a field that is None is left out."""
    record: Json = {"type": type, "uuid": fresh("u")}
    if at is not None:
        record["timestamp"] = stamp(at)
    record |= more
    return {name: value for name, value in record.items() if value is not None}


def text(words: str) -> Json:
    return {"type": "text", "text": words}


def tool_use(name: str = "Bash", id: str = "", **given: Any) -> Json:
    return {"type": "tool_use", "id": id or fresh("toolu"), "name": name, "input": given}


def answer(
    at: int | None,
    spent: Json | None = None,
    blocks: list[Json] | None = None,
    *,
    model: str | None = OPUS,
    id: str | None = "",
    request: str | None = "",
    stop: str | None = "end_turn",
    **more: Any,
) -> list[Json]:
    """An API response: a record for each content block, all with the usage. None leaves out."""
    if id == "":
        id = fresh("msg")
    if request == "":
        request = fresh("req")
    message: Json = {"role": "assistant", "stop_reason": stop}
    if id is not None:
        message["id"] = id
    if model is not None:
        message["model"] = model
    message["usage"] = usage(10, 5) if spent is None else spent
    contents = [text("well")] if blocks is None else blocks
    return [
        envelope("assistant", at, message=message | {"content": [block]}, requestId=request, **more)
        for block in contents
    ]


def calls(at: int, *names: str, spent: Json | None = None, **more: Any) -> list[Json]:
    """A response that asks for tools."""
    blocks = [tool_use(name, command=f"run {name}") for name in names]
    return answer(at, spent, blocks, stop="tool_use", **more)


def prompt(at: int | None, words: Any = "do it", **more: Any) -> Json:
    return envelope("user", at, message={"role": "user", "content": words}, **more)


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


def queued(at: int) -> Json:
    """A `queue-operation`: of a kind that forks never copy."""
    return {"type": "queue-operation", "operation": "enqueue", "timestamp": stamp(at)}


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


def api_failure(at: int, status: int = 500, **more: Any) -> Json:
    """The assistant record that stands where a call failed for good."""
    message = {"model": "<synthetic>", "content": [text("API Error")], "usage": usage()}
    return envelope(
        "assistant", at, message=message, isApiErrorMessage=True, apiErrorStatus=status, **more
    )


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
