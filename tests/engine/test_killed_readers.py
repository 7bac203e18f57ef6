"""Readers of the spool that are killed, stopped, or run side by side while hooks write."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from disk import Disk
from scribe import MINUTE, START, calls, prompt, result, session_id, tool_of

from cctop.engine.reading import read_all
from cctop.engine.settings import Settings
from cctop.hook.spool import append

A = session_id(1)
CALLS = 400
ROUNDS = 10

# Says the id of each record at the moment it has it, before it is folded in.
READER = """
import os, sys
parent = os.getppid()
from pathlib import Path
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.sources.spool import decode

real = decode.hook_event
def told(record):
    print(record.id, flush=True)
    return real(record)
decode.hook_event = told
reader = Reader(Settings(roots=(Path(sys.argv[1]),), spool=Path(sys.argv[2])))
while os.getppid() == parent:
    reader.look()
"""
# Appends the lines of a file to the spool, with segments of 4 KB.
WRITER = """
import sys
from cctop.hook import spool
spool.SEGMENT_BYTES = 4096
for line in open(sys.argv[2], "rb"):
    spool.append(sys.argv[1], line.rstrip())
"""


class Scene:
    """A session whose every call failed: the hooks know it, and of each other one its file."""

    def __init__(self, folder: Path) -> None:
        self.disk = Disk(folder / "claude")
        self.spool = folder / "spool"
        self.lines = folder / "lines"
        self.settings = Settings(roots=(self.disk.root,), spool=self.spool)
        self.disk.write(A, prompt(START))
        self.ids: list[str] = []
        with self.lines.open("wb") as file:
            for number in range(CALLS):
                for record in self._records(number):
                    file.write(json.dumps(record).encode() + b"\n")
                    self.ids.append(record["id"])

    def _records(self, number: int) -> Iterator[dict[str, Any]]:
        at = START + number
        asked = calls(at, "Bash")
        tool = tool_of(asked[0])
        if number % 2:
            self.disk.write(A, asked, result(at + 1, tool, "Exit code 1", error=True))
        for event in ("PreToolUse", "PostToolUseFailure"):
            yield {
                "v": 1, "id": f"{event}-{number}", "at": at, "event": event, "session": A,
                "transcript": str(self.disk.projects / "-home-ada-web" / f"{A}.jsonl"),
                "tool": "Bash", "tool_use_id": tool, "error": "Exit code 1", "duration_ms": 7,
            }  # fmt: skip

    @contextmanager
    def reader(self) -> Iterator[subprocess.Popen[str]]:
        words = [sys.executable, "-c", READER, str(self.disk.root), str(self.spool)]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    def writer(self) -> subprocess.Popen[bytes]:
        words = [sys.executable, "-c", WRITER, str(self.spool), str(self.lines)]
        return subprocess.Popen(words)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return Scene(tmp_path)


def heard(reader: subprocess.Popen[str], count: int) -> list[str]:
    assert reader.stdout is not None
    return [reader.stdout.readline().strip() for _ in range(count)]


@pytest.mark.slow
def test_readers_killed_in_the_middle_lose_and_double_nothing(scene: Scene) -> None:
    """Each is killed while it reads, further in than the one before."""
    with scene.writer():
        for number in range(ROUNDS):
            with scene.reader() as reader:
                count = 2 * CALLS // ROUNDS * number + 1
                assert heard(reader, count) == scene.ids[:count]
    reading = read_all(scene.settings, lambda: START + MINUTE)
    session = next(one for one in reading.snapshot.sessions if one.id == A)
    assert (session.tool_calls, session.tool_failures) == (CALLS, CALLS)
    failures = reading.detail(A).failures
    assert len({failure.tool_use_id for failure in failures}) == len(failures) == CALLS
    assert {failure.duration_ms for failure in failures} == {7}
    names = set(os.listdir(scene.spool))
    assert {name for name in names if not name.startswith("events-")} == {"aside"}
    assert len(names) > 10
    assert os.listdir(scene.spool / "aside") == []


def test_a_reader_that_is_stopped_and_one_beside_it_read_all_once(scene: Scene) -> None:
    append(str(scene.spool), b'{"v":1,"id":"first","at":1,"event":"Stop","session":"x"}')
    with scene.reader() as stopped, scene.reader() as other:
        assert heard(stopped, 1) == heard(other, 1) == ["first"]
        stopped.send_signal(signal.SIGSTOP)
        scene.writer().wait()
        assert heard(other, len(scene.ids)) == scene.ids
        stopped.send_signal(signal.SIGCONT)
        assert heard(stopped, len(scene.ids)) == scene.ids
        append(str(scene.spool), b'{"v":1,"id":"last","at":1,"event":"Stop","session":"x"}')
        assert heard(stopped, 1) == heard(other, 1) == ["last"]  # and nothing twice before it
