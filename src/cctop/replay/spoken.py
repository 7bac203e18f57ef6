"""What was said, as entries of a conversation: events, with the words of their lines."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

import msgspec
from msgspec import Raw, Struct

from cctop import events as ev
from cctop.book.snapshot import CompactionMark
from cctop.figures import tokens as short
from cctop.replay.model import Spoken, SpokenKind
from cctop.sources.transcripts.tooltext import result_text
from cctop.text import Clean, clean

LINES = 6
"""First lines of a text that are kept, each of `WIDTH` characters at most."""
WIDTH = 200
_HEAD = 4096  # characters of a text, or bytes of a result, in which those lines are looked for
_LOOKED_AT = 4 * LINES  # lines, of which some may be empty
_AGENT_LIMIT = 80
# What begins so was not typed: reminders, and what a command prints.
_MARKUP = "<"
_QUOTE = ord('"')


class _Block(Struct, gc=False):
    type: str | None = None
    text: str | None = None
    tool_use_id: str | None = None
    content: Raw = Raw(b"")


class _Message(Struct, gc=False):
    content: str | list[_Block] | None = None


class _Line(Struct, gc=False):
    message: _Message | None = None


_line = msgspec.json.Decoder(_Line)
_anything = msgspec.json.Decoder()
_WORDY = (ev.Response, ev.Continued, ev.Prompt, ev.ToolResult)


def spoken_in(
    events: Sequence[ev.TranscriptEvent], data: bytes = b"", base: int = 0
) -> list[Spoken]:
    """Return what is said by events of one file, and by their lines, which begin at byte `base`.

    Without `data` there are only the words that events have.
    """
    found: list[Spoken] = []
    for event in events:
        words = None
        if data and isinstance(event, _WORDY):
            words = _message(data, event.offset - base)
        agent = clean(event.origin.agent, _AGENT_LIMIT)
        for kind, text in _said(event, words):
            found.append(Spoken(event.at, kind, text, agent))
    return found


def _message(data: bytes, start: int) -> _Message | None:
    if not 0 <= start < len(data):
        return None
    end = data.find(b"\n", start)
    try:
        return _line.decode(memoryview(data)[start : end if end >= 0 else len(data)]).message
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None  # it was read with repairs: what the event says has to do


def _said(
    event: ev.TranscriptEvent, words: _Message | None
) -> Iterator[tuple[SpokenKind, tuple[Clean, ...]]]:
    match event:
        case ev.Prompt():
            yield SpokenKind.PROMPT, _prompt(event, words)
        case ev.Response() | ev.Continued():
            if event.text:
                yield SpokenKind.TEXT, _texts(words) or (event.text,)
            for use in event.tools:
                yield SpokenKind.TOOL, (Clean(f"{use.name} {use.target}".strip()),)
        case ev.ToolResult(failure=None):
            yield SpokenKind.RESULT, _output(event, words)
        case ev.ToolResult(failure=failure):
            first = Clean(f"{failure}: {event.error}")
            rest = [line for line in _output(event, words) if line and line not in event.error]
            yield SpokenKind.FAILURE, (first, *rest[: LINES - 1])
        case ev.Compaction():
            yield SpokenKind.COMPACTION, (compaction_line(event),)
        case ev.ApiError():
            yield SpokenKind.ERROR, (error_line(event.status, event.message, event.retry),)
        case ev.Interrupted():
            yield SpokenKind.ERROR, (Clean("interrupted by the user"),)
        case ev.AgentEnd():
            yield SpokenKind.SUBAGENT, (Clean(f"{event.agent_id} {event.state}".strip()),)
        case ev.AgentMeta():
            said = f"{event.type or 'subagent'}: {event.description or event.origin.agent}"
            yield SpokenKind.SUBAGENT, (clean(said),)


def compaction_line(event: ev.Compaction | CompactionMark) -> Clean:
    """Return a compaction on one line."""
    after = "" if event.tokens_after is None else f" → {short(event.tokens_after)}"
    return Clean(f"{event.trigger}: {short(event.tokens_before)}{after} tokens")


def error_line(status: int, message: Clean, retry: int) -> Clean:
    """Return an API error on one line."""
    again = f" (retry {retry})" if retry else ""
    return Clean(f"{status or ''} {message}".strip() + again)


def _prompt(event: ev.Prompt, words: _Message | None) -> tuple[Clean, ...]:
    if event.command or words is None:
        return (event.text,)
    text = words.content
    if isinstance(text, list):
        texts = (block.text for block in text if block.type == "text" and block.text)
        text = next((text for text in texts if not text.lstrip().startswith(_MARKUP)), "")
    if not text or text.lstrip().startswith(_MARKUP):
        return (event.text,)
    return _lines(text) or (event.text,)


def _texts(words: _Message | None) -> tuple[Clean, ...]:
    blocks = words.content if words is not None else ()
    if isinstance(blocks, str):
        return _lines(blocks)
    text = next((block.text for block in blocks or () if block.type == "text" and block.text), "")
    return _lines(text)


def _output(event: ev.ToolResult, words: _Message | None) -> tuple[Clean, ...]:
    blocks = words.content if words is not None else None
    for block in blocks if isinstance(blocks, list) else ():
        if block.type == "tool_result" and (block.tool_use_id or "") == event.tool_use_id:
            return _lines(_head(memoryview(block.content)))
    return ()


def _head(raw: memoryview) -> str:
    """Return the start of a result's text; of a long one no more than that is read."""
    if len(raw) > 2 * _HEAD and raw[0] == _QUOTE:
        return _cut(bytes(raw[1:_HEAD]).decode("utf-8", "ignore"))
    return result_text(raw)


def _cut(start: str) -> str:
    """Return the start of a JSON string, which may end in the midst of an escaped sign."""
    for length in range(len(start), len(start) - 13, -1):
        with suppress(msgspec.DecodeError):
            return str(_anything.decode(f'"{start[:length]}"'))
    return ""


def _lines(text: str) -> tuple[Clean, ...]:
    # Line by line: most need no second look, where a whole body always does.
    lines = (clean(line.expandtabs(4), WIDTH) for line in text[:_HEAD].splitlines()[:_LOOKED_AT])
    return tuple(islice((line for line in lines if line.strip()), LINES))
