import os
import tracemalloc
from pathlib import Path

import pytest
from trees import SESSION, SLUG, Sweeps, Tree

from cctop.events import Malformed, Origin, Reset
from cctop.sources.transcripts import tail as tail_module
from cctop.sources.transcripts.discover import Scanner
from cctop.sources.transcripts.tail import Batch, Tail
from cctop.text import Clean

MAIN = f"{SLUG}/{SESSION}.jsonl"
ORIGIN = Origin(3, SESSION, "", "/root", SLUG)
Item = Batch | Reset | Malformed


class Followed:
    """A tail with what a scan would tell it."""

    def __init__(self, tree: Tree, room: int = 1 << 16, origin: Origin = ORIGIN) -> None:
        self.scans = Scanner([str(tree.root)], Sweeps())
        self.room = room
        (found,) = self.scans.scan().found
        self.tail = Tail(found, origin)

    def read(self) -> list[Item]:
        (self.tail.found,) = self.scans.scan().found
        return list(self.tail.read(self.room))


def data(items: list[Item]) -> bytes:
    return b"".join(item.data for item in items if isinstance(item, Batch))


def test_gives_whole_lines_with_their_offset(tree: Tree) -> None:
    tree.write(MAIN, b"one\ntwo\n")
    followed = Followed(tree)
    assert followed.tail.is_dirty
    assert not followed.tail.is_caught_up
    assert followed.tail.unread == 8
    assert followed.read() == [Batch(ORIGIN, b"one\ntwo\n", 0)]
    assert not followed.tail.is_dirty
    assert followed.tail.is_caught_up
    assert followed.read() == []
    tree.append(MAIN, b"three\n")
    (batch,) = followed.read()
    assert batch == Batch(ORIGIN, b"three\n", 8)
    assert isinstance(batch, Batch)
    assert batch.file == 3


def test_a_torn_last_line_waits_for_its_end(tree: Tree) -> None:
    tree.write(MAIN, b"one\ntw")
    followed = Followed(tree)
    assert followed.read() == [Batch(ORIGIN, b"one\n", 0)]
    assert followed.tail.unread == 0
    tree.append(MAIN, b"o")
    assert followed.read() == []
    tree.append(MAIN, b"\nthr")
    assert followed.read() == [Batch(ORIGIN, b"two\n", 4)]


@pytest.mark.parametrize("room", [1, 2, 3, 7, 64])
def test_the_room_makes_no_difference(tree: Tree, room: int) -> None:
    content = b"a\n\nlonger line\r\n" + b"x" * 100 + b"\n" + "größer\n".encode()
    tree.write(MAIN, content + b"torn")
    items = Followed(tree, room).read()
    assert data(items) == content
    assert all(isinstance(item, Batch) and item.data.endswith(b"\n") for item in items)


def test_carriage_returns_are_left_to_the_decoder(tree: Tree) -> None:
    tree.write(MAIN, b"one\r\ntwo\r\n")
    assert data(Followed(tree).read()) == b"one\r\ntwo\r\n"


def test_a_byte_order_mark_is_no_part_of_the_first_line(tree: Tree) -> None:
    tree.write(MAIN, b"\xef\xbb")
    followed = Followed(tree)
    assert followed.read() == []
    tree.append(MAIN, b"\xbf{}\n")
    assert followed.read() == [Batch(ORIGIN, b"{}\n", 3)]
    tree.append(MAIN, b"\xef\xbb\xbf{}\n")
    assert followed.read() == [Batch(ORIGIN, b"\xef\xbb\xbf{}\n", 6)]


def test_leaving_early_loses_and_repeats_nothing(tree: Tree) -> None:
    tree.write(MAIN, b"one\ntwo\nthree\n")
    followed = Followed(tree, room=5)
    first = next(followed.tail.read(followed.room))
    assert isinstance(first, Batch)
    assert first.data == b"one\n"
    assert followed.tail.is_dirty
    assert followed.tail.unread > 0
    assert data(followed.read()) == b"two\nthree\n"


def test_truncation_starts_anew(tree: Tree) -> None:
    tree.write(MAIN, b"one\ntwo\n")
    followed = Followed(tree)
    followed.read()
    tree.truncate(MAIN, 4)
    assert followed.read() == [Reset(ORIGIN, 0, 0), Batch(ORIGIN, b"one\n", 0)]
    tree.truncate(MAIN, 0)
    assert followed.read() == [Reset(ORIGIN, 0, 0)]
    assert not followed.tail.is_dirty
    tree.append(MAIN, b"new\n")
    assert followed.read() == [Batch(ORIGIN, b"new\n", 0)]


def test_cutting_a_torn_line_is_no_reset(tree: Tree) -> None:
    tree.write(MAIN, b"one\ntorn")
    followed = Followed(tree)
    followed.read()
    tree.truncate(MAIN, 5)
    assert followed.read() == []
    tree.append(MAIN, b"wo\n")
    assert followed.read() == [Batch(ORIGIN, b"two\n", 4)]


@pytest.mark.parametrize("room", [4, 1 << 16])
def test_a_torn_line_that_was_rewritten_is_read_anew(tree: Tree, room: int) -> None:
    tree.write(MAIN, b"one\n0123456789")
    followed = Followed(tree, room)
    assert data(followed.read()) == b"one\n"
    tree.truncate(MAIN, 4)
    tree.append(MAIN, b"two\nthree\n")  # as long as before, but other lines
    assert data(followed.read()) == b"two\nthree\n"


def test_a_new_file_under_the_same_name_starts_anew(tree: Tree) -> None:
    tree.write(MAIN, b"one\n")
    followed = Followed(tree)
    followed.read()
    tree.replace(MAIN, b"one\nmore\n")
    assert followed.read() == [Reset(ORIGIN, 0, 0), Batch(ORIGIN, b"one\nmore\n", 0)]


def test_a_file_rewritten_in_place_starts_anew_though_it_grew(tree: Tree) -> None:
    tree.write(MAIN, b"one\n")
    followed = Followed(tree)
    followed.read()
    inode = followed.tail.found.inode
    tree.write(MAIN, b"other\nlines\n")
    assert followed.read() == [Reset(ORIGIN, 0, 0), Batch(ORIGIN, b"other\nlines\n", 0)]
    assert followed.tail.found.inode == inode


def test_an_older_version_restored_in_place_is_known_by_its_head(tree: Tree) -> None:
    tail_end = b"x" * 80 + b"\n"  # what is checked on every read stays the same
    tree.write(MAIN, b"one\n" + tail_end)
    followed = Followed(tree)
    followed.read()
    path = tree.write(MAIN, b"two\n" + tail_end)
    os.utime(path, (1_600_000_000, 1_600_000_000))
    assert data(followed.read()) == b"two\n" + tail_end


def test_a_touched_file_gives_nothing(tree: Tree) -> None:
    tree.write(MAIN, b"one\n")
    followed = Followed(tree)
    followed.read()
    os.utime(tree.path(MAIN), (1_600_000_000, 1_600_000_000))
    assert followed.read() == []


def test_a_line_that_is_too_long_is_told_with_its_offset_and_skipped(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "MAX_LINE", 100)
    tree.write(MAIN, b"one\n" + b"x" * 60)
    followed = Followed(tree, room=16)
    assert data(followed.read()) == b"one\n"
    tree.append(MAIN, b"x" * 60)
    assert followed.read() == []
    assert followed.tail.unread == 0
    tree.append(MAIN, b"\nlast\n")
    malformed, batch = followed.read()
    assert malformed == Malformed(
        ORIGIN, 4, 0, Clean("a line of 121 bytes, over the 100 that any request can have")
    )
    assert batch == Batch(ORIGIN, b"last\n", 125)


def test_a_line_of_just_the_longest_length_is_given(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "MAX_LINE", 100)
    tree.write(MAIN, b"x" * 99 + b"\n" + b"y" * 100 + b"\n")
    line, malformed = Followed(tree, room=16).read()
    assert line == Batch(ORIGIN, b"x" * 99 + b"\n", 0)
    assert isinstance(malformed, Malformed)
    assert malformed.offset == 100


def test_a_file_that_starts_with_a_line_too_long_is_still_known_again(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tail_module, "MAX_LINE", 100)
    path = tree.write(MAIN, b"x" * 200 + b"\n")
    followed = Followed(tree, room=16)
    followed.read()
    assert followed.tail.continues_at(path)
    tree.append(MAIN, b"one\n")
    assert followed.read() == [Batch(ORIGIN, b"one\n", 201)]


def test_a_huge_line_is_not_held(tree: Tree) -> None:
    path = Path(tree.write(MAIN, b"one\n"))
    os.truncate(path, 80 << 20)  # sparse: NULs without end
    with path.open("ab") as file:
        file.write(b"\nlast\n")
    followed = Followed(tree)
    tracemalloc.start()
    try:
        items = followed.read()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert data(items) == b"one\nlast\n"
    assert [item.offset for item in items if isinstance(item, Malformed)] == [4]
    assert peak < 4 << 20


def test_a_moved_file_is_known_by_its_content(tree: Tree, tmp_path: Path) -> None:
    path = Path(tree.write(MAIN, b"one\ntwo\n"))
    followed = Followed(tree)
    copy = tmp_path / "copy"
    copy.write_bytes(path.read_bytes())
    assert not followed.tail.continues_at(str(copy)), "nothing was read: there is nothing to know"
    followed.read()
    assert followed.tail.continues_at(str(copy))
    copy.write_bytes(b"one\ntwo\nand more\n")
    assert followed.tail.continues_at(str(copy))
    for other in (b"one\n", b"ono\ntwo\n", b"one\ntwx\n", b""):
        copy.write_bytes(other)
        assert not followed.tail.continues_at(str(copy))
    assert not followed.tail.continues_at(str(tmp_path / "absent"))


def test_a_file_that_cannot_be_opened_raises_and_is_not_done(tree: Tree) -> None:
    tree.write(MAIN)
    followed = Followed(tree)
    tree.path(MAIN).unlink()
    with pytest.raises(FileNotFoundError):
        list(followed.tail.read(followed.room))
    assert followed.tail.is_dirty


@pytest.mark.parametrize(
    ("lines", "session"),
    [
        (b'{"type":"user"}\n{"sessionId":"s9"}\n', "s9"),
        (b'{"type":"user"}\n', "agent-0badcafe"),
        (b"x" * 200 + b"\n", "agent-0badcafe"),
    ],
)
def test_an_old_subagent_names_its_session_in_its_records(
    tree: Tree, monkeypatch: pytest.MonkeyPatch, lines: bytes, session: str
) -> None:
    monkeypatch.setattr(tail_module, "MAX_LINE", 100)
    tree.write(f"{SLUG}/agent-0badcafe.jsonl", lines)
    followed = Followed(tree, room=50, origin=Origin(1, "", "0badcafe", "/root", SLUG))
    items = followed.read()
    assert {item.origin.session for item in items} == {session}
    assert followed.tail.origin.session == session


def test_a_long_line_cut_short_while_it_is_read_waits(
    tree: Tree, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tree.write(MAIN, b"x" * 40 + b"\n")
    followed = Followed(tree, room=16)
    real = tail_module._bytes_at

    def cut(file: int, start: int, count: int) -> bytes:
        os.truncate(path, 20)
        return real(file, start, count)

    with monkeypatch.context() as patch:
        patch.setattr(tail_module, "_bytes_at", cut)
        assert list(followed.tail.read(followed.room)) == []
    tree.append(MAIN, b"yy\n")
    assert data(followed.read()) == b"x" * 20 + b"yy\n"
