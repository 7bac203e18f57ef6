"""The program as a process: silent, ending with 0, whatever happens."""

import json
import os
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from payloads import EVENT, STATUS
from program import CODE, Program

LINE = json.dumps(EVENT).encode()


def test_an_event_becomes_a_record(program: Program) -> None:
    before = time.time_ns() // 1_000_000
    assert program.run(EVENT) == b""
    record = program.only()
    assert before <= record["at"] <= time.time_ns() // 1_000_000
    assert record["id"].split("-")[2] == "0"
    assert int(record["id"].split("-")[0], 36) // 1_000_000 == record["at"]
    del record["id"], record["at"]
    assert record == {
        "v": 1,
        "event": "PreToolUse",
        "session": EVENT["session_id"],
        "transcript": EVENT["transcript_path"],
        "cwd": "/p",
        "tool": "Bash",
        "tool_use_id": "toolu_01",
        "input": {"command": "ls", "description": "List"},
        "bytes": len(LINE),
    }


def test_a_standard_input_that_is_never_closed(program: Program) -> None:
    process = subprocess.Popen(
        program.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=program.env
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(LINE)
    process.stdin.flush()
    assert process.wait(timeout=60) == 0  # long before it would give up
    assert process.stdout.read() == b""
    process.stdin.close()
    process.stdout.close()
    assert program.only()["event"] == "PreToolUse"


def test_a_silent_standard_input(program: Program) -> None:
    code = "from cctop.hook import main; main.READ_S = 0.05; main.LIMIT_S = 300; main.entry()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, env=program.env)
    assert process.wait(timeout=60) == 0
    assert process.stdin is not None
    process.stdin.close()
    record = program.only()
    assert (record["event"], record["why"], record["bytes"]) == ("unreadable", "timed out", 0)


def test_it_ends_in_time_whatever_holds_it(program: Program) -> None:
    """A disk that hangs: here a call that takes longer than any test."""
    code = (
        "import os, time; from cctop.hook import main; main.LIMIT_S = 0.05;"
        "os.listdir = lambda _: time.sleep(10_000); main.entry()"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], input=LINE, env=program.env, timeout=60, check=False
    )
    assert done.returncode == 0
    assert program.records() == []


@pytest.mark.parametrize(
    "payload", [LINE, LINE + b"\n", b"\xef\xbb\xbf" + LINE, LINE + b"\n" + LINE]
)
def test_line_breaks_and_marks_do_not_matter(program: Program, payload: bytes) -> None:
    program.run(payload)
    assert program.only()["tool_use_id"] == "toolu_01"


UNREADABLE: list[tuple[bytes, str]] = [
    (b"", "empty"),
    (b"\n", "empty"),
    (b"{", "not JSON"),
    (b"[]", "not an object"),
    (b"null", "not an object"),
    (bytes(range(256)), "not JSON"),
    (b"[" * 100_000, "not an object"),
    (b'{"a":' + b"[" * 100_000, "not JSON"),
    (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "not JSON"),
]


@pytest.mark.parametrize(("payload", "why"), UNREADABLE, ids=range(len(UNREADABLE)))
def test_what_is_no_event_is_recorded_as_such(program: Program, payload: bytes, why: str) -> None:
    assert program.run(payload) == b""
    record = program.only()
    assert (record["event"], record["why"]) == ("unreadable", why)
    assert record["bytes"] <= len(payload)


@pytest.mark.parametrize(
    "text",
    [
        '{"hook_event_name":"Stop","duration_ms":' + "9" * 1_000_000 + "}",
        '{"hook_event_name":"Stop","message":"a\\ud800b\\udc00"}',
        '{"hook_event_name":"Stop","message":"a\\u0000b\x00c"}',
        '{"hook_event_name":"Stop","tool_input":[[1]],"tool_response":{"a":{"b":[{}]}}}',
        '{"hook_event_name":"Stop","session_id":["x"],"cwd":{},"error":5,"prompt":null}',
    ],
    ids=["huge integer", "lone surrogates", "NUL", "structures", "other types"],
)
def test_odd_values(program: Program, text: str) -> None:
    program.run(text.encode())
    record = program.only()
    assert record["event"] == "Stop"
    assert "duration_ms" not in record


def test_ten_megabytes(program: Program) -> None:
    payload = EVENT | {"tool_response": {"stdout": 'x\\"{}\n' * 2_000_000, "stderr": ""}}
    program.run(payload)
    record = program.only()
    assert record["bytes"] > 10_000_000
    assert record["output_bytes"] == 12_000_000
    assert program.segments()[0].stat().st_size < 8192


def test_secrets_and_prompts(program: Program) -> None:
    program.run({"hook_event_name": "UserPromptSubmit", "prompt": "password=abc"})
    program.run({"hook_event_name": "UserPromptSubmit", "prompt": "password=abc"}, "--prompts")
    assert [(r.get("prompt"), r.get("prompt_chars")) for r in program.records()] == [
        (None, 12),
        ("password=[masked]", None),
    ]


@pytest.mark.parametrize(
    "words", [["--bogus"], ["--help"], ["--spool"], ["-x", "--", "y"], ["--spool="], ["stop"], [""]]
)
def test_unknown_words_do_not_matter(program: Program, words: list[str]) -> None:
    assert program.run(EVENT, *words) == b""
    assert program.only()["event"] == "PreToolUse"


@pytest.mark.parametrize(
    "words", [["--spool", "{}"], ["--spool={}"], ["--prompts", "--spool", "{}"]]
)
def test_a_spool_can_be_named(program: Program, words: list[str], tmp_path: Path) -> None:
    program.run(EVENT, *[word.format(tmp_path / "other") for word in words])
    assert program.records() == []
    assert (tmp_path / "other" / "events-000001.jsonl").exists()


@pytest.mark.parametrize("form", ["", "statusline", "line"])
class TestTrouble:
    """Neither form may notice what goes wrong."""

    def payload(self, form: str) -> dict[str, Any]:
        return STATUS if form else EVENT

    def run(self, program: Program, form: str, **env: str) -> None:
        printed = program.run(self.payload(form), *[form] * bool(form), env=env)
        assert printed.startswith(b"Opus 5.5") if form == "line" else printed == b""

    def test_a_spool_that_is_a_file(self, program: Program, form: str) -> None:
        program.spool.write_bytes(b"mine")
        self.run(program, form)
        assert program.spool.read_bytes() == b"mine"

    def test_a_spool_below_a_file(self, program: Program, form: str) -> None:
        (program.scratch / "file").touch()
        self.run(program, form, CCTOP_SPOOL_DIR=str(program.scratch / "file" / "spool"))

    def test_a_spool_that_is_a_link_into_nothing(self, program: Program, form: str) -> None:
        program.spool.symlink_to(program.scratch / "nothing")
        self.run(program, form)

    def test_a_spool_that_is_a_link(self, program: Program, form: str) -> None:
        (program.scratch / "real").mkdir()
        program.spool.symlink_to(program.scratch / "real")
        self.run(program, form)
        assert list((program.scratch / "real").iterdir())

    @pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only for root")
    def test_a_spool_that_is_read_only(self, program: Program, form: str) -> None:
        program.spool.mkdir(mode=0o500)
        self.run(program, form)
        assert list(program.spool.iterdir()) == []

    @pytest.mark.skipif(not Path("/proc/version").exists(), reason="there is no /proc")
    def test_a_spool_where_nothing_can_be_made(self, program: Program, form: str) -> None:
        self.run(program, form, CCTOP_SPOOL_DIR="/proc/spool")

    def test_a_full_disk(self, program: Program, form: str) -> None:
        # No file may grow: what a full disk says, another error says here.
        words = program.command(*[form] * bool(form))
        script = 'trap "" XFSZ; ulimit -f 0; exec "$@"'
        done = subprocess.run(
            ["/bin/sh", "-c", script, "sh", *words],
            input=json.dumps(self.payload(form)).encode(),
            env=program.env | {"PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        files = [path for path in program.spool.rglob("*") if path.is_file()]
        assert [path.stat().st_size for path in files if path.suffix != ".tmp"] in ([], [0])

    def test_no_home(self, program: Program, form: str) -> None:
        code = (
            "import pwd\ndef nobody(_): raise KeyError\npwd.getpwuid = nobody\n"
            "from cctop.hook import main; main.entry()"
        )
        done = subprocess.run(
            [sys.executable, "-c", code, *[form] * bool(form)],
            input=json.dumps(self.payload(form)).encode(),
            env={"PATH": os.environ["PATH"]},
            cwd=program.scratch,
            capture_output=True,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.startswith(b"Opus" if form == "line" else b"")
        assert list(program.scratch.iterdir()) == []

    @pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
    def test_closed_streams(self, program: Program, form: str, closed: str) -> None:
        script = f'"$@" {closed}'
        done = subprocess.run(
            ["/bin/sh", "-c", script, "sh", *program.command(*[form] * bool(form))],
            input=json.dumps(self.payload(form)).encode(),
            env=program.env,
            capture_output=True,
            timeout=60,
            check=False,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        if not form:
            assert program.only()["event"] == ("unreadable" if "<" in closed else "PreToolUse")

    def test_a_full_pipe_and_a_reader_that_left(self, program: Program, form: str) -> None:
        reader, writer = os.pipe()
        os.close(reader)
        done = subprocess.run(
            program.command(*[form] * bool(form)),
            input=json.dumps(self.payload(form)).encode(),
            env=program.env,
            stdout=writer,
            stderr=subprocess.PIPE,
            check=False,
        )
        os.close(writer)
        assert (done.returncode, done.stderr) == (0, b"")
        assert list(program.spool.iterdir())

    @pytest.mark.parametrize(
        "payload", [b"", b"{", b"[1]", b'{"session_id":"../../x"}', b"\xff\xfe"]
    )
    def test_payloads_of_no_use(self, program: Program, form: str, payload: bytes) -> None:
        printed = program.run(payload, *[form] * bool(form))
        assert printed.count(b"\n") <= 1
        assert not list(program.scratch.rglob("*.json"))

    @pytest.mark.parametrize("umask", [0, 0o777])
    def test_a_umask_does_not_matter(self, program: Program, form: str, umask: int) -> None:
        before = os.umask(umask)
        try:
            self.run(program, form)
            self.run(program, form)
        finally:
            os.umask(before)
        for path in [program.spool, *program.spool.rglob("*")]:
            wanted = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == wanted


def test_a_status_line_is_kept(program: Program) -> None:
    assert program.run(STATUS, "statusline") == b""
    kept = json.loads((program.spool / "status" / f"{STATUS['session_id']}.json").read_bytes())
    assert kept["v"] == 1
    assert kept["status"]["cost"] == STATUS["cost"]
    assert [cost for _, cost in kept["samples"]] == [12.41]
    assert program.records() == []


def test_our_status_line(program: Program) -> None:
    coloured = program.run(STATUS, "line")
    assert coloured.count(b"\n") == 1
    assert coloured.endswith(b"\n")
    assert b"\x1b[" in coloured
    assert b"\x1b" not in program.run(STATUS, "line", env={"NO_COLOR": "1"})
    narrow = program.run(STATUS, "line", env={"NO_COLOR": "1", "COLUMNS": "24"})
    assert narrow.decode() == "Opus 5.5 22 %\n"
    assert program.run(STATUS, "line", env={"NO_COLOR": "1", "COLUMNS": "wide"}).startswith(b"Opus")
    assert (program.spool / "status" / f"{STATUS['session_id']}.json").exists()


def test_it_is_also_reached_through_the_main_program(program: Program) -> None:
    main = [sys.executable, "-m", "cctop"]
    for words in (["hook"], ["hook", "--bogus", "--prompts"]):
        done = subprocess.run(
            [*main, *words], input=LINE, env=program.env, capture_output=True, check=False
        )
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    assert len(program.records()) == 2
    done = subprocess.run(
        [*main, "hook", "--help"], env=program.env, capture_output=True, check=False
    )
    assert b"cctop hook line < status.json" in done.stdout


def test_the_entry_point_is_declared() -> None:
    assert CODE == "from cctop.hook import main; main.entry()"
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8")
    assert 'cctop-hook = "cctop.hook.main:entry"' in project
