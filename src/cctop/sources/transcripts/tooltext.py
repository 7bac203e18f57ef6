"""One line for a tool call, and one for its error."""

import re
from typing import Any

import msgspec

from cctop.events import FailureKind, ToolUse
from cctop.sources.transcripts.records import Block, Record, ToolInput
from cctop.text import Clean, clean

_arguments = msgspec.json.Decoder(ToolInput)
_anything = msgspec.json.Decoder()
TARGET_LIMIT = 200
ERROR_LIMIT = 300
# A larger argument list of an unknown tool is not worth reading for one line.
SMALL = 16_384

_tag = re.compile(r"^<tool_use_error>|</tool_use_error>$")
INTERRUPTIONS = frozenset({"interrupted", "cancelled"})
_hook = re.compile(r"^(?:Error: )?PreToolUse(?::\S+)? hook (?:blocking )?error")
_rejected = re.compile(
    r"^The user doesn't want to proceed"
    r"|^(?:Error: )?(?:Claude requested permissions? to|Permission to use \S+ .*has been denied)"
    r"|^(?:Error: )?This .{1,200}requires approval",
    re.DOTALL,
)
_interrupted = re.compile(
    r"^The user doesn't want to take this action right now"
    r"|^\[Request interrupted by user(?: for tool use)?\]$",
    re.MULTILINE,
)


def tool_use(block: Block) -> ToolUse:
    """Return the call of a `tool_use` block."""
    target, path = target_of(block.input)
    return ToolUse(block.id or "", clean(block.name or "?", 80), target, path)


def target_of(raw: msgspec.Raw) -> tuple[Clean, Clean]:
    """Return what a tool call is about, and the file it touches: the arguments on one line."""
    view = memoryview(raw)
    try:
        given = _arguments.decode(view)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return Clean(""), Clean("")
    path = given.file_path or given.notebook_path or given.path
    path = path if isinstance(path, str) else ""
    found = _first_text(
        given.command, given.file_path, given.notebook_path, _search(given.pattern, path), path,
        given.url, given.query, given.description, given.skill, given.prompt,
    )  # fmt: skip
    if found is None and len(view) <= SMALL:
        found = _first_text(*_values(view))
    return clean(found or "", TARGET_LIMIT), clean(path, TARGET_LIMIT)


def _search(pattern: Any, path: str) -> str | None:
    if not isinstance(pattern, str):
        return None
    return f"{pattern}  in {path}" if path else pattern


def _values(view: memoryview) -> list[Any]:
    try:
        value = _anything.decode(view)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return []
    return list(value.values()) if isinstance(value, dict) else []


def _first_text(*values: Any) -> str | None:
    for value in values:
        if isinstance(value, str) and value.strip():
            return value
    return None


def failure_of(record: Record, text: str) -> FailureKind:
    """Return why a call whose result is an error failed.

    2.1.330 says it: `permissionDecision` where a rule, a mode or a hook refused, `toolDenialKind`
    where the user did. A user's rejection is also how Esc in a *running* tool is written; only
    `toolDenialBeforeRun` tells the two apart. For older versions there are the result's words.
    """
    decision, denial = record.permission_decision, record.tool_denial_kind
    if decision is not None and decision.decision == "reject":
        return FailureKind.HOOK_BLOCKED if decision.source == "hook" else FailureKind.DENIED
    if denial in INTERRUPTIONS:
        return FailureKind.INTERRUPTED
    if denial == "user-rejected":
        is_denied = record.tool_denial_before_run
        return FailureKind.DENIED if is_denied else FailureKind.INTERRUPTED
    if denial or _rejected.match(text):
        return FailureKind.DENIED
    if _hook.match(text):
        return FailureKind.HOOK_BLOCKED
    # Errors can be long, and this is quickly seen not to be in them.
    was_interrupted = "by user" in text or "take this action" in text
    is_so = was_interrupted and _interrupted.search(text)
    return FailureKind.INTERRUPTED if is_so else FailureKind.ERROR


def result_text(raw: msgspec.Raw | memoryview) -> str:
    """Return the text of a result's `content`: a string, or the text blocks of a list."""
    try:
        value = _anything.decode(memoryview(raw) or b'""')
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""
    if isinstance(value, list):
        texts = [item.get("text") for item in value if isinstance(item, dict)]
        value = "\n".join(text for text in texts if isinstance(text, str))
    return value if isinstance(value, str) else ""


def error_line(text: str, failure: FailureKind) -> Clean:
    """Return one line that says what went wrong: "exit 3: no such file", not "Exit code 3"."""
    if failure is FailureKind.INTERRUPTED:
        return Clean("interrupted by the user")
    if failure is FailureKind.DENIED and text.startswith("The user doesn't want to"):
        _, said, feedback = text[:4096].partition("the user said:")
        words = f"rejected by the user: {feedback.strip()}" if said else "rejected by the user"
        return clean(words, ERROR_LIMIT)
    text = _tag.sub("", text[:4096].strip())
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if not lines:
        return Clean("(no message)")
    if re.fullmatch(r"(?:Error: )?Exit code -?\d+", lines[0]) and len(lines) > 1:
        return clean(f"{lines[0].removeprefix('Error: ')}: {lines[1]}", ERROR_LIMIT)
    return clean(lines[0].removeprefix("Error: "), ERROR_LIMIT)
