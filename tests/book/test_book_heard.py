"""Hooks that are lost, late or of a wrong clock: nothing they said may be shown for long."""

from typing import Any

import pytest
from scribe import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    answer,
    calls,
    compaction,
    interruption,
    prompt,
    result,
    stamp,
    tool_of,
)
from test_book_hooks import BUSY, ENDED, IDLE, WAITING, A, compacting, hook, registered
from world import World

from cctop.events import Hook
from cctop.text import Clean

NOW = START + 2 * MINUTE


def asked(at: int = START + SECOND, **more: Any) -> Hook:
    return hook("PermissionRequest", at, **more)


def told(*hooks: Hook) -> World:
    world = World()
    world.feed(A, prompt(START))
    world.book.apply_spool(hooks)
    return world


def notified(at: int, word: str, **more: Any) -> Hook:
    return hook("Notification", at, tool=Clean(""), target=Clean(""), word=Clean(word), **more)


# Waiting, where the answer was lost.


@pytest.mark.parametrize("word", ["", "busy"])
def test_the_models_next_answer_says_that_nothing_is_asked_any_more(word: str) -> None:
    """Without PreToolUse the request names no call whose result could end it."""
    world = told(asked(START + MINUTE))
    if word:
        registered(world, word, START)
    world.feed(A, calls(START + 59 * SECOND, "Bash"))
    assert world.session(A, NOW).status is WAITING
    world.feed(A, calls(START + MINUTE + 5 * SECOND, "Read"))
    session = world.session(A, NOW)
    assert (session.status, session.waiting_for) == (BUSY, "")


def test_lines_of_the_same_answer_do_not_end_the_wait() -> None:
    """A tool may be asked for while the model still speaks."""
    first, second = calls(START, "Bash", "Read")
    second["timestamp"] = stamp(START + 5 * SECOND)
    world = told(asked(START + SECOND))
    world.feed(A, first, second)
    assert world.session(A, NOW).status is WAITING


def test_esc_ends_the_wait() -> None:
    world = told(asked())
    world.feed(A, interruption(START + 5 * SECOND))
    assert world.session(A, NOW).status is IDLE


@pytest.mark.parametrize("word", ["", "idle", "busy"])
def test_a_subagent_that_stopped_asks_for_nothing(word: str) -> None:
    world = told(asked(START + 10 * SECOND, agent="a1"))
    if word:
        registered(world, word, START)
    assert world.session(A, NOW).status is WAITING
    world.book.apply_spool([hook("SubagentStop", START + MINUTE, agent="a1")])
    assert world.session(A, NOW).status is not WAITING


def test_another_subagent_that_stopped_does_not_end_the_wait() -> None:
    world = told(asked(agent="a1"), hook("SubagentStop", START + MINUTE, agent="a2"))
    assert world.session(A, NOW).status is WAITING


def test_a_subagent_that_goes_on_asks_for_nothing() -> None:
    world = told(asked(agent="a1"))
    world.feed(A, calls(START, "Bash"), agent="a1")
    assert world.session(A, NOW).status is WAITING
    world.feed(A, calls(START + MINUTE, "Read"), agent="a1")
    assert world.session(A, NOW).status is BUSY


@pytest.mark.parametrize("asked_by", ["elicitation_dialog", "elicitation_url_dialog"])
@pytest.mark.parametrize("word", ["elicitation_complete", "elicitation_response"])
def test_a_question_of_an_mcp_server_ends_with_its_answer(asked_by: str, word: str) -> None:
    world = told(notified(START + SECOND, asked_by))
    assert world.session(A, NOW).waiting_for == "elicitation dialog"
    world.book.apply_spool([notified(START + MINUTE, word)])
    assert world.session(A, NOW).status is BUSY


@pytest.mark.parametrize("kind", ["PostToolUse", "PostToolUseFailure"])
def test_it_ends_with_the_call_that_asked_it(kind: str) -> None:
    world = told(notified(START + SECOND, "elicitation_dialog"))
    world.book.apply_spool([hook(kind, START + MINUTE, tool=Clean("mcp__x__y"))])
    assert world.session(A, NOW).status is BUSY


def test_that_an_agent_needs_input_is_not_believed_for_ever() -> None:
    """Nothing tells this session that the other one got it."""
    world = told(notified(START + MINUTE, "agent_needs_input"))
    registered(world, "idle", START)
    world.feed(A, answer(START + 90 * SECOND))  # and its own turns say nothing of that
    assert world.session(A, NOW).waiting_for == "agent needs input"
    assert world.session(A, NOW + 20 * MINUTE).status is IDLE


# Waiting, where clocks or queues disagree.


def test_a_request_that_another_hook_answered_at_once_is_over() -> None:
    """Two hooks that start at once are stamped in any order."""
    use = calls(START + SECOND, "Bash")
    tool = tool_of(use[0])
    world = told(
        hook("PreToolUse", START + SECOND, tool_use_id=tool),
        hook("PostToolUse", START + SECOND + 300, tool_use_id=tool),
        asked(START + SECOND + 400),
    )
    world.feed(A, use)
    assert world.session(A, NOW).status is BUSY
    world.feed(A, result(START + SECOND + 200, tool, "done"))
    assert world.session(A, NOW).status is BUSY


def test_the_same_call_asked_again_later_waits() -> None:
    use = calls(START + SECOND, "Bash")
    tool = tool_of(use[0])
    world = told(
        hook("PreToolUse", START + SECOND, tool_use_id=tool),
        asked(START + SECOND),
        hook("PostToolUse", START + 2 * SECOND, tool_use_id=tool),
        asked(START + 30 * SECOND),
    )
    world.feed(A, use)
    assert world.session(A, NOW).status is WAITING


@pytest.mark.parametrize("word", ["", "busy", "idle"])
def test_a_request_from_the_future_is_none(word: str) -> None:
    world = told(asked(START + HOUR))
    if word:
        registered(world, word, START)
    assert world.session(A, START + MINUTE).status is not WAITING
    assert world.session(A, START + MINUTE).waiting_for == ""


def test_turns_from_the_future_are_none() -> None:
    world = told(hook("UserPromptSubmit", START + 9 * HOUR), hook("Stop", START + 8 * HOUR))
    assert world.session(A, START + 20 * MINUTE).status is ENDED
    world.feed(A, answer(START + 20 * MINUTE, stop=None))
    assert world.session(A, START + 21 * MINUTE).status is BUSY


def test_an_end_from_the_future_is_none() -> None:
    world = told(hook("SessionEnd", START + 9 * HOUR))
    assert world.session(A, START + MINUTE).status is BUSY


# Ends.


def test_a_session_that_is_resumed_at_once_runs() -> None:
    """As scripts do that say `-p --resume` one after the other."""
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.book.apply_spool(
        [
            hook("SessionEnd", START + SECOND, word=Clean("other")),
            hook("UserPromptSubmit", START + 4 * SECOND),
        ]
    )
    session = world.session(A, START + 5 * SECOND)
    assert (session.status, session.status_since) == (BUSY, START + 4 * SECOND)


# Compactions whose end was lost.


def begun() -> World:
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.book.apply_spool([hook("PreCompact", START + SECOND, word=Clean("auto"))])
    assert compacting(world, NOW)[0]
    return world


def test_the_models_next_answer_ends_a_compaction() -> None:
    world = begun()
    world.feed(A, answer(START + MINUTE, stop=None))
    assert compacting(world, NOW)[0] == 0


def test_the_next_prompt_in_the_transcript_ends_it() -> None:
    world = begun()
    world.feed(A, prompt(START + MINUTE))
    assert compacting(world, NOW)[0] == 0


def test_a_boundary_without_tokens_ends_it() -> None:
    world = begun()
    world.feed(A, compaction(START + MINUTE, after=None))
    assert compacting(world, NOW)[0] == 0


def test_a_compaction_from_the_future_is_none() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.book.apply_spool([hook("PreCompact", START + HOUR, word=Clean("auto"))])
    assert compacting(world, NOW)[0] == 0
