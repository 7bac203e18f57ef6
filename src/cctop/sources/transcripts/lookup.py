"""Read one tool call back from its file, whole: the screen keeps only its first line."""

import json
from pathlib import Path

import msgspec
from msgspec import Struct

from cctop.events import Where
from cctop.sources.transcripts import lines
from cctop.sources.transcripts.records import Block, Record
from cctop.sources.transcripts.tail import MAX_LINE
from cctop.sources.transcripts.tooltext import result_text
from cctop.text import Clean, clean_lines

MAX_LINES = 2_000
MAX_WIDTH = 2_000


class WholeCall(Struct, frozen=True):
    """Input and output of a tool call, as lines."""

    input: tuple[Clean, ...]
    output: tuple[Clean, ...]


def read_call(where: Where, tool_use_id: str) -> WholeCall:
    """Return the call at `where`. Raises OSError where its file is gone."""
    return WholeCall(
        _input(_block(where.path, where.call_offset, tool_use_id)),
        _output(_block(where.result_path, where.result_offset, tool_use_id)),
    )


def _block(path: str, offset: int, tool_use_id: str) -> Block | None:
    if not path or offset < 0:
        return None
    with Path(path).open("rb") as file:
        file.seek(offset)
        line = file.readline(MAX_LINE).rstrip(b"\n")
    record = next((record for _, record, _ in lines.read(line, offset)), None)
    return _find(record, tool_use_id) if record is not None else None


def _find(record: Record, tool_use_id: str) -> Block | None:
    if record.message is None:
        return None
    content = record.message.content
    blocks = content if isinstance(content, list) else []
    return next((b for b in blocks if tool_use_id in (b.id, b.tool_use_id)), None)


def _input(block: Block | None) -> tuple[Clean, ...]:
    """Return the arguments, one "name: value" after the other, values as they were given."""
    if block is None:
        return ()
    try:
        given = msgspec.json.decode(memoryview(block.input) or b"{}")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ()
    if not isinstance(given, dict):
        return _body(json.dumps(given, indent=2))
    parts = []
    for name, value in given.items():
        text = value if isinstance(value, str) else json.dumps(value, indent=2)
        parts.append(f"{name}: {text}" if "\n" not in text else f"{name}:\n{text}")
    return _body("\n".join(parts))


def _output(block: Block | None) -> tuple[Clean, ...]:
    return _body(result_text(block.content)) if block is not None else ()


def _body(text: str) -> tuple[Clean, ...]:
    return clean_lines(text, MAX_LINES, MAX_WIDTH)
