"""User records: prompts, and much that only looks like one."""

import re

import msgspec

from cctop import events as ev
from cctop import phrases
from cctop.sources.transcripts import prompts, tooltext
from cctop.sources.transcripts.makers import Makers, uuid_of
from cctop.sources.transcripts.records import AgentResult, Block, Record
from cctop.text import Clean, clean

_agent_result = msgspec.json.Decoder(AgentResult)
# What a compaction's summary may call a file: a path, or a name with an ending.
_path_like = re.compile(r"[\w@~./-]+")


def events(place: ev.Event, record: Record, makers: Makers) -> tuple[ev.TranscriptEvent, ...]:
    """Return tool results, a prompt, an interruption, or what else the record stands for."""
    message = record.message
    if message is None:
        return ()
    origin, offset, at = place.origin, place.offset, place.at
    if record.is_compact_summary:
        text = prompts.text_of(message)
        names, said = _file_names(text), phrases.marks_of(text)
        return (ev.CompactSummary(origin, offset, at, record.parent_uuid or "", names, said),)
    results: tuple[ev.TranscriptEvent, ...] = ()
    if isinstance(message.content, list):
        for block in message.content:
            if block.type == "tool_result":
                results += (_result(place, record, block),)
        if len(results) == len(message.content):
            return results
    text = prompts.text_of(message)
    kind, line = prompts.classify(text)
    if kind is prompts.Kind.INTERRUPT:
        return (*results, ev.Interrupted(origin, offset, at, uuid_of(place, record)))
    if kind is prompts.Kind.NOTIFICATION:
        return (*results, _agent_end(place, text))
    # Versions before 2.0.28 kept subagents' threads, and what they were asked, in the main file.
    is_aside = record.is_sidechain and not origin.agent
    if results or record.is_meta or is_aside or kind is prompts.Kind.OTHER or not line:
        return results
    command = kind is prompts.Kind.COMMAND
    uuid = uuid_of(place, record)
    return (ev.Prompt(origin, offset, at, uuid, makers.of(record), line, command),)


def queued(place: ev.Event, record: Record) -> tuple[ev.TranscriptEvent, ...]:
    """Return the notification of a task that ended while the model was at work: an attachment."""
    given = record.attachment
    if given is None or given.command_mode != "task-notification":
        return ()
    return (_agent_end(place, given.prompt),) if isinstance(given.prompt, str) else ()


def _file_names(text: str) -> frozenset[str]:
    # Most words have neither, and are not worth a look.
    words = " ".join(word for word in text.split() if "." in word or "/" in word)
    names = {name.strip(".") for name in _path_like.findall(words)}
    return frozenset(name for name in names if "." in name or "/" in name)


def _agent_end(place: ev.Event, text: str) -> ev.AgentEnd:
    said = prompts.notification(text)
    return ev.AgentEnd(
        place.origin, place.offset, place.at, said.get("task-id", ""),
        said.get("tool-use-id", ""), said.get("status", Clean("completed")),
    )  # fmt: skip


def _result(place: ev.Event, record: Record, block: Block) -> ev.ToolResult:
    failure, error = None, Clean("")
    if block.is_error:
        text = tooltext.result_text(block.content)
        failure = tooltext.failure_of(record, text)
        error = tooltext.error_line(text, failure)
    agent, state = "", ""
    view = memoryview(record.tool_use_result)
    # Results of a megabyte are common, those of an Agent call are short: search, then decode.
    if view and view[0] == ord("{") and b'"agentId"' in bytes(view):
        agent, state = _agent(view)
    size = memoryview(block.content).nbytes
    return ev.ToolResult(
        place.origin, place.offset, place.at, block.tool_use_id or "", failure, error, agent, state,
        size,
    )  # fmt: skip


def _agent(view: memoryview) -> tuple[str, str]:
    try:
        result = _agent_result.decode(view)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "", ""
    agent = result.agent_id if isinstance(result.agent_id, str) else ""
    return clean(agent, 80), clean(result.status, 40)
