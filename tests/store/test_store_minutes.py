"""What sessions that rest paid minute by minute: kept as long as a day's figures need it."""

import msgspec
from keeping import Stage
from scribe import HOUR, MINUTE, START

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
