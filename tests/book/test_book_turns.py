"""Turns: which prompts started one, and what each cost."""

from itertools import permutations

import pytest
from scribe import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    answer,
    api_failure,
    calls,
    compaction,
    interruption,
    prompt,
    result,
    session_id,
    tool_of,
    usage,
)
from world import World

A = session_id(1)
COST = 10 * 4_000_000 + 5 * 20_000_000


def test_what_was_paid_until_the_next_prompt_is_a_turns() -> None:
    world = World()
    asked = calls(START + 1, "Bash", "Read", spent=usage(10, 5, 1_000))
    world.feed(A, prompt(START, "first"), asked)
    world.feed(A, result(START + 2, tool_of(asked[0]), "no", error=True), answer(START + SECOND))
    world.feed(A, answer(START + 2 * SECOND), agent="a1")
    world.feed(A, prompt(START + MINUTE, "second"), answer(START + MINUTE, model="unheard-of-1"))
    first, second = world.detail(A).turns
    assert (first.number, first.at, first.prompt) == (1, START, "first")
    assert (first.api_calls, first.tool_calls, first.failures) == (3, 2, 1)
    assert first.cost == 3 * COST + 1_000 * 200_000
    assert (first.tokens, first.new_tokens, first.unpriced_tokens) == (1_045, 45, 0)
    assert first.ended_at == START + 2 * SECOND
    assert (second.number, second.prompt, second.cost, second.unpriced_tokens) == (
        2,
        "second",
        0,
        15,
    )


@pytest.mark.parametrize(
    "records",
    [
        # Taken back before the first word, nothing is written of an answer.
        [prompt(START, "first, withdrawn")],
        # Run by the CLI itself.
        [prompt(START, "<command-name>/model</command-name>")],
        [prompt(START, "<bash-input>ls</bash-input>")],
    ],
)
def test_a_prompt_that_was_never_answered_started_none(records: list[dict[str, object]]) -> None:
    world = World()
    world.feed(A, records, prompt(START + MINUTE, "second"), answer(START + MINUTE))
    assert [turn.prompt for turn in world.detail(A).turns] == ["second"]
    assert world.session(A).turns == 1


def test_a_subagent_that_still_works_answers_no_prompt() -> None:
    world = World()
    world.feed(A, prompt(START, "withdrawn"), prompt(START + MINUTE, "second"))
    world.feed(A, answer(START + MINUTE + 1))
    world.feed(A, answer(START + 5), agent="a1")
    assert world.session(A).turns == 1


def test_the_newest_prompt_is_a_turn_before_its_answer() -> None:
    world = World()
    world.feed(A, prompt(START))
    (turn,) = world.detail(A).turns
    assert (turn.api_calls, turn.ended_at) == (0, START)


def test_a_local_command_is_none_even_as_the_newest() -> None:
    world = World()
    world.feed(A, prompt(START, "<command-name>/cost</command-name>"))
    assert world.session(A).turns == 0


def test_a_command_that_the_model_answers_is_one() -> None:
    world = World()
    world.feed(A, prompt(START, "<command-name>/review</command-name>"), answer(START + 1))
    assert [turn.prompt for turn in world.detail(A).turns] == ["/review"]


def test_an_interrupted_or_failed_turn_is_one() -> None:
    world = World()
    world.feed(A, prompt(START, "a"), answer(START + 1, stop=None), interruption(START + 2))
    world.feed(A, prompt(START + MINUTE, "b"), api_failure(START + MINUTE + 1))
    world.feed(A, prompt(START + HOUR, "c"))
    assert [turn.prompt for turn in world.detail(A).turns] == ["a", "b", "c"]


def test_the_same_prompt_told_twice_is_one() -> None:
    world = World()
    record = prompt(START)
    world.feed(A, record, record)
    assert world.session(A).turns == 1


def test_a_prompt_on_a_sidechain_of_the_main_file_is_none() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START), prompt(START + 1, "look", isSidechain=True))
    world.feed(A, answer(START + 2, isSidechain=True), answer(START + 3))
    assert [turn.api_calls for turn in world.detail(A).turns] == [3]


def test_calls_without_any_prompt_are_in_no_turn() -> None:
    world = World()
    world.feed(A, answer(START))
    detail = world.detail(A)
    assert (detail.turns, detail.session.turns, detail.session.cost) == ((), 0, COST)


def test_a_record_told_again_for_a_subagent_or_earlier_is_the_same() -> None:
    """Older versions kept a copy of subagents' records in the main file."""
    failed, mark = api_failure(START + 1), compaction(START + 2)
    early = [record | {"timestamp": prompt(START)["timestamp"]} for record in (failed, mark)]
    tellings = [("", [failed, mark]), ("a1", [failed, mark]), ("", early)]
    for order in permutations(tellings):
        world = World()
        world.feed(A, prompt(START), answer(START))
        for agent, records in order:
            world.feed(A, records, agent=agent)
        detail = world.detail(A)
        assert [(each.at, each.agent_id) for each in detail.api_failures] == [(START, "a1")]
        assert [(each.at, each.agent_id) for each in detail.compactions] == [(START, "a1")]


def test_records_of_two_kinds_with_one_uuid_are_two() -> None:
    record = prompt(START)
    failed = api_failure(START + 1, uuid=record["uuid"])
    for order in ((record, failed), (failed, record)):
        world = World()
        world.feed(A, *order)
        assert (world.session(A).turns, world.session(A).api_errors) == (1, 1)
