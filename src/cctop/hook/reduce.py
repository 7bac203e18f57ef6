"""A hook's payload → a record of the spool: what is needed, cut short, without secrets.

What a session writes and reads (file contents, prompts, answers) stays out of it; where only its
size is of use, its size is kept.
"""

from cctop.hook.jsonlite import encode, utf8
from cctop.hook.mask import MASKED, is_secret_name, mask
from cctop.hook.spool import RECORD_BYTES

TEXT = 300
"""Characters of a text that are kept: a command, a message, the first lines of an output."""
OUTPUT_LINES = 3
ERROR, ERROR_LINES = 600, 5
PATH = 1024
NAME = 200
SHORT = 120
"""Characters that a value of an unknown tool's input may have."""
WINDOW = 2048
"""Characters beyond what is kept that are looked at for secrets, which must not be cut in two."""

NAMES = {
    "session": "session_id",
    "prompt_id": "prompt_id",
    "mode": "permission_mode",
    "agent": "agent_id",
    "agent_type": "agent_type",
    "tool": "tool_name",
    "tool_use_id": "tool_use_id",
    "notification": "notification_type",
    "source": "source",
    "model": "model",
    "trigger": "trigger",
}
"""Short names and ids, which stay as they are: the record's key and the payload's."""
PATHS = {"transcript": "transcript_path", "cwd": "cwd", "agent_transcript": "agent_transcript_path"}
SIZES = {"message_chars": "last_assistant_message", "summary_chars": "compact_summary"}
"""Texts of which only the number of characters is kept."""
INPUTS = (
    "command",
    "file_path",
    "notebook_path",
    "path",
    "pattern",
    "url",
    "query",
    "description",
    "skill",
    "subagent_type",
)
"""What of a tool's input says what it does."""
CONTENTS = {
    "content", "contents", "new_string", "old_string", "newString", "oldString", "originalFile",
    "prompt", "plan", "file", "data", "base64", "structuredPatch",
}  # fmt: skip
"""What holds the user's own text or files, and is never kept."""

_CUT_HARDER = (200, 100, 50, 30)  # characters; an id of ours has fewer


def reduced(payload: "dict[str, object]", *, prompts: bool) -> "dict[str, object]":
    """Return the fields of a record; `prompts` keeps what the user asked, too."""
    event = _name(payload.get("hook_event_name")) or "unknown"
    fields: dict[str, object] = {"event": event}
    for key, its in NAMES.items():
        fields[key] = _name(payload.get(its))
    for key, its in PATHS.items():
        fields[key] = _name(payload.get(its), PATH)
    for key, its in SIZES.items():
        fields[key] = _length(payload.get(its))
    fields["input"] = _input(payload.get("tool_input"))
    if "tool_response" in payload:
        output, fields["output_bytes"] = _output(payload["tool_response"])
        fields["output"] = _text(output, lines=OUTPUT_LINES)
    fields["duration_ms"] = _whole(payload.get("duration_ms"))
    _add_error(fields, payload)
    if isinstance(interrupt := payload.get("is_interrupt"), bool):
        fields["interrupt"] = interrupt
    for key in ("message", "reason"):
        fields[key] = _text(payload.get(key))
    fields["prompt" if prompts else "prompt_chars"] = (_text if prompts else _length)(
        payload.get("prompt")
    )
    fields["background"] = _length(payload.get("background_tasks"), list)
    return {key: value for key, value in fields.items() if value is not None and value != ""}


def line(record: "dict[str, object]") -> bytes:
    """Return a record as a line of at most `RECORD_BYTES`, cut harder where it would be longer."""
    data = utf8(encode(record))
    for limit in _CUT_HARDER:
        if len(data) <= RECORD_BYTES:
            break
        data = utf8(encode({key: _cut_all(value, limit) for key, value in record.items()}))
    return data


def _cut_all(value: object, limit: int) -> object:
    if isinstance(value, dict):
        return {key[:limit]: _cut_all(item, limit) for key, item in value.items()}
    return _cut(value, limit) if isinstance(value, str) else value


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _name(value: object, limit: int = NAME) -> str | None:
    return _cut(value, limit) if isinstance(value, str) else None


def _text(value: object, limit: int = TEXT, lines: int = 0) -> str | None:
    """Return the beginning of a text: so many characters, so many lines, and no secret in it."""
    if not isinstance(value, str):
        return None
    text = value.strip()
    was_cut = False
    if len(text) > limit + WINDOW:
        # At a blank, so that the window's end is no half secret, which no pattern would know.
        end = max(text.rfind(blank, limit, limit + WINDOW) for blank in " \n\t")
        text, was_cut = text[: end if end > 0 else limit + WINDOW], True
    text = mask(text)
    if lines:
        parts = text.split("\n", lines)
        text, was_cut = "\n".join(parts[:lines]), was_cut or len(parts) > lines
    return _cut(f"{text}…" if was_cut and len(text) < limit else text, limit)


def _length(value: object, kind: "type[str] | type[list[object]]" = str) -> int | None:
    return len(value) if isinstance(value, kind) else None


def _whole(value: object) -> int | None:
    """Return a number as a whole one, None for what is no sensible number of milliseconds."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return round(value) if 0 <= value < 2**53 else None


def _input(value: object) -> "dict[str, object] | None":
    """Return the parts of a tool's input that say what it does.

    Of a tool that has none of the known parts (an MCP server's): its first three short texts.
    """
    if not isinstance(value, dict):
        return None
    known = {key: _text(value[key]) for key in INPUTS if isinstance(value.get(key), str)}
    if known:
        return dict(known)
    kept: dict[str, object] = {}
    for key, item in value.items():
        if len(kept) == 3:
            break
        if isinstance(item, str) and len(item) <= SHORT and key not in CONTENTS:
            kept[_cut(key, 40)] = MASKED if is_secret_name(key) else _text(item)
    return kept or None


def _output(value: object) -> "tuple[str | None, int | None]":
    """Return a tool's output as text, and its size in bytes.

    Of an output with a structure of its own (a file that was read, a patch), what is short in it.
    """
    if (text := _output_text(value)) is not None:
        return text, len(utf8(text))
    if isinstance(value, (dict, list)):
        brief = _brief(value) if isinstance(value, dict) else None
        return encode(brief) if brief else None, _weight(value)
    return None, None


def _output_text(value: object) -> str | None:
    """Return the text of a string, of a command's streams, or of blocks of text; else None."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        texts = [block.get("text") for block in value if isinstance(block, dict)]
        found = [text for text in texts if isinstance(text, str)]
        return "\n".join(found) if found else None
    if not isinstance(value, dict):
        return None
    streams = [value.get("stdout"), value.get("stderr")]
    if any(isinstance(stream, str) for stream in streams):
        return "\n".join(stream for stream in streams if isinstance(stream, str) and stream)
    if isinstance(value.get("text"), str):
        return str(value["text"])
    return _output_text(value["content"]) if isinstance(value.get("content"), list) else None


def _brief(value: "dict[str, object]") -> "dict[str, object]":
    return {
        key: MASKED if is_secret_name(key) else item
        for key, item in value.items()
        if key not in CONTENTS
        and (isinstance(item, (int, float)) or (isinstance(item, str) and len(item) <= SHORT))
    }


def _weight(value: object) -> int:
    """Return the bytes of all texts in a structure, however deep."""
    weight = 0
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, str):
            weight += len(utf8(item))
        elif isinstance(item, list):
            waiting += item
        elif isinstance(item, dict):
            waiting += item.values()
    return weight


def _add_error(fields: "dict[str, object]", payload: "dict[str, object]") -> None:
    """Add what went wrong: of a tool its text; of a turn its kind, and what there is besides."""
    error = payload.get("error")
    if fields["event"] == "StopFailure":
        fields["error_kind"] = _name(error)
        error = payload.get("error_details")
    if isinstance(error, dict):
        error = encode(_brief(error))
    fields["error"] = _text(error, ERROR, ERROR_LINES)
