"""Whatever a record holds in whatever place: it is decoded, folded, shown, and nothing raises."""

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scribe import (
    MINUTE,
    START,
    answer,
    calls,
    compaction,
    prompt,
    result,
    retry,
    session_id,
    stamp,
)
from world import World

from cctop.sources.transcripts.records import (
    Attachment,
    Block,
    CacheCreation,
    CompactMetadata,
    Iteration,
    Message,
    PermissionDecision,
    RawUsage,
    Record,
    ToolInput,
)

A = session_id(1)
KINDS = (
    "assistant", "user", "system", "attachment", "cost-state", "summary", "ai-title",
    "custom-title", "agent-name", "queue-operation", "mode", "progress", None,
)  # fmt: skip
WORDS = (
    "", "x", "\x1b]0;t\x07", "\u202e", "\ud800", "compact_boundary", "microcompact_boundary",
    "api_error", "turn_duration", "text", "tool_use", "tool_result", "message", "advisor_message",
    "<task-notification><task-id>a</task-id>", "<command-name>/x</command-name>", "reject",
    "user-rejected", "task-notification", "claude-opus-5-5", "end_turn", stamp(START), A,
)  # fmt: skip
FIELDS = sorted(
    {
        name
        for kind in (
            Record, Message, Block, RawUsage, Iteration, CacheCreation, CompactMetadata,
            PermissionDecision, Attachment, ToolInput,
        )
        for name in kind.__struct_encode_fields__
    }
)  # fmt: skip

leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.sampled_from(WORDS),
)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(FIELDS), inner, max_size=5)
    ),
    max_leaves=12,
)
records = st.builds(
    lambda kind, fields: {"type": kind} | fields,
    st.sampled_from(KINDS),
    st.dictionaries(st.sampled_from(FIELDS), values, max_size=8),
)


def bases() -> list[dict[str, Any]]:
    """Whole records, of which one field is then another."""
    asked = calls(START, "Bash")[0]
    tool = asked["message"]["content"][0]["id"]
    return [
        prompt(START), answer(START)[0], asked, result(START, tool, "x", error=True),
        compaction(START), retry(START),
    ]  # fmt: skip


def changed(number: int, path: list[str], value: Any) -> dict[str, Any]:
    record = bases()[number]
    inner: Any = record
    for name in path[:-1]:
        if not isinstance(inner.get(name), dict):
            break
        inner = inner[name]
    inner[path[-1]] = value
    return record


mutations = st.builds(
    changed,
    st.integers(0, 5),
    st.lists(st.sampled_from(("message", "usage", "content", *FIELDS)), min_size=1, max_size=3),
    values,
)


@given(st.lists(st.one_of(records, mutations), max_size=6), st.sampled_from(("", "a1")))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_raises(told: list[dict[str, Any]], agent: str) -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.feed(A, *(json.dumps(record).encode() + b"\n" for record in told), agent=agent)
    for session in world.paint(START + MINUTE).sessions:
        assert world.detail(session.id, START + MINUTE).cost.total == session.cost
