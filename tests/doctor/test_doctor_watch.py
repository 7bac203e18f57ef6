"""`cctop doctor --watch`: what comes, as it comes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from clinic import NOW, SESSION, Clinic, environment
from scribe import SECOND

from cctop.doctor import watch as watching
from cctop.doctor.watch import NEWEST, Watch, follow


def watch(clinic: Clinic) -> Watch:
    return Watch(str(clinic.spool), [str(clinic.root)])


def said(watch: Watch) -> list[Any]:
    return [json.loads(line) for line in watch.look()]


def enter(clinic: Clinic, **changes: Any) -> Path:
    folder = clinic.root / "sessions"
    folder.mkdir(exist_ok=True)
    path = folder / f"{os.getpid()}.json"
    path.write_text(json.dumps({"pid": os.getpid(), "sessionId": SESSION} | changes))
    return path


class TestLook:
    def test_it_begins_with_the_newest_five(self, clinic: Clinic) -> None:
        for number in range(9):
            clinic.hear("Stop", NOW + number)
        clinic.told()
        enter(clinic)
        seen = watch(clinic)
        assert [one["id"] for one in said(seen)] == [f"id-{n}" for n in range(5, 10)]
        assert NEWEST == 5
        assert said(seen) == []

    def test_each_event_once(self, clinic: Clinic) -> None:
        seen = watch(clinic)
        assert said(seen) == []
        clinic.hear("PreToolUse", tool="Bash", whatever={"a": 1})
        (one,) = said(seen)
        assert (one["event"], one["whatever"]) == ("PreToolUse", {"a": 1})
        assert said(seen) == []

    def test_of_a_status_line_what_changed(self, clinic: Clinic) -> None:
        seen = watch(clinic)
        said(seen)
        clinic.told(model={"id": "opus"}, cwd="/x")
        (one,) = said(seen)
        assert (one["event"], one["session"], one["cwd"]) == ("status line", SESSION, "/x")
        clinic.told(model={"id": "opus"}, cost={"total_cost_usd": 0.75}, at=NOW)
        (one,) = said(seen)
        assert list(one) == ["event", "at", "session", "cost.total_cost_usd", "gone"]
        assert (one["cost.total_cost_usd"], one["gone"]) == (0.75, ["cwd"])

    def test_status_files_that_are_none(self, clinic: Clinic) -> None:
        seen = watch(clinic)
        said(seen)
        folder = clinic.told().parent
        said(seen)
        (folder / "torn.json").write_text("{")
        (folder / ".half.json").write_text('{"status": {"cwd": "/half"}}')
        (folder / "link.json").symlink_to("/etc/passwd")
        (folder / "huge.json").write_bytes(b'{"status": {"x": "' + b"y" * (1 << 17) + b'"}}')
        assert said(seen) == []

    def test_changes_of_the_registry(self, clinic: Clinic) -> None:
        seen = watch(clinic)
        said(seen)
        path = enter(clinic, status="idle", name="web")
        (one,) = said(seen)
        assert (one["event"], one["session"], one["name"]) == ("session begins", SESSION, "web")
        enter(clinic, status="waiting", name="web", waitingFor="permission")
        (one,) = said(seen)
        assert one["event"] == "session changes"
        assert (one["status"], one["waiting_for"], "name" in one) == (
            "waiting",
            "permission",
            False,
        )
        path.unlink()
        (one,) = said(seen)
        assert list(one) == ["event", "at", "session", "pid"]
        assert one["event"] == "session ends"


class TestFollow:
    def test_it_says_once_what_it_waits_for(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        clock = Clock(monkeypatch)
        lines: list[str] = []
        remarks: list[tuple[float, str]] = []

        def remark(text: str) -> None:
            remarks.append((clock.now, text))

        def goes_on() -> bool:
            if clock.now == 30:
                clinic.hear("Stop")
            return clock.now < 60

        follow(watch(clinic), lines.append, remark, goes_on, "nothing yet", quiet=10)
        assert remarks == [(10, "nothing yet"), (40, "nothing yet")]
        assert len(lines) == 1


class Clock:
    """A clock on which each pause takes a second."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(watching, "time", self)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, _: float) -> None:
        self.now += 1


@contextlib.contextmanager
def program(clinic: Clinic, *words: str) -> Iterator[subprocess.Popen[str]]:
    """`cctop doctor --watch` as a process, with what it prints in pipes."""
    env = environment(clinic.path) | {"CCTOP_SPOOL_DIR": str(clinic.spool)}
    command = [sys.executable, "-m", "cctop", "doctor", "--watch", *words]
    with subprocess.Popen(
        command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        stdin=subprocess.DEVNULL, cwd=clinic.path,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


class TestProgram:
    def test_events_arrive_while_they_are_written_and_ctrl_c_ends_it(self, clinic: Clinic) -> None:
        clinic.hear("SessionStart", source="startup")
        with program(clinic) as process:
            assert process.stdout is not None
            assert json.loads(process.stdout.readline())["event"] == "SessionStart"
            for number in range(3):
                clinic.hear("PreToolUse", NOW + number * SECOND, input={"command": "x\x1b[2J"})
                one = json.loads(process.stdout.readline())
                assert (one["event"], one["input"]) == ("PreToolUse", {"command": "x"})
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 130
            assert process.stderr is not None
            assert (process.stdout.read(), process.stderr.read()) == ("", "")

    def test_a_closed_pipe_ends_it_though_nothing_comes(self, clinic: Clinic) -> None:
        clinic.hear("Stop")
        with program(clinic) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.readline()
            process.stdout.close()
            assert process.wait(30) == 0
            assert process.stderr.read() == ""

    def test_it_waits_for_a_spool_that_is_not_there(self, clinic: Clinic) -> None:
        with program(clinic, "--root", str(clinic.root)) as process:
            assert process.stdout is not None
            clinic.hear("Stop")
            assert json.loads(process.stdout.readline())["event"] == "Stop"
