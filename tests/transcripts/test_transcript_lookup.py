"""A tool call read back from its file, whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from scribe import START, answer, line, result, tool_use

from cctop.events import Where
from cctop.sources.transcripts.lookup import MAX_LINES, MAX_WIDTH, WholeCall, read_call
from cctop.text import Clean


class Written:
    """A file with a call and its result after some other lines."""

    def __init__(self, path: Path, given: Any, content: Any = "ok") -> None:
        block = {"type": "tool_use", "id": "t", "name": "Bash", "input": given}
        call = line(answer(START, None, [block])[0])
        before = line(answer(START, None, [tool_use("Bash", "other")])[0])
        self.path = path
        self.path.write_bytes(before + call + line(result(START, "t", content)))
        self.where = Where(str(path), len(before), str(path), len(before + call))

    def read(self) -> WholeCall:
        return read_call(self.where, "t")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "s.jsonl"


def test_input_and_output(path: Path) -> None:
    given = {"command": "npm test\nnpm run lint", "timeout": 5, "env": {"CI": "1"}, "on": True}
    whole = Written(path, given, "Exit code 1\n\tbad\n").read()
    assert whole.input == (
        "command:", "npm test", "npm run lint", "timeout: 5", "env:", "{", '  "CI": "1"', "}",
        "on: true",
    )  # fmt: skip
    assert whole.output == ("Exit code 1", "    bad")


@pytest.mark.parametrize("given", [None, [], [1, {"a": 2}], "words", 5])
def test_arguments_of_any_shape(path: Path, given: Any) -> None:
    whole = Written(path, given).read()
    assert whole.input == tuple(json.dumps(given, indent=2).splitlines())


def test_an_output_of_several_blocks(path: Path) -> None:
    blocks = [{"type": "text", "text": "a"}, {"type": "image"}, {"type": "text", "text": "b"}]
    assert Written(path, {}, blocks).read().output == ("a", "b")


def test_no_output(path: Path) -> None:
    assert Written(path, {}, None).read().output == ()


def test_nothing_drives_the_terminal(path: Path) -> None:
    whole = Written(path, {"x\x1b[2J": "\x1b]0;t\x07a"}, "\x1b[31mred\x9b0m \u202ebidi").read()
    assert whole.input == ("x: a",)
    assert whole.output == ("red bidi",)


def test_a_long_output_is_cut(path: Path) -> None:
    whole = Written(path, {}, ("x" * 3_000 + "\n") * 2_500).read()
    assert len(whole.output) <= MAX_LINES
    assert max(map(len, whole.output)) == MAX_WIDTH
    assert whole.output[-1].endswith("…")


def test_a_call_without_an_answer_yet(path: Path) -> None:
    written = Written(path, {"command": "ls"})
    waiting = Where(written.where.path, written.where.call_offset, "", -1)
    assert read_call(waiting, "t") == WholeCall((Clean("command: ls"),), ())


def test_a_file_that_was_rewritten_gives_nothing_of_another_call(path: Path) -> None:
    written = Written(path, {"command": "ls"})
    assert read_call(written.where, "another") == WholeCall((), ())
    moved = Where(str(path), written.where.call_offset + 3, str(path), 10**9)
    assert read_call(moved, "t") == WholeCall((), ())


def test_a_file_that_is_gone(path: Path) -> None:
    written = Written(path, {})
    path.unlink()
    with pytest.raises(OSError, match="No such file"):
        written.read()


def test_arguments_however_deep_break_nothing(path: Path) -> None:
    for depth in range(100, 3_000, 100):
        written = Written(path, {})
        data = path.read_bytes()
        deep = data.replace(b'"input": {}', b'"input": {"x": %s}' % (b"[" * depth + b"]" * depth))
        path.write_bytes(deep)
        assert written.read().output in ((), ("ok",))
