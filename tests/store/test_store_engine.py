"""The screen's engine, whose store fails while it runs: it goes on, and says so."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from keeping import NOW, Stage
from scribe import HOUR, START, session_id

from cctop.book.snapshot import Snapshot
from cctop.engine.engine import Engine

ONE, TWO = map(session_id, (1, 2))
DEADLINE = 60  # seconds after which a test has failed


class Watching:
    """An engine, and every picture it has put out."""

    def __init__(self, stage: Stage) -> None:
        self._news = threading.Condition()
        self.seen: list[Snapshot] = []
        self.engine = Engine(stage.settings, clock=lambda: NOW)
        self.engine.start(self._note)

    def _note(self) -> None:
        with self._news:
            self.seen.append(self.engine.latest())
            self._news.notify_all()

    def until(self, is_there: Callable[[Snapshot], object]) -> Snapshot:
        """The first picture from now on of which something holds."""
        with self._news:
            assert self._news.wait_for(
                lambda: bool(self.seen) and is_there(self.seen[-1]), DEADLINE
            ), self.seen[-1:]
            return self.seen[-1]


def is_whole(picture: Snapshot) -> bool:
    """Whether all that was written is in it."""
    turns = {session.id: session.turns for session in picture.sessions}
    return turns == {ONE: 2, TWO: 1}


@pytest.fixture
def watching(stage: Stage) -> Iterator[Watching]:
    stage.run()
    watching = Watching(stage)
    watching.until(lambda picture: len(picture.sessions) == 2)
    yield watching
    watching.engine.stop()


def test_the_details_of_a_session_that_rests_are_damaged(stage: Stage, watching: Watching) -> None:
    stage.ask("UPDATE session SET detail = x'00', course = x'00'")
    watching.engine.focus(ONE)
    picture = watching.until(lambda picture: picture.detail and not picture.progress.reading)
    assert picture.detail is not None
    assert picture.detail.session.id == ONE
    assert len(picture.detail.turns) == 1
    assert {session.id for session in picture.sessions} == {ONE, TWO}
    (notice,) = picture.notices
    assert "made anew" in notice
    versions = [picture.version for picture in watching.seen]
    assert versions == sorted(set(versions))  # or a front would not look
    watching.engine.stop()
    assert stage.run() == stage.bare()


def test_what_a_session_said_is_damaged_when_it_is_taken_up_again(
    stage: Stage, watching: Watching
) -> None:
    stage.ask("UPDATE chunk SET events = x'00'")
    stage.work(1, START + HOUR)
    picture = watching.until(lambda picture: picture.notices)
    assert "made anew" in picture.notices[0]
    watching.until(is_whole)


def test_a_store_that_fails_again_and_again_is_left_alone(
    stage: Stage, watching: Watching, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that gives back something else than what it was given."""

    def worse(*_: object, **__: object) -> None:
        raise sqlite3.DatabaseError("database disk image is malformed")

    monkeypatch.setattr("cctop.store.queries._file_row", worse)
    monkeypatch.setattr("cctop.store.wire.unpack", worse)
    stage.work(1, START + HOUR)
    watching.until(lambda picture: picture.notices)
    picture = watching.until(is_whole)
    assert len(picture.notices) == 1


def test_a_store_that_is_deleted_while_it_is_used(stage: Stage, watching: Watching) -> None:
    for path in stage.store.parent.glob("history.db*"):
        path.unlink()
    stage.work(1, START + HOUR)
    watching.until(is_whole)
    watching.engine.stop()
    assert stage.run() == stage.bare()


def test_what_was_read_is_kept_when_the_screen_is_left(stage: Stage, watching: Watching) -> None:
    stage.work(1, START + HOUR)
    watching.until(lambda picture: any(one.turns == 2 for one in picture.sessions))
    watching.engine.stop()
    with closing(sqlite3.connect(stage.store)) as store:
        (kept,) = store.execute("SELECT sum(offset) FROM file").fetchone()
    assert kept == sum(path.stat().st_size for path in stage.projects.rglob("*.jsonl"))
