"""Folders, config, transcripts, lines and kinds: each well, and each not."""

from pathlib import Path

import pytest
from clinic import NOW, SESSION, Clinic
from msgspec.structs import replace
from scribe import HOUR, SECOND, prompt, session_id

from cctop.doctor import sample
from cctop.doctor.check import State
from cctop.doctor.facts import Settings
from cctop.doctor.folders import folders, transcripts
from cctop.text import Clean


class TestFolders:
    def test_well(self, clinic: Clinic) -> None:
        found = clinic.check("folders")
        assert (found.state, found.finding) == (
            State.OK,
            f"{clinic.root} (usual place), readable",
        )

    def test_not_there(self, clinic: Clinic) -> None:
        clinic.change(roots=(str(clinic.path / "no"),), chosen="--root")
        found = clinic.check("folders")
        assert found.state is State.BROKEN
        assert found.finding.endswith("no (--root) is not there")
        assert "--root DIR" in found.remedy

    def test_a_file_in_its_place(self, clinic: Clinic) -> None:
        file = clinic.path / "file"
        file.touch()
        clinic.change(roots=(str(file),))
        found = clinic.check("folders")
        assert (found.state, "is no folder" in found.finding) == (State.BROKEN, True)

    def test_others_may_write(self, clinic: Clinic) -> None:
        clinic.root.chmod(0o777)
        found = clinic.check("folders")
        assert (found.state, found.remedy) == (State.ATTENTION, f"chmod o-w {clinic.root}")
        assert found.details["mode"] == "0777"

    def test_without_projects(self, clinic: Clinic) -> None:
        clinic.project.rmdir()
        clinic.project.parent.rmdir()
        found = clinic.check("folders")
        assert (found.state, "no folder projects" in found.finding) == (State.ATTENTION, True)

    def test_each_root_has_its_own(self, clinic: Clinic) -> None:
        clinic.change(roots=(str(clinic.root), str(clinic.path / "no")))
        states = [check.state for check in clinic.checks() if check.id == "folders"]
        assert states == [State.OK, State.BROKEN]

    def test_the_usual_one_that_the_environment_hides(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOME", str(clinic.path))
        other = clinic.path / "other"
        (other / "projects").mkdir(parents=True)
        facts = clinic.facts()
        hidden = replace(facts, settings=Settings((str(other),), "CLAUDE_CONFIG_DIR"))
        first, second = folders(hidden)
        assert (first.state, second.state) == (State.OK, State.INFO)
        assert str(clinic.root) in second.finding
        assert second.remedy.endswith(f"--root {clinic.root}")
        assert len(list(folders(facts))) == 1


class TestConfig:
    def test_none(self, clinic: Clinic) -> None:
        clinic.change(config=str(clinic.path / "config.toml"))
        found = clinic.check("config")
        assert (found.state, found.finding) == (
            State.OK,
            f"none, all defaults ({clinic.path}/config.toml)",
        )

    def test_faulty(self, clinic: Clinic) -> None:
        clinic.change(config="/c.toml", config_faults=("/c.toml: a: no", "/c.toml: b: no"))
        found = clinic.check("config")
        assert found.state is State.BROKEN
        assert found.finding == "/c.toml: a: no (1 more fault)"
        assert found.notes == ("/c.toml: b: no",)

    def test_no_home(self, clinic: Clinic) -> None:
        assert clinic.check("config").state is State.INFO


class TestTranscripts:
    def test_none(self, clinic: Clinic) -> None:
        found = clinic.check("transcripts")
        assert (found.state, found.details["files"]) == (State.ATTENTION, 0)
        assert "cleanupPeriodDays" in found.remedy

    def test_well(self, clinic: Clinic) -> None:
        clinic.work("toolu_1")
        clinic.write(prompt(NOW, version="2.1.331"), session=session_id(2), at=NOW - 5 * SECOND)
        agent = clinic.project / SESSION / "subagents" / "agent-a1.jsonl"
        agent.parent.mkdir(parents=True)
        agent.write_bytes(b"")
        found = clinic.check("transcripts")
        assert found.state is State.OK
        assert found.finding.startswith("3 files (1 of subagents), ")
        assert set(found.details["claude_code_versions"]) == {"2.1.330", "2.1.331"}

    def test_the_newest_version_comes_first(self, clinic: Clinic) -> None:
        clinic.write(prompt(NOW, version="2.1.2"), prompt(NOW, version="2.1.3"), at=NOW)
        clinic.write(prompt(NOW, version="2.1.9"), session=session_id(2), at=NOW - HOUR)
        found = clinic.check("transcripts")
        assert found.details["claude_code_versions"] == ["2.1.3", "2.1.2", "2.1.9"]

    def test_a_folder_that_cannot_be_read(self, clinic: Clinic) -> None:
        facts = clinic.facts()
        notices = (Clean("Cannot read /x: no."), Clean("Cannot read /y: no."))
        broken = replace(facts, scan=replace(facts.scan, notices=notices))
        found = transcripts(broken)
        assert (found.state, found.finding) == (State.BROKEN, notices[0])
        assert found.notes == notices[1:]


class TestLines:
    def test_nothing_to_read_is_not_well_read(self, clinic: Clinic) -> None:
        found = clinic.check("lines")
        assert (found.state, found.finding) == (State.INFO, "no transcripts to read")

    def test_well(self, clinic: Clinic) -> None:
        clinic.work()
        assert clinic.check("lines").state is State.OK

    def test_the_first_few_are_named(self, clinic: Clinic) -> None:
        clinic.work()
        path = clinic.write(*[b"{torn \x1b[2J\n"] * 5)
        found = clinic.check("lines")
        assert found.state is State.ATTENTION
        assert found.finding == "5 lines in 1 file could not be read as they stand"
        assert len(found.notes) == len(found.details["first"]) == 3
        assert found.notes[0].startswith(f"{path} at byte ")
        assert "not JSON" in found.notes[0]


class TestKinds:
    def test_nothing_to_look_at(self, clinic: Clinic) -> None:
        assert clinic.check("records").state is State.INFO

    def test_well(self, clinic: Clinic) -> None:
        clinic.work()
        clinic.write({"type": "system", "subtype": "turn_duration"}, {"type": "mode"})
        found = clinic.check("records")
        assert (found.state, found.details["unknown"]) == (State.OK, {})

    def test_unknown_ones(self, clinic: Clinic) -> None:
        clinic.work()
        news = {"type": "system", "subtype": "brand\x1b[31mnew"}
        clinic.write({"type": "hologram"}, {"type": "hologram"}, news)
        found = clinic.check("records")
        assert found.state is State.ATTENTION
        assert found.details["unknown"] == {"hologram": 2, "system/brandnew": 1}
        assert "hologram (2), system/brandnew (1)" in found.finding

    def test_only_the_ends_of_the_newest_files_are_looked_at(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sample, "FILES", 1)
        monkeypatch.setattr(sample, "BYTES", 60)
        clinic.write({"type": "old"}, at=NOW - HOUR, session=session_id(2))
        clinic.write({"type": "first"}, {"type": "mode", "x": "y" * 20}, {"type": "last"})
        taken = clinic.facts().sample
        assert dict(taken.unknown) == {"last": 1}
        assert (taken.files, taken.bytes <= 60) == (1, True)

    def test_a_line_being_written_is_left_alone(self, clinic: Clinic) -> None:
        clinic.write({"type": "mode"}, b'{"type": "holo')
        assert clinic.check("records").state is State.OK


def test_a_file_that_went_away_is_left_out(clinic: Clinic) -> None:
    clinic.work()
    found = clinic.facts().scan.found
    Path(found[0].path).unlink()
    assert sample.take(found).files == 0
