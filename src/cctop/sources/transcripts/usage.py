"""`message.usage` → `Usage`: the rules by which the API's counts are read."""

from cctop.events import SideCall, Usage
from cctop.sources.transcripts.records import Iteration, RawUsage
from cctop.text import clean

# Billed besides the response they came with; `message` iterations are already in its total.
SIDE_CALLS = frozenset({"advisor_message", "compaction"})
# More than any model can take or give in one response: a broken count, not a bill.
MAX_TOKENS = 10**9


def usage_of(raw: RawUsage) -> Usage:
    """Return the billed counts, in tokens.

    The 5 m and 1 h cache writes add up to the scalar; versions before 2.1.152 could leave the
    scalar 0 with only the split set, so the larger counts. What the split does not explain is
    billed at the 5 m rate, as Claude Code itself does.
    """
    split = raw.cache_creation
    short = _count(split.ephemeral_5m_input_tokens) if split else 0
    long = _count(split.ephemeral_1h_input_tokens) if split else 0
    writes = max(_count(raw.cache_creation_input_tokens), short + long)
    details, server = raw.output_tokens_details, raw.server_tool_use
    return Usage(
        _count(raw.input_tokens),
        _count(raw.output_tokens),
        _count(raw.cache_read_input_tokens),
        writes - long,
        long,
        _count(details.thinking_tokens) if details else 0,
        _count(server.web_search_requests) if server else 0,
    )


def side_calls(iterations: list[Iteration], model: str) -> tuple[SideCall, ...]:
    """Return the iterations that are billed extra, each at its own model."""
    return tuple(
        SideCall(each.type, str(clean(each.model or model, 80)), usage_of(each))
        for each in iterations
        if each.type in SIDE_CALLS
    )


def parts_of(iterations: list[Iteration]) -> tuple[Usage, ...]:
    """Return the `message` iterations, where there are several.

    Claude Code prices each in its own tier if they add up to the usage (2.1.330).
    """
    messages = [each for each in iterations if each.type == "message"]
    return tuple(usage_of(each) for each in messages) if len(messages) > 1 else ()


def _count(value: int | None) -> int:
    return value if value and 0 < value <= MAX_TOKENS else 0
