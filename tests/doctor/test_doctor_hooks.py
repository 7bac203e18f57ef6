"""Hooks: installed or not, arriving or not, and how late."""

import os
from typing import Any

import pytest
from clinic import NOW, SESSION, Clinic
from scribe import HOUR, MINUTE, SECOND, START, compaction, session_id

from cctop.doctor.check import State
from cctop.text import clean

MS = 1


def session(clinic: Clinic) -> None:
    """A turn with one tool call, and all its hooks."""
    clinic.work("toolu_1")
    for event in ("SessionStart", "UserPromptSubmit", "PreToolUse", "Stop"):
        clinic.hear(event, NOW - 62 * SECOND)
    clinic.hear("PostToolUse", NOW - 60 * SECOND + 48 * MS, tool_use_id="toolu_1")


class TestInstalled:
    def test_not_at_all(self, clinic: Clinic) -> None:
        found = clinic.check("hooks")
        assert (found.state, found.remedy) == (State.INFO, "cctop hooks install")
        assert clinic.check("arriving").state is State.INFO

    def test_well(self, clinic: Clinic) -> None:
        clinic.install()
        found = clinic.check("hooks")
        assert (found.state, found.finding) == (State.OK, f"installed: user ({clinic.user})")

    @pytest.mark.parametrize(
        ("changes", "words", "remedy"),
        [
            ({"programs": [{"path": "/gone/cctop-hook", "exists": False}]},
             "they run /gone/cctop-hook, which is not there", "cctop hooks install"),
            ({"why": "settings.json: is not JSON"}, "is not JSON", "mend that file"),
        ],
    )  # fmt: skip
    def test_broken(self, clinic: Clinic, changes: dict[str, Any], words: str, remedy: str) -> None:
        clinic.install(**changes)
        found = clinic.check("hooks")
        assert found.state is State.BROKEN
        assert words in found.finding
        assert found.remedy.startswith(remedy)

    def test_switched_off(self, clinic: Clinic) -> None:
        clinic.hooks["disabled_by"] = ["/s.json: disableAllHooks"]
        assert clinic.check("hooks").state is State.INFO
        clinic.install()
        found = clinic.check("hooks")
        assert found.state is State.BROKEN
        assert "/s.json: disableAllHooks" in found.finding

    def test_in_part(self, clinic: Clinic) -> None:
        clinic.install(missing=["Stop"], scope="local")
        found = clinic.check("hooks")
        assert (found.state, found.remedy) == (State.ATTENTION, "cctop hooks install --scope local")

    def test_by_the_plugin(self, clinic: Clinic) -> None:
        clinic.hooks["plugin"] = True
        assert clinic.check("hooks").finding == "installed: plugin"
        clinic.move(hook="")
        found = clinic.check("hooks")
        assert (found.state, "not on the PATH" in found.finding) == (State.BROKEN, True)
        clinic.move(hook="/usr/bin/cctop-hook")
        clinic.install()
        assert "told twice" in clinic.check("hooks").finding

    def test_settings_that_cannot_be_told(self, clinic: Clinic) -> None:
        clinic.change(refused="$CLAUDE_CONFIG_DIR names several folders")
        assert clinic.check("hooks").state is State.BROKEN


class TestArriving:
    def test_well(self, clinic: Clinic) -> None:
        clinic.install()
        session(clinic)
        found = clinic.check("arriving")
        assert found.state is State.OK
        assert found.finding == "5 events in the spool, the last 0:59 ago, 5 in the last hour"
        assert found.notes[0] == "PostToolUse                1   last 0:59 ago, 1 in the last hour"
        assert found.notes[-1].startswith("never: Notification (")
        assert found.details["events"]["Stop"]["count"] == 1

    def test_old_ones_are_not_of_the_last_hour(self, clinic: Clinic) -> None:
        clinic.install()
        clinic.hear("Stop", NOW - 3 * HOUR)
        clinic.hear("Stop", NOW - 2 * HOUR)
        found = clinic.check("arriving")
        assert (found.details["last_hour"], found.details["events"]["Stop"]["count"]) == (0, 2)

    def test_none_though_a_session_ran(self, clinic: Clinic) -> None:
        clinic.install()
        clinic.work("toolu_1")
        found = clinic.check("arriving")
        assert found.state is State.BROKEN
        assert "though a session ran 1:00 ago" in found.finding

    def test_none_though_a_session_ran_in_some_project(self, clinic: Clinic) -> None:
        clinic.install(scope="local")
        clinic.work("toolu_1")
        found = clinic.check("arriving")
        assert (found.state, "in this folder alone" in found.finding) == (State.ATTENTION, True)

    def test_a_plugin_may_be_younger_than_any_settings_but_one(self, clinic: Clinic) -> None:
        clinic.install(at=NOW - MINUTE)
        local = clinic.path / "settings.local.json"
        local.touch()
        os.utime(local, (START / 1000, START / 1000))
        clinic.hooks |= {"plugin": True, "scopes": [
            clinic.scope(events=[]), clinic.scope(events=[], file=str(local))
        ]}  # fmt: skip
        clinic.work("toolu_1")
        assert clinic.check("arriving").state is State.INFO

    def test_none_and_no_session_since(self, clinic: Clinic) -> None:
        clinic.work("toolu_1", at=START)
        clinic.install(at=NOW - MINUTE)
        assert clinic.check("arriving").state is State.INFO

    def test_they_stopped(self, clinic: Clinic) -> None:
        clinic.install()
        clinic.work("toolu_1")
        clinic.hear("Stop", NOW - 30 * MINUTE)
        found = clinic.check("arriving")
        assert found.state is State.ATTENTION
        assert "none since, though a session ran 1:00 ago" in found.finding

    def test_one_that_should_have_come(self, clinic: Clinic) -> None:
        clinic.install(events=["Stop", "PreCompact", "PreToolUse"])
        clinic.hear("Stop", NOW - 30 * MINUTE)
        clinic.write(compaction(NOW - 10 * MINUTE))
        clinic.hear("Stop", NOW - 5 * MINUTE)
        found = clinic.check("arriving")
        assert found.state is State.ATTENTION
        assert (found.details["missed"], found.details["never"]) == (["PreCompact"], ["PreToolUse"])

    def test_one_whose_reason_was_before_the_first_event(self, clinic: Clinic) -> None:
        clinic.install(events=["Stop", "PreCompact"])
        clinic.write(compaction(NOW - 40 * MINUTE))
        clinic.hear("Stop", NOW - 30 * MINUTE)
        assert clinic.check("arriving").details["missed"] == []

    def test_those_of_other_folders(self, clinic: Clinic) -> None:
        clinic.install()
        clinic.hear("Stop", transcript="/elsewhere/projects/x/s.jsonl")
        found = clinic.check("arriving")
        assert (found.state, found.details["of_other_folders"]) == (State.ATTENTION, 1)
        clinic.hear("Stop")
        assert clinic.check("arriving").state is State.OK

    def test_taken_out_again(self, clinic: Clinic) -> None:
        clinic.hear("Stop")
        found = clinic.check("arriving")
        assert (found.state, "no longer installed" in found.finding) == (State.INFO, True)


class TestLag:
    def test_nothing_to_join(self, clinic: Clinic) -> None:
        assert clinic.check("lag").state is State.INFO

    def test_median_and_most(self, clinic: Clinic) -> None:
        clinic.work("toolu_1", "toolu_2", "toolu_3", at=NOW - MINUTE)
        for tool, ms in (("toolu_1", 10), ("toolu_2", 300), ("toolu_3", -20)):
            clinic.hear("PostToolUse", NOW - MINUTE + ms, tool_use_id=tool)
        clinic.hear("PostToolUse", NOW - MINUTE + 900, tool_use_id="toolu_1")  # a plugin's copy
        clinic.hear("PreToolUse", NOW - MINUTE - 400, tool_use_id="toolu_2")
        clinic.hear("PostToolUse", NOW, tool_use_id="toolu_unheard")
        found = clinic.check("lag")
        assert found.state is State.OK
        assert found.details == {"calls": 3, "median_ms": 10, "max_ms": 300}

    @pytest.mark.parametrize("ms", [9_000, -9_000])
    def test_slow_or_of_another_clock(self, clinic: Clinic, ms: int) -> None:
        clinic.work("toolu_1")
        clinic.hear("PostToolUse", NOW - MINUTE + ms, tool_use_id="toolu_1")
        assert clinic.check("lag").state is State.ATTENTION


def test_what_hooks_cannot_tell_is_always_said(clinic: Clinic) -> None:
    found = clinic.check("figures")
    assert (found.state, "tokens" in found.finding) == (State.INFO, True)


def test_hostile_text_arrives_cleaned(clinic: Clinic) -> None:
    evil = "x\x1b]52;c;aGk=\x07\x1b[2J\u202e"
    clinic.install(why=f"{evil}: is not JSON")
    clinic.draw("changed", file=f"/{evil}")
    clinic.change(config=evil, config_faults=(evil,), refused="", chosen=evil)
    clinic.write({"type": evil}, {"type": "user", "version": evil}, f"{evil}\n".encode())
    clinic.hear("Stop", session=evil, tool=evil)
    clinic.told(session_id(9), transcript_path=f"{clinic.project}/{SESSION}.jsonl", session_id=evil)
    clinic.move(env={"TERM": evil, "COLORTERM": evil}, platform=evil, encoding=evil)
    texts = [
        text
        for check in clinic.checks()
        for text in texts_in((check.finding, check.remedy, check.notes, check.word, check.details))
    ]
    assert sum("x" in text for text in texts) > 10
    assert [text for text in texts if text != clean(text, len(text))] == []


def texts_in(value: Any) -> list[str]:
    """Every text in a value, keys too."""
    if isinstance(value, dict):
        return texts_in([*value.keys(), *value.values()])
    if isinstance(value, list | tuple):
        return [text for item in value for text in texts_in(item)]
    return [value] if isinstance(value, str) else []
