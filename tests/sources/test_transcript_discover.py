import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from trees import SESSION, SLUG, Sweeps, Tree

from cctop.sources.transcripts import discover
from cctop.sources.transcripts.discover import HOT, SWEEP, Scan, Scanner
from cctop.sources.transcripts.layout import Kind

MAIN = f"{SLUG}/{SESSION}.jsonl"
SUB = f"{SLUG}/{SESSION}/subagents"


def scanner(*roots: Path) -> Scanner:
    return Scanner([str(root) for root in roots], Sweeps())


def names(scan: Scan) -> list[str]:
    return sorted(Path(found.path).name for found in scan.found)


def deny(monkeypatch: pytest.MonkeyPatch, function: str, *paths: str) -> None:
    """Let a function refuse paths, also where the tests run as root."""
    real: Any = getattr(discover, function)

    def refuse(path: str, *args: Any, **kwargs: Any) -> Any:
        if path in paths:
            raise PermissionError(13, "Permission denied", path)
        return real(path, *args, **kwargs)

    monkeypatch.setattr(discover, function, refuse)


def test_finds_transcripts_of_every_layout_and_nothing_else(tree: Tree) -> None:
    for below in (
        MAIN,
        f"{SLUG}/agent-0badcafe.jsonl",
        f"{SUB}/agent-a1.jsonl",
        f"{SUB}/agent-a1.meta.json",
        f"{SUB}/workflows/wf_1/agent-a2.jsonl",
        f"{SLUG}/{SESSION}/tool-results/agent-x.jsonl",
        f"{SLUG}/memory/notes.jsonl",
        f"{SUB}/workflows/wf_1/journal.jsonl",
    ):
        tree.write(below)
    (tree.root / "history.jsonl").write_text("{}\n")
    found = scanner(tree.root).scan().found
    assert sorted(
        Path(each.path).relative_to(tree.root / "projects").as_posix() for each in found
    ) == [
        MAIN,
        f"{SUB}/agent-a1.jsonl",
        f"{SUB}/agent-a1.meta.json",
        f"{SUB}/workflows/wf_1/agent-a2.jsonl",
        f"{SLUG}/agent-0badcafe.jsonl",
    ]
    assert {each.layout.kind for each in found} == set(Kind)


def test_says_size_time_and_inode(tree: Tree) -> None:
    path = tree.write(MAIN, b"{}\n{}\n")
    (found,) = scanner(tree.root).scan().found
    stat = os.stat(path)
    assert (found.path, found.size) == (path, 6)
    assert (found.mtime_ns, found.dev, found.inode) == (stat.st_mtime_ns, stat.st_dev, stat.st_ino)
    assert found.identity == (stat.st_dev, stat.st_ino)


def test_an_unchanged_file_stays_the_identical_object(tree: Tree) -> None:
    tree.write(MAIN)
    scans = scanner(tree.root)
    (first,) = scans.scan().found
    (second,) = scans.scan().found
    assert second is first
    tree.append(MAIN, b"{}\n")
    (third,) = scans.scan().found
    assert third.size == 6


def test_what_comes_and_goes_is_seen(tree: Tree) -> None:
    scans = scanner(tree.root)
    assert scans.scan() == Scan([])
    tree.write(MAIN)
    assert names(scans.scan()) == [f"{SESSION}.jsonl"]
    tree.write(f"{SLUG}/b.jsonl")
    tree.write("-home-ada-api/c.jsonl")
    tree.write(f"{SUB}/workflows/wf_1/agent-a2.jsonl")
    assert names(scans.scan()) == [f"{SESSION}.jsonl", "agent-a2.jsonl", "b.jsonl", "c.jsonl"]
    tree.path(MAIN).unlink()
    shutil.rmtree(tree.path("-home-ada-api"))
    assert names(scans.scan()) == ["agent-a2.jsonl", "b.jsonl"]
    shutil.rmtree(tree.root)
    assert scans.scan() == Scan([])


def test_a_replaced_root_is_read_anew(tree: Tree, tmp_path: Path) -> None:
    tree.write(MAIN)
    other = Tree(tmp_path / "other")
    other.write(f"{SLUG}/b.jsonl")
    scans = scanner(tree.root)
    scans.scan()
    tree.root.rename(tmp_path / "old")
    other.root.rename(tree.root)
    assert names(scans.scan()) == ["b.jsonl"]


def test_a_root_may_be_a_projects_folder_itself(tree: Tree, tmp_path: Path) -> None:
    tree.write(MAIN)
    copied = tmp_path / "backup"
    tree.path("").rename(copied)
    (found,) = scanner(copied).scan().found
    assert (found.layout.root, found.layout.slug) == (str(copied), SLUG)


def test_roots_that_overlap_give_each_file_once(tree: Tree, tmp_path: Path) -> None:
    tree.write(MAIN)
    link = tmp_path / "link"
    link.symlink_to(tree.root)
    scans = scanner(tree.root, tree.root / "projects", link)
    assert [found.layout.root for found in scans.scan().found] == [str(tree.root)]


def test_linked_folders_are_followed_and_loops_end(tree: Tree, tmp_path: Path) -> None:
    tree.write(MAIN)
    tree.write(f"{SUB}/agent-a1.jsonl")
    elsewhere = Tree(tmp_path / "elsewhere")
    elsewhere.write("x/b.jsonl")
    tree.path("-linked").symlink_to(elsewhere.path("x"))
    tree.path(f"{SUB}/loop").symlink_to(tree.path(SUB))
    tree.path("-loop").symlink_to(tree.path(""))
    tree.path("-self").symlink_to(tree.path("-self"))
    tree.path("-dangling").symlink_to(tree.path("nowhere"))
    scans = scanner(tree.root)
    for _ in range(3):
        scan = scans.scan()
        assert names(scan) == [f"{SESSION}.jsonl", "agent-a1.jsonl", "b.jsonl"]
        assert scan.notices == ()


def test_only_regular_files_are_transcripts(tree: Tree) -> None:
    tree.write(MAIN)
    tree.path(f"{SLUG}/folder.jsonl").mkdir()
    os.mkfifo(tree.path(f"{SLUG}/pipe.jsonl"))
    tree.path(f"{SLUG}/dangling.jsonl").symlink_to("nowhere")
    assert names(scanner(tree.root).scan()) == [f"{SESSION}.jsonl"]


@pytest.mark.parametrize("function", ["scandir", "stat"])
def test_a_folder_that_may_not_be_read_is_named_and_the_rest_is_read(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, function: str
) -> None:
    tree.write(MAIN)
    shut = os.path.dirname(tree.write("-shut/b.jsonl"))
    scans = scanner(tree.root)
    with monkeypatch.context() as patch:
        deny(patch, function, shut)
        for _ in range(2):
            scan = scans.scan()
            assert names(scan) == [f"{SESSION}.jsonl"]
            assert scan.blind == (shut,)
            assert scan.notices[0].startswith(f"Cannot read {shut}: permission denied; make it")
    scan = scans.scan()
    assert names(scan) == [f"{SESSION}.jsonl", "b.jsonl"]
    assert (scan.blind, scan.notices) == ((), ())


def test_a_folder_whose_files_may_not_be_looked_at_is_named_once(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = [tree.write(f"-shut/{i}.jsonl") for i in range(3)]
    tree.write("-shut/1/subagents/agent-a.jsonl")
    deny(monkeypatch, "stat", *shut)
    scan = scanner(tree.root).scan()
    assert scan.blind == (str(tree.path("-shut")),)
    assert scan.found == []


def test_a_root_that_is_a_file_is_named(tmp_path: Path) -> None:
    root = tmp_path / "file"
    root.write_text("x")
    scan = scanner(root).scan()
    assert "has to be a folder" in scan.notices[0]


class Steps:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def crowd(tree: Tree) -> tuple[Tree, Scanner, Steps]:
    """More files than are hot, the cold ones in `-cold`, scanned once."""
    for i in range(40):
        tree.write(f"-cold/c{i}.jsonl")
    for i in range(HOT):
        tree.write(f"-hot/h{i}.jsonl")
    clock = Steps()
    scans = Scanner([str(tree.root)], clock)
    scans.scan()
    return tree, scans, clock


def size_of(scan: Scan, path: str) -> int:
    return next((found.size for found in scan.found if found.path == path), -1)


def test_hot_files_are_looked_at_on_every_scan(crowd: tuple[Tree, Scanner, Steps]) -> None:
    tree, scans, _ = crowd
    path = tree.append("-hot/h7.jsonl", b"{}\n")
    new = tree.write("-hot/new.jsonl")
    nested = tree.write("-hot/h9/subagents/agent-a1.jsonl")
    scan = scans.scan()
    assert size_of(scan, path) == 6
    assert size_of(scan, new) == 3
    assert size_of(scan, nested) == 3


def test_cold_ones_are_looked_at_within_a_sweep_and_then_on_every_scan(
    crowd: tuple[Tree, Scanner, Steps],
) -> None:
    tree, scans, clock = crowd
    paths = [tree.append(f"-cold/c{i}.jsonl", b"{}\n") for i in range(40)]
    new = tree.write("-cold/new.jsonl")
    assert size_of(scans.scan(), paths[0]) == 3
    clock.now += SWEEP
    scan = scans.scan()
    assert [size_of(scan, path) for path in paths] == [6] * 40
    assert size_of(scan, new) == 3
    tree.append("-cold/c0.jsonl", b"{}\n")
    assert size_of(scans.scan(), paths[0]) == 9


def test_a_sweep_is_spread_over_scans(
    crowd: tuple[Tree, Scanner, Steps], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, scans, clock = crowd
    looked: list[str] = []
    real = os.stat

    def stat(path: str) -> os.stat_result:
        looked.append(path)
        return real(path)

    monkeypatch.setattr(discover, "stat", stat)
    shares = []
    for _ in range(16):
        clock.now += SWEEP / 16
        looked.clear()
        scans.scan()
        shares.append(sum("/-cold/" in path for path in looked))
    assert sum(shares) >= 40
    assert max(shares) < 20


@pytest.mark.parametrize(
    "below", ["-cold/c3.jsonl", "-cold/new.jsonl", "-cold/c4/subagents/agent-a1.jsonl"]
)
def test_hints_are_looked_at_at_once(crowd: tuple[Tree, Scanner, Steps], below: str) -> None:
    tree, scans, _ = crowd
    path = tree.append(below, b"{}\n{}\n{}\n")
    before = scans.scan()
    assert size_of(before, path) in {3, -1}
    assert size_of(scans.scan([path, "/elsewhere/x.jsonl"]), path) >= 9


def test_a_folder_is_listed_again_only_if_it_changed(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree.write(MAIN)
    for folder in (tree.path(SLUG), tree.path("")):
        os.utime(folder, (1_700_000_000, 1_700_000_000))
    scans = scanner(tree.root)
    scans.scan()
    with monkeypatch.context() as patch:
        deny(patch, "scandir", str(tree.path(SLUG)), str(tree.path("")))
        tree.append(MAIN, b"{}\n")
        scan = scans.scan()
        assert scan.notices == ()
        assert scan.found[0].size == 6
    tree.write(f"{SLUG}/b.jsonl")
    assert len(scans.scan().found) == 2


def test_names_made_in_the_same_tick_as_a_listing_are_not_lost(tree: Tree) -> None:
    tree.write(MAIN)
    folder = tree.path(SLUG)
    stat = folder.stat()
    scans = scanner(tree.root)
    scans.scan()
    tree.write(f"{SLUG}/b.jsonl")
    os.utime(folder, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # as a coarse clock would have it
    assert len(scans.scan().found) == 2


def test_ten_thousand_files(tree: Tree) -> None:
    for project in range(20):
        folder = tree.path(f"-p{project}")
        folder.mkdir(parents=True)
        for i in range(500):
            (folder / f"s{i}.jsonl").touch()
    scans = scanner(tree.root)
    first = scans.scan()
    assert len(first.found) == 10_000
    assert len({found.path for found in first.found}) == 10_000
    second = scans.scan()
    assert all(a is b for a, b in zip(first.found, second.found, strict=True))


def test_a_link_that_leads_nowhere_hides_no_other_file(tree: Tree) -> None:
    tree.write(MAIN)
    loop = tree.root / "projects" / SLUG / "loop.jsonl"
    loop.symlink_to(loop)
    scan = scanner(tree.root).scan()
    assert names(scan) == [f"{SESSION}.jsonl"]
    assert scan.blind == ()
    assert ["loop.jsonl" in notice for notice in scan.notices] == [True]
    loop.unlink()
    assert scanner(tree.root).scan().notices == ()
