"""The sessions of a picture are always in order, each once, and counted."""

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from scribe import START, prompt
from world import World

from cctop.book.snapshot import Rate, Session, Status
from cctop.engine.roster import ORDER, Roster

WORLD = World()
WORLD.feed("a", prompt(START))
(LINE,) = WORLD.paint(START).sessions

ids = st.sampled_from("abcdefgh")
lines = st.builds(
    lambda id, **changes: replace(LINE, id=id, **changes),
    ids,
    status=st.sampled_from(Status),
    last_activity_at=st.integers(0, 5),
    rate=st.builds(Rate, st.integers(0, 9), st.integers(0, 9)),
)
steps = st.lists(
    st.tuples(st.just("put"), lines)
    | st.tuples(st.just("drop"), ids)
    | st.tuples(st.just("keep"), st.lists(lines, max_size=8)),
    max_size=30,
)


@given(steps)
def test_whatever_comes_and_goes(steps: list[tuple[str, object]]) -> None:
    roster, known = Roster(), dict[str, Session]()
    for step, told in steps:
        if step == "put":
            assert isinstance(told, Session)
            roster.put(told)
            known[told.id] = told
        elif step == "drop":
            assert isinstance(told, str)
            roster.drop(told)
            known.pop(told, None)
        else:
            assert isinstance(told, list)
            roster.keep(told)
            known = {line.id: line for line in told}
        expected = sorted(
            known.values(), key=lambda s: (ORDER[s.status], -s.last_activity_at, s.id)
        )
        assert roster.listed == tuple(expected)
        assert roster.listed is roster.listed
        totals = roster.totals
        assert totals.counts == {
            status: sum(line.status is status for line in expected) for status in Status
        }
        assert totals.per_hour == sum(line.rate.cost_per_hour for line in expected)
        assert totals.per_minute == sum(line.rate.tokens_per_minute for line in expected)
