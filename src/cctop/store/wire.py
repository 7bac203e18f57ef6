"""Events ↔ bytes: what is kept of a transcript is what the fold needs of it, and nothing else.

An event is an array of its kind's number and its fields without the origin, which all events of a
file share. The numbers are part of the format: a kind keeps its own for ever.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct, defstruct
from msgspec.structs import astuple, fields

from cctop import events as ev
from cctop.events import Origin, TranscriptEvent

VERSION = 2
"""Of what the decoder makes of a line: with another one, transcripts that are there are read anew.

Events of those that are deleted stay as they were kept. So a field that is new stands last, with a
default, and none goes.
"""

_KINDS: tuple[tuple[int, type[ev.Event]], ...] = (
    (1, ev.Seen),
    (2, ev.Response),
    (3, ev.Continued),
    (4, ev.ToolResult),
    (5, ev.Prompt),
    (6, ev.Interrupted),
    (7, ev.Compaction),
    (8, ev.CompactSummary),
    (9, ev.ApiError),
    (10, ev.TurnEnd),
    (11, ev.CostState),
    (12, ev.Title),
    (13, ev.AgentMeta),
    (14, ev.AgentEnd),
    (15, ev.Malformed),
    (16, ev.Reset),
    (17, ev.Gone),
)


class _Row(Struct, frozen=True, gc=False, array_like=True):
    """What a stored event is derived from."""


def _stored(number: int, kind: type[ev.Event]) -> type[_Row]:
    """Return the form in which events of a kind are stored: the same fields but for the origin."""
    own = [
        (field.name, field.type) if field.required else (field.name, field.type, field.default)
        for field in fields(kind)
        if field.name != "origin"
    ]
    made: Any = defstruct(
        f"Stored{kind.__name__}",
        own,
        bases=(_Row,),
        tag=number,
        tag_field="event",
        array_like=True,
        frozen=True,
        gc=False,
    )
    row: type[_Row] = made
    return row


_NUMBERS = {kind: number for number, kind in _KINDS}
_encoder = msgspec.msgpack.Encoder()


@cache
def _kinds() -> dict[type[_Row], Any]:
    """Return the kinds of events by the form in which they are stored.

    They are made when the first are read: 4 ms that most starts need not wait.
    """
    return {_stored(number, kind): kind for number, kind in _KINDS}


@cache
def _decoder() -> msgspec.msgpack.Decoder[list[Any]]:
    union: Any = _union(tuple(_kinds()))
    return msgspec.msgpack.Decoder(list[union])


def pack(events: Iterable[TranscriptEvent]) -> bytes:
    """Return the events of one file as bytes."""
    # As the rows below would be encoded, at a third of the time.
    return _encoder.encode([(_NUMBERS[type(event)], *astuple(event)[1:]) for event in events])


def unpack(data: bytes, origin: Origin) -> Sequence[TranscriptEvent]:
    """Return the events in `data`, as those of `origin`.

    Raises `msgspec.DecodeError` (its `ValidationError` too) for what `pack` did not make.
    """
    kinds = _kinds()
    return [kinds[type(row)](origin, *astuple(row)) for row in check(data)]


def check(data: bytes) -> list[Any]:
    """Return what `data` holds, in the form in which it is stored. Raises as `unpack`."""
    try:
        return _decoder().decode(data)
    except UnicodeDecodeError as error:  # of all that is wrong, only this has a name of its own
        raise msgspec.DecodeError(str(error)) from error


def _union(types: tuple[type, ...]) -> Any:
    joined: Any = types[0]
    for other in types[1:]:
        joined = joined | other
    return joined
