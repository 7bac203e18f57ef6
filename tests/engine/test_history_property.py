"""With a store, restarted and killed at any time, resting and waking: the book is the same."""

import pickle
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
from families import Story, families, files_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scribe import HOUR, MINUTE
from test_reader_property import Watched, write
from world import differences, picture

from cctop.book.milestones import Rule
from cctop.engine.jobs import Job, Terms
from cctop.engine.opening import open_book
from cctop.engine.settings import Settings
from cctop.engine.worker import Worker
from cctop.store import packing


@pytest.fixture(autouse=True, scope="module")
def _small_chunks() -> Iterator[None]:
    """The stories are short, and what is kept of them is to be in several chunks all the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packing, "_CHUNK", 3)
        yield


chances = st.randoms(use_true_random=False)
some = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Kept(Watched):
    """A config dir that is read by one cctop after the other, while it is written."""

    def __init__(self, root: Path, store: Path, chance: Random, now: int) -> None:
        self.root = root
        self.chance = chance
        self.now = now
        self.settings = Settings(roots=(root,), rule=Rule(), store=store)
        self.hints: list[str] = []
        self._stores = ExitStack()
        self.start()

    def start(self) -> None:
        self.reader, self.painter = open_book(self.settings)
        assert self.reader.history is not None
        self._stores.callback(self.reader.history.abandon)

    def close(self) -> None:
        """Close every store that was opened, where that was not done."""
        self._stores.close()

    def look(self) -> None:
        super().look()
        history = self.reader.history
        assert history is not None
        match self.chance.randrange(6):
            case 0:
                history.keep()
            case 1 | 2:
                self.rest(self.now + self.chance.randrange(48) * HOUR)
            case 3:
                history.close()
                self.start()
                self.reader.look()
            case 4:  # killed: what was not kept is read again
                history._store.close()
                self.start()
                self.reader.look()

    def rest(self, now: int) -> None:
        assert self.reader.history is not None
        self.reader.history.rest(now, lambda session: self.painter.describe(session, now))

    def let_others_read(self) -> None:
        """As a crew does, but for the processes."""
        self.reader.look(self.hints)
        later = self.now + self.chance.choice((0, 48, 48)) * HOUR
        worker = Worker(Terms({}, {}, Rule(), None))
        outcomes = []
        for session, files in list(self.reader.of_the_past(1 << 62)):
            job = Job(session, tuple(files), later)
            self.reader.follower.lend(job.numbers)
            if self.chance.randrange(8):
                outcomes.append(pickle.loads(pickle.dumps(worker.do(job), 5)))
            else:  # it died
                self.reader.follower.take_back(job.numbers)
        self.chance.shuffle(outcomes)
        while outcomes:
            count = self.chance.randrange(1, len(outcomes) + 1)
            self.reader.welcome(outcomes[:count])
            del outcomes[:count]
            if not self.chance.randrange(4):
                self.reader.look(self.hints)


@contextmanager
def grown(story: Any, chance: Random) -> Iterator[Kept]:
    """Give a config dir that one cctop after the other has read while a story was written."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / ".claude"
        root.mkdir()
        with closing(Kept(root, Path(folder) / "state" / "history.db", chance, story.now)) as kept:
            kept.grow(files_of(story), chance, story.now)
            while kept.reader.read():
                pass
            yield kept


@given(families, chances)
@some
def test_it_makes_no_difference_what_was_kept_and_who_rests(story: Story, chance: Random) -> None:
    with grown(story, chance) as kept:
        whole = Watched(kept.root)
        whole.look()
        assert kept.reader.notices() == ()
        for now in (story.now + 26 * HOUR, story.now + 49 * HOUR):
            assert differences(picture(whole.painter, now), picture(kept.painter, now)) == []
            straight, other = whole.painter.paint(now), kept.painter.paint(now)
            assert replace(other.fleet) == straight.fleet
            assert other.skipped_lines == straight.skipped_lines


@given(families, chances)
@some
def test_it_makes_no_difference_which_process_reads(story: Story, chance: Random) -> None:
    files = {path: data for path, data in files_of(story).items() if data}
    with tempfile.TemporaryDirectory() as folder, ExitStack() as at_end:
        root = Path(folder) / ".claude"
        root.mkdir()
        kept = Kept(root, Path(folder) / "state" / "history.db", chance, story.now)
        at_end.callback(kept.close)
        sessions = sorted({path.split("/")[2].removesuffix(".jsonl") for path in files})
        chance.shuffle(sessions)
        while sessions:
            count = chance.randrange(1, len(sessions) + 1)
            some, sessions = sessions[:count], sessions[count:]
            for path, data in files.items():
                if path.split("/")[2].removesuffix(".jsonl") in some:
                    write(root, path, data)
            if chance.randrange(4):
                kept.let_others_read()
            kept.look()
        whole = Watched(root)
        whole.look()
        while kept.reader.read():
            pass
        assert kept.reader.notices() == ()
        now = story.now + 49 * HOUR
        assert differences(picture(whole.painter, now), picture(kept.painter, now)) == []
        assert kept.painter.paint(now).fleet == whole.painter.paint(now).fleet


@given(families, chances)
@some
def test_who_rests_looks_as_if_it_did_not_at_every_minute(story: Story, chance: Random) -> None:
    with grown(story, Random(5)) as kept:  # which puts some to rest much later
        kept.settings = replace(kept.settings, store=kept.root.parent / "other.db")
        kept.start()
        kept.reader.look()
        kept.reader.read()
        whole = Watched(kept.root)
        whole.look()
        now = story.now
        for _ in range(6):
            now += chance.choice((1, 4, 9, 26, 61)) * MINUTE + chance.randrange(MINUTE)
            match chance.randrange(4):
                case 0 | 1:
                    kept.rest(now)
                case 2:
                    kept.rest(now)
                    assert kept.reader.history is not None
                    kept.reader.history.close()
                    kept.start()
                    kept.reader.look()
                    kept.reader.read()
            assert differences(picture(whole.painter, now), picture(kept.painter, now)) == []
            assert kept.painter.paint(now).fleet == whole.painter.paint(now).fleet
