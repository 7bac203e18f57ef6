"""What a tool call is called, and why it failed."""

import json
from typing import Any

import pytest
from decoding import one, only
from scribe import START, answer, result, tool_use

from cctop.events import FailureKind, Response, ToolResult
from cctop.sources.transcripts.tooltext import TARGET_LIMIT

ERROR, DENIED = FailureKind.ERROR, FailureKind.DENIED
INTERRUPTED, BLOCKED = FailureKind.INTERRUPTED, FailureKind.HOOK_BLOCKED
STOP = "STOP what you are doing and wait for the user to tell you how to proceed."
REJECTED = f"The user doesn't want to proceed with this tool use. The tool use was rejected. {STOP}"
REJECT = {"decision": "reject", "source": "config"}
BY_HOOK = {"decision": "reject", "source": "hook", "reasonCode": "hook:PreToolUse"}
ACCEPT = {"decision": "accept", "source": "config"}


def failed(content: Any, **more: Any) -> ToolResult:
    return one(ToolResult, result(START, "t", content, error=True, **more))


# As 2.1.330 writes them: measured on the real CLI, one by one.
@pytest.mark.parametrize(
    ("content", "said", "kind", "shown"),
    [
        ("Exit code 3\nout\nerr", {"permissionDecision": ACCEPT}, ERROR, "Exit code 3: out"),
        (
            "Exit code 143\nCommand timed out after 0s",
            {},
            ERROR,
            "Exit code 143: Command timed out after 0s",
        ),
        ("Exit code 137", {}, ERROR, "Exit code 137"),
        ("File does not exist. Note: …", {}, ERROR, "File does not exist. Note: …"),
        (
            "<tool_use_error>String to replace not found in file.\nString: zzz</tool_use_error>",
            {},
            ERROR,
            "String to replace not found in file.",
        ),
        (
            "<tool_use_error>Error: No such tool available: Nonesuch</tool_use_error>",
            {},
            ERROR,
            "No such tool available: Nonesuch",
        ),
        ("", {}, ERROR, "(no message)"),
        (
            "PreToolUse:Bash hook error: [/h.sh]: policy says no\n",
            {"toolDenialKind": "permission-rule", "permissionDecision": BY_HOOK},
            BLOCKED,
            "PreToolUse:Bash hook error: [/h.sh]: policy says no",
        ),
        (
            "Claude requested permissions to write to /x, but you haven't granted it yet.",
            {"toolDenialKind": "user-rejected", "permissionDecision": REJECT},
            DENIED,
            "Claude requested permissions to write to /x, but you haven't granted it yet.",
        ),
        (
            "Permission to use Bash has been denied.",
            {"toolDenialKind": "permission-rule", "permissionDecision": REJECT},
            DENIED,
            "Permission to use Bash has been denied.",
        ),
        (
            "Auto mode is unavailable: …",
            {"toolDenialKind": "automode-unavailable", "permissionDecision": REJECT},
            DENIED,
            "Auto mode is unavailable: …",
        ),
        ("blocked", {"toolDenialKind": "automode-blocked"}, DENIED, "blocked"),
        (
            REJECTED,
            {"toolDenialKind": "user-rejected", "toolDenialBeforeRun": True},
            DENIED,
            "rejected by the user",
        ),
        (
            f"{REJECTED} To tell you how to proceed, the user said:\nuse another\nname",
            {"toolDenialKind": "user-rejected", "permissionDecision": REJECT},
            DENIED,
            "rejected by the user: use another name",
        ),
        # Esc in a tool that runs is written as a rejection; only "before run" tells them apart.
        (REJECTED, {"toolDenialKind": "user-rejected"}, INTERRUPTED, "interrupted by the user"),
        (
            REJECTED,
            {"toolDenialKind": "user-rejected", "permissionDecision": ACCEPT},
            INTERRUPTED,
            "interrupted by the user",
        ),
        (
            "[Tool call interrupted: the session ended before …]",
            {"toolDenialKind": "interrupted"},
            INTERRUPTED,
            "interrupted by the user",
        ),
        ("x", {"toolDenialKind": "cancelled"}, INTERRUPTED, "interrupted by the user"),
        ("x", {"permissionDecision": {"decision": 5}}, ERROR, "x"),
    ],
)
def test_why_it_failed(content: str, said: dict[str, Any], kind: FailureKind, shown: str) -> None:
    event = failed(content, **said)
    assert (event.failure, event.error) == (kind, shown)


# Older versions have only words: as found in public transcripts of 1.0 to 2.1.
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (REJECTED, DENIED),
        (f"The user doesn't want to take this action right now. {STOP}", INTERRUPTED),
        ("[Request interrupted by user for tool use]", INTERRUPTED),
        ("This command requires approval", DENIED),
        ("Claude requested permissions to use WebSearch, but you haven't granted it yet.", DENIED),
        ("Permission to use Bash with command rm\n-rf x has been denied.", DENIED),
        ("PreToolUse:Edit hook error: [x]: no", BLOCKED),
        ("Error: PreToolUse:Edit hook blocking error from command: no", BLOCKED),
        ("Permission denied", ERROR),
        ("grep: notes.md: [Request interrupted by user] is in line 3", ERROR),
    ],
)
def test_why_it_failed_in_older_versions(content: str, kind: FailureKind) -> None:
    assert failed(content).failure is kind


def test_an_error_of_several_blocks() -> None:
    blocks = [{"type": "text", "text": "Exit code 1"}, {"type": "image"}, 5, {"text": "no file"}]
    assert failed(blocks).error == "Exit code 1: no file"


def test_an_error_cannot_drive_the_terminal() -> None:
    assert failed("\x1b[2J\x1b]0;t\x07no\x00 \u202efile").error == "no file"


@pytest.mark.parametrize("content", [None, 5, {"a": 1}, [[]], True])
def test_an_error_of_any_shape_is_one(content: Any) -> None:
    assert failed(content).error == "(no message)"


@pytest.mark.parametrize("error", [False, None])
def test_no_error_no_failure(error: bool | None) -> None:
    event = one(ToolResult, result(START, "t", "Exit code 3", error))
    assert (event.failure, event.error) == (None, "")


def target(**given: Any) -> tuple[str, str]:
    response = one(Response, answer(START, None, [tool_use("T", **given)]))
    return response.tools[0].target, response.tools[0].path


@pytest.mark.parametrize(
    ("given", "shown", "path"),
    [
        ({"command": "npm  test\n--all", "description": "Run tests"}, "npm  test --all", ""),
        ({"file_path": "/a/b.py", "old_string": "x"}, "/a/b.py", "/a/b.py"),
        ({"notebook_path": "/n.ipynb"}, "/n.ipynb", "/n.ipynb"),
        ({"path": "/a"}, "/a", "/a"),
        ({"pattern": "def .*", "path": "src"}, "def .*  in src", "src"),
        ({"pattern": "*.py"}, "*.py", ""),
        ({"url": "https://x.y", "prompt": "sum up"}, "https://x.y", ""),
        ({"query": "textual"}, "textual", ""),
        (
            {"description": "look around", "prompt": "…", "subagent_type": "Explore"},
            "look around",
            "",
        ),
        ({"skill": "review", "args": "1"}, "review", ""),
        ({}, "", ""),
        # Tools of MCP servers may call their arguments as they like, and give them any type.
        ({"number": 5, "title": "hello", "labels": ["a"]}, "hello", ""),
        ({"path": ["a", "b"], "command": {"x": 1}, "query": None, "issue": "#12"}, "#12", ""),
        ({"path": 5, "pattern": "x"}, "x", ""),
        ({"command": "  ", "x": "y"}, "y", ""),
        ({"deep": [[[[1]]]]}, "", ""),
        ({"blob": "x" * 40_000}, "", ""),
    ],
)
def test_a_call_is_named_by_what_it_is_about(given: Any, shown: str, path: str) -> None:
    assert target(**given) == (shown, path)


def test_a_target_is_short_and_clean() -> None:
    shown, _ = target(command="\x1b[31mecho\x07 " + "long " * 10_000)
    assert shown.startswith("echo long")
    assert len(shown) == TARGET_LIMIT


@pytest.mark.parametrize("given", [None, [], "x", 5, {"a": 1}])
def test_arguments_of_any_shape(given: Any) -> None:
    block = {"type": "tool_use", "id": "t", "name": "T", "input": given}
    (use,) = one(Response, answer(START, None, [block])).tools
    assert (use.id, use.name, use.target) == ("t", "T", "")


@pytest.mark.parametrize("depth", [*range(50, 2_000, 50), 100_000])
def test_arguments_however_deep_break_nothing(depth: int) -> None:
    block = json.dumps(tool_use("T", "t", x=0)).replace("0}", "[" * depth + "]" * depth + "}")
    record = json.dumps(answer(START, None, [{"type": "x"}])[0]).replace('{"type": "x"}', block)
    assert len(only(Response, record.encode() + b"\n")) <= 1


def test_a_call_without_id_or_name() -> None:
    blocks: list[dict[str, Any]] = [
        {"type": "tool_use", "name": "T"},
        {"type": "tool_use", "id": "t"},
    ]
    records = answer(START, None, blocks)
    assert [one(Response, record).tools for record in records[:1]] == [()]
    (use,) = one(Response, records[1]).tools
    assert use.name == "?"
