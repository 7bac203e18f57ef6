"""Times as they are written, frames, casts, the conversation: each for itself."""

import json
from itertools import pairwise
from random import Random

import pyte
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scribe import HOUR, MINUTE, SECOND, START

from cctop.events import Origin, ToolResult
from cctop.replay import casts
from cctop.replay.axis import gaps_in, merged
from cctop.replay.clockwork import FRAME, IDLE, next_frame
from cctop.replay.model import Axis, Mark, MarkKind, Spoken, SpokenKind
from cctop.replay.spoken import LINES, WIDTH, spoken_in
from cctop.replay.talk import Talk
from cctop.replay.times import parse_time
from cctop.report.times import local
from cctop.text import Clean, clean

DAY = 24 * HOUR


def axis_of(steps: list[int], marks: list[int] | None = None, *, complete: bool = True) -> Axis:
    steps = sorted(set(steps))
    made = tuple(Mark(at, MarkKind.PROMPT, Clean("x")) for at in sorted(marks or []))
    return Axis(
        1, "s", steps[0], steps[-1], False, complete, gaps_in(steps), made, tuple(steps), (), (),
        Clean(""),
    )  # fmt: skip


times = st.lists(st.integers(0, 3 * DAY // SECOND).map(lambda s: START + s * SECOND), min_size=2)


@given(times.filter(lambda t: len(set(t)) > 1), st.sampled_from((1, 50, 1000)), st.randoms())
def test_no_frame_passes_a_mark_and_each_goes_on(
    times: list[int], speed: int, chance: Random
) -> None:
    axis = axis_of(times, chance.sample(times, len(times) // 2))
    at = axis.start
    for _ in range(200):
        then, hold = next_frame(at, speed, FRAME, axis)
        assert at < then <= axis.end or then == at == axis.end
        assert not any(at < mark.at < then for mark in axis.marks)
        assert 0 < hold <= FRAME
        at = then


@given(times.filter(lambda t: len(set(t)) > 1), st.sampled_from((1, 50, 1000)))
def test_no_gap_takes_longer_than_a_second(times: list[int], speed: int) -> None:
    axis = axis_of(times)
    for gap in axis.gaps:
        then, _ = next_frame(gap.start, speed, IDLE + 0.001, axis)
        assert then >= gap.end


def test_as_fast_as_it_goes_ends_at_the_end() -> None:
    axis = axis_of([START + n * SECOND for n in range(1_000)])
    at, frames = axis.start, 0
    while at < axis.end:
        at, hold = next_frame(at, 0, FRAME, axis)
        frames += 1
        assert hold == 0
    assert frames < 10


@given(times, times)
def test_times_are_kept_in_order_and_once(known: list[int], new: list[int]) -> None:
    steps = sorted(set(known))
    assert merged(steps, new) is not set(new).issubset(known)
    assert steps == sorted({*known, *new})


# Times as a user writes them.


@pytest.fixture
def axis() -> Axis:
    return axis_of([START, START + MINUTE, START + HOUR, START + 30 * HOUR])


def test_shares_and_shifts(axis: Axis) -> None:
    assert parse_time("0%", axis, START) == START
    assert parse_time("100 %", axis, START) == axis.end
    assert START < parse_time("50%", axis, START) < axis.end
    assert parse_time("+20m", axis, START) == START + 20 * MINUTE
    assert parse_time("-1h30m", axis, START + 2 * HOUR) == START + 30 * MINUTE
    assert parse_time("+ 1 h", axis, START) == START + HOUR
    assert parse_time("-9d", axis, START) == START  # never before it began
    assert parse_time("+9d", axis, START) == axis.end


def test_a_time_of_day_is_the_next_one_else_the_last(axis: Axis) -> None:
    for hours in (1, 25):
        at = START + hours * HOUR
        words = local(at, seconds=True).split(" ")[1]
        assert parse_time(words, axis, START) == START // 1000 * 1000 + HOUR
        assert parse_time(words, axis, START + 2 * HOUR) == START // 1000 * 1000 + 25 * HOUR
        assert parse_time(words, axis, axis.end) == START // 1000 * 1000 + 25 * HOUR
    dated = local(START + 26 * HOUR, seconds=True)
    assert parse_time(dated, axis, START) == (START + 26 * HOUR) // 1000 * 1000


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "12:61", "101%", "20m", "+", "\x1b[31m", "1"]
)
def test_what_is_no_time_is_said_plainly(axis: Axis, text: str) -> None:
    with pytest.raises(ValueError) as caught:
        parse_time(text, axis, START)
    assert str(caught.value) == clean(str(caught.value), 400) != ""


# Casts.


@given(
    times.filter(lambda t: len(set(t)) > 1),
    st.sampled_from((1.0, 20.0, 1000.0)),
    st.sampled_from((0.2, 1.0, 5.0)),
    st.randoms(),
)
def test_a_cast_has_every_mark_and_the_end_and_no_long_pause(
    times: list[int], speed: float, idle: float, chance: Random
) -> None:
    axis = axis_of(times, chance.sample(times, len(times) // 2))
    frames = list(casts.frames_of(axis, speed, idle))
    shown = [frame.at for frame in frames]
    assert shown == sorted(set(shown))
    assert {mark.at for mark in axis.marks} <= set(shown)
    assert shown[-1] == axis.end
    assert abs(frames[-1].seconds - casts.length_of(axis, speed, idle)) < 0.01
    marks = {mark.at for mark in axis.marks}
    for one, other in pairwise(frames[:-1]):
        assert one.seconds <= other.seconds
        assert other.seconds - one.seconds >= casts.FRAME - 0.002 or other.at in marks
        assert other.seconds - one.seconds <= idle + casts.FRAME + 0.002


def test_the_speed_makes_a_cast_short_enough() -> None:
    axis = axis_of([START + n * 30 * SECOND for n in range(1_000)])
    speed = casts.speed_for(axis)
    assert casts.length_of(axis, speed, casts.IDLE) <= casts.GOAL
    assert casts.length_of(axis, speed / 3, casts.IDLE) > casts.GOAL
    assert casts.speed_for(axis_of([START, START + SECOND])) == 1


rows = st.lists(st.text("ab ", min_size=4, max_size=4), min_size=3, max_size=3)


@given(st.lists(rows, min_size=1, max_size=6))
def test_changes_make_one_screen_of_another(screens: list[list[str]]) -> None:
    terminal = pyte.Screen(4, 3)
    stream = pyte.Stream(terminal)
    before: list[str] = []
    for screen in screens:
        data = casts.change(before, screen)
        assert data or screen == before
        stream.feed(data)
        assert terminal.display == screen
        before = screen


def test_a_cast_is_lines_of_json() -> None:
    head = json.loads(casts.header(80, 24, START, Clean('a "title"')))
    assert (head["version"], head["width"], head["height"]) == (2, 80, 24)
    assert head["timestamp"] == START // 1000
    assert json.loads(casts.output(1.5, "\x1b[1;1Hü\n")) == [1.5, "o", "\x1b[1;1Hü\n"]
    assert casts.output(1.5, "\n").count("\n") == 1


# The conversation.


def entry(at: int, text: str, kind: SpokenKind = SpokenKind.TEXT) -> Spoken:
    return Spoken(at, kind, (Clean(text),), Clean(""))


@given(st.lists(st.lists(st.integers(0, 50), max_size=5), max_size=6), st.integers(0, 50))
def test_the_conversation_is_in_order_however_it_comes(parts: list[list[int]], at: int) -> None:
    talk = Talk()
    number = 0
    told: list[Spoken] = []
    for part in parts:
        new = []
        for when in part:
            number += 1
            new.append(entry(when, f"{number}"))
        talk.add(new)
        told += sorted(new, key=lambda one: one.at)
    expected = sorted(told, key=lambda one: one.at)
    assert talk.up_to(50, 100) == tuple(expected)
    assert talk.up_to(at, 3) == tuple([one for one in expected if one.at <= at][-3:])


def test_output_is_not_searched() -> None:
    talk = Talk()
    talk.add([entry(1, "needle", SpokenKind.RESULT), entry(2, "a Needle", SpokenKind.TOOL)])
    assert talk.find("needle", 0, forward=True) == 2


ORIGIN = Origin(0, "s", "", "/r", "-p")


@given(st.text(), st.booleans())
def test_output_is_clean_short_and_its_beginning(text: str, listed: bool) -> None:
    content = [{"type": "text", "text": text}] if listed else text
    said = spoken_of(content)
    assert len(said) <= LINES
    for line in said:
        assert clean(line, WIDTH) == line
        assert line.strip()


@pytest.mark.parametrize("filler", ["x", "\u00e9", "\U0001f600", "\\", '"', "\x1b[31m", "a\n"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_of_long_output_the_first_lines_are_read(filler: str, ascii_only: bool) -> None:
    text = "the first line\n" + filler * 40_000
    said = spoken_of(text, ascii_only=ascii_only)
    assert said[0] == "the first line"
    assert all(len(line) <= WIDTH for line in said)


def spoken_of(content: object, *, ascii_only: bool = True) -> tuple[Clean, ...]:
    block = {"type": "tool_result", "tool_use_id": "t", "content": content}
    record = {"type": "user", "message": {"content": [block]}}
    data = b"\n" + json.dumps(record, ensure_ascii=ascii_only).encode("utf-8", "replace") + b"\n"
    (said,) = spoken_in([ToolResult(ORIGIN, 101, START, "t")], data, 100)
    assert said.kind is SpokenKind.RESULT
    return said.text
