"""Events → bytes → events: nothing is lost, and garbage is told from what was written."""

from contextlib import suppress
from typing import get_args

import msgspec
import pytest
from families import Story, families
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from world import File

from cctop import events as ev
from cctop.store import packing, wire
from cctop.text import Clean

ORIGIN = ev.Origin(7, "s", "a", "/home/ada/.claude", "-home-ada-web")
KINDS = get_args(ev.TranscriptEvent)
numbers = st.integers(-(2**63), 2**63 - 1)


def events_of(story: Story) -> list[ev.TranscriptEvent]:
    """What the decoder makes of everything that a story leaves."""
    found: list[ev.TranscriptEvent] = []
    for number, thread in enumerate(story.threads):
        origin = ev.Origin(number, thread.session, thread.agent, "/home/ada/.claude", "-home-ada")
        found += File(origin, "").decode(thread.data)
    return found


def under(event: ev.TranscriptEvent, origin: ev.Origin) -> ev.TranscriptEvent:
    return replace(event, origin=origin)


@given(families, st.integers(1, 5))
@settings(max_examples=30, deadline=None)
def test_chunks_are_of_a_bounded_size_and_hold_all_in_order(story: Story, size: int) -> None:
    told = events_of(story)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_CHUNK", size)
        chunks = [packing.unpacked(chunk, ORIGIN) for chunk in packing.events(told)]
    assert [event for chunk in chunks for event in chunk] == [under(e, ORIGIN) for e in told]
    assert all(len(chunk) == size for chunk in chunks[:-1])
    assert all(0 < len(chunk) <= size for chunk in chunks)


@given(families)
@settings(max_examples=60, deadline=None)
def test_what_is_packed_comes_out_again(story: Story) -> None:
    told = events_of(story)
    assert list(wire.unpack(wire.pack(told), ORIGIN)) == [under(event, ORIGIN) for event in told]


def field(kind: object) -> st.SearchStrategy[object]:
    """Any value that a field of an event may have."""
    if kind is Clean:
        return st.text().map(Clean)
    return st.from_type(kind)  # type: ignore[arg-type]


def any_of(kind: type[ev.Event]) -> st.SearchStrategy[ev.Event]:
    own = [each for each in msgspec.structs.fields(kind) if each.name != "origin"]
    st.register_type_strategy(int, numbers)
    st.register_type_strategy(Clean, st.text().map(Clean))
    return st.builds(kind, origin=st.just(ORIGIN), **{each.name: field(each.type) for each in own})


@pytest.mark.parametrize("kind", KINDS)
@given(st.data())
@settings(max_examples=25, deadline=None)
def test_every_kind_of_event_has_a_form(kind: type[ev.Event], data: st.DataObject) -> None:
    event = data.draw(any_of(kind))
    (back,) = wire.unpack(wire.pack([event]), ORIGIN)  # type: ignore[list-item]
    assert type(back) is kind
    assert back == event


def test_numbers_are_given_once_and_stay_what_they_are() -> None:
    """They stand in everybody's store: a change here is a new `wire.VERSION`."""
    assert {kind.__name__: number for number, kind in wire._KINDS} == {
        "Seen": 1, "Response": 2, "Continued": 3, "ToolResult": 4, "Prompt": 5, "Interrupted": 6,
        "Compaction": 7, "CompactSummary": 8, "ApiError": 9, "TurnEnd": 10, "CostState": 11,
        "Title": 12, "AgentMeta": 13, "AgentEnd": 14, "Malformed": 15, "Reset": 16, "Gone": 17,
    }  # fmt: skip
    assert {kind for _, kind in wire._KINDS} == set(KINDS)


@given(st.binary(max_size=60))
def test_garbage_is_refused(data: bytes) -> None:
    try:
        events = wire.unpack(data, ORIGIN)
    except msgspec.DecodeError:
        return
    assert wire.unpack(wire.pack(events), ORIGIN) == events


@given(families, st.data())
@settings(max_examples=60, deadline=None)
def test_what_was_changed_is_refused_or_is_something_else(
    story: Story, data: st.DataObject
) -> None:
    packed = bytearray(wire.pack(events_of(story)))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(0, len(packed) - 1))] = data.draw(st.integers(0, 255))
    with suppress(msgspec.DecodeError):
        wire.unpack(bytes(packed), ORIGIN)


@given(families, st.floats(0, 1, exclude_max=True))
@settings(max_examples=60, deadline=None)
def test_what_was_cut_off_is_refused(story: Story, share: float) -> None:
    packed = wire.pack(events_of(story))
    with pytest.raises(msgspec.DecodeError):
        wire.unpack(packed[: int(share * len(packed))], ORIGIN)
