"""A home of its own for every test of a command that changes Claude Code's settings."""

import sys
from pathlib import Path

import pytest
from settings_place import Place


@pytest.fixture
def place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Place:
    """A scratch home, and a project to stand in."""
    place = Place(tmp_path, capsys)
    for name in ("CLAUDE_CONFIG_DIR", "CCTOP_STATE_DIR", "CCTOP_SPOOL_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setattr("cctop.paths.state_dir", lambda: tmp_path / "state")
    monkeypatch.setattr("cctop.integrations.settings.MANAGED", place.managed.parent)
    monkeypatch.setattr(sys, "argv", [str(place.program.with_name("cctop"))])
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.chdir(place.project.parent.parent)
    return place
