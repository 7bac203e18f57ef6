from errno import EACCES, EIO
from pathlib import Path

import pytest

from cctop.sources.roots import cannot_read, normal, projects_dir, sessions_dir


def test_roots_are_absolute_and_each_there_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert normal(["a", str(tmp_path / "b") + "/", "./a/"]) == (
        str(tmp_path / "a"),
        str(tmp_path / "b"),
    )


def test_a_config_dir_holds_projects_and_sessions(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    assert projects_dir(str(tmp_path)) == str(tmp_path / "projects")
    assert sessions_dir(str(tmp_path)) == str(tmp_path / "sessions")


@pytest.mark.parametrize("mark", ["sessions", "settings.json", "history.jsonl"])
def test_a_config_dir_without_projects_yet_is_not_taken_for_one(tmp_path: Path, mark: str) -> None:
    (tmp_path / mark).mkdir()
    assert projects_dir(str(tmp_path)) == str(tmp_path / "projects")


def test_a_folder_called_claude_is_a_config_dir_even_when_empty(tmp_path: Path) -> None:
    root = tmp_path / ".claude"
    root.mkdir()
    assert projects_dir(str(root)) == str(root / "projects")


def test_any_other_folder_may_hold_projects_itself(tmp_path: Path) -> None:
    (tmp_path / "-home-ada-web").mkdir()
    assert projects_dir(str(tmp_path)) == str(tmp_path)
    assert sessions_dir(str(tmp_path)) == str(tmp_path / "sessions")


def test_the_registry_lies_beside_a_projects_folder(tmp_path: Path) -> None:
    (tmp_path / "projects").mkdir()
    assert sessions_dir(str(tmp_path / "projects")) == str(tmp_path / "sessions")


def test_a_notice_names_path_reason_and_remedy() -> None:
    denied = cannot_read("/x/y", PermissionError(EACCES, "Permission denied"))
    assert denied == (
        "Cannot read /x/y: permission denied; "
        "make it readable for this user (chmod u+rX) and it is read at once."
    )
    assert "tried again" in cannot_read("/x", OSError(EIO, "Input/output error"))
    assert "has to be a folder" in cannot_read("/x", NotADirectoryError(20, "Not a directory"))


def test_a_notice_cannot_drive_the_terminal() -> None:
    assert "\x1b" not in cannot_read("/x/\x1b]52;c;ZXZpbA==\x07", OSError(EIO, "x"))
