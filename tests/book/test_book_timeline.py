"""What is kept up to date is at any time what all of it would say."""

from random import Random
from typing import Any

import pytest
from families import Story, families
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scribe import HOUR
from test_book_property import Telling

from cctop.book import course as course_module
from cctop.book.course import Course
from cctop.book.detail import detail_of
from cctop.book.milestones import Rule, reached
from cctop.book.ordered import NEAR
from cctop.book.session import SessionState
from cctop.book.shelf import Shelf, Stock
from cctop.book.summary import summarise, turn_starts, turns_of
from cctop.book.threads import NEVER
from cctop.book.timeline import Timeline

RULE = Rule(steps=(10, 100, 1_000), then_every=500)
chances = st.randoms(use_true_random=False)
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


class Call:
    """As much of a call as has a place in time."""

    def __init__(self, at: int, model: str) -> None:
        self.at, self.model = at, model
        self.cost = self.context = 0
        self.agent, self.sidechain = "", False
        self.key = (str(id(self)),)


def models_of(calls: list[Call]) -> tuple[str, ...]:
    first: dict[str, int] = {}
    for call in calls:
        first[call.model] = min(call.at, first.get(call.model, NEVER))
    return tuple(sorted(first, key=lambda model: (first[model], model)))


times = st.integers(0, 30) | st.integers(0, 5_000)
steps = st.lists(
    st.tuples(st.sampled_from(("add", "add", "remove", "merge")), times, st.sampled_from("abc")),
    max_size=3 * NEAR,
)


@often
@given(steps, st.booleans(), chances)
def test_a_timeline_is_in_order_however_calls_come_and_go(
    steps: list[tuple[str, int, str]], forwards: bool, chance: Random
) -> None:
    shelf: Shelf[Any] = Shelf(Stock())
    calls, timeline = shelf.live, Timeline(shelf)
    for number, (step, at, model) in enumerate(steps):
        taken = list(calls)
        if step == "add" or not taken:
            call = Call(at + 100 * number if forwards else at, model)
            calls[call] = None
            timeline.add(call)  # type: ignore[arg-type]
        else:
            call = chance.choice(taken[-3:] if forwards else taken)
            del calls[call]
            timeline.remove(call)
            if step == "merge":
                call.at, call.model = min(call.at, at), max(call.model, model)
                calls[call] = None
                timeline.add(call)
        if not chance.randrange(3):
            expected = sorted(calls, key=lambda call: (call.at, call.model))
            got = timeline.in_order()
            assert [(c.at, c.model) for c in got] == [(c.at, c.model) for c in expected]
            assert {id(c) for c in got} == {id(c) for c in calls}
            assert timeline.models() == models_of(list(calls))
            assert len(timeline.since(at)) == sum(call.at >= at for call in calls)
            after = min((c.at for c in calls if c.at > at), default=None)
            assert timeline.next_after(at) == after


def test_calls_that_come_in_order_are_not_sorted_again() -> None:
    shelf: Shelf[Any] = Shelf(Stock())
    calls, timeline = shelf.live, Timeline(shelf)
    kept = timeline.in_order()
    for at in range(1_000):
        call = Call(at, "a")
        calls[call] = None
        timeline.add(call)  # type: ignore[arg-type]
        timeline.remove(call)  # type: ignore[arg-type] # a further line of it says more
        timeline.add(call)  # type: ignore[arg-type]
    assert timeline.in_order() is kept
    assert len(kept) == 1_000


class Watched(Telling):
    """A telling at whose pictures all is held against what all of it says."""

    def __init__(self, story: Story, tail: int) -> None:
        super().__init__(story)
        self.tail = tail
        self.followed: dict[SessionState, Course] = {}

    def look(self) -> None:
        for session in self.world.book.sessions.values():
            self.hold(session)
            self.follow(session)

    def follow(self, session: SessionState) -> None:
        """Hold a detail that goes on with what was known against one of all calls."""
        summary = summarise(session, None, self.story.now, RULE, {})
        course = self.followed.setdefault(session, Course(RULE))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(course_module, "TAIL", self.tail)
            told = detail_of(session, summary, self.story.now, RULE, str, known=course)
        assert told == detail_of(session, summary, self.story.now, RULE, str)
        calls = session.timeline.in_order()
        assert list(told.milestones) == reached(calls, RULE)
        assert told.cost.total == sum(call.cost for call in calls)
        assert sum(use.calls for use in told.models) == len(calls)
        assert len(told.points) == len(calls)

    @staticmethod
    def hold(session: SessionState) -> None:
        assert turns_of(session) == len(turn_starts(session))
        assert session.retries == sum(bool(note.event.retry) for note in session.api_errors)
        assert session.timeline.models() == models_of(list(session.calls))  # type: ignore[arg-type]
        made = [(c.at, c.owner.id) for c in session.inherited_calls if c.owner is not None]
        parent = session.parent
        assert (parent.id if parent is not None else None) == (max(made)[1] if made else None)

    def _give(self, *given: Any) -> None:
        super()._give(*given)
        self.look()


@often
@given(families, chances, st.integers(0, 4))
def test_what_is_counted_as_it_comes_is_what_all_of_it_says(
    story: Story, chance: Random, tail: int
) -> None:
    telling = Watched(story, tail)
    telling.crooked(chance)
    telling.world.paint(story.now + HOUR)
    telling.look()
