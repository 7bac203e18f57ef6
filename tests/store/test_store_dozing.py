"""Sessions that may still be at work doze between two reports: nobody can tell by what is said."""

import json
import os
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import pytest
from families import Story, families, files_of
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keeping import Stage, shown
from scribe import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    answer,
    calls,
    result,
    session_id,
    tool_of,
    usage,
)
from world import differences

from cctop.book.snapshot import Status
from cctop.engine.history import History
from cctop.engine.opening import open_book
from cctop.engine.reading import Reading
from cctop.report import document

NOBODY = 1 << 30  # a process that cannot be
MOMENTS = (0, SECOND, 20 * SECOND, MINUTE, 3 * MINUTE, 5 * MINUTE, 5 * MINUTE + 1, 11 * MINUTE)
ASLEEP = "SELECT id FROM session ORDER BY id"


def enter(stage: Stage, session: str, status: str | None, since: int, pid: int) -> Path:
    """Claude Code enters a session in the list of those that run."""
    folder = stage.root / "sessions"
    folder.mkdir(exist_ok=True)
    entry = {"sessionId": session, "pid": pid, "cwd": "/home/elsewhere", "name": "named"}
    entry |= {"status": status, "statusUpdatedAt": since} if status else {}
    path = folder / f"{session}.json"
    path.write_text(json.dumps(entry))
    return path


def said(reading: Reading) -> bytes:
    return b"".join(document.written(reading, reading.snapshot.sessions))


class Life:
    """Several sessions are at work, and one report after the other is made of them."""

    def __init__(self, stage: Stage, story: Story, chance: Random) -> None:
        self.stage = stage
        self.chance = chance
        self.now = story.now
        self.sessions = sorted({thread.session for thread in story.threads})
        self.left = {path: data for path, data in files_of(story).items() if data}

    def go_on(self) -> None:
        """Something happens, or nothing."""
        chance = self.chance
        match chance.randrange(9):
            case 0 | 1 if self.left:
                self.write(chance.choice((1 << 20, 2_000, 300)))
            case 2:
                status = chance.choice(("busy", "idle", "waiting", "shell", None))
                pid = chance.choice((os.getpid(), os.getpid(), NOBODY))
                enter(self.stage, chance.choice(self.sessions), status, self.now, pid)
            case 3:
                self.leave()
            case 4:
                self.tell()
            case 5:
                self.look()

    def write(self, most: int) -> None:
        path = self.chance.choice(sorted(self.left))
        target = self.stage.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        data = self.left.pop(path)
        cut = data.find(b"\n", most) + 1 or len(data)
        with target.open("ab") as file:
            file.write(data[:cut])
        if data[cut:]:
            self.left[path] = data[cut:]

    def leave(self) -> None:
        """A session that runs ends."""
        for entry in sorted(self.stage.root.glob("sessions/*.json")):
            if json.loads(entry.read_text())["pid"] != NOBODY:
                entry.unlink()
                return

    def tell(self) -> None:
        number = int(self.chance.choice(self.sessions)[:8])
        if self.chance.randrange(2):
            self.stage.told(number, self.now, cost={"total_cost_usd": 1.5})
        else:
            kind = self.chance.choice(("Stop", "UserPromptSubmit", "SessionEnd"))
            self.stage.hear(number, kind, self.chance.choice((0, self.now)))

    def look(self) -> None:
        """A screen is open for a while."""
        reader, painter = open_book(self.stage.settings)
        reader.look()
        while reader.read():
            pass
        assert reader.history is not None
        painter.paint(self.now)
        reader.history.rest(self.now, lambda session: painter.describe(session, self.now))
        assert reader.history.close() == ""

    def report(self) -> None:
        """One is made, and is that of who has no store; perhaps more is written meanwhile."""
        bare = self.stage.reading(self.now, store=None)
        reading = self.stage.reading(self.now)
        assert differences(shown(bare), shown(reading)) == []
        assert reading.snapshot.fleet == bare.snapshot.fleet
        assert said(reading) == said(bare)
        awake = all(one.status is not Status.ENDED for one in bare.snapshot.sessions)
        if self.left and awake and not self.chance.randrange(2):
            self.write(300)
            self.chance.choice((self.look, lambda: self.stage.reading(self.now).keep()))()
        assert reading.keep() == ""


@given(families, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_report_is_the_same_whoever_dozes(story: Story, chance: Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        life = Life(Stage(Path(folder)), story, chance)
        while life.left and chance.randrange(5):
            life.write(1 << 20)
        for _ in range(8):
            life.report()
            life.now += chance.choice(MOMENTS)
            life.go_on()


@pytest.fixture
def working(stage: Stage) -> Stage:
    """Two sessions rest, and two did something a moment ago, one of which waits for a result."""
    stage.work(3, START + 30 * HOUR)
    stage.write(4, answer(START + 30 * HOUR, usage(10, 20, 30), stop="tool_use"))
    return stage


def folded(stage: Stage, now: int, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which sessions a report folds again, of which all was read before."""
    seen: set[str] = set()
    refold = History._refold

    def noted(history: History, row: Any) -> None:
        seen.add(row.session)
        refold(history, row)

    with monkeypatch.context() as patch:
        patch.setattr(History, "_refold", noted)
        seen_with = stage.run(now)
    assert seen_with == stage.bare(now)
    return {id[:8].lstrip("0") for id in seen}


def test_who_did_something_lately_is_not_folded_again(
    working: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = START + 30 * HOUR + MINUTE
    states = {id[7]: one.status for id, (one, _) in working.run(now).items()}
    assert states == {"1": "ended", "2": "ended", "3": "idle", "4": "busy"}
    assert [folded(working, now + later * SECOND, monkeypatch) for later in (0, 60, 180)] == [
        set()
    ] * 3
    working.work(3, now + 200 * SECOND)
    assert folded(working, now + 200 * SECOND, monkeypatch) == {"3"}
    assert folded(working, now + 201 * SECOND, monkeypatch) == set()
    # The other one is believed to be at work no longer, and then to have ended.
    assert folded(working, now + 5 * MINUTE, monkeypatch) == {"4"}
    assert folded(working, now + 5 * MINUTE, monkeypatch) == set()
    assert folded(working, now + HOUR, monkeypatch) == {"3", "4"}
    assert folded(working, now + 2 * HOUR, monkeypatch) == set()


def test_who_runs_is_not_folded_again_until_the_registry_says_something_new(
    working: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = START + 30 * HOUR + MINUTE
    entry = enter(working, session_id(3), "busy", now, os.getpid())
    working.run(now)
    assert folded(working, now + HOUR, monkeypatch) == {"4"}
    enter(working, session_id(3), "waiting", now + HOUR, os.getpid())
    assert folded(working, now + HOUR, monkeypatch) == {"3"}
    assert folded(working, now + 26 * HOUR, monkeypatch) == set()
    entry.unlink()
    assert folded(working, now + 26 * HOUR, monkeypatch) == {"3"}
    assert folded(working, now + 26 * HOUR, monkeypatch) == set()


@pytest.mark.parametrize("told", ["Stop", "status", "dead"])
def test_of_whom_anything_is_told_is_folded_again(
    working: Stage, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = START + 30 * HOUR + MINUTE
    working.run(now)
    if told == "status":
        working.told(3, now, cost={"total_cost_usd": 1.5})
    elif told == "dead":
        enter(working, session_id(3), "busy", now, NOBODY)
    else:
        working.hear(3, told, now)
    for _ in range(2):
        assert folded(working, now + SECOND, monkeypatch) == {"3"}


def test_a_clock_that_was_set_back_finds_nobody_dozing(
    working: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = START + 30 * HOUR + MINUTE
    working.run(now)
    assert folded(working, now - 30 * SECOND, monkeypatch) == {"3", "4"}


def test_on_a_screen_nobody_dozes(working: Stage) -> None:
    now = START + 30 * HOUR + MINUTE
    working.run(now)
    reader, painter = open_book(working.settings)
    reader.look()
    while reader.read():
        pass
    assert reader.book.sessions.keys() == {session_id(3), session_id(4)}
    lines = {one.id: one.status for one in painter.paint(now).sessions}
    assert lines[session_id(4)] is Status.BUSY
    assert reader.history is not None
    reader.history.close()


def test_what_another_one_read_meanwhile_is_not_forgotten(working: Stage) -> None:
    now = START + 30 * HOUR + 6 * MINUTE
    working.run(now - 5 * MINUTE)
    slow = working.reading(now)
    working.work(3, now)
    assert working.reading(now).keep() == ""
    assert slow.keep() == ""
    assert working.run(now) == working.bare(now)


def test_who_dozes_does_not_rest_and_cannot_be_forgotten(working: Stage) -> None:
    now = START + 30 * HOUR + MINUTE
    entered = enter(working, session_id(1), "idle", now, os.getpid())
    working.run(now)
    assert len(working.ask(ASLEEP)) == 4
    reading = working.reading(now + SECOND)
    assert reading.resting().keys() == {session_id(2)}
    reading.keep()
    entered.unlink()


def test_the_trace_of_who_dozes_is_that_of_who_does_not(working: Stage) -> None:
    now = START + 30 * HOUR + MINUTE
    asked = calls(now, "Bash")
    working.write(4, asked, result(now, tool_of(asked[0]), "Exit code 1\nno", error=True))
    working.run(now)
    for number in (3, 4):
        kept, bare = working.reading(now), working.reading(now, store=None)
        assert kept.trace(session_id(number)) == bare.trace(session_id(number))
        kept.keep()
