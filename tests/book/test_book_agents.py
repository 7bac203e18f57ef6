"""Subagents: a tree, with a state each."""

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace
from scribe import (
    HAIKU,
    HOUR,
    MINUTE,
    SECOND,
    START,
    answer,
    api_failure,
    calls,
    interruption,
    notification,
    prompt,
    result,
    session_id,
    tool_of,
    tool_use,
    usage,
)
from world import World

from cctop.book.snapshot import Subagent
from cctop.sources.transcripts.system import agent_meta

A, B = session_id(1), session_id(2)
NOW = START + MINUTE


def agents(world: World, now: int = NOW) -> dict[str, Subagent]:
    return {agent.id: agent for agent in world.detail(A, now).subagents}


def test_what_is_known_of_one() -> None:
    world = World()
    started = answer(START, None, [tool_use("Agent", "t", description="look", prompt="…")])
    world.feed(A, prompt(START), started)
    world.tell(A, "a1", type="Explore", description="look around", tool_use_id="t", model="haiku")
    asked = calls(START + SECOND, "Bash", spent=usage(10, 5), model=HAIKU)
    world.feed(A, prompt(START, "look"), asked, agent="a1")
    world.feed(A, result(START + 2 * SECOND, tool_of(asked[0]), "no", error=True), agent="a1")
    agent = agents(world)["a1"]
    assert (agent.type, agent.description, agent.model) == ("Explore", "look around", HAIKU)
    assert (agent.started_at, agent.last_activity_at) == (START, START + 2 * SECOND)
    assert (agent.tokens.input, agent.tokens.output) == (10, 5)
    assert (agent.tool_calls, agent.tool_failures, agent.depth, agent.parent) == (1, 1, 1, "")
    assert (agent.state, agent.unpriced_tokens) == ("running", 0)
    assert agent.cost == 10 * 4_000_000 + 5 * 20_000_000
    session = world.session(A, NOW)
    assert (session.subagents, session.subagents_running) == (1, 1)


def test_before_it_said_anything_there_is_what_was_asked_for() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.tell(A, "a1", type="Explore", model="haiku")
    agent = agents(world)["a1"]
    assert (agent.model, agent.started_at, agent.state) == ("haiku", 0, "running")


def test_older_versions_describe_it_only_in_the_call() -> None:
    world = World()
    started = answer(START, None, [tool_use("Task", "toolu_0123456789abcdef", description="look")])
    ended = result(
        START + SECOND, "toolu_0123456789abcdef", said={"agentId": "a1", "status": "completed"}
    )
    world.feed(A, started, ended)
    world.feed(A, answer(START + 1), agent="a1")
    assert agents(world)["a1"].description == "look"


STATES: list[tuple[str, list[tuple[str, Any]]]] = [
    ("running", [("a1", prompt(START))]),
    ("running", [("a1", answer(START, stop="tool_use"))]),
    ("finished", [("a1", answer(START, stop="end_turn"))]),
    ("failed", [("a1", answer(START, stop="tool_use")), ("a1", api_failure(START + 1))]),
    (
        "finished",
        [
            ("a1", answer(START, stop="tool_use")),
            ("", result(START + 1, "t", said={"agentId": "a1", "status": "completed"})),
        ],
    ),
    (
        "running",
        [
            ("a1", answer(START, stop="tool_use")),
            ("", result(START + 1, "t", said={"agentId": "a1", "status": "async_launched"})),
        ],
    ),
    ("failed", [("a1", prompt(START)), ("", notification(START + 1, "a1", "failed"))]),
    ("stopped", [("a1", prompt(START)), ("", notification(START + 1, "a1", "killed"))]),
    ("stopped", [("a1", prompt(START)), ("a1", interruption(START + 1))]),
    ("finished", [("a1", prompt(START)), ("", notification(START + 1, "a1"))]),
    # A failure of the run outlasts what the session says of it at the same moment.
    (
        "failed",
        [
            ("a1", prompt(START)),
            ("a1", api_failure(START + 1)),
            ("", notification(START + 1, "a1", "completed")),
        ],
    ),
    # Given another task, it works again.
    (
        "running",
        [
            ("a1", answer(START)),
            ("", notification(START + 1, "a1")),
            ("a1", prompt(START + 2)),
            ("a1", answer(START + 3, stop="tool_use")),
        ],
    ),
    (
        "finished",
        [
            ("a1", api_failure(START)),
            ("", notification(START + 1, "a1", "failed")),
            ("a1", prompt(START + 2)),
            ("a1", answer(START + 3)),
            ("", notification(START + 4, "a1")),
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("expected", "told"), STATES)
@pytest.mark.parametrize("main_first", [True, False])
def test_its_state(expected: str, told: list[tuple[str, Any]], main_first: bool) -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    for agent in ("", "a1") if main_first else ("a1", ""):
        world.feed(A, [record for where, record in told if where == agent], agent=agent)
    world.run(**{A: "busy"})
    assert agents(world)["a1"].state == expected


def test_it_has_stopped_when_its_session_has() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.feed(A, prompt(START), agent="a1")
    assert agents(world, START + 24 * HOUR)["a1"].state == "stopped"
    assert world.session(A, START + 24 * HOUR).subagents_running == 0


def test_its_file_may_say_that_it_has_finished() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.feed(A, prompt(START), agent="a1")
    world.tell(A, "a1", finished=True)
    assert agents(world)["a1"].state == "finished"


def test_nested_ones_stand_under_their_parents() -> None:
    told = {"a1": "", "a2": "a1", "a3": "a2", "a4": "", "a5": "a1"}
    for order in [*permutations(told)][::20]:
        world = World()
        for agent in order:
            world.feed(A, answer(START + int(agent[1])), agent=agent)
            world.tell(A, agent, parent_agent=told[agent])
        tree = [(agent.id, agent.parent, agent.depth) for agent in world.detail(A).subagents]
        assert tree == [
            ("a1", "", 1),
            ("a2", "a1", 2),
            ("a3", "a2", 3),
            ("a5", "a1", 2),
            ("a4", "", 1),
        ]


def test_parents_that_are_missing_or_in_a_ring_break_nothing() -> None:
    world = World()
    for agent, parent in {"a1": "a2", "a2": "a1", "a3": "a3", "a4": "gone"}.items():
        world.feed(A, answer(START), agent=agent)
        world.tell(A, agent, parent_agent=parent)
    tree = agents(world)
    assert set(tree) == {"a1", "a2", "a3", "a4"}
    assert {agent.depth for agent in tree.values()} == {1}


def test_the_call_of_a_compaction_is_no_subagent() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.feed(A, answer(START + 1), agent="acompact-1234")
    assert agents(world) == {}
    assert (world.session(A).subagents, world.session(A).api_calls) == (0, 2)


def test_a_background_shell_is_no_subagent() -> None:
    world = World()
    world.feed(A, prompt(START), notification(START + 1, "bot5yxun2"))
    assert agents(world) == {}


def test_one_that_a_fork_only_heard_of_is_its_parents() -> None:
    world = World()
    said = result(START + 1, "t", said={"agentId": "a1", "status": "completed"})
    world.feed(A, prompt(START), said)
    world.feed(A, answer(START), agent="a1")
    world.feed(B, prompt(START), said, prompt(START + HOUR), answer(START + HOUR))
    assert world.session(B).subagents == 0


def test_what_it_is_doing() -> None:
    world = World()
    world.feed(A, prompt(START), calls(START, "Agent"))
    world.feed(A, prompt(START + 1), calls(START + 2, "Grep"), agent="a1")
    world.run(**{A: "busy"})
    assert agents(world)["a1"].activity == "Grep run Grep"
    assert world.session(A, NOW).activity == "Agent run Agent"


def test_what_is_said_of_it_may_be_torn_while_it_is_written() -> None:
    """It is read again when it is whole, and nothing is amiss then."""
    world = World()
    world.feed(A, prompt(START))
    origin = replace(world.file(A, "a1.meta").origin, agent="a1")
    world.book.apply([agent_meta(origin, b'{"agentTy')])
    assert world.session(A).skipped_lines == 1
    world.book.apply([agent_meta(origin, b'{"agentType":"Explore"}')])
    assert world.session(A).skipped_lines == 0
    assert agents(world)["a1"].type == "Explore"
