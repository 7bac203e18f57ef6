"""Bytes of whole lines → records, each with its offset; what cannot be read is told, never raised.

The typed decoder reads over 1 GB/s because it skips what no one asked for. Whatever it refuses is
tried again, slower and more patiently: repaired bytes first, then the same record without the
fields that have a wrong type. So one odd field never costs the tokens of its line.
"""

import json
import re
from collections.abc import Iterator
from itertools import takewhile
from math import isfinite
from typing import Any

import msgspec

from cctop.sources.transcripts.records import Record
from cctop.text import Clean, clean

MAX_REPAIRS = 12
OPENING, CLOSING = b"{}"  # of single fields; then whole lists go, and as many of these

_decoder = msgspec.json.Decoder(Record)
_where = re.compile(r" - at `\$([^`]*)`")
_step = re.compile(r"\.([^.\[]+)|\[(\d+)\]")


class Trouble(msgspec.Struct, frozen=True, gc=False):
    """Why a line was not read as it stands; `used`: some of it was read all the same."""

    offset: int
    reason: Clean
    used: bool


def read(data: bytes, base: int) -> Iterator[tuple[int, Record | None, Trouble | None]]:
    """Yield offset, record and trouble of each line of `data`, which starts at `base` in its file.

    The record is None where nothing could be read; trouble is None where all went well.
    """
    strict = not data.isascii() and not _is_utf8(data)
    if not strict:
        try:
            records = _decoder.decode_lines(data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            pass  # one of them is at fault: look at each
        else:
            # The decoder takes any white space for the end of a record. Where each line begins and
            # ends with a brace, and there are as many records, each line is exactly one.
            offsets = _starts(data)
            if len(offsets) == len(records):
                for start, record in zip(offsets, records, strict=True):
                    yield base + start, record, None
                return
    yield from _one_by_one(data, base, strict)


def _starts(data: bytes) -> list[int]:
    """Return where each line begins; nothing where one has no brace at both ends."""
    starts = []
    find, start = data.find, 0
    while start < len(data):
        end = find(b"\n", start)
        if end < 0:
            end = len(data)
        if data[start] != OPENING or data[end - 1] != CLOSING:
            return []
        starts.append(start)
        start = end + 1
    return starts


def _one_by_one(
    data: bytes, base: int, strict: bool
) -> Iterator[tuple[int, Record | None, Trouble | None]]:
    offset = base
    decode = _decoder.decode
    for line in data.split(b"\n"):
        at, offset = offset, offset + len(line) + 1
        if not line or line.isspace():
            continue
        try:
            record = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            yield at, *_mend(line, at, error)
            continue
        # The decoder does not look at the bytes of what it skips.
        trouble = Trouble(at, Clean("not UTF-8"), True) if strict and not _is_utf8(line) else None
        yield at, record, trouble


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _mend(line: bytes, at: int, error: Exception) -> tuple[Record | None, Trouble]:
    """Read what can be read of a line that the typed decoder refused."""
    try:
        value, reason = _lenient(line)
    except (ValueError, RecursionError):
        return None, Trouble(at, clean(_first_reason(line, error)), False)
    if not isinstance(value, dict):
        kind = "null" if value is None else type(value).__name__
        return None, Trouble(at, clean(f"not an object but {kind}"), False)
    record, wrong = _convert(value)
    reason = "; ".join(part for part in (reason, wrong) if part) or str(error)
    return record, Trouble(at, clean(reason), record is not None)


def _first_reason(line: bytes, error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deep"
    if b"\0" in line:
        return "NUL bytes, not JSON"
    if not _is_utf8(line):
        return "not UTF-8, not JSON"
    return f"not JSON: {error}"


def _lenient(line: bytes) -> tuple[Any, str]:
    """Decode with repaired bytes, and say what was repaired. Raises ValueError for no JSON."""
    reasons = []
    if b"\0" in line:
        line = line.strip(b"\0")
        reasons.append("NUL bytes")
    try:
        text = line.decode()
    except UnicodeDecodeError:
        text = line.decode("utf-8", "replace")
        reasons.append("not UTF-8")
    # json accepts lone surrogates, which older versions wrote where they cut a text in the middle
    # of a character; cleaning shows them as U+FFFD.
    value = json.loads(text, parse_constant=lambda _: None, parse_float=_number)
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        reasons.append("lone surrogate")
        value = _without_surrogates(value)
    return value, ", ".join(reasons)


def _number(text: str) -> int | float | None:
    """Return a float, or an int where it is whole: some proxies write counts as `12.0`."""
    number = float(text)
    if not isfinite(number):
        return None
    return int(number) if number.is_integer() else number


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(key): _without_surrogates(v) for key, v in value.items()}
    return value


def _convert(value: dict[str, Any]) -> tuple[Record | None, str]:
    """Make a record of `value`, dropping the fields that have a wrong type."""
    reasons: list[str] = []
    for repair in range(2 * MAX_REPAIRS):
        try:
            # Through bytes again: `Raw` fields exist only there.
            return _decoder.decode(json.dumps(value).encode()), "; ".join(reasons)
        except msgspec.ValidationError as error:
            reasons.append(str(error))
            found = _where.search(str(error))
            if found is None or not _drop(value, found[1], whole=repair >= MAX_REPAIRS):
                break
        except (msgspec.DecodeError, RecursionError) as error:
            reasons.append(str(error))
            break
    return None, "; ".join(reasons)


def _drop(value: Any, path: str, *, whole: bool) -> bool:
    """Remove the field at `path` (".name" and "[index]" steps); False where there is none.

    `whole` removes the list it is in, the outermost one.
    """
    steps = [int(index) if index else name for name, index in _step.findall(path)]
    if whole:
        steps = [*takewhile(lambda step: isinstance(step, str), steps)]
    try:
        for step in steps[:-1]:
            value = value[step]
        del value[steps[-1]]
    except (LookupError, TypeError):
        return False
    return True
