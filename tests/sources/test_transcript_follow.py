import os
import shutil
from pathlib import Path

import pytest
from trees import SESSION, SLUG, Sweeps, Tree

from cctop.events import Gone, Reset
from cctop.sources import roots
from cctop.sources.transcripts import discover, tail
from cctop.sources.transcripts.document import Document
from cctop.sources.transcripts.follow import Follower, Item, Pending
from cctop.sources.transcripts.tail import Batch

MAIN = f"{SLUG}/{SESSION}.jsonl"
SUB = f"{SLUG}/{SESSION}/subagents"
OTHER = "-home-ada-api"


@pytest.fixture
def follower(tree: Tree) -> Follower:
    return Follower([str(tree.root)], Sweeps())


def news(follower: Follower) -> list[Item]:
    follower.scan()
    return list(follower.read())


def lines(items: list[Item]) -> list[tuple[int, bytes]]:
    return [(item.file, item.data) for item in items if isinstance(item, Batch | Document)]


def deny_open(monkeypatch: pytest.MonkeyPatch, path: str, error: OSError) -> None:
    really = os.open

    def refuse(opened: str, flags: int, mode: int = 0o777) -> int:
        if opened == path:
            raise error
        return really(opened, flags, mode)

    monkeypatch.setattr(os, "open", refuse)


def test_the_newest_file_comes_first(tree: Tree, follower: Follower) -> None:
    tree.write(f"{SLUG}/old.jsonl", b"old\n")
    tree.write(MAIN, b"main\n")
    tree.write(f"{SUB}/agent-a1.meta.json", b'{"agentType":"Plan"}')
    tree.write(f"{SUB}/agent-a1.jsonl", b"agent\n")
    assert follower.scan()
    assert lines(list(follower.read())) == [
        (0, b"agent\n"),
        (1, b'{"agentType":"Plan"}'),
        (2, b"main\n"),
        (3, b"old\n"),
    ]
    assert not follower.scan()
    assert list(follower.read()) == []


def test_origins_say_whose_a_file_is(tree: Tree, follower: Follower) -> None:
    path = tree.write(f"{SUB}/agent-a1.jsonl")
    (batch,) = news(follower)
    assert isinstance(batch, Batch)
    assert batch.origin is follower.origin_of(0)
    assert (batch.origin.session, batch.origin.agent) == (SESSION, "a1")
    assert (batch.origin.root, batch.origin.slug) == (str(tree.root), SLUG)
    assert follower.path_of(0) == path


def test_news_come_before_history(tree: Tree, follower: Follower) -> None:
    tree.write(MAIN, b"main\n")
    news(follower)
    tree.append(MAIN, b"news\n")
    tree.write(f"{OTHER}/b.jsonl", b"history, though newer\n")
    assert [data for _, data in lines(news(follower))] == [b"news\n", b"history, though newer\n"]


def test_a_budget_stops_and_the_rest_comes_next(
    tree: Tree, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "abc":
        tree.write(f"{SLUG}/{name}.jsonl", b"12345\n" * 10)
    follower._room = 32
    follower.scan()
    assert follower.pending() == Pending(3, 180, 3, 180)
    got: list[Item] = list(follower.read(budget=40))
    assert 40 <= sum(len(data) for _, data in lines(got)) < 40 + 32
    left = follower.pending()
    assert left == Pending(2, 120, 3, 180)
    while follower.pending().files_left:
        got += follower.read(budget=1)
    assert follower.pending() == Pending(0, 0, 3, 180)
    for file in range(3):
        assert b"".join(data for number, data in lines(got) if number == file) == b"12345\n" * 10


def test_torn_lines_are_not_waited_for(tree: Tree, follower: Follower) -> None:
    tree.write(MAIN, b"one\ntorn")
    news(follower)
    assert follower.pending() == Pending(0, 0, 1, 8)


def test_truncation_and_replacement_reset_under_the_same_number(
    tree: Tree, follower: Follower
) -> None:
    tree.write(MAIN, b"one\ntwo\n")
    news(follower)
    tree.truncate(MAIN, 4)
    reset, batch = news(follower)
    assert isinstance(reset, Reset)
    assert lines([batch]) == [(0, b"one\n")]
    tree.replace(MAIN, b"other\n")
    reset, batch = news(follower)
    assert isinstance(reset, Reset)
    assert lines([batch]) == [(0, b"other\n")]
    tree.append(MAIN, b"more\n")
    assert lines(news(follower)) == [(0, b"more\n")]


def test_deletion_is_told_once_and_its_return_goes_on_or_starts_anew(
    tree: Tree, follower: Follower, tmp_path: Path
) -> None:
    tree.write(MAIN, b"one\n")
    news(follower)
    away = tmp_path / "away"
    tree.path(MAIN).rename(away)
    assert news(follower) == [], "one scan can miss a file that is just being moved"
    (gone,) = news(follower)
    assert gone == Gone(follower.origin_of(0), 0, 0)
    assert news(follower) == []
    away.rename(tree.path(MAIN))
    tree.append(MAIN, b"two\n")
    assert lines(news(follower)) == [(0, b"two\n")]
    keep = tree.path(MAIN).rename(away)
    assert [type(item) for item in news(follower) + news(follower)] == [Gone]
    tree.write(MAIN, b"new\n")
    reset, batch = news(follower)
    assert isinstance(reset, Reset)
    assert lines([batch]) == [(0, b"new\n")]
    keep.unlink()


def test_of_a_file_that_gave_nothing_no_end_is_told(tree: Tree, follower: Follower) -> None:
    tree.write(MAIN, b"torn")
    news(follower)
    tree.path(MAIN).unlink()
    assert news(follower) + news(follower) + news(follower) == []


def test_a_moved_file_goes_on_where_it_was(tree: Tree, follower: Follower) -> None:
    tree.write(MAIN, b"one\n")
    news(follower)
    path = tree.move(MAIN, f"{OTHER}/{SESSION}.jsonl")
    tree.append(f"{OTHER}/{SESSION}.jsonl", b"two\n")
    assert lines(news(follower)) == [(0, b"two\n")]
    assert follower.path_of(0) == path
    assert follower.origin_of(0).slug == OTHER
    assert news(follower) + news(follower) == []


def test_a_moved_old_subagent_keeps_the_session_it_named(tree: Tree, follower: Follower) -> None:
    tree.write(f"{SLUG}/agent-0badcafe.jsonl", b'{"sessionId":"s9"}\n')
    news(follower)
    tree.move(f"{SLUG}/agent-0badcafe.jsonl", f"{OTHER}/agent-0badcafe.jsonl")
    assert news(follower) == []
    assert follower.origin_of(0).session == "s9"
    assert follower.origin_of(0).slug == OTHER


def test_names_that_were_swapped_keep_their_content(tree: Tree, follower: Follower) -> None:
    tree.write(f"{SLUG}/b.jsonl", b"b1\n")
    tree.write(f"{SLUG}/a.jsonl", b"a1\n")
    news(follower)
    tree.move(f"{SLUG}/a.jsonl", f"{SLUG}/x")
    tree.move(f"{SLUG}/b.jsonl", f"{SLUG}/a.jsonl")
    tree.move(f"{SLUG}/x", f"{SLUG}/b.jsonl")
    tree.append(f"{SLUG}/b.jsonl", b"a2\n")
    assert lines(news(follower)) == [(0, b"a2\n")]
    assert Path(follower.path_of(0)).name == "b.jsonl"
    assert Path(follower.path_of(1)).name == "a.jsonl"
    assert news(follower) + news(follower) == []


def test_a_file_moved_over_another_replaces_it(tree: Tree, follower: Follower) -> None:
    tree.write(f"{SLUG}/b.jsonl", b"b1\n")
    tree.write(f"{SLUG}/a.jsonl", b"a1\n")
    news(follower)
    tree.move(f"{SLUG}/a.jsonl", f"{SLUG}/b.jsonl")
    items = news(follower) + news(follower)
    assert items == [Gone(follower.origin_of(1), 0, 0)]
    tree.append(f"{SLUG}/b.jsonl", b"a2\n")
    assert lines(news(follower)) == [(0, b"a2\n")]


def test_a_new_file_with_the_inode_of_a_deleted_one_is_new(
    tree: Tree, follower: Follower, tmp_path: Path
) -> None:
    tree.write(MAIN, b"one\n")
    news(follower)
    tree.move(MAIN, f"{OTHER}/b.jsonl")
    tree.write(f"{OTHER}/b.jsonl", b"something else\n")  # in place: the inode stays
    assert lines(news(follower)) == [(1, b"something else\n")]
    assert [type(item) for item in news(follower)] == [Gone]


def test_a_second_name_of_a_file_is_not_read_twice(tree: Tree, follower: Follower) -> None:
    tree.write(MAIN, b"one\n")
    os.link(tree.path(MAIN), tree.path(f"{SLUG}/link.jsonl"))
    tree.path(f"{SLUG}/symlink.jsonl").symlink_to(tree.path(MAIN))
    assert [data for _, data in lines(news(follower))] == [b"one\n"]
    tree.append(MAIN, b"two\n")
    assert [data for _, data in lines(news(follower))] == [b"two\n"]
    os.unlink(follower.path_of(0))
    rest = [path for path in tree.path(SLUG).iterdir() if path.exists() and not path.is_symlink()]
    with rest[0].open("ab") as file:
        file.write(b"three\n")
    assert [data for _, data in lines(news(follower))] == [b"three\n"]


def test_files_without_inodes_are_followed_by_path(
    tree: Tree, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.stat

    def stat(path: str) -> os.stat_result:
        values = list(real(path))
        if path.endswith(".jsonl"):
            values[1] = values[2] = 0
        return os.stat_result(values, {"st_mtime_ns": real(path).st_mtime_ns})

    tree.write(f"{SLUG}/a.jsonl", b"a\n")
    tree.write(f"{SLUG}/b.jsonl", b"b\n")
    monkeypatch.setattr(discover, "stat", stat)
    assert [data for _, data in lines(news(follower))] == [b"b\n", b"a\n"]
    tree.append(f"{SLUG}/a.jsonl", b"more\n")
    assert lines(news(follower)) == [(1, b"more\n")]


def test_a_file_that_may_not_be_read_is_named_and_read_later(
    tree: Tree, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write(MAIN, b"one\n")
    path = tree.write(f"{OTHER}/b.jsonl", b"two\n")
    error = PermissionError(13, "Permission denied")
    with monkeypatch.context() as patch:
        deny_open(patch, path, error)
        assert [data for _, data in lines(news(follower))] == [b"one\n"]
        assert list(follower.notices) == [roots.cannot_read(path, error)]
        assert follower.pending().files_left == 0, "no one waits for it"
        assert news(follower) == []
    assert [data for _, data in lines(news(follower))] == [b"two\n"]
    assert not follower.notices


def test_what_lies_in_a_folder_that_was_shut_is_not_gone(
    tree: Tree, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write(MAIN, b"one\n")
    news(follower)
    shut = str(tree.path(SLUG))
    real = os.stat

    def stat(path: str) -> os.stat_result:
        if path.startswith(shut):
            raise PermissionError(13, "Permission denied")
        return real(path)

    with monkeypatch.context() as patch:
        patch.setattr(discover, "stat", stat)
        assert [*news(follower), *news(follower), *news(follower)] == []
        assert len(follower.notices) == 1
        tree.path(MAIN).unlink()
        assert news(follower) == []
    assert [type(item) for item in news(follower) + news(follower)] == [Gone]
    assert not follower.notices


def test_a_file_that_goes_between_scan_and_read_is_no_trouble(
    tree: Tree, follower: Follower
) -> None:
    tree.write(MAIN, b"one\n")
    follower.scan()
    tree.path(MAIN).unlink()
    assert list(follower.read()) == []
    assert follower.pending().files_left == 0
    assert not follower.notices
    tree.write(MAIN, b"back\n")
    assert [data for _, data in lines(news(follower))] == [b"back\n"]


def test_no_home_yet(tree: Tree, follower: Follower) -> None:
    assert not follower.scan()
    assert list(follower.read()) == []
    assert follower.pending() == Pending(0, 0, 0, 0)
    assert not follower.notices
    tree.write(MAIN, b"one\n")
    assert lines(news(follower)) == [(0, b"one\n")]


def test_a_root_that_goes_and_comes_back_is_not_read_again(
    tree: Tree, follower: Follower, tmp_path: Path
) -> None:
    tree.write(MAIN, b"one\n")
    news(follower)
    tree.root.rename(tmp_path / "away")
    assert [type(item) for item in news(follower) + news(follower)] == [Gone]
    (tmp_path / "away").rename(tree.root)
    tree.append(MAIN, b"two\n")
    assert lines(news(follower)) == [(0, b"two\n")]


def test_a_root_replaced_by_another_is_read_from_its_start(
    tree: Tree, follower: Follower, tmp_path: Path
) -> None:
    tree.write(MAIN, b"one\n")
    news(follower)
    tree.root.rename(tmp_path / "away")
    tree.write(MAIN, b"other\n")
    tree.write(f"{OTHER}/b.jsonl", b"b\n")
    reset_first = news(follower)
    assert [item for item in reset_first if isinstance(item, Reset)] == [
        Reset(follower.origin_of(0), 0, 0)
    ]
    assert sorted(lines(reset_first)) == [(0, b"other\n"), (1, b"b\n")]


def test_no_file_stays_open(tree: Tree, follower: Follower) -> None:
    for i in range(50):
        tree.write(f"{SLUG}/{i}.jsonl", b"one\ntwo\n")
    before = len(os.listdir("/dev/fd"))
    follower.scan()
    next(follower.read())
    for _ in follower.read(budget=10):
        pass
    assert len(os.listdir("/dev/fd")) == before
    shutil.rmtree(tree.root)


def test_the_room_is_no_limit_for_lines(
    tree: Tree, follower: Follower, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = b"x" * (3 * tail.ROOM) + b"\n"
    tree.write(MAIN, line + b"after\n")
    assert [data for _, data in lines(news(follower))] == [line, b"after\n"]


def test_files_can_be_read_one_by_one(tree: Tree, follower: Follower) -> None:
    tree.write(f"{SLUG}/old.jsonl", b"old\n")
    tree.write(MAIN, b"main\n")
    follower.scan()
    assert follower.waiting() == [(0, 5), (1, 4)]
    assert lines(list(follower.read_file(1))) == [(1, b"old\n")]
    assert follower.waiting() == [(0, 5)]
    assert lines(list(follower.read())) == [(0, b"main\n")]
    assert list(follower.read_file(1)) == []


def test_history_starts_with_the_sessions_that_are_wanted(tree: Tree) -> None:
    for number in range(4):
        path = tree.write(f"{SLUG}/s{number}.jsonl", b"{}\n")
        os.utime(path, (1_000 + number, 1_000 + number))
    follower = Follower([str(tree.root)])
    follower.wanted = {"s1", "s2"}
    follower.scan()
    read = [item.origin.session for item in follower.read() if isinstance(item, Batch)]
    assert read == ["s2", "s1", "s3", "s0"]
