"""A payload becomes a record: short, without secrets, and never too long."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import VALUES

from cctop.hook.mask import MASKED
from cctop.hook.reduce import CONTENTS, INPUTS, NAMES, PATHS, SIZES, line, reduced
from cctop.hook.spool import RECORD_BYTES

KEYS = [
    "hook_event_name", *NAMES.values(), *PATHS.values(), *SIZES.values(), "tool_input",
    "tool_response", "duration_ms", "is_interrupt", "error", "error_details", "message", "reason",
    "prompt", "background_tasks",
]  # fmt: skip
INPUT = st.dictionaries(st.sampled_from([*INPUTS, *CONTENTS, "a", "token"]), st.text() | VALUES)
PAYLOADS = st.dictionaries(st.sampled_from(KEYS), st.text() | VALUES | INPUT)


def record(prompts: bool = False, **payload: Any) -> dict[str, Any]:
    return reduced(payload, prompts=prompts)


@given(PAYLOADS, st.booleans())
def test_any_payload_becomes_one_line_of_valid_json(
    payload: dict[str, object], prompts: bool
) -> None:
    fields = reduced(payload, prompts=prompts)
    data = line(fields)
    assert len(data) <= RECORD_BYTES
    assert b"\n" not in data
    read = json.loads(data)
    assert isinstance(read["event"], str)
    assert read.keys() <= {
        "event", *NAMES, *PATHS, *SIZES, "input", "output", "output_bytes", "duration_ms", "error",
        "error_kind", "interrupt", "message", "reason", "prompt", "prompt_chars", "background",
    }  # fmt: skip


@given(st.text(st.characters(codec="utf-8"), min_size=1, max_size=3), st.integers(1, 3000))
def test_no_payload_makes_a_record_too_long(piece: str, times: int) -> None:
    text = piece * times
    payload: dict[str, object] = dict.fromkeys(KEYS, text)
    payload["hook_event_name"] = "PostToolUse"
    payload["tool_input"] = dict.fromkeys(INPUTS, text)
    data = line({"v": 1, "id": "dn4mhbmc54mq-4194304-0", **reduced(payload, prompts=True)})
    assert len(data) <= RECORD_BYTES
    assert json.loads(data)["id"] == "dn4mhbmc54mq-4194304-0"


def test_a_command() -> None:
    assert record(
        hook_event_name="PostToolUse",
        session_id="s",
        transcript_path="/t.jsonl",
        cwd="/w",
        permission_mode="default",
        prompt_id="p",
        tool_name="Bash",
        tool_use_id="toolu_1",
        tool_input={"command": "x" * 400, "description": "d", "timeout": 5},
        tool_response={"stdout": "a\nb\nc\nd", "stderr": "é", "interrupted": False},
        duration_ms=12.4,
    ) == {
        "event": "PostToolUse",
        "session": "s",
        "transcript": "/t.jsonl",
        "cwd": "/w",
        "mode": "default",
        "prompt_id": "p",
        "tool": "Bash",
        "tool_use_id": "toolu_1",
        "input": {"command": "x" * 299 + "…", "description": "d"},
        "output": "a\nb\nc…",
        "output_bytes": 10,
        "duration_ms": 12,
    }


def test_prompts_are_kept_only_when_asked_for() -> None:
    prompt = "my token=abc " + "x" * 400
    payload: dict[str, object] = {"hook_event_name": "UserPromptSubmit", "prompt": prompt}
    assert reduced(payload, prompts=False) == {"event": "UserPromptSubmit", "prompt_chars": 413}
    kept = reduced(payload, prompts=True)["prompt"]
    assert str(kept).startswith("my token=[masked] xxx")
    assert len(str(kept)) == 300


@pytest.mark.parametrize("prompts", [False, True])
def test_contents_never_get_in(prompts: bool) -> None:
    secret = "the user's own text"
    inputs = dict.fromkeys(CONTENTS, secret)
    for payload in (
        {"tool_input": inputs},
        {"tool_input": {"file_path": "/f", **inputs}},
        {"tool_response": inputs},
        {"tool_response": {"file": {"content": secret}, "type": "text"}},
        {"last_assistant_message": secret, "compact_summary": secret},
        {"custom_instructions": secret, "background_tasks": [{"description": secret}]},
    ):
        assert secret.encode() not in line(reduced(dict(payload), prompts=prompts))


def test_the_input_of_an_unknown_tool_is_its_first_three_short_texts() -> None:
    given = {
        "n": 5,
        "long": "x" * 200,
        "a": "1",
        "api_token": "b",
        "content": "c",
        "d": "2",
        "e": "",
    }
    assert record(tool_input=given)["input"] == {"a": "1", "api_token": MASKED, "d": "2"}
    assert "input" not in record(tool_input={"n": 1, "todos": []})
    assert "input" not in record(tool_input="text")


@pytest.mark.parametrize(
    ("response", "output", "size"),
    [
        ("text", "text", 4),
        ("", None, 0),
        ({"stdout": "", "stderr": "bad"}, "bad", 3),
        ({"stdout": "", "stderr": ""}, None, 0),
        ({"text": "t"}, "t", 1),
        ([{"type": "text", "text": "a"}, {"type": "image"}, {"text": "b"}], "a\nb", 3),
        ({"content": [{"type": "text", "text": "done"}], "totalDurationMs": 5}, "done", 4),
        ({"filePath": "/f", "newString": "xyz", "n": 1.5}, '{"filePath":"/f","n":1.5}', 5),
        ({"deep": {"er": ["é", 1]}}, None, 2),
        ({"apiKey": "k", "n": 1}, '{"apiKey":"[masked]","n":1}', 1),
        ([1, 2], None, 0),
        (5, None, None),
        (None, None, None),
    ],
)  # fmt: skip
def test_outputs(response: object, output: str | None, size: int | None) -> None:
    fields = record(tool_response=response)
    assert (fields.get("output"), fields.get("output_bytes")) == (output, size)


def test_a_failed_tool() -> None:
    fields = record(
        hook_event_name="PostToolUseFailure", error="1\n2\n3\n4\n5\n6", is_interrupt=True
    )
    assert fields == {"event": "PostToolUseFailure", "error": "1\n2\n3\n4\n5…", "interrupt": True}


def test_a_failed_turn() -> None:
    fields = record(hook_event_name="StopFailure", error="rate_limit", error_details="until 5")
    assert fields == {"event": "StopFailure", "error_kind": "rate_limit", "error": "until 5"}
    details = {"status": 429, "body": "x" * 500}
    fields = record(hook_event_name="StopFailure", error="rate_limit", error_details=details)
    assert fields["error"] == '{"status":429}'


def test_other_events() -> None:
    assert record(notification_type="permission_prompt", message="m", title="t") == {
        "event": "unknown",
        "notification": "permission_prompt",
        "message": "m",
    }
    assert record(trigger="manual", compact_summary="xyz")["summary_chars"] == 3
    assert record(last_assistant_message="xy", background_tasks=[1, 2]) == {
        "event": "unknown",
        "message_chars": 2,
        "background": 2,
    }


@pytest.mark.parametrize("value", [None, True, "5", -1, float("inf"), float("nan"), 1e300, [5]])
def test_durations_that_are_none(value: object) -> None:
    assert "duration_ms" not in record(duration_ms=value)


def test_a_secret_at_the_cut_is_no_half_secret() -> None:
    secret = "ghp_" + "a" * 36
    for before in range(240, 400):
        text = "x " * (before // 2) + secret + " y" * 3000
        output = record(tool_response=text)["output"]
        assert "ghp_" not in output
        assert "aaa" not in output


@given(st.integers(0, 40), st.integers(0, 3000))
def test_a_secret_anywhere_in_a_long_text_never_passes(many: int, before: int) -> None:
    secret = "ghp_" + "a" * 36
    text = f"{secret} " * many + "x " * (before // 2) + f" {secret} " * 100
    assert "aaa" not in str(record(tool_response=text).get("output"))
