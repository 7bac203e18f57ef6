"""Made-up transcript records, in the shapes that Claude Code writes them."""

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from typing import Any

Json = dict[str, Any]

START = 1_795_000_000_000  # ms: 2026-11-18
SECOND = 1_000

OPUS, SONNET, HAIKU = "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"


class _Numbers:
    """What ids are numbered by."""

    def __init__(self) -> None:
        self.next = count(1)


_numbers = _Numbers()


@contextmanager
def numbered(first: int) -> Iterator[None]:
    """Number ids from `first` on, so that the block makes the same records whenever it runs."""
    before, _numbers.next = _numbers.next, count(first)
    try:
        yield
    finally:
        _numbers.next = before


def fresh(kind: str) -> str:
    """Return an id as the Messages API makes them: unique in the world."""
    return f"{kind}_01{next(_numbers.next):022d}"


def session_id(number: int) -> str:
    """Return a session id as Claude Code makes them."""
    return f"{number:08x}-0000-4000-8000-{number:012x}"


def stamp(at: int) -> str:
    """Return a time, ms since the epoch, as a record has it."""
    moment = datetime.fromtimestamp(at / 1000, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def line(record: Any) -> bytes:
    """Return a record as a line of a file."""
    return json.dumps(record, ensure_ascii=False).encode() + b"\n"


def flat(records: Iterable[Any]) -> Iterator[Any]:
    """Yield the records of lists of lists of records."""
    for record in records:
        if isinstance(record, list):
            yield from flat(record)
        else:
            yield record


def encoded(*records: Any) -> bytes:
    """Return records, lists of them, and lines that are bytes already, as the bytes of a file."""
    return b"".join(r if isinstance(r, bytes) else line(r) for r in flat(records))


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
    """Return the `usage` of a response."""
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


def envelope(type: str, at: int | None, **more: Any) -> Json:  # noqa: A002 - the field's name
    """Return what user, assistant and system records have in common; None leaves a field out."""
    record: Json = {"type": type, "uuid": fresh("u")}
    if at is not None:
        record["timestamp"] = stamp(at)
    record |= more
    return {name: value for name, value in record.items() if value is not None}


def text(words: str) -> Json:
    """Return a text block."""
    return {"type": "text", "text": words}


def tool_use(name: str = "Bash", id: str = "", **given: Any) -> Json:
    """Return a tool call's block."""
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
    """Return an API response: a record for each content block, all with the usage. None leaves
    out.
    """
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
    """Return a response that asks for tools."""
    blocks = [tool_use(name, command=f"run {name}") for name in names]
    return answer(at, spent, blocks, stop="tool_use", **more)


def prompt(at: int | None, words: Any = "do it", **more: Any) -> Json:
    """Return a user's prompt."""
    return envelope("user", at, message={"role": "user", "content": words}, **more)


def queued(at: int) -> Json:
    """Return a `queue-operation`: of a kind that forks never copy."""
    return {"type": "queue-operation", "operation": "enqueue", "timestamp": stamp(at)}


def api_failure(at: int, status: int = 500, **more: Any) -> Json:
    """Return the assistant record that stands where a call failed for good."""
    message = {"model": "<synthetic>", "content": [text("API Error")], "usage": usage()}
    return envelope(
        "assistant", at, message=message, isApiErrorMessage=True, apiErrorStatus=status, **more
    )
