"""The status line, and the registry of running sessions."""

import json
import os
from pathlib import Path

import pytest
from clinic import NOW, SESSION, Clinic
from scribe import HOUR, SECOND, session_id

from cctop.doctor.check import State


class TestInstalled:
    def test_not_at_all(self, clinic: Clinic) -> None:
        found = clinic.check("status-line")
        assert (found.state, found.remedy) == (State.INFO, "cctop statusline install")

    @pytest.mark.parametrize("state", ["wrapped", "ours"])
    def test_well(self, clinic: Clinic, state: str) -> None:
        clinic.draw(state)
        assert clinic.check("status-line").state is State.OK

    def test_changed_by_hand(self, clinic: Clinic) -> None:
        clinic.draw("changed")
        assert clinic.check("status-line").state is State.ATTENTION

    def test_switched_off(self, clinic: Clinic) -> None:
        clinic.draw()
        clinic.line["disabled_by"] = ["/s.json: disableAllHooks"]
        assert clinic.check("status-line").state is State.BROKEN

    def test_its_program_is_gone(self, clinic: Clinic) -> None:
        clinic.draw(exists=False)
        found = clinic.check("status-line")
        assert (found.state, found.remedy) == (
            State.BROKEN,
            "cctop statusline install --scope user",
        )

    def test_overruled_by_the_project(self, clinic: Clinic) -> None:
        clinic.draw()
        clinic.change(overruled=("In this folder /p wins; `cctop statusline install` wraps it",))
        found = clinic.check("status-line")
        assert found.state is State.ATTENTION
        assert (found.finding, found.remedy) == (
            "In this folder /p wins",
            "`cctop statusline install` wraps it",
        )


class TestArriving:
    def test_none_installed(self, clinic: Clinic) -> None:
        assert "not in the status line" in clinic.check("status-line-arriving").finding

    def test_the_newest_of_each_session(self, clinic: Clinic) -> None:
        clinic.draw()
        clinic.told(session_id(1), NOW - HOUR)
        clinic.told(session_id(2), NOW - 5 * SECOND)
        found = clinic.check("status-line-arriving")
        assert (found.state, found.finding) == (State.OK, "of 2 sessions, the last 0:05 ago")
        assert found.notes[0] == f"{session_id(2)[:8]}  0:05 ago"

    def test_none_though_a_session_runs(self, clinic: Clinic) -> None:
        clinic.draw()
        assert clinic.check("status-line-arriving").state is State.INFO
        clinic.work()
        enter(clinic, os.getpid())
        found = clinic.check("status-line-arriving")
        assert (found.state, "was active 1:00 ago" in found.finding) == (State.ATTENTION, True)


class TestRunning:
    def test_none(self, clinic: Clinic) -> None:
        assert clinic.check("running").state is State.INFO

    def test_live_and_stale(self, clinic: Clinic) -> None:
        enter(clinic, os.getpid())
        enter(clinic, 2**31 - 2)
        found = clinic.check("running")
        assert found.state is State.OK
        assert found.finding == "1 session of 2 entries; 1 entry left by killed processes"
        assert [one["session"] for one in found.details["live"]] == [SESSION]


def enter(clinic: Clinic, pid: int) -> None:
    folder = Path(clinic.root, "sessions")
    folder.mkdir(exist_ok=True)
    (folder / f"{pid}.json").write_text(json.dumps({"pid": pid, "sessionId": SESSION}))
