"""Many writers at once, and killed ones: no record may be lost, or spoil another."""

import json
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from payloads import EVENT, STATUS
from program import PATIENT, Program

AT_ONCE = 50

# Stands before `PATIENT`.
SMALL = "from cctop.hook import spool; spool.SEGMENT_BYTES = {segment}; spool.SPOOL_BYTES = {all};"


def crowd(program: Program, count: int, settings: str = "") -> None:
    """Run `count` writers, fifty at a time, each with an event of its own."""

    def one(number: int) -> int:
        event = EVENT | {"tool_use_id": f"toolu_{number}", "tool_input": {"command": "x" * 200}}
        done = subprocess.run(
            [sys.executable, "-c", settings + PATIENT],
            input=json.dumps(event).encode(),
            env=program.env,
            capture_output=True,
            check=False,
        )
        assert (done.stdout, done.stderr) == (b"", b"")
        return done.returncode

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert not any(pool.map(one, range(count)))


def ids(records: list[dict[str, Any]]) -> list[str]:
    return sorted(record["tool_use_id"] for record in records if "tool_use_id" in record)


@pytest.mark.slow
def test_a_thousand_writers_lose_nothing(program: Program) -> None:
    crowd(program, 1000)
    records = program.records()
    assert ids(records) == sorted(f"toolu_{number}" for number in range(1000))
    assert len({record["id"] for record in records}) == 1000
    assert len(program.segments()) == 1


@pytest.mark.slow
def test_neither_do_they_across_many_segments(program: Program) -> None:
    crowd(program, 300, SMALL.format(segment=2000, all=10**9))
    assert ids(program.records()) == sorted(f"toolu_{number}" for number in range(300))
    # They agree on the next one: none is begun while there is room in another.
    assert all(path.stat().st_size >= 2000 for path in program.segments()[:-1])


@pytest.mark.slow
def test_what_is_pruned_is_accounted_for(program: Program) -> None:
    crowd(program, 300, SMALL.format(segment=2000, all=40_000))
    records = program.records()
    assert len(program.segments()) < 30
    dropped = {record["id"]: record["count"] for record in records if "count" in record}
    assert dropped
    kept = ids(records)
    assert len(set(kept)) == len(kept)
    assert 50 < len(kept) < 300


def test_a_writer_that_is_killed_while_it_writes_spoils_no_other(program: Program) -> None:
    """The worst moment: half of the record is written, and the rest never will be."""
    half = (
        "import os, signal\nwrite = os.write\n"
        "def torn(file, data):\n"
        "    write(file, data[: len(data) // 2]); os.kill(os.getpid(), signal.SIGKILL)\n"
        "os.write = torn\n"
    )
    program.run(EVENT)
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-c", half + PATIENT],
            input=json.dumps(EVENT).encode(),
            env=program.env,
            check=False,
        )
        assert done.returncode == -signal.SIGKILL
        program.run(EVENT)
    lines = [line for line in program.segments()[0].read_bytes().split(b"\n") if line]
    assert len(lines) == 7
    whole = [line for line in lines if line.endswith(b"}")]
    assert len([json.loads(line) for line in whole]) == 4


@pytest.mark.slow
def test_writers_that_are_killed_at_any_moment_spoil_no_other(program: Program) -> None:
    """Killed after 0 to 40 ms: some before they read, some while they write, some too late."""

    def one(number: int) -> None:
        process = subprocess.Popen(
            program.command(), stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, env=program.env
        )
        assert process.stdin is not None
        event = EVENT | {"tool_use_id": f"toolu_{number}"}
        try:
            process.stdin.write(json.dumps(event).encode())
            process.stdin.close()
        except BrokenPipeError:
            pass
        if number % 2:
            try:
                process.wait(timeout=number % 80 / 1000)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(200)))
    found = set()
    for line in program.segments()[0].read_bytes().split(b"\n"):
        try:
            found.add(json.loads(line)["tool_use_id"])
        except ValueError:
            continue  # blank, or torn
    assert {f"toolu_{number}" for number in range(0, 200, 2)} <= found


@pytest.mark.slow
def test_status_lines_of_one_session_at_once(program: Program, tmp_path: Path) -> None:
    """A reader sees a whole file at any moment, and no half one is left."""
    path = program.spool / "status" / f"{STATUS['session_id']}.json"
    program.run(STATUS, "statusline")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [
            pool.submit(program.run, STATUS | {"version": str(number)}, "statusline")
            for number in range(150)
        ]
        while not all(one.done() for one in waiting):
            assert json.loads(path.read_bytes())["v"] == 1
        for one in waiting:
            one.result()
    assert os.listdir(path.parent) == [path.name]
