"""The kernel's events, as they come."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

if sys.platform != "linux":
    pytest.skip("inotify is Linux's", allow_module_level=True)

from cctop.sources import inotify as module
from cctop.sources.inotify import Inotify
from cctop.sources.transcripts.layout import leads_on


@pytest.fixture
def ear() -> Iterator[Inotify]:
    inotify = Inotify()
    yield inotify
    inotify.close()
    inotify.close()


def test_nothing_is_heard_where_nothing_happens(ear: Inotify, tmp_path: Path) -> None:
    ear.watch(str(tmp_path))
    assert ear.read() == []
    (tmp_path / "a").touch()
    assert ear.read() == [str(tmp_path / "a")]
    assert ear.read() == []


def test_reading_a_file_is_no_change(ear: Inotify, tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    ear.watch(str(tmp_path))
    (tmp_path / "a").read_text()
    os.listdir(tmp_path)
    assert ear.read() == []


def test_folders_that_come_later_are_heard_with_what_is_in_them(
    ear: Inotify, tmp_path: Path
) -> None:
    ear.watch(str(tmp_path))
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    assert str(tmp_path / "a") in ear.read()
    (deep / "c").write_text("1")
    assert str(deep / "c") in ear.read()


def test_a_folder_that_moves_is_heard_under_its_new_name_alone(
    ear: Inotify, tmp_path: Path
) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out"
    (inside / "a" / "b").mkdir(parents=True)
    outside.mkdir()
    ear.watch(str(inside))
    (inside / "a").rename(inside / "z")
    ear.read()
    (inside / "z" / "b" / "c").touch()
    assert ear.read() == [str(inside / "z" / "b" / "c")]
    (inside / "z").rename(outside / "z")
    ear.read()
    (outside / "z" / "b" / "d").touch()
    assert ear.read() == []


def test_folders_that_are_not_wanted_are_not_heard(ear: Inotify, tmp_path: Path) -> None:
    session = tmp_path / "-a" / "s1"
    (session / "tool-results").mkdir(parents=True)
    ear.watch(str(tmp_path), leads_on)
    (session / "tool-results" / "1.txt").touch()
    assert ear.read() == []
    (session / "subagents").mkdir()
    ear.read()
    (session / "subagents" / "agent-1.jsonl").touch()
    assert ear.read() == [str(session / "subagents" / "agent-1.jsonl")]


def test_links_are_followed_and_loops_are_not(ear: Inotify, tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    top = tmp_path / "top"
    top.mkdir()
    (top / "link").symlink_to(real)
    (top / "loop").symlink_to(top)
    (top / "dead").symlink_to(tmp_path / "nonesuch")
    ear.watch(str(top))
    (real / "a").touch()
    assert ear.read() == [str(top / "link" / "a")]


def test_a_folder_that_goes_is_told_and_forgotten(ear: Inotify, tmp_path: Path) -> None:
    top = tmp_path / "top"
    top.mkdir()
    ear.watch(str(top))
    top.rmdir()
    assert str(top) in ear.read()
    assert ear._folders == {}
    ear.watch(str(top))  # it is gone: that is no failure
    assert ear.read() == []


def test_names_that_are_no_text_are_kept(ear: Inotify, tmp_path: Path) -> None:
    ear.watch(str(tmp_path))
    name = os.fsdecode(b"\xff\xfe")
    Path(tmp_path, name).touch()
    assert ear.read() == [os.path.join(tmp_path, name)]


def test_after_events_were_lost_all_is_listened_to_anew(
    ear: Inotify, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear.watch(str(tmp_path))
    (tmp_path / "a").mkdir()
    with monkeypatch.context() as patch:
        lost = [(-1, module._OVERFLOW, "")]
        patch.setattr(ear, "_events", lambda: iter(lost))
        assert ear.read() == [str(tmp_path)]
    ear.read()
    (tmp_path / "a" / "b").touch()
    assert ear.read() == [str(tmp_path / "a" / "b")]


def test_an_error_of_the_system_is_an_os_error(ear: Inotify, tmp_path: Path) -> None:
    ear.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        ear.watch(str(tmp_path))
