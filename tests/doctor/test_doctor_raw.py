"""Raw records as safe lines of JSON."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.doctor.raw import event_line, flat, status_of
from cctop.text import clean

AT = 1_795_642_696_049


def told(**record: Any) -> Any:
    return json.loads(event_line(json.dumps(record).encode()))


def test_what_and_when_come_first() -> None:
    said = told(v=1, id="a", at=AT, event="Stop", session="s", input={"command": "ls"})
    assert list(said) == ["event", "at", "v", "id", "session", "input"]
    assert (said["event"], said["at"]) == ("Stop", "2026-11-25T21:38:16.049Z")
    assert said["input"] == {"command": "ls"}


@pytest.mark.parametrize(
    ("record", "secret"),
    [
        ({"output": "x\nAPI_TOKEN=abcdefghijklmnop1234"}, "abcdefghijklmnop1234"),
        ({"input": {"command": "curl -H 'Authorization: Bearer abcdefghijklmnop'"}}, "abcdefghij"),
        ({"input": {"api_key": "plainlookingvalue"}}, "plainlookingvalue"),
        ({"list": [{"password": "hunter22"}]}, "hunter22"),
        ({"API_TOKEN=abcdefghijklmnop1234": 1}, "abcdefghijklmnop1234"),
    ],
)
def test_secrets_are_masked_once_more(record: Any, secret: str) -> None:
    line = event_line(json.dumps({"event": "x"} | record).encode())
    assert secret not in line
    assert "[masked]" in line


def test_lines_of_a_text_stay() -> None:
    assert told(event="x", output="one\ntwo")["output"] == "one\ntwo"


@pytest.mark.parametrize("line", [b"{torn", b"[]", b"\xff", b"7", b"[" * 100_000])
def test_what_is_no_record(line: bytes) -> None:
    assert json.loads(event_line(line)) == {"event": "(no record)", "bytes": len(line)}


@pytest.mark.parametrize("at", [None, True, "soon", 10**30, -1])
def test_a_time_that_is_none_is_left_as_it_is(at: Any) -> None:
    assert "at" in told(event="x", at=at)


things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(max_size=9), things))
def test_a_terminal_obeys_nothing_of_it(record: Any) -> None:
    line = event_line(json.dumps(record).encode())
    assert line == clean(line, len(line))
    json.loads(line)


@given(st.binary(max_size=60))
def test_no_bytes_stop_it(data: bytes) -> None:
    event_line(data)
    status_of(data)


def test_a_status_line_by_dotted_keys() -> None:
    status = {"cost": {"total_cost_usd": 0.5, "deep": {"er": 1}}, "model": {}, "cwd": "/x"}
    assert status_of(json.dumps({"at": 7, "status": status}).encode()) == (
        7,
        {"cost.total_cost_usd": 0.5, "cost.deep.er": 1, "model": {}, "cwd": "/x"},
    )
    assert status_of(b'{"status": 7}') is None
    deep: Any = {}
    for _ in range(500):
        deep = {"x": deep, "y": 1}
    assert len(flat(deep)) < 50
