"""JSON without `json`: the two must agree."""

import importlib.util
import json
import math
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import VALUES

from cctop.hook import jsonlite
from cctop.hook.jsonlite import BrokenError, decode, encode, utf8


@given(VALUES)
def test_what_is_written_is_read_by_both(value: object) -> None:
    text = encode(value)
    assert json.loads(text) == decode(text) == value
    assert decode(json.dumps(value)) == value
    assert "\n" not in text


@given(st.text(alphabet='{}[]":,\\0123456789.eE-+ntru \n\ufeff'))
def test_any_text_is_read_as_json_reads_it(text: str) -> None:
    try:
        expected, _ = json.JSONDecoder(strict=False).raw_decode(text.lstrip())
    except ValueError:
        with pytest.raises(BrokenError):
            decode(text)
    else:
        assert repr(decode(text)) == repr(expected) or "e" in text.lower() or len(text) > 19


def test_what_follows_a_value_is_not_read() -> None:
    assert decode(' \r\n\t{"a":1}{"b"') == {"a": 1}


@pytest.mark.parametrize(
    "text", ["", " ", "{", '{"a":', '{"a":}', '{"a":1,}', "[1", "nul", '"', "\0", "[" * 100_000]
)
def test_what_is_no_json(text: str) -> None:
    with pytest.raises(BrokenError):
        decode(text)


def test_deep_objects_end() -> None:
    with pytest.raises(BrokenError):
        decode('{"a":' * 100_000)


def test_a_huge_integer_is_a_float() -> None:
    assert decode(f"[{'9' * 5000}, {'9' * 25}, {'9' * 19}]") == [math.inf, 1e25, int("9" * 19)]


def test_control_characters_within_strings_do_no_harm() -> None:
    assert decode('{"a":"x\n\0y"}') == {"a": "x\n\0y"}


def test_what_json_cannot_say_is_null() -> None:
    assert encode({"a": [math.nan, math.inf, -math.inf, object(), (1,)]}) == (
        '{"a":[null,null,null,null,null]}'
    )


def test_a_lone_surrogate_becomes_a_question_mark() -> None:
    assert utf8(encode(decode(r'"a\ud800b\ud83d\ude00"'))) == '"a?b😀"'.encode()


def test_without_the_c_half_json_does_the_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "_json", None)
    spec = importlib.util.spec_from_file_location("jsonlite_without", jsonlite.__file__)
    assert spec is not None
    assert spec.loader is not None
    other = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(other)
    assert other.decode(other.encode({"a": [1, "ü\n", None]})) == {"a": [1, "ü\n", None]}
    with pytest.raises(other.BrokenError):
        other.decode("{")
