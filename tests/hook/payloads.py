"""Made-up payloads of hooks and of the status line."""

from typing import Any

from hypothesis import strategies as st

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(10**18), 10**18)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)

EVENT: dict[str, Any] = {
    "session_id": "3f2a9c51-0000-4000-8000-000000000001",
    "transcript_path": "/home/me/.claude/projects/-p/3f2a9c51.jsonl",
    "cwd": "/p",
    "hook_event_name": "PreToolUse",
    "tool_name": "Bash",
    "tool_use_id": "toolu_01",
    "tool_input": {"command": "ls", "description": "List"},
}
STATUS: dict[str, Any] = {
    "session_id": "3f2a9c51-0000-4000-8000-000000000001",
    "transcript_path": "/home/me/.claude/projects/-p/3f2a9c51.jsonl",
    "cwd": "/p",
    "prompt_id": "p",
    "model": {"id": "claude-opus-5-5", "display_name": "Opus 5.5"},
    "workspace": {"current_dir": "/p"},
    "version": "2.1.330",
    "cost": {"total_cost_usd": 12.41, "total_duration_ms": 7521},
    "context_window": {
        "context_window_size": 1_000_000,
        "current_usage": {"input_tokens": 10},
        "used_percentage": 22,
    },
    "prompt_cache": {"warm": True, "ttl": "5m", "expires_at": 1_795_000_300},
    "rate_limits": {
        "five_hour": {"used_percentage": 42.4, "resets_at": 1_795_003_600},
        "seven_day": {"used_percentage": 12, "resets_at": 1_795_300_000},
    },
    "fast_mode": False,
}
