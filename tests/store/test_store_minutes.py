"""What sessions that rest paid minute by minute: kept as long as a day's figures need it."""

import msgspec
from keeping import Stage
from scribe import HOUR, MINUTE, START, answer, prompt, session_id, usage

from cctop.store.rows import Frozen


def minutes(stage: Stage) -> list[int]:
    """How many minutes are kept, session by session."""
    lines = stage.ask("SELECT summary FROM session ORDER BY id")
    return [len(msgspec.msgpack.decode(line, type=Frozen).minutes) for (line,) in lines]


def test_they_are_kept_for_a_day(stage: Stage) -> None:
    for hours in (1, 1.5, 12, 26, 40, 41):
        now = START + round(hours * HOUR)
        with_store, without = stage.reading(now), stage.reading(now, store=None)
        assert with_store.snapshot.fleet == without.snapshot.fleet
        assert [one.rate for one in with_store.snapshot.sessions] == [
            one.rate for one in without.snapshot.sessions
        ]
        assert with_store.keep() == ""
        kept = minutes(stage)
        assert all(kept) if hours < 26 else not any(kept) if hours > 27 else len(kept) == 2


def test_those_of_a_session_that_went_on_stay(stage: Stage) -> None:
    assert stage.reading(START + HOUR).keep() == ""
    slow = stage.reading(START + 40 * HOUR)
    stage.work(1, START + 39 * HOUR)
    assert stage.reading(START + 40 * HOUR + MINUTE).keep() == ""  # another one was faster
    assert slow.keep() == ""
    assert [bool(count) for count in minutes(stage)] == [True, False]
    last = START + 41 * HOUR
    assert stage.reading(last).snapshot.fleet == stage.reading(last, store=None).snapshot.fleet


def test_those_of_a_session_that_only_a_copy_tells_of_stay(stage: Stage) -> None:
    copied = answer(START + 29 * HOUR, usage(10, 20, 30), requestSessionId=session_id(8))
    stage.write(9, prompt(START + 29 * HOUR, "go on"), *copied)
    for minute in range(3):
        now = START + 30 * HOUR + minute * MINUTE
        with_store, without = stage.reading(now), stage.reading(now, store=None)
        assert without.snapshot.fleet.today_cost
        assert with_store.snapshot.fleet == without.snapshot.fleet
        assert with_store.keep() == ""
