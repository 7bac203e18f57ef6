"""Segments: how records get in, and how old ones go."""

import json
import os
import re
import stat
from pathlib import Path
from typing import Any

import pytest

from cctop.hook import spool
from cctop.hook.spool import append, path_of, prune

NOW_S = 1_795_000_000.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "spool"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Segments of a hundred bytes, a spool of a thousand."""
    monkeypatch.setattr(spool, "SEGMENT_BYTES", 100)
    monkeypatch.setattr(spool, "SPOOL_BYTES", 1000)


def records(folder: Path) -> list[dict[str, Any]]:
    paths = sorted(folder.glob("events-*"))
    return [
        json.loads(line)
        for path in paths
        for line in path.read_bytes().split(b"\n")
        if line.strip()
    ]


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def segment(folder: Path, index: int, records: int = 1, *, size: int = 0, age_s: float = 0) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = Path(path_of(str(folder), index))
    path.write_bytes(b'\n{"n":1}\n' * records + b" " * size)
    os.utime(path, (NOW_S - age_s, NOW_S - age_s))
    return path


def test_the_first_record_makes_the_folder(folder: Path) -> None:
    append(str(folder), b'{"a":1}')
    append(str(folder), b'{"b":1}')
    assert (folder / "events-000001.jsonl").read_bytes() == b'\n{"a":1}\n\n{"b":1}\n'
    assert names(folder) == ["aside", "events-000001.jsonl"]


@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
def test_all_is_for_the_user_alone(folder: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        append(str(folder), b"{}")
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "aside").stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "events-000001.jsonl").stat().st_mode) == 0o600


@pytest.mark.usefixtures("small")
def test_a_full_segment_is_followed_by_another(folder: Path) -> None:
    for number in range(30):
        append(str(folder), b'{"n":%d}' % number)
    assert [record["n"] for record in records(folder)] == list(range(30))
    segments = sorted(folder.glob("events-*"))
    assert len(segments) == 3
    assert all(re.fullmatch(spool.SEGMENT, path.name) for path in segments)
    assert all(100 <= path.stat().st_size < 120 for path in segments[:-1])


def test_a_torn_record_spoils_no_other(folder: Path) -> None:
    torn = segment(folder, 1)
    torn.write_bytes(b'\n{"a":1}\n\n{"b":')
    append(str(folder), b'{"c":1}')
    assert torn.read_bytes().split(b"\n")[-2] == b'{"c":1}'


def test_other_names_are_no_segments(folder: Path) -> None:
    folder.mkdir(parents=True)
    others = ["events-1.jsonl", "events-00000x.jsonl", "events-000009.json", "events-٠٠٠٠٠٩.jsonl"]
    for name in [*others, "events-0000009.jsonl", "aside", "status"]:
        (folder / name).touch()
    append(str(folder), b"{}")
    assert (folder / "events-000001.jsonl").stat().st_size == 4


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "dangling link"])
def test_what_only_looks_like_a_segment_is_passed_by(folder: Path, kind: str) -> None:
    folder.mkdir(parents=True)
    last = folder / "events-000007.jsonl"
    victim = folder.parent / "victim"
    if kind == "folder":
        last.mkdir()
    elif kind == "pipe":
        os.mkfifo(last)
    else:
        if kind == "link":
            victim.touch()
        last.symlink_to(victim)
    append(str(folder), b"{}")
    assert (folder / "events-000008.jsonl").read_bytes() == b"\n{}\n"
    assert not victim.exists() or victim.stat().st_size == 0


def test_a_folder_that_is_a_link_is_followed(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    folder.parent.mkdir()
    folder.symlink_to(tmp_path / "real")
    append(str(folder), b"{}")
    assert names(tmp_path / "real") == ["events-000001.jsonl"]


def test_a_folder_that_is_a_file_is_an_error(folder: Path) -> None:
    folder.parent.mkdir()
    folder.touch()
    with pytest.raises(OSError, match="directory"):
        append(str(folder), b"{}")


def test_a_spool_in_bounds_is_left_alone(folder: Path) -> None:
    for index in range(1, 17):
        segment(folder, index, size=1000, age_s=(17 - index) * 3600)
    before = names(folder)
    prune(str(folder), NOW_S)
    assert names(folder) == before
    assert not any(record.get("event") for record in records(folder))


@pytest.mark.usefixtures("small")
def test_the_oldest_go_while_there_is_too_much(folder: Path) -> None:
    for index in range(1, 13):
        segment(folder, index, records=2, size=82)
    prune(str(folder), NOW_S)
    assert names(folder) == [f"events-{index:06}.jsonl" for index in range(3, 13)]
    dropped = [record for record in records(folder) if record.get("event")]
    assert [(record["id"], record["count"], record["v"]) for record in dropped] == [
        ("dropped-events-000001", 2, 1),
        ("dropped-events-000002", 2, 1),
    ]
    assert all(isinstance(record["at"], int) for record in dropped)


def test_what_is_a_week_old_goes_but_never_the_newest(folder: Path) -> None:
    week = spool.SEGMENT_AGE_S
    for index, age in ((1, week + 60), (2, week - 60), (5, week + 60), (6, week + 60)):
        segment(folder, index, age_s=age)
    prune(str(folder), NOW_S)
    assert names(folder) == ["events-000002.jsonl", "events-000006.jsonl"]
    assert [record["id"] for record in records(folder) if "id" in record] == [
        "dropped-events-000001",
        "dropped-events-000005",
    ]


def test_what_only_looks_like_a_segment_is_not_opened(folder: Path) -> None:
    segment(folder, 1, age_s=10**7)
    segment(folder, 3)
    os.mkfifo(folder / "events-000002.jsonl")
    os.utime(folder / "events-000002.jsonl", (0, 0))
    (folder / "events-000004.jsonl").symlink_to(folder / "nothing")
    prune(str(folder), NOW_S)
    assert names(folder) == [f"events-00000{index}.jsonl" for index in (2, 3, 4)]
    assert b"dropped-events-000001" in (folder / "events-000003.jsonl").read_bytes()


def test_torn_and_blank_lines_count_as_they_are(folder: Path) -> None:
    old = segment(folder, 1)
    old.write_bytes(b'\n{"a":1}\n\n \n\n{"b":')
    os.utime(old, (0, 0))
    segment(folder, 2)
    prune(str(folder), NOW_S)
    assert [record["count"] for record in records(folder) if "count" in record] == [2]


def test_without_a_word_about_it_nothing_goes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    segment(folder, 1, age_s=10**7)
    segment(folder, 2)
    monkeypatch.setattr(os, "write", full)
    prune(str(folder), NOW_S)
    assert len(names(folder)) == 2


def test_two_that_prune_at_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one comes between our look at the segment and our removing it."""
    segment(folder, 1, age_s=10**7)
    segment(folder, 2)
    unlink = os.unlink

    def slow(path: str) -> None:
        unlink(path)
        prune(str(folder), NOW_S)

    monkeypatch.setattr(os, "unlink", slow)
    prune(str(folder), NOW_S)
    assert names(folder) == ["events-000002.jsonl"]
    monkeypatch.undo()
    segment(folder, 1, age_s=10**7)
    opened = []

    def gone(path: str, *rest: object) -> object:
        opened.append(path)
        os.unlink(path)
        raise FileNotFoundError(path)

    monkeypatch.setattr("builtins.open", gone)
    prune(str(folder), NOW_S)
    monkeypatch.undo()
    assert len(opened) == 1
    assert {record["id"] for record in records(folder) if "id" in record} == {
        "dropped-events-000001"
    }


def test_no_folder_is_nothing_to_prune(folder: Path) -> None:
    prune(str(folder))
    assert not folder.exists()


@pytest.mark.usefixtures("small")
def test_whoever_begins_a_segment_prunes(folder: Path) -> None:
    for number in range(1000):
        append(str(folder), b'{"n":%d}' % number)
    total = sum(path.stat().st_size for path in folder.glob("events-*"))
    assert total < 1400
    assert sum(record.get("count", 0) for record in records(folder))
    kept = [record["n"] for record in records(folder) if "n" in record]
    assert kept == list(range(1000 - len(kept), 1000))


def test_a_segment_that_another_one_begins_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """We find the last one full; before we begin the next, another has."""
    segment(folder, 1, size=spool.SEGMENT_BYTES)
    real = os.open
    rivals: list[str] = []

    def slow(path: str, flags: int, mode: int = 0o777) -> int:
        if flags & os.O_EXCL and not rivals:
            rivals.append(path)
            Path(path).write_bytes(b"\n{}\n")
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", slow)
    append(str(folder), b'{"a":1}')
    assert Path(rivals[0]).read_bytes() == b'\n{}\n\n{"a":1}\n'


def test_a_segment_that_is_pruned_under_us_is_not_made_anew(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    segment(folder, 1)
    real = os.open

    def slow(path: str, flags: int, mode: int = 0o777) -> int:
        if path.endswith("000001.jsonl") and not (folder / "events-000002.jsonl").exists():
            segment(folder, 2)
            os.unlink(path)
        return real(path, flags, mode)

    monkeypatch.setattr(os, "open", slow)
    append(str(folder), b'{"a":1}')
    assert names(folder) == ["events-000002.jsonl"]


def test_a_spool_that_never_holds_still_is_an_error(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_: object) -> int:
        raise FileNotFoundError

    folder.mkdir(parents=True)
    monkeypatch.setattr(os, "open", gone)
    with pytest.raises(OSError, match="changes too fast"):
        append(str(folder), b"{}")
