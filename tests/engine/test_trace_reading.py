"""A trace is the same wherever the session is kept, and whoever asks for it."""

import threading
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from disk import Disk
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from scribe import HOUR, START, answer, calls, prompt, result, session_id, tool_of
from test_history_property import grown
from test_reader_property import Watched
from troubles import Trouble, troubles

from cctop.book.snapshot import Snapshot
from cctop.book.trace import Outcome, Trace
from cctop.engine.engine import Engine
from cctop.engine.reader import Reader
from cctop.engine.reading import read_all
from cctop.engine.traces import trace

ONE = session_id(1)
DEADLINE = 20  # seconds after which a test has failed
chances = st.randoms(use_true_random=False)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def all_of(reader: Reader, ids: set[str], now: int) -> dict[str, Trace | None]:
    return {id: trace(reader, id, now) for id in ids}


@given(troubles, chances)
@some
def test_it_makes_no_difference_what_was_kept_and_who_rests(story: Trouble, chance: Random) -> None:
    with grown(story, chance) as kept:
        whole = Watched(kept.root)
        whole.look()
        ids = {session.id for session in whole.painter.paint(story.now).sessions}
        later = story.now + 49 * HOUR
        expected = all_of(whole.reader, ids, later)
        assert None not in expected.values()
        assert all_of(kept.reader, ids, later) == expected
        history = kept.reader.history
        assert history is not None
        history.rest(later, lambda session: kept.painter.describe(session, later))
        assert all_of(kept.reader, ids, later) == expected
        assert trace(kept.reader, "nobody", later) is None


def told(disk: Disk, at: int = START) -> None:
    """A failure and its recovery."""
    first, second = calls(at + 1_000, "Bash"), calls(at + 3_000, "Bash")
    disk.write(
        ONE,
        prompt(at),
        first,
        result(at + 2_000, tool_of(first[0]), "no", error=True),
        second,
        result(at + 4_000, tool_of(second[0])),
        answer(at + 5_000),
    )


def test_a_session_whose_transcript_is_gone_keeps_its_chains(tmp_path: Path) -> None:
    disk = Disk(tmp_path / ".claude")
    told(disk)
    store = tmp_path / "state" / "history.db"
    later = START + 30 * HOUR

    def read() -> Trace:
        reading = read_all(replace(disk.settings, store=store), lambda: later)
        found = reading.trace(ONE)
        assert reading.keep() == ""
        return found

    before = read()
    (chain,) = before.chains
    assert (chain.outcome, chain.retries) == (Outcome.RECOVERED, 1)
    (disk.projects / "-home-ada-web" / f"{ONE}.jsonl").unlink()
    assert read() == read() == before


def test_without_a_store_it_is_read_from_the_transcripts(tmp_path: Path) -> None:
    disk = Disk(tmp_path / ".claude")
    told(disk)
    reading = disk.read(START + HOUR)
    assert len(reading.trace(ONE).chains) == 1
    with pytest.raises(KeyError):
        reading.trace("nobody")


class Running:
    """An engine that runs, and the first whole picture it makes."""

    def __init__(self, disk: Disk) -> None:
        self._news = threading.Event()
        self.engine = Engine(disk.settings, clock=lambda: START + 6_000)
        self.engine.start(self._note)

    def _note(self) -> None:
        if self.engine.latest().sessions:
            self._news.set()

    def picture(self) -> Snapshot:
        assert self._news.wait(DEADLINE)
        return self.engine.latest()


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    disk = Disk(tmp_path / ".claude")
    told(disk)
    running = Running(disk)
    yield running
    running.engine.stop()


def test_the_engine_answers_from_its_own_thread(running: Running) -> None:
    running.picture()
    found = running.engine.trace(ONE)
    assert found is not None
    assert [chain.outcome for chain in found.chains] == [Outcome.RECOVERED]
    assert running.engine.trace("nobody") is None


def test_a_question_that_fails_is_the_askers_trouble_alone(
    running: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(reader: Reader, session: str, now: int) -> Trace:
        raise ValueError("a mistake")

    running.picture()
    with monkeypatch.context() as patch:
        patch.setattr("cctop.engine.traces.trace", broken)
        with pytest.raises(OSError, match="ValueError: a mistake"):
            running.engine.trace(ONE)
    assert running.engine.trace(ONE) is not None
    assert running.engine.latest().notices == ()


def test_an_engine_that_has_ended_answers_nobody(running: Running) -> None:
    running.picture()
    running.engine.stop()
    with pytest.raises(OSError, match="stopped reading"):
        running.engine.trace(ONE)
    with pytest.raises(OSError, match="stopped reading"):
        Engine(running.engine._settings).trace(ONE)
