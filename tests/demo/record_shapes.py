"""What shape a record has: the sets of keys that its parts show, by what kind of part it is."""

from collections.abc import Iterator
from typing import Any

Record = dict[str, Any]


def parts(record: Record, tools: dict[str, str]) -> Iterator[tuple[str, set[str]]]:
    """The parts of one record with their keys; `tools` learns which call asked for which tool."""
    kind = kind_of(record)
    where = " of an agent" if record.get("isSidechain") else ""
    yield kind + where, set(record)
    message = record.get("message")
    if isinstance(message, dict):
        yield f"message of {record['type']}", set(message)
        if usage := message.get("usage"):
            yield "usage", set(usage)
            yield "cache_creation", set(usage["cache_creation"])
        if isinstance(message["content"], list):
            for block in message["content"]:
                if block["type"] == "tool_use":
                    tools[block["id"]] = block["name"]
                yield from block_parts(block)
    yield from nested(record)
    if isinstance(result := record.get("toolUseResult"), dict):
        tool = tools.get(record["message"]["content"][0]["tool_use_id"], "?")
        status = result.get("status") or result.get("type") or "done"
        yield f"result of {tool}, {status}", set(result)


def block_parts(block: Record) -> Iterator[tuple[str, set[str]]]:
    """A content block, with the arguments of the tools whose arguments matter."""
    failed = " that failed" if block.get("is_error") else ""
    yield f"{block['type']} block{failed}", set(block)


def nested(record: Record) -> Iterator[tuple[str, set[str]]]:
    """Objects that only some records have."""
    for key in ("compactMetadata", "permissionDecision", "turnPosition", "snapshot", "origin"):
        if isinstance(value := record.get(key), dict):
            yield key, set(value)
    if record.get("subtype") == "api_error":
        yield "error", set(record["error"])
    for usage in record.get("modelUsage", {}).values():
        yield "modelUsage", set(usage)


def kind_of(record: Record) -> str:
    """What a record is, finer than its `type`."""
    match record["type"]:
        case "system":
            return f"system {record['subtype']}"
        case "attachment":
            return f"attachment {record['attachment']['type']}"
        case "queue-operation":
            return f"queue-operation {record['operation']}"
        case "assistant":
            if record.get("isApiErrorMessage"):
                return "assistant error"
            return f"assistant {record['message']['content'][0]['type']}"
        case "user":
            return f"user {user_kind(record)}"
        case kind:
            return str(kind)


def user_kind(record: Record) -> str:
    """What a `user` record is."""
    content = record["message"]["content"]
    if record.get("isCompactSummary"):
        return "summary"
    if isinstance(content, list):
        if content[0]["type"] != "tool_result":
            return "interruption"
        if record.get("toolDenialKind"):
            return "denied result"
        return "failed result" if content[0].get("is_error") else "result"
    if record.get("isMeta"):
        return "meta"
    if record.get("origin", {}).get("kind") == "task-notification":
        return "notification"
    return "command" if content.startswith("<") else "prompt"
