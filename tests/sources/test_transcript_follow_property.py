"""Whatever happens to the files: all their lines, in order, and none twice without a reset."""

import tempfile
from collections.abc import Iterable
from itertools import count
from pathlib import Path
from unittest.mock import patch

from hypothesis import given, settings
from hypothesis import strategies as st
from trees import Sweeps, Tree

from cctop.events import Gone, Malformed, Reset
from cctop.sources.transcripts import tail
from cctop.sources.transcripts.follow import Follower, Item
from cctop.sources.transcripts.tail import Batch

ROOM = 16
MAX_LINE = 64
PATHS = [
    "-a/s1.jsonl",
    "-a/s2.jsonl",
    "-b/s1.jsonl",
    "-b/s1/subagents/agent-x.jsonl",
    "-b/s1/subagents/workflows/wf_1/agent-y.jsonl",
]

paths = st.sampled_from(PATHS)
# How long lines are, and how much of the last one is there: 0 is all of it.
pieces = st.lists(st.integers(0, 100), min_size=1, max_size=4)
steps = st.one_of(
    st.tuples(st.just("append"), paths, pieces, st.integers(0, 20)),
    st.tuples(st.just("rewrite"), paths, pieces, st.integers(0, 20)),
    st.tuples(st.just("replace"), paths, pieces, st.integers(0, 20)),
    st.tuples(st.just("truncate"), paths, st.floats(0, 1)),
    st.tuples(st.just("delete"), paths),
    st.tuples(st.just("move"), paths, paths),
    st.tuples(st.just("scan")),
    st.tuples(st.just("read"), st.integers(1, 200)),
)


class Ledger:
    """What a follower said, held to what it may say."""

    def __init__(self) -> None:
        self.lines: dict[int, list[bytes]] = {}
        self._next: dict[int, int] = {}
        self._skips: set[int] = set()  # just told of a line too long: the next one lies beyond it

    def enter(self, items: Iterable[Item]) -> None:
        for item in items:
            file = item.origin.file
            if isinstance(item, Reset):
                self.lines[file], self._next[file] = [], 0
                self._skips.discard(file)
            elif isinstance(item, Malformed):
                self._expect(file, item.offset)
                self._add(file, [b""], item.offset + MAX_LINE + 1)
                self._skips.add(file)
            elif isinstance(item, Batch):
                self._expect(file, item.base_offset)
                assert item.data.endswith(b"\n")
                lines = item.data.split(b"\n")[:-1]
                self._add(file, lines, item.base_offset + len(item.data))
            else:
                assert isinstance(item, Gone)

    def _expect(self, file: int, offset: int) -> None:
        expected = self._next.get(file, 0)
        assert offset >= expected if file in self._skips else offset == expected
        self._skips.discard(file)

    def _add(self, file: int, lines: list[bytes], end: int) -> None:
        self.lines.setdefault(file, []).extend(lines)
        self._next[file] = end


class World:
    """Does what a step says to real files, in which no line occurs twice."""

    def __init__(self, tree: Tree) -> None:
        self._tree = tree
        self._numbers = count()

    def do(self, step: tuple[object, ...]) -> None:
        match step:
            case ["append", str(path), list(sizes), int(torn)]:
                self._tree.append(path, self._content(sizes, torn))
            case ["rewrite", str(path), list(sizes), int(torn)]:
                self._tree.write(path, self._content(sizes, torn))
            case ["replace", str(path), list(sizes), int(torn)]:
                self._tree.path(path).parent.mkdir(parents=True, exist_ok=True)
                self._tree.replace(path, self._content(sizes, torn))
            case ["truncate", str(path), float(share)] if self._exists(path):
                size = self._tree.path(path).stat().st_size
                self._tree.truncate(path, int(size * share))
            case ["delete", str(path)] if self._exists(path):
                self._tree.path(path).unlink()
            case ["move", str(path), str(to)] if self._exists(path) and path != to:
                self._tree.move(path, to)

    def _exists(self, path: str) -> bool:
        return self._tree.path(path).exists()

    def _content(self, sizes: list[int], torn: int) -> bytes:
        lines = b"".join(self._line(size) for size in sizes)
        return lines[: len(lines) - torn] if torn else lines

    def _line(self, size: int) -> bytes:
        word = b"%d." % next(self._numbers)
        return word + (word * size)[:size] + b"\n"


def expected(content: bytes) -> list[bytes]:
    """The whole lines of a file, with nothing for one that is too long."""
    lines = content.split(b"\n")[:-1]
    return [line if len(line) < MAX_LINE else b"" for line in lines]


def check(follower: Follower, ledger: Ledger, tree: Tree) -> None:
    """A file that is gone keeps its old path, so a path may have had several numbers."""
    given_: dict[str, list[list[bytes]]] = {}
    for file in range(follower.pending().files):
        given_.setdefault(follower.path_of(file), []).append(ledger.lines.get(file, []))
    for below in PATHS:
        path = tree.path(below)
        if path.exists():
            assert expected(path.read_bytes()) in given_[str(path)]


@settings(deadline=None, max_examples=300)
@given(st.lists(steps, max_size=25))
def test_all_lines_and_none_twice(taken: list[tuple[object, ...]]) -> None:
    with tempfile.TemporaryDirectory() as folder, patch.object(tail, "MAX_LINE", MAX_LINE):
        tree = Tree(Path(folder))
        (Path(folder) / "projects").mkdir()
        world, ledger = World(tree), Ledger()
        follower = Follower([folder], Sweeps())
        follower._room = ROOM
        for step in taken:
            match step:
                case ["scan"]:
                    follower.scan()
                case ["read", int(budget)]:
                    ledger.enter(follower.read(budget))
                case _:
                    world.do(step)
        for _ in range(3):
            follower.scan()
            ledger.enter(follower.read())
        check(follower, ledger, tree)
        follower.scan()
        assert list(follower.read()) == []
        assert follower.pending().files_left == 0


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(paths, st.binary(max_size=40)), max_size=30), st.integers(1, 64))
def test_any_splits_of_writes_to_any_files(writes: list[tuple[str, bytes]], room: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        tree = Tree(Path(folder))
        follower = Follower([folder], Sweeps())
        follower._room = room
        given_: dict[str, bytes] = {}
        for path, data in writes:
            tree.append(path, data)
            follower.scan()
            for item in follower.read():
                assert isinstance(item, Batch)
                where = follower.path_of(item.file)
                given_[where] = given_.get(where, b"") + item.data
        for path in {path for path, _ in writes}:
            content = tree.path(path).read_bytes()
            whole = content[: content.rfind(b"\n") + 1].removeprefix(b"\xef\xbb\xbf")
            assert given_.get(str(tree.path(path)), b"") == whole
