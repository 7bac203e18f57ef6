"""Scouts change when something is known, never what; and nothing of the past comes before it."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from disk import Disk
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scribe import START, answer, calls, prompt, result, session_id, tool_of

from cctop.book.snapshot import Session, Snapshot
from cctop.engine import crew, engine, opening, processes, scouts
from cctop.engine import survey as survey_room
from cctop.engine.engine import Engine
from cctop.engine.opening import crew_for, open_book
from cctop.engine.reading import read_all
from cctop.engine.scouts import Scouts, sent_ahead
from cctop.engine.survey import shared, survey
from cctop.events import Origin
from cctop.sources.transcripts.discover import Found
from cctop.sources.transcripts.layout import Kind, Layout
from cctop.text import Clean

RUNNING = [session_id(number) for number in range(3)]
OLD = [session_id(number) for number in range(50, 60)]
LATER = START + 7 * 24 * 3_600_000


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    """Three sessions that run, with subagents, and ten of a week ago."""
    disk = Disk(tmp_path / ".claude")
    registry = disk.root / "sessions"
    registry.mkdir()
    for number, id_ in enumerate(RUNNING):
        asked = calls(START, "Bash")
        said = [prompt(START), asked, result(START + 1, tool_of(asked[0]), "no", error=True)]
        disk.write(id_, *said, *(answer(START + n) for n in range(2, 40)))
        disk.write(id_, answer(START + 1), agent="a1")
        entry = {"pid": os.getpid(), "sessionId": id_, "status": "busy", "cwd": "/home/ada/web"}
        (registry / f"{number}.json").write_text(json.dumps(entry))
    for id_ in OLD:
        path = disk.write(id_, prompt(START), *(answer(START + n) for n in range(5)))
        os.utime(path, (START / 1000, START / 1000))
    return disk


@pytest.fixture
def sent(disk: Disk) -> Iterator[Scouts]:
    sent = Scouts([str(disk.root)], RUNNING, 2)
    yield sent
    sent.close()


def told(sessions: tuple[Session, ...]) -> list[Session]:
    """What is said of those that run, and when it was read left aside."""
    plain = [replace(one, version=0) for one in sessions if one.id in RUNNING]
    return sorted(plain, key=lambda one: one.id)


class Seen:
    """An engine on the screen's side of it, and its pictures."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.pictures: list[Snapshot] = []
        self.done = threading.Event()
        engine.start(self.on_change)

    def on_change(self) -> None:
        self.pictures.append(self.engine.latest())
        if (
            len(self.pictures[-1].sessions) == len(RUNNING + OLD)
            and not self.pictures[-1].progress.reading
        ):
            self.done.set()


@pytest.mark.parametrize("kept", [False, True])
def test_what_scouts_read_is_what_is_read_without(
    disk: Disk, sent: Scouts, kept: bool, tmp_path: Path
) -> None:
    store = tmp_path / "state" / "history.db" if kept else None
    settings = replace(disk.settings, store=store)
    reader, painter = open_book(settings)
    reader.look()
    while sent.are_busy:
        for outcome in sent.hear(60):
            reader.meet(outcome)
    unread = reader.follower.unread_sessions()
    assert unread == set(OLD)  # nothing of those that run is left to be read here
    alone = read_all(disk.settings, lambda: LATER).snapshot
    assert told(painter.paint(LATER).sessions) == told(alone.sessions)
    reader.read()
    assert told(painter.paint(LATER).sessions) == told(alone.sessions)
    if reader.history is not None:
        reader.history.close()


def test_what_grows_after_the_scouts_is_read_on(disk: Disk) -> None:
    outcomes = [
        outcome for share in (0, 1) for outcome in survey([str(disk.root)], RUNNING, share, 2)
    ]
    disk.write(RUNNING[0], answer(START + 100))
    reader, painter = open_book(disk.settings)
    reader.look()
    for outcome in outcomes:
        reader.meet(outcome)
    assert not reader.read(running=True)
    alone = read_all(disk.settings, lambda: LATER).snapshot
    assert told(painter.paint(LATER).sessions) == told(alone.sessions)


def test_what_is_too_large_for_scouts_is_read_here(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = max(disk.projects.rglob("*.jsonl"), key=lambda path: path.stat().st_size)
    before = list(survey([str(disk.root)], RUNNING, 0, 1))
    monkeypatch.setattr(survey_room, "LARGEST", largest.stat().st_size - 1)
    outcomes = list(survey([str(disk.root)], RUNNING, 0, 1))
    assert 0 < len(outcomes) < len(before)
    reader, painter = open_book(disk.settings)
    reader.look()
    for outcome in outcomes:
        reader.meet(outcome)
    assert reader.awaits_scouts
    assert not reader.read(running=True)
    assert not reader.awaits_scouts
    alone = read_all(disk.settings, lambda: LATER).snapshot
    assert told(painter.paint(LATER).sessions) == told(alone.sessions)


def test_what_is_known_already_is_not_taken_from_scouts(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcomes = list(survey([str(disk.root)], RUNNING, 0, 1))
    reader, painter = open_book(disk.settings)
    reader.look()
    reader.read()
    before = painter.paint(LATER)
    folded: list[object] = []
    monkeypatch.setattr(reader, "take", folded.append)
    for outcome in outcomes:
        reader.meet(outcome)
    assert not folded
    assert painter.paint(LATER) is before


def test_a_file_that_went_before_it_was_met_is_nothing(disk: Disk) -> None:
    outcomes = list(survey([str(disk.root)], RUNNING, 0, 1))
    assert {outcome.session for outcome in outcomes} == set(RUNNING)
    for path in disk.projects.rglob("*.jsonl"):
        path.unlink()
    reader, painter = open_book(disk.settings)
    reader.look()
    for outcome in outcomes:
        reader.meet(outcome)
    assert [one.api_calls for one in painter.paint(LATER).sessions] == [0, 0, 0]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_what_runs_is_whole_before_the_past_is_begun(
    disk: Disk, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With scouts, without them, and with such as die at once."""
    monkeypatch.setattr(opening, "WORTHWHILE", 0)
    order: list[str] = []
    update = Engine._put_out

    def hire(reader: Any, *rest: Any) -> Any:
        left = reader.follower.unread_sessions()
        order.append("past" if left.isdisjoint(RUNNING) and left else f"too early: {left}")
        return crew_for(reader, *rest)

    def put_out(self: Engine, *rest: Any, **more: Any) -> None:
        update(self, *rest, **more)
        calls_of = {one.id: one.api_calls for one in self.latest().sessions}
        if all(calls_of.get(id_, 0) == 40 for id_ in RUNNING) and "true" not in order:
            order.append("true")

    monkeypatch.setattr(engine, "crew_for", hire)
    monkeypatch.setattr(Engine, "_put_out", put_out)
    if count == 1:
        monkeypatch.setattr(sys, "executable", "/bin/false")
    ahead = Scouts([str(disk.root)], RUNNING, count) if count else None
    seen = Seen(Engine(replace(disk.settings, poll=True), lambda: LATER, ahead))
    try:
        assert seen.done.wait(60)
    finally:
        seen.engine.stop()
    assert order == ["true", "past"]


@pytest.mark.parametrize("kept", [False, True])
def test_a_session_that_is_not_whole_is_told_as_such(
    disk: Disk, kept: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is shown in between: with all its calls, or as one of which some are unread."""
    settings = replace(disk.settings, store=tmp_path / "state" / "history.db" if kept else None)
    if kept:
        read_all(settings, lambda: START).keep()  # nobody rests yet
    monkeypatch.setattr(engine, "FIRST", 0.0)
    monkeypatch.setattr(engine, "SLICE", 0.0)
    seen = Seen(Engine(settings, lambda: LATER))
    try:
        assert seen.done.wait(60)
    finally:
        seen.engine.stop()
    partly = 0
    for picture in seen.pictures:
        assert picture.progress.reading or len(picture.sessions) == len(RUNNING + OLD)
        for one in picture.sessions:
            if one.id not in picture.progress.unread:
                assert one.api_calls == (40 if one.id in RUNNING else 5)
            else:
                partly += 1
    assert partly


def test_scouts_that_are_done_work_on_in_the_crew(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "WORTHWHILE", 0)
    monkeypatch.setattr(crew, "cores", lambda: 2)
    started: list[processes.Process] = []
    start = processes.started

    def counted(*arguments: str) -> processes.Process:
        started.append(start(*arguments))
        return started[-1]

    monkeypatch.setattr(processes, "started", counted)
    seen = Seen(Engine(disk.settings, lambda: LATER, Scouts([str(disk.root)], RUNNING, 2)))
    try:
        assert seen.done.wait(60)
    finally:
        seen.engine.stop()
    assert len(started) == 2  # one of them was enough for the past
    assert None not in [process.poll() for process in started]


def test_nobody_is_sent_where_nothing_new_runs_or_no_processor_is_free(
    disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[tuple[list[str], int]] = []
    monkeypatch.setattr(scouts, "Scouts", lambda _, *sessions: sent.append(sessions))
    roots = [disk.root, disk.root / "nowhere"]
    for cores, count in ((1, 0), (2, 1), (3, 2), (64, 3)):
        monkeypatch.setattr(processes, "cores", lambda cores=cores: cores)
        sent_ahead(roots, 0)
        assert sent == ([(RUNNING, count)] if count else [])
        sent.clear()
    for number, id_ in enumerate(RUNNING[:2]):
        entry = {"pid": os.getpid(), "sessionId": id_, "startedAt": START + number}
        (disk.root / "sessions" / f"{number}.json").write_text(json.dumps(entry))
    sent_ahead(roots, START + 1)
    assert sent == [([RUNNING[1]], 1)]
    assert sent_ahead(roots, START + 2) is None
    dead = {"pid": 2**30, "sessionId": "d", "startedAt": START + 9}
    (disk.root / "sessions" / "0.json").write_text(json.dumps(dead))
    assert sent_ahead(roots, START + 2) is None
    assert len(sent) == 1


def test_nobody_waits_for_scouts_that_can_bring_nothing_new(
    disk: Disk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They read of a session that went on, of which the store has what is old."""
    settings = replace(disk.settings, store=tmp_path / "state" / "history.db")
    read_all(settings, lambda: LATER).keep()
    disk.write(RUNNING[0], answer(START + 100))
    monkeypatch.setattr(Scouts, "hear", lambda *_: pytest.fail("waited"))
    ahead = Scouts([str(disk.root)], RUNNING, 1)
    seen = Seen(Engine(settings, lambda: LATER, ahead))
    try:
        assert seen.done.wait(60)
    finally:
        seen.engine.stop()
    assert not ahead.are_busy
    for picture in seen.pictures:  # the first one, too
        calls_of = {one.id: one.api_calls for one in picture.sessions}
        assert [calls_of[id_] for id_ in RUNNING] == [41, 40, 40]


@given(st.lists(st.integers(0, 1000), max_size=30), st.integers(1, 4))
def test_shares_are_all_there_is_and_about_the_same(sizes: list[int], count: int) -> None:
    layout = Layout(Kind.MAIN, Clean(""), Clean(""), Clean("s"), Clean(""))
    files = [
        (Origin(n, Clean("s"), Clean(""), Clean(""), Clean("")), Found(f"{n}", s, 0, n, 0, layout))
        for n, s in enumerate(sizes)
    ]
    shares = shared(files, count)
    assert len(shares) == count
    assert sorted((file for share in shares for file in share), key=files.index) == files
    assert all(share == sorted(share, key=files.index) for share in shares)
    sums = [sum(found.size for _, found in share) for share in shares]
    assert max(sums) - min(sums) <= max(sizes, default=0)
