"""The same on disk: files that grow byte by byte, in any order, looked at between."""

import tempfile
from pathlib import Path
from random import Random

from families import Story, families, files_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scribe import HOUR, MINUTE
from world import differences, picture

from cctop.book.milestones import Rule
from cctop.engine.opening import open_book
from cctop.engine.painter import Painter
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings

chances = st.randoms(use_true_random=False)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def write(root: Path, path: str, data: bytes) -> None:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("ab") as file:
        file.write(data)


class Watched:
    """A config dir that is read while it is written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.reader: Reader
        self.painter: Painter
        self.reader, self.painter = open_book(Settings(roots=(root,), rule=Rule()))
        self.hints: list[str] = []

    def grow(self, files: dict[str, bytes], chance: Random, now: int) -> None:
        left = {path: data for path, data in files.items() if data}
        while left:
            path = chance.choice(sorted(left))
            count = min(len(left[path]), chance.choice((1 << 20, 2_000, 300, 40, 1)))
            write(self.root, path, left[path][:count])
            if chance.randrange(10) == 9:
                self.replace(path, chance.randrange(1 << 12))
            self.hints.append(str(self.root / path))
            left[path] = left[path][count:]
            if not left[path]:
                del left[path]
            if chance.randrange(3):
                self.look()
            if chance.randrange(8) == 7:
                self.painter.paint(now - chance.randrange(HOUR))
        self.look()

    def replace(self, path: str, size: int) -> None:
        """Put another file in its place, as a restored backup does: with less, and then again."""
        target = self.root / path
        data = target.read_bytes()
        beside = target.with_name("beside")
        beside.write_bytes(data[:size])
        beside.replace(target)
        self.look()
        write(self.root, path, data[size:])

    def look(self) -> None:
        self.reader.look(self.hints)
        self.hints.clear()
        self.reader.read()


@given(families, chances)
@some
def test_files_that_grow_give_the_same_book_as_files_that_are_whole(
    story: Story, chance: Random
) -> None:
    files = files_of(story)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / ".claude"
        root.mkdir()
        growing = Watched(root)
        growing.grow(files, chance, story.now)
        whole = Watched(root)
        whole.look()
        for now in (story.now + MINUTE, story.now + 24 * HOUR):
            assert differences(picture(whole.painter, now), picture(growing.painter, now)) == []
