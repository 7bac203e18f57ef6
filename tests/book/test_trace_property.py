"""However the files are read, failures have the same chains, and what holds of each holds."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scribe import HOUR
from test_book_property import Telling
from troubles import Trouble, troubles
from world import World, differences

from cctop.book.session import SessionState
from cctop.book.snapshot import Streak
from cctop.book.streaks import live_streak
from cctop.book.summary import turn_starts
from cctop.book.trace import Outcome, Trace
from cctop.book.tracing import trace_of
from cctop.events import FailureKind

chances = st.randoms(use_true_random=False)
often = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def traces(world: World, *, ended: bool = True) -> dict[str, Trace]:
    world.book.settle()
    find = world.book.sessions.get
    return {
        id: trace_of(session, find, world.path_of, ended=ended)
        for id, session in world.book.sessions.items()
    }


def live(world: World) -> dict[str, Streak | None]:
    sessions: dict[str, SessionState] = world.book.sessions
    return {id: live_streak(session, turn_starts) for id, session in sessions.items()}


@given(troubles, chances)
@often
def test_order_chunks_and_repetition_make_no_difference(story: Trouble, chance: Random) -> None:
    straight, crooked = Telling(story).straight(), Telling(story).crooked(chance)
    for ended in (True, False):
        one, other = traces(straight, ended=ended), traces(crooked, ended=ended)
        assert {id: t for id, t in one.items() if t != other.get(id)} == {}
    assert live(straight) == live(crooked)
    now = story.now + HOUR
    assert differences(straight.picture(now), crooked.picture(now)) == []


@given(troubles)
@often
def test_every_failure_is_in_one_chain(story: Trouble) -> None:
    world = Telling(story).straight()
    for id, trace in traces(world).items():
        tools = world.book.sessions[id].tools
        failed = sorted((call.id, call.agent) for call in tools.of if call.failure and call.name)
        chained = sorted(
            (attempt.tool_use_id, chain.agent_id)
            for chain in trace.chains
            for attempt in chain.attempts
            if attempt.kind is not None
        )
        assert chained == failed


@given(troubles)
@often
def test_what_holds_of_every_chain(story: Trouble) -> None:
    world = Telling(story).straight()
    for id, trace in traces(world).items():
        session = world.book.sessions[id]
        most = max((chain.cost for chain in trace.chains), default=0)
        assert most <= trace.cost <= sum(chain.cost for chain in trace.chains)
        assert trace.cost <= session.meter.cost
        for chain in trace.chains:
            first, *rest = chain.attempts
            assert first.kind is not None
            assert 0 <= chain.cost <= session.meter.cost
            assert chain.retries <= len(rest)
            assert chain.took_ms >= 0
            good = [a for a in rest if a.kind is None and a.ended_at]
            assert len(good) == (chain.outcome is Outcome.RECOVERED)
            assert good in ([], [chain.attempts[-1]])
            assert all(a.at >= first.ended_at for a in good)
            assert chain.outcome is not Outcome.OPEN  # it has ended


@given(troubles)
@often
def test_what_holds_of_every_streak(story: Trouble) -> None:
    world = Telling(story).straight()
    for id, trace in traces(world).items():
        tools = world.book.sessions[id].tools
        for streak in trace.streaks:
            assert streak.count >= 3
            same = [
                call
                for call in tools.of
                if (call.name, call.agent) == (streak.tool, streak.agent_id)
                and call.failure not in {None, FailureKind.INTERRUPTED}
                and streak.first_at <= call.answered_at <= streak.last_at
            ]
            assert len(same) >= streak.count
        now = live(world)[id]
        assert now is None or now.count >= 3


@given(troubles)
@often
def test_what_holds_of_every_loss(story: Trouble) -> None:
    world = Telling(story).straight()
    for session, detail in world.picture(story.now + HOUR).values():
        trace = traces(world)[session.id]
        assert [(loss.at, loss.trigger, loss.agent_id) for loss in trace.losses] == [
            (mark.at, mark.trigger, mark.agent_id) for mark in detail.compactions
        ]
        for loss in trace.losses:
            before = {item.text for item in (*loss.read, *loss.edited)}
            assert {reread.path for reread in loss.rereads} <= before
            assert len({reread.path for reread in loss.rereads}) == len(loss.rereads)
            assert all(reread.at > loss.at for reread in loss.rereads)
            for item in (*loss.read, *loss.edited, *loss.commands):
                assert (item.named is None) is not loss.summarised
