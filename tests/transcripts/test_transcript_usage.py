"""How the API's counts are read."""

from typing import Any

import pytest
from decoding import one, only
from scribe import OPUS, START, Json, answer, usage

from cctop.events import Continued, Response, SideCall, Usage


def read(spent: dict[str, Any], **more: Any) -> Response:
    return one(Response, answer(START, spent, **more))


def test_every_kind_of_token() -> None:
    counts = usage(1, 2, 3, 4, 5, thinking=1, searches=6, speed="fast", inference_geo="us")
    response = read(counts)
    assert response.usage == Usage(1, 2, 3, 4, 5, thinking=1, web_searches=6)
    assert (response.speed, response.geo, response.context) == ("fast", "us", 13)
    assert (response.parts, response.side_calls) == ((), ())


@pytest.mark.parametrize(
    ("scalar", "split", "short", "long"),
    [
        (300, {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200}, 100, 200),
        (300, None, 300, 0),  # no split: the 5 m rate
        (300, {}, 300, 0),
        # Versions before 2.1.152 could leave the scalar 0.
        (0, {"ephemeral_5m_input_tokens": 100, "ephemeral_1h_input_tokens": 200}, 100, 200),
        (None, {"ephemeral_1h_input_tokens": 200}, 0, 200),
        (300, {"ephemeral_1h_input_tokens": 200}, 100, 200),
        (0, None, 0, 0),
        (-5, {"ephemeral_1h_input_tokens": -7}, 0, 0),
    ],
)
def test_cache_writes(scalar: int | None, split: Any, short: int, long: int) -> None:
    counts = {"cache_creation_input_tokens": scalar, "cache_creation": split}
    response = read(counts)
    assert (response.usage.cache_write_5m, response.usage.cache_write_1h) == (short, long)


@pytest.mark.parametrize("count", [-1, 10**9 + 1, 10**30, None, 0])
def test_a_count_that_no_model_can_give_is_none(count: int | None) -> None:
    assert read({"input_tokens": count, "output_tokens": 7}).usage == Usage(output=7)


def test_no_usage_at_all() -> None:
    records = answer(START)
    del records[0]["message"]["usage"]
    assert one(Response, records).usage == Usage()
    assert read({}).usage == Usage()


def test_iterations_that_are_billed_extra_have_their_own_model() -> None:
    passes = [
        usage(100, 10) | {"type": "advisor_message", "model": "claude-opus-5-5"},
        usage(200, 20) | {"type": "compaction"},
        usage(5, 1) | {"type": "message"},
        {"type": "unknown", "input_tokens": 9},
        {},
    ]
    response = read(usage(5, 1, iterations=passes), model="claude-sonnet-5-5")
    assert response.side_calls == (
        SideCall("advisor_message", "claude-opus-5-5", Usage(100, 10)),
        SideCall("compaction", "claude-sonnet-5-5", Usage(200, 20)),
    )
    assert response.parts == ()  # one pass is the response itself
    assert response.context == 5


def test_several_passes_and_the_context_of_the_last() -> None:
    first, last = usage(1_000, 10, 4_000), usage(20, 10, 5_000)
    passes = [first | {"type": "message"}, last | {"type": "message"}]
    response = read(usage(1_020, 20, 9_000, iterations=passes))
    assert response.parts == (Usage(1_000, 10, 4_000), Usage(20, 10, 5_000))
    assert response.context == 5_020


def test_a_response_has_a_line_for_each_block_and_each_is_told() -> None:
    blocks: list[Json] = [
        {"type": "thinking", "thinking": "hm"},
        {"type": "text", "text": "first\nsecond"},
        {"type": "tool_use", "id": "t", "name": "Bash", "input": {"command": "ls"}},
    ]
    records = answer(START, usage(1, 2), blocks, requestedModel=f"{OPUS}[1m]", effort="high")
    [thinks] = only(Response, records)
    says, asks = only(Continued, records)
    assert (thinks.thinks, says.thinks, says.text) == (True, False, "first second")
    assert [use.name for use in asks.tools] == ["Bash"]
    assert (thinks.usage, thinks.booked, thinks.effort) == (Usage(1, 2), f"{OPUS}[1m]", "high")


@pytest.mark.parametrize("field", ["requestId", "requestedModel", "isSidechain", "effort"])
def test_a_line_that_says_anything_else_is_a_response_again(field: str) -> None:
    records = answer(START, usage(1, 2), [{"type": "text", "text": "a"}] * 2)
    records[1][field] = True if field == "isSidechain" else "another"
    assert len(only(Response, records)) == 2


def test_an_older_line_of_a_response_tells_its_time() -> None:
    records = answer(START, usage(1, 2), [{"type": "text", "text": "a"}] * 2)
    records[1]["timestamp"] = "2020-01-01T00:00:00.000Z"
    assert len(only(Response, records)) == 2


def test_grown_usage_is_read_anew_on_each_line() -> None:
    blocks = [{"type": "text", "text": "a"}] * 3
    records = answer(START, usage(5, 1), blocks)
    records[1]["message"]["usage"] = usage(5, 70)
    records[2]["message"]["usage"] = usage(5, 700)
    assert [each.usage.output for each in only(Response, records)] == [1, 70, 700]


@pytest.mark.parametrize(
    ("stop", "finished", "ends"),
    [("end_turn", True, True), ("stop_sequence", True, True), ("max_tokens", True, True),
     ("refusal", True, True), ("tool_use", True, False), ("pause_turn", True, False),
     (None, False, False)],
)  # fmt: skip
def test_why_the_model_stopped(stop: str | None, finished: bool, ends: bool) -> None:
    response = one(Response, answer(START, stop=stop))
    assert (response.finished, response.ends_turn) == (finished, ends)


def test_what_is_not_said() -> None:
    response = one(Response, answer(None, {}, id=None, request=None, model=None))
    assert (response.message_id, response.request_id, response.model) == ("", "", "unknown")
    assert (response.at, response.effort, response.maker) == (0, "", "")


def test_a_record_without_a_type_is_a_response_if_it_has_usage() -> None:
    record = answer(START, usage(5, 1))[0]
    del record["type"]
    assert one(Response, record).usage == Usage(5, 1)
    del record["message"]["usage"]
    assert only(Response, record) == []


def test_copies_of_usage_in_progress_records_do_not_count() -> None:
    inner = answer(START, usage(5, 1))[0]
    record = {"type": "progress", "data": {"type": "agent_progress", "message": inner}}
    assert only(Response, record, {"type": "progress", "message": inner["message"]}) == []
