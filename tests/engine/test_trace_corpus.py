"""Traces of other people's transcripts, where there are any; `CCTOP_CORPUS` names their folder."""

import pytest
from test_corpus import FILES, file_of, whole_lines
from world import World

from cctop.book.trace import Outcome, Trace
from cctop.book.tracing import trace_of
from cctop.text import clean

pytestmark = pytest.mark.skipif(not FILES, reason="CCTOP_CORPUS names no folder with transcripts")


@pytest.fixture(scope="module")
def world() -> World:
    world = World()
    for path in FILES:
        world.feed_bytes(whole_lines(path), file_of(world, path))
    world.book.settle()
    return world


@pytest.fixture(scope="module")
def traces(world: World) -> dict[str, Trace]:
    find = world.book.sessions.get
    return {
        id: trace_of(session, find, world.path_of, ended=True)
        for id, session in world.book.sessions.items()
    }


def test_every_failure_is_in_one_chain(world: World, traces: dict[str, Trace]) -> None:
    assert any(trace.chains for trace in traces.values())
    for id, trace in traces.items():
        kinds = world.book.sessions[id].tools.kinds
        assert sum(chain.failures for chain in trace.chains) == sum(kinds.values())


def test_what_holds_of_each(world: World, traces: dict[str, Trace]) -> None:
    for id, trace in traces.items():
        session = world.book.sessions[id]
        for chain in trace.chains:
            assert chain.outcome is not Outcome.OPEN
            assert 0 <= chain.cost <= session.meter.cost
            assert clean(chain.words) == chain.words
        assert all(streak.count >= 3 for streak in trace.streaks)
        for loss in trace.losses:
            assert all((reread.tokens or 0) >= 0 for reread in loss.rereads)


def test_the_order_of_the_files_makes_no_difference(traces: dict[str, Trace]) -> None:
    other = World()
    for path in reversed(FILES):
        for line in whole_lines(path).splitlines(keepends=True):
            other.feed_bytes(line, file_of(other, path))
    other.book.settle()
    names = {path.stem for path in FILES}
    for id, trace in traces.items():
        # Made-up files say other things under the same name.
        if id in names and sum(path.stem == id for path in FILES) == 1:
            session = other.book.sessions[id]
            again = trace_of(session, other.book.sessions.get, other.path_of, ended=True)
            assert len(again.chains) == len(trace.chains)
            assert [c.outcome for c in again.chains] == [c.outcome for c in trace.chains]
            assert (again.streaks, again.losses) == (trace.streaks, trace.losses)
