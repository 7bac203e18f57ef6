"""A home, a state folder and a hook writer of its own for every test."""

import sys
from pathlib import Path

import pytest
from shells import program
from world_of_settings import World


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A scratch home in which cctop is installed, and a project to stand in."""
    for name in ("CLAUDE_CONFIG_DIR", "CCTOP_SPOOL_DIR", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    world = World(tmp_path)
    monkeypatch.setenv("HOME", str(world.home))
    monkeypatch.setenv("CCTOP_STATE_DIR", str(world.state))
    monkeypatch.setattr("cctop.integrations.settings.MANAGED", tmp_path / "managed")
    monkeypatch.setattr(sys, "argv", [str(Path(program(world.bin, "exit 0")).with_name("cctop"))])
    (world.bin / "cctop").touch()
    monkeypatch.setenv("PATH", f"{world.bin}:/usr/bin:/bin")
    monkeypatch.chdir(world.project)
    return world
