"""The thread that reads, and the picture that fronts see of it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from disk import Disk
from msgspec.structs import replace
from scribe import HOUR, START, answer, calls, prompt, result, session_id, tool_of, usage
from world import differences, live, picture

from cctop.book.milestones import Rule
from cctop.book.snapshot import Progress, Session, Snapshot
from cctop.engine import crew, opening
from cctop.engine import reading as reading_room
from cctop.engine.crew import Crew
from cctop.engine.engine import Engine
from cctop.engine.jobs import Job, Terms
from cctop.engine.opening import open_book
from cctop.engine.reader import Reader
from cctop.engine.reading import Reading, read_all
from cctop.engine.scouts import Scouts
from cctop.engine.settings import Settings
from cctop.engine.worker import Worker
from cctop.prices.table import PriceTable
from cctop.sources.registry import RunningSessions

A, B = session_id(1), session_id(2)
DAY = 24 * HOUR


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / ".claude")


class Front:
    """Waits for pictures."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.changed = threading.Event()
        self.pictures: list[Snapshot] = []

    def on_change(self) -> None:
        self.pictures.append(self.engine.latest())
        self.changed.set()

    def until(self, shows: Callable[[Snapshot], bool]) -> Snapshot:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            self.changed.clear()
            if shows(self.engine.latest()):
                return self.engine.latest()
            self.changed.wait(0.2)
        raise AssertionError(self.engine.latest())


@pytest.fixture
def front(disk: Disk) -> Iterator[Front]:
    engine = Engine(replace(disk.settings, poll=True), lambda: START)
    front = Front(engine)
    yield front
    engine.stop()
    assert engine._thread is None or not engine._thread.is_alive()


def of(snapshot: Snapshot, id_: str) -> Session | None:
    return next((session for session in snapshot.sessions if session.id == id_), None)


def test_it_reads_what_is_there_and_then_what_comes(disk: Disk, front: Front) -> None:
    disk.write(A, prompt(START), answer(START))
    assert front.engine.latest() == Snapshot()
    front.engine.start(front.on_change)
    front.until(lambda picture: of(picture, A) is not None)
    disk.write(A, answer(START + 1))
    disk.write(B, prompt(START))
    picture = front.until(lambda picture: of(picture, B) is not None)
    first = front.until(lambda p: (a := of(p, A)) is not None and a.api_calls == 2)
    assert picture.roots == (str(disk.root),)
    assert first.progress == Progress()
    versions = [picture.version for picture in front.pictures]
    assert versions == sorted(set(versions))
    assert first.prices_source == "genai-prices"


def test_the_focused_session_gets_its_detail(disk: Disk, front: Front) -> None:
    asked = calls(START, "Bash")
    disk.write(A, prompt(START), asked)
    disk.write(A, result(START + 1, tool_of(asked[0]), "Exit code 1\nno such file", error=True))
    front.engine.start(front.on_change)
    front.engine.focus(A)
    detail = front.until(lambda picture: picture.detail is not None).detail
    assert detail is not None
    (failure,) = detail.failures
    whole = front.engine.read_call(failure)
    assert whole.input == ("command: run Bash",)
    assert whole.output == ("Exit code 1", "no such file")
    front.engine.focus(None)
    front.until(lambda picture: picture.detail is None)


def test_who_waits_is_shown_before_anything_is_read(
    disk: Disk, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading can take its time: a model's price is looked up when it is first met."""
    disk.write(A, prompt(START))
    front.engine.start(front.on_change)
    front.until(lambda picture: of(picture, A) is not None)
    done = threading.Event()
    monkeypatch.setattr(Reader, "read", lambda self, seconds=None: not done.wait(10))
    monkeypatch.setattr(RunningSessions, "read", lambda self: (live(A, "waiting"),))
    disk.write(A, answer(START + 1))
    front.until(lambda picture: picture.fleet.waiting == 1)
    done.set()


def test_a_folder_that_comes_later_is_found(disk: Disk, front: Front) -> None:
    disk.projects.rmdir()
    disk.root.rmdir()
    front.engine.start(front.on_change)
    disk.write(A, answer(START))
    assert front.until(lambda picture: of(picture, A) is not None).roots


def test_a_fault_of_its_own_is_told_on_the_screen_that_stays(
    disk: Disk, front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk.write(A, answer(START))
    front.engine.start(front.on_change)
    front.until(lambda picture: of(picture, A) is not None)

    def fail(*_: object) -> bool:
        raise ZeroDivisionError("\x1b[2Jdivision")

    monkeypatch.setattr(Reader, "read", fail)
    picture = front.until(lambda picture: any("stopped" in each for each in picture.notices))
    assert "ZeroDivisionError: division (fail)" in picture.notices[-1]
    assert of(picture, A) is not None


def test_stopping_before_it_began(disk: Disk) -> None:
    Engine(disk.settings).stop()


# Reading everything once.


def test_all_is_read_at_once_and_progress_told(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        disk.write(session_id(number), prompt(START), answer(START))
    told: list[Progress] = []
    monkeypatch.setattr(reading_room, "PROGRESS", -1.0)
    reading = read_all(disk.settings, lambda: START, told.append)
    assert len(reading.snapshot.sessions) == 5
    assert [each.files_left for each in told] == [4, 3, 2, 1, 0]
    assert {each.files for each in told} == {5}
    assert reading.detail(session_id(3)).session.api_calls == 1
    with pytest.raises(KeyError):
        reading.detail("nonesuch")


def test_no_roots_at_all() -> None:
    snapshot = read_all(Settings(roots=()), lambda: START).snapshot
    assert (snapshot.sessions, snapshot.roots) == ((), ())


def test_the_users_prices_windows_and_milestones_hold(disk: Disk) -> None:
    disk.write(A, answer(START, usage(1_000, 10), model="home-brew"))
    settings = Settings(
        roots=(disk.root,),
        prices={"home-brew": {"input": 1.0, "output": 2.0}},
        windows={"home-brew": 4_000},
        rule=Rule(steps=(500,)),
    )
    (session,) = read_all(settings, lambda: START).snapshot.sessions
    assert session.cost == 1_020_000_000  # (1,000 × 1 + 10 × 2) / 1e6 USD
    assert session.milestone is not None
    assert session.milestone.tokens == 500
    assert (session.context.window, session.context.fraction) == (4_000, 0.25)


def book(reading: Reading) -> list[object]:
    sessions = sorted(reading.snapshot.sessions, key=lambda session: session.id)
    plain = [replace(session, version=0) for session in sessions]
    details = [reading.detail(session.id) for session in sessions]
    return [plain, [replace(detail, session=plain[0]) for detail in details]]


def many(disk: Disk) -> None:
    for number in range(12):
        records = [
            prompt(START),
            *calls(START, "Bash", "Read"),
            *answer(START),
        ]
        disk.write(session_id(number), records * 5)
        disk.write(session_id(number), answer(START + 1), agent="a1")
        disk.write(session_id(number + 100), records)  # a copy without a trace


@pytest.fixture
def crews(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Twenty-four sessions of a week ago, for which it takes workers; and those who came."""
    many(disk)
    for path in disk.projects.rglob("*.jsonl"):
        os.utime(path, (START / 1000, START / 1000))
    came: list[Any] = []

    class Seen(Crew):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            self.processes = [hand.process for hand in self._hands]
            came.append(self)

    monkeypatch.setattr(opening, "WORTHWHILE", 0)
    monkeypatch.setattr(crew, "Crew", Seen)
    return came


@pytest.mark.parametrize("kept", [False, True])
def test_several_processes_make_the_same_book_as_one(
    disk: Disk, crews: list[Any], kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "state" / "history.db" if kept else None
    monkeypatch.setattr(Crew, "next_own", lambda _: None)  # the workers shall do it all
    reading = read_all(replace(disk.settings, store=store), lambda: START + 7 * DAY)
    assert len(crews) == 1
    monkeypatch.setattr(opening, "WORTHWHILE", 1 << 40)
    alone = read_all(disk.settings, lambda: START + 7 * DAY)
    assert len(crews) == 1
    assert book(reading) == book(alone)
    if kept:  # all but those of which there are copies
        assert len(reading.resting()) == 24


def test_copies_that_come_from_workers_at_once_count_once(disk: Disk, tmp_path: Path) -> None:
    many(disk)
    now = START + 7 * DAY
    settings = replace(disk.settings, store=tmp_path / "state" / "history.db")
    reader, painter = open_book(settings)
    reader.look()
    jobs = [Job(session, tuple(files), now) for session, files in reader.of_the_past(1 << 62)]
    assert len(jobs) == 24
    reader.follower.lend(number for job in jobs for number in job.numbers)
    worker = Worker(Terms({}, {}, Rule(), None))
    reader.welcome(worker.do(job) for job in jobs)
    assert not reader.read()
    reading = Reading(settings, reader, painter, now)
    assert book(reading) == book(read_all(disk.settings, lambda: now))


def test_workers_that_die_change_nothing(
    disk: Disk, crews: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    reading = read_all(disk.settings, lambda: START + 7 * DAY)
    monkeypatch.setattr(opening, "WORTHWHILE", 1 << 40)
    assert book(reading) == book(read_all(disk.settings, lambda: START + 7 * DAY))
    assert len(crews) == 1


def test_workers_that_cannot_be_started_change_nothing(
    disk: Disk, crews: list[Any], front: Front, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There are too many processes, or too many open files."""
    alone = book(read_all(disk.settings, lambda: START + 7 * DAY))

    def refuse(*_: Any, **__: Any) -> None:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    assert book(read_all(disk.settings, lambda: START + 7 * DAY)) == alone
    front.engine._clock = lambda: START + 7 * DAY
    front.engine._scouts = Scouts([str(disk.root)], [session_id(1)], 2)
    front.engine.start(front.on_change)
    front.until(lambda picture: len(picture.sessions) == 24 and not picture.progress.reading)
    assert not front.engine.latest().notices


def test_the_screen_has_workers_read_the_past(disk: Disk, crews: list[Any], front: Front) -> None:
    front.engine._clock = lambda: START + 7 * DAY
    live_now = session_id(50)
    disk.write(live_now, answer(START))
    front.engine.start(front.on_change)
    front.until(lambda picture: len(picture.sessions) == 25 and not picture.progress.reading)
    (crew,) = crews
    assert not crew.is_busy
    front.engine.stop()
    assert crew.processes
    assert None not in [process.poll() for process in crew.processes]


def test_stopping_ends_the_workers(disk: Disk, crews: list[Any], front: Front) -> None:
    front.engine._clock = lambda: START + 7 * DAY
    front.engine.start(front.on_change)
    front.until(lambda _: bool(crews))
    front.engine.stop()
    assert None not in [process.poll() for process in crews[0].processes]


def test_the_reader_says_what_cannot_be_read(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(PriceTable, "notice", "price cache not written: no space")
    reader = Reader(disk.settings)
    assert reader.notices() == ("price cache not written: no space",)
    assert reader.existing_roots() == (str(disk.root),)
    assert Reader(Settings(roots=(disk.root / "nowhere",))).existing_roots() == ()


def test_a_moved_file_goes_on_where_it_was(disk: Disk) -> None:
    """`/cd` moves a session's file to another project's folder."""
    there = disk.projects / "-home-ada-api"
    there.mkdir()
    asked = calls(START, "Bash")
    path = disk.write(A, prompt(START, cwd="/home/ada/web"), asked, b"null\n")
    reader, painter = open_book(disk.settings)
    reader.look()
    reader.read()
    painter.paint(START)
    path.rename(there / path.name)
    failed = result(START + 1, tool_of(asked[0]), "no", error=True)
    disk.write(A, failed, answer(START + 2), slug="-home-ada-api")
    for _ in range(2):
        reader.look([str(there / path.name), str(path)])
        reader.read()
    assert differences(picture(painter, START), picture(disk.read(START)._painter, START)) == []
    detail = painter.detail(A, START)
    assert detail is not None
    assert (detail.session.api_calls, detail.session.transcript_gone) == (2, False)
    assert Path(detail.failures[0].where.path) == there / path.name


def test_reading_can_pause_at_any_time(disk: Disk) -> None:
    for number in range(30):
        disk.write(session_id(number), answer(START))
    reader = Reader(disk.settings)
    reader.look()
    rounds = 0
    while reader.read(0.0):
        rounds += 1
    assert rounds >= 30
    assert len(reader.book.sessions) == 30
    assert reader.progress().files_left == 0
