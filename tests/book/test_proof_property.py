"""Whatever happened, and however it was read: the rows of a proof add up to the figure."""

from random import Random

from families import Story, families
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from proofs import WatchedWorld, check
from scribe import HOUR, MINUTE
from test_book_property import Telling

from cctop.book.charges import charges_of
from cctop.book.meter import MINUTE as A_MINUTE
from cctop.book.prove import prove_day

chances = st.randoms(use_true_random=False)
often = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def watched(story: Story) -> Telling:
    telling = Telling(story)
    telling.world = WatchedWorld()
    return telling


def told(telling: Telling) -> WatchedWorld:
    world = telling.world
    assert isinstance(world, WatchedWorld)
    return world


@given(families)
@often
def test_every_proof_adds_up_to_its_figure(story: Story) -> None:
    telling = watched(story)
    telling.straight()
    world = told(telling)
    for now in (story.now + MINUTE, story.now + 24 * HOUR):
        for session, proofs in world.proofs(now):
            check(session, proofs)


@given(families, chances)
@often
def test_it_makes_no_difference_how_the_files_came(story: Story, chance: Random) -> None:
    telling = watched(story)
    telling.crooked(chance)
    for session, proofs in told(telling).proofs(story.now + MINUTE):
        check(session, proofs)


@given(families)
@often
def test_what_is_billed_is_what_the_fold_counts(story: Story) -> None:
    telling = watched(story)
    telling.straight()
    world = told(telling)
    world.paint()
    for session in world.book.sessions.values():
        for call in (*session.calls, *session.inherited_calls):
            charges = charges_of(call, world.evidence.quotes)
            assert sum(charge.cost.total for charge in charges) == call.cost
            unpriced = sum(charge.tokens for charge in charges if charge.quote is None)
            assert unpriced == call.unpriced


@given(families)
@often
def test_a_day_adds_up_over_all_sessions(story: Story) -> None:
    telling = watched(story)
    telling.straight()
    world = told(telling)
    world.paint(story.now)
    first, last = (story.now - HOUR) // A_MINUTE, story.now // A_MINUTE
    shown = world.book.minutes.sum(first, last)[0]
    proof = prove_day(world.book.sessions.values(), first, last, shown, world.evidence)
    assert proof.holds
    assert [row.at for row in proof.rows] == sorted(row.at for row in proof.rows)


@given(families)
@often
def test_turns_and_subagents_add_up_too(story: Story) -> None:
    telling = watched(story)
    telling.straight()
    world = told(telling)
    for session, proofs in world.proofs(story.now + MINUTE):
        detail = world.detail(session.id, story.now + MINUTE)
        rows = next(iter(proofs.values())).rows
        for turn in detail.turns:
            assert sum(row.amount for row in rows if row.turn == turn.number) == turn.cost
        for agent in detail.subagents:
            assert sum(row.amount for row in rows if row.agent == agent.id) == agent.cost
