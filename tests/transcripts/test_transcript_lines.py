"""Lines that are not as they should be cost nothing but themselves."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scribe import START, answer, line, usage

from cctop.sources.transcripts import lines
from cctop.sources.transcripts.records import Record

GOOD = b'{"type":"mode"}\n'
SPENT = usage(1_000, 100, 5_000, 10, 20)


def read(data: bytes, base: int = 0) -> list[tuple[int, Record | None, str, bool]]:
    return [
        (offset, record, trouble.reason if trouble else "", trouble.used if trouble else True)
        for offset, record, trouble in lines.read(data, base)
    ]


def tokens(data: bytes) -> tuple[int | None, int | None]:
    """What of the usage of the one line could be read."""
    ((_, record, _, _),) = read(data)
    assert record is not None
    assert record.message is not None
    assert record.message.usage is not None
    return record.message.usage.input_tokens, record.message.usage.output_tokens


def response(**changes: Any) -> dict[str, Any]:
    record = answer(START, SPENT)[0]
    record["message"]["usage"] = SPENT | changes.pop("spent", {})
    return record | changes


def test_each_record_comes_with_its_offset() -> None:
    data = b'{"type":"a"}\n{"type":"b"}\n\n{"type":"c"}\n'
    seen = [(offset, record.type) for offset, record, _, _ in read(data, 100) if record]
    assert seen == [(100, "a"), (113, "b"), (127, "c")]


def test_windows_line_ends() -> None:
    assert [offset for offset, *_ in read(b'{"type":"a"}\r\n{"type":"b"}\r\n')] == [0, 14]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"null\n", "not an object but null"),
        (b"[1]\n", "not an object but list"),
        (b"5\n", "not an object but int"),
        (b'"x"\n', "not an object but str"),
        (b"{torn\n", "not JSON: "),
        (b'{"type":"assistant","message":{"usage":\n', "not JSON: "),
        (b"\0\0\0\n", "NUL bytes, not JSON"),
        (b"\xff\xfe{}\n", "not UTF-8, not JSON"),
        (b'{"type":"a"}{"type":"b"}\n', "not JSON: "),
        (b'{"a":' * 100_000 + b"\n", "nested too deep"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_rest_is_read(data: bytes, reason: str) -> None:
    first, broken, last = read(GOOD + data + GOOD)
    assert (first[0], last[0]) == (0, len(GOOD + data))
    assert broken[:2] == (len(GOOD), None)
    assert broken[2].startswith(reason)
    assert not broken[3]
    assert (first[2], last[2]) == ("", "")


def test_blank_lines_are_nothing() -> None:
    assert read(b"\n \n\t\r\n") == []


# However the lines are cut into pieces, each is judged by itself.
@pytest.mark.parametrize(
    "odd",
    [
        [b'{"type":"a"}{"type":"b"}\n', b"\n"],
        [b'{"type":"a"}{"type":"b"}\n', b'{"type":\n', b'"c"}\n'],
        [b'{"type":"a",\n', b'"uuid":"x"} {"type":"c"}\n'],
        [b'{"type":"a"}\n', b" \n", b'{"type":"b"} {"type":"c"}\n'],
        [b'{"type":"\xff"}\n', b'{"type":"a"}\n'],
    ],
)
def test_pieces_make_no_difference(odd: list[bytes]) -> None:
    one_by_one, base = [], 0
    for each in odd:
        one_by_one += read(each, base)
        base += len(each)
    assert read(b"".join(odd)) == one_by_one


@pytest.mark.parametrize(
    ("spent", "expected", "field"),
    [
        ({"input_tokens": None}, (None, 100), ""),
        ({"input_tokens": "1000"}, (None, 100), "input_tokens"),
        ({"input_tokens": [1]}, (None, 100), "input_tokens"),
        ({"input_tokens": True}, (None, 100), "input_tokens"),
        ({"input_tokens": 12.0}, (12, 100), "Expected `int | null`, got `float`"),
        ({"input_tokens": 12.5}, (None, 100), "input_tokens"),
        ({"cache_creation": 5}, (1_000, 100), "cache_creation"),
        ({"cache_creation": {"ephemeral_5m_input_tokens": "x"}}, (1_000, 100), "ephemeral_5m"),
        ({"iterations": [{"type": 5}]}, (1_000, 100), "iterations[0].type"),
        ({"iterations": [7]}, (1_000, 100), "iterations[0]"),
        ({"speed": 5, "inference_geo": []}, (1_000, 100), "inference_geo"),
        ({"output_tokens": {}, "input_tokens": {}}, (None, None), "output_tokens"),
    ],
)
def test_a_wrong_field_costs_only_itself(
    spent: dict[str, Any], expected: tuple[int | None, int | None], field: str
) -> None:
    data = line(response(spent=spent))
    assert tokens(data) == expected
    ((_, _, reason, used),) = read(data)
    assert field in reason
    assert used


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"timestamp": "yesterday"}, "timestamp"),
        ({"timestamp": 5}, "timestamp"),
        ({"uuid": 5, "cwd": [], "gitBranch": {}, "version": 2.1}, "uuid"),
        ({"isSidechain": "yes"}, "isSidechain"),
        ({"forkedFrom": "x"}, "forkedFrom"),
        ({"requestId": 7}, "requestId"),
        ({"error": {"a": "\ud800"}}, "lone surrogate"),
    ],
)
def test_a_wrong_field_of_the_record_costs_no_tokens(changes: dict[str, Any], field: str) -> None:
    data = json.dumps(response(**changes)).encode() + b"\n"
    assert tokens(data) == (1_000, 100)
    assert field in read(data)[0][2]


def test_bytes_that_are_no_text_cost_no_tokens() -> None:
    plain = line(response(cwd="/home/XX", summary="XX"))
    for broken, reason in ((plain.replace(b"XX", b"\xff\xc3"), "not UTF-8"),):
        assert tokens(broken) == (1_000, 100)
        assert read(broken)[0][2] == reason
    # … not even in a field that is not looked at.
    skipped = line(response(nothing="XX")).replace(b"XX", b"\xff")
    assert tokens(skipped) == (1_000, 100)
    assert read(skipped)[0][2:] == ("not UTF-8", True)


def test_nul_bytes_around_a_line_cost_no_tokens() -> None:
    # A file system that lost a write leaves a hole: NULs where the bytes were.
    data = b"\0" * 4_096 + line(response())
    assert tokens(data) == (1_000, 100)
    assert read(data)[0][2:] == ("NUL bytes", True)


@pytest.mark.parametrize("number", [b"1e999", b"-1e999", b"NaN", b"Infinity", b"9" * 400])
def test_a_number_out_of_this_world_costs_no_tokens(number: bytes) -> None:
    data = line(response(spent={"odd": 0, "input_tokens": "x"}, startTime=77_777))
    data = data.replace(b"77777", number)
    assert tokens(data)[1] == 100


def test_a_line_of_many_wrong_fields_still_counts() -> None:
    record = response()
    record["message"]["content"] = [{"type": n, "text": n} for n in range(100)]
    assert tokens(line(record)) == (1_000, 100)


anything = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
PLACES: list[tuple[str, ...]] = [
    ("timestamp",), ("uuid",), ("sessionId",), ("message",), ("message", "content"),
    ("message", "usage"), ("message", "usage", "iterations"), ("message", "id"),
    ("message", "usage", "cache_creation"), ("toolUseResult",), ("effort",), ("attachment",),
    ("permissionDecision",), ("isApiErrorMessage",), ("error",), ("compactMetadata",),
]  # fmt: skip


@given(st.sampled_from(PLACES), anything)
def test_any_value_in_any_place_is_told_or_read_and_never_raised(
    place: tuple[str, ...], value: Any
) -> None:
    record = response()
    inner = record
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    data = json.dumps(record).encode() + b"\n"
    ((offset, read_back, _, _),) = read(data)
    assert offset == 0
    assert read_back is not None
    if place[0] != "message":
        assert tokens(data) == (1_000, 100)


@given(st.binary(max_size=200))
def test_any_bytes_are_told_and_never_raised(data: bytes) -> None:
    for offset, record, reason, _ in read(GOOD + data + b"\n" + GOOD):
        assert 0 <= offset <= len(GOOD + data) + 1
        assert record is not None or reason
