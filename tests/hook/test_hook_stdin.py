"""The payload: read until it is whole, whatever becomes of the pipe."""

import json
import os
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import VALUES

from cctop.hook import stdin
from cctop.hook.stdin import Braces, read

LONG_S = 300.0  # no test waits for it
OBJECTS = st.dictionaries(st.text('a"\\{}[]é\n') | st.text(), VALUES)


class Pipe:
    """A pipe whose writer stays open until it is closed."""

    def __init__(self) -> None:
        self.reader, self.writer = os.pipe()

    def say(self, data: bytes) -> None:
        os.write(self.writer, data)

    def close(self) -> None:
        if self.writer >= 0:
            os.close(self.writer)
        self.writer = -1


@pytest.fixture
def pipe() -> Iterator[Pipe]:
    made = Pipe()
    yield made
    made.close()
    os.close(made.reader)


@given(OBJECTS, st.booleans(), st.sampled_from([b"", b" \n", b"\xef\xbb\xbf"]), st.data())
def test_any_object_in_any_chunks_ends_with_its_last_brace(
    value: dict[str, object], ascii_only: bool, before: bytes, data: st.DataObject
) -> None:
    text = before + json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    braces = Braces()
    place = 0
    while place < len(text):
        assert not braces.closed
        assert not braces.wrong
        size = data.draw(st.integers(1, 12))
        braces.feed(text[place : place + size])
        place += size
    assert braces.closed


def test_a_pipe_that_is_never_closed(pipe: Pipe) -> None:
    pipe.say(b'{"hook_event_name":"Stop"}')
    payload = read(LONG_S, pipe.reader)
    assert payload.content() == {"hook_event_name": "Stop"}
    assert payload.why == ""


def test_nothing_is_read_that_comes_later(pipe: Pipe) -> None:
    pipe.say(b'{"a":{}}')
    assert read(LONG_S, pipe.reader).data == b'{"a":{}}'
    pipe.say(b"more")
    assert os.read(pipe.reader, 10) == b"more"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", stdin.EMPTY),
        (b" \n\n", stdin.EMPTY),
        (b"\xef\xbb\xbf", stdin.EMPTY),
        (b"null", stdin.NOT_AN_OBJECT),
        (b"[1, 2", stdin.NOT_AN_OBJECT),
        (b'"x"', stdin.NOT_AN_OBJECT),
        (b"\x00\x01\xff\xfe", stdin.NOT_JSON),
        (b"hello", stdin.NOT_JSON),
        (b'{"a": 1', stdin.NOT_JSON),
        (b'{"a": "', stdin.NOT_JSON),
        (b"{]", stdin.NOT_JSON),
        (b"{'a': 1}", stdin.NOT_JSON),
        (b'{"a":' * 100_000, stdin.NOT_JSON),
        ("{}".encode("utf-16"), stdin.NOT_JSON),
    ],
)
def test_what_is_no_object_says_why(data: bytes, why: str, tmp_path: os.PathLike[str]) -> None:
    path = os.path.join(tmp_path, "payload")
    with open(path, "wb") as file:
        file.write(data)
    with open(path, "rb") as file:
        payload = read(LONG_S, file.fileno())
    assert payload.content() is None
    assert payload.why == why


@pytest.mark.parametrize("data", [b"7", b"x", b"[", b"}"])
def test_what_cannot_become_an_object_is_not_waited_for(pipe: Pipe, data: bytes) -> None:
    pipe.say(data)
    assert read(LONG_S, pipe.reader).why


@pytest.mark.parametrize("data", [b"", b"  ", b"\xef", b'{"a": {"b": "}}"', b'{"a": "\\'])
def test_silence_times_out(pipe: Pipe, data: bytes) -> None:
    pipe.say(data)
    assert read(0.05, pipe.reader).why == stdin.TIMED_OUT


def test_a_file_that_cannot_be_read(pipe: Pipe, tmp_path: os.PathLike[str]) -> None:
    folder = os.open(tmp_path, os.O_RDONLY)
    try:
        assert read(LONG_S, folder).why == stdin.EMPTY
    finally:
        os.close(folder)
    assert read(LONG_S, folder).why == stdin.EMPTY  # closed


def test_a_pipe_that_does_not_block(pipe: Pipe) -> None:
    os.set_blocking(pipe.reader, False)
    pipe.say(b'{"a":1}')
    assert read(LONG_S, pipe.reader).content() == {"a": 1}


def test_too_much(pipe: Pipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stdin, "MAX_BYTES", 10)
    pipe.say(b'{"a":"bcdefghij')
    assert read(LONG_S, pipe.reader).why == stdin.TOO_LONG


def test_bytes_that_are_no_utf8_are_replaced(pipe: Pipe) -> None:
    pipe.say(b'{"a":"\xff"}')
    assert read(LONG_S, pipe.reader).content() == {"a": "\ufffd"}
