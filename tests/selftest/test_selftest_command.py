"""`cctop selftest`: what it says, what it leaves, and that it can fail."""

import json
import os
import tempfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from cctop.cli import main
from cctop.engine.reading import read_all
from cctop.engine.settings import Settings
from cctop.prices.rates import PICO
from cctop.selftest import kit, trial
from cctop.selftest.records import START
from cctop.selftest.trap import A, Truth

FEW = 6


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The first traps, so that not every test goes through them all."""
    chosen = list(trial.traps())[:FEW]
    monkeypatch.setattr(trial, "traps", lambda: iter(chosen))
    return [trap.name for trap in chosen]


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files, and a home that must not be looked at."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("HOME", "/nowhere")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "/nowhere/either")
    monkeypatch.setenv("CCTOP_CONFIG", "/nowhere/config.toml")
    return tmp_path


def test_it_passes_and_leaves_nothing(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest"]) == 0
    said = capsys.readouterr().out
    count = len(list(trial.traps()))
    assert f"{count} of {count} traps as worked out by hand." in said
    assert "✕" not in said
    for trap in trial.traps():
        assert trap.name in said
    assert os.listdir(scratch) == []


@pytest.mark.usefixtures("few")
def test_a_difference_is_shown_and_is_a_failure(
    scratch: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *others = trial.traps()
    wrong = replace(first, truth={A: Truth(1)})
    monkeypatch.setattr(trial, "traps", lambda: iter([wrong, *others]))
    assert main(["selftest"]) == 1
    said = capsys.readouterr().out
    (line,) = (line for line in said.splitlines() if line.startswith("✕"))
    assert "$0.000000000001" in line
    assert "$0.056" in line
    assert f"{FEW - 1} of {FEW} traps" in said
    assert main(["selftest", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert not told["passed"]
    assert [trap["passed"] for trap in told["traps"]] == [False] + [True] * (FEW - 1)


def test_json(few: list[str], scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["selftest", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [trap["name"] for trap in told["traps"]] == few
    first = told["traps"][0]
    assert first["expected"] == first["found"]
    assert first["expected_cost_usd"] == first["found_cost_usd"] == 0.056
    assert told["prices"]["source"] == "genai-prices"


@pytest.mark.usefixtures("few")
def test_the_files_are_kept_with_their_truth(scratch: Path) -> None:
    folder = scratch / "kit"
    assert main(["selftest", "--write", str(folder)]) == 0
    assert os.listdir(scratch) == ["kit"]
    truth = json.loads((folder / "truth.json").read_text())
    assert len(truth) == FEW
    readme = (folder / "README.md").read_text()
    for told in truth:
        assert f"`{told['folder']}`" in readme
        root = folder / told["folder"]
        sessions = read_all(Settings(roots=(root,)), lambda: START).snapshot.sessions
        costs = {session.id: session.cost / PICO for session in sessions}
        assert costs == {id: each["cost_usd"] for id, each in told["sessions"].items()}
        assert told["cost_usd"] == sum(costs.values())


@pytest.mark.usefixtures("few")
def test_what_lies_there_stays(scratch: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (scratch / "mine").write_text("mine")
    for place in (scratch, scratch / "mine"):
        assert main(["selftest", "--write", str(place)]) == 1
        assert "not an empty one" in capsys.readouterr().err
    assert os.listdir(scratch) == ["mine"]
    assert (scratch / "mine").read_text() == "mine"


def test_the_files_are_the_same_each_time() -> None:
    for trap in trial.traps():
        assert trial.files_of(trap) == trial.files_of(trap)


def test_every_trap_has_a_folder_and_a_reason_of_its_own() -> None:
    traps = list(trial.traps())
    assert len({trap.name for trap in traps}) == len(traps)
    assert all(trap.why and trap.truth for trap in traps)
    assert kit.folder_of(7, traps[1]) == "07-3-lines-per-message-id"
