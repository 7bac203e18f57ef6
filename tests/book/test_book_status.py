"""What a session is doing: as the registry says, else as its transcript lets one think."""

from typing import Any

import pytest
from scribe import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    Json,
    answer,
    api_failure,
    calls,
    cost_state,
    interruption,
    prompt,
    queued,
    result,
    session_id,
    tool_of,
    turn_end,
)
from world import World, live

from cctop.book.snapshot import Status
from cctop.events import Registry

A = session_id(1)
BUSY, WAITING, IDLE, ENDED = Status.BUSY, Status.WAITING, Status.IDLE, Status.ENDED


def status(world: World, now: int) -> Status:
    return world.session(A, now).status


# Registered.


@pytest.mark.parametrize(
    ("word", "expected"), [("busy", BUSY), ("waiting", WAITING), ("idle", IDLE), ("shell", IDLE)]
)
def test_the_registry_is_believed(word: str, expected: Status) -> None:
    world = World()
    world.feed(A, prompt(START))
    world.run(**{A: word})
    session = world.session(A, START + HOUR)
    assert (session.status, session.status_inferred, session.status_since) == (
        expected,
        False,
        START,
    )


def test_what_it_waits_for_and_what_it_does_are_told() -> None:
    world = World()
    world.feed(A, prompt(START), calls(START + 1, "Bash"))
    waiting = live(A, "waiting", waiting_for="permission prompt")
    world.book.apply_registry(Registry((waiting,)))
    session = world.session(A)
    assert (session.waiting_for, session.activity) == ("permission prompt", "Bash run Bash")
    world.run(**{A: "shell"})
    assert world.session(A).activity == "shell"


def test_it_ends_with_its_process() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.run(**{A: "busy"})
    assert status(world, START + SECOND) is BUSY
    world.run()
    assert status(world, START + SECOND) is ENDED


def test_what_is_read_just_after_it_left_does_not_revive_it() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.run(**{A: "busy"})
    world.run()
    world.feed(A, answer(START + SECOND))
    assert status(world, START + 2 * SECOND) is ENDED


def test_a_session_that_is_resumed_without_registering_lives_again() -> None:
    """`-p --resume` of a session that ran in a terminal before."""
    world = World()
    world.feed(A, prompt(START))
    world.run(**{A: "idle"})
    world.run()
    world.feed(A, prompt(START + HOUR))
    assert status(world, START + HOUR + SECOND) is BUSY


def test_a_session_without_a_transcript_yet_is_there_while_it_runs() -> None:
    world = World()
    world.run(**{A: "idle"})
    session = world.session(A)
    assert (session.status, session.project, session.cwd) == (IDLE, "web", "/home/ada/web")
    world.run()
    assert world.paint().sessions == ()


def test_of_two_processes_on_one_session_the_one_that_waits_is_shown() -> None:
    entries = [live(A, "waiting", pid=1), live(A, "busy", pid=2), live(A, "idle", pid=3)]
    for order in (entries, entries[::-1]):
        world = World()
        world.feed(A, prompt(START))
        world.book.apply_registry(Registry(tuple(order)))
        assert status(world, START) is WAITING


def test_a_registry_that_says_no_status_leaves_it_to_the_transcript() -> None:
    """Older versions register without one, and so does each for its first moments."""
    world = World()
    world.book.apply_registry(Registry((live(A, "idle", since=0),)))
    assert status(world, START) is IDLE
    world.feed(A, prompt(START))
    session = world.session(A, START + MINUTE)
    assert (session.status, session.status_inferred) == (BUSY, True)
    world.feed(A, answer(START + SECOND))
    assert status(world, START + MINUTE) is IDLE
    assert status(world, START + 24 * HOUR) is IDLE  # it lives, however quiet


def test_a_killed_process_that_left_its_entry_behind_ends_its_session() -> None:
    """As a cctop sees it that starts after the fact; what is written later opens it again."""
    for first in (True, False):
        world = World()
        if first:
            world.feed(A, prompt(START))
        world.book.apply_registry(Registry((), ((A, START + MINUTE),)))
        if not first:
            world.feed(A, prompt(START))
        assert status(world, START + MINUTE) is ENDED
        world.feed(A, prompt(START + 2 * MINUTE))
        assert status(world, START + 2 * MINUTE) is BUSY


# Inferred.


def told(*records: Any) -> World:
    world = World()
    world.feed(A, *records)
    return world


ASKED = calls(START, "Bash")


@pytest.mark.parametrize(
    ("records", "expected"),
    [
        ([prompt(START)], BUSY),
        ([prompt(START), *answer(START)], IDLE),
        ([prompt(START), *answer(START, stop="tool_use")], BUSY),
        ([prompt(START), *answer(START, stop=None)], BUSY),
        ([prompt(START), *ASKED], BUSY),
        ([prompt(START), *ASKED, result(START, tool_of(ASKED[0]))], BUSY),
        ([prompt(START), *ASKED, turn_end(START)], IDLE),
        ([prompt(START), interruption(START)], IDLE),
        ([prompt(START), api_failure(START)], IDLE),
        ([prompt(START, "<command-name>/cost</command-name>")], IDLE),
        (
            [
                prompt(START),
                *ASKED,
                result(START, tool_of(ASKED[0]), "x", error=True, toolDenialKind="interrupted"),
            ],
            IDLE,
        ),
    ],
)  # fmt: skip
def test_the_last_record_tells_whose_turn_it_is(records: list[Json], expected: Status) -> None:
    session = told(*records).session(A, START + MINUTE)
    assert (session.status, session.status_inferred) == (expected, True)


def test_a_model_that_is_silent_for_long_is_at_work_no_more() -> None:
    """A killed process, or one whose end was not written: it cannot be busy for ever."""
    world = told(prompt(START))
    times = {4 * MINUTE: BUSY, 6 * MINUTE: IDLE, 11 * MINUTE: ENDED, 24 * HOUR: ENDED}
    assert {after: status(world, START + after) for after in times} == times


def test_a_tool_may_run_for_longer() -> None:
    world = told(prompt(START), ASKED)
    times = {14 * MINUTE: BUSY, 16 * MINUTE: ENDED}
    assert {after: status(world, START + after) for after in times} == times


def test_a_session_that_closed_its_books_has_ended_at_once() -> None:
    world = told(prompt(START), answer(START), cost_state(1))
    assert status(world, START + SECOND) is ENDED
    assert not world.session(A, START + SECOND).status_inferred


def test_a_resume_opens_it_again() -> None:
    for first in (prompt(START + MINUTE), queued(START + MINUTE)):
        world = told(prompt(START), answer(START), cost_state(1), first)
        assert status(world, START + MINUTE + SECOND) is not ENDED


def test_records_that_follow_the_books_of_a_stopped_process_open_nothing() -> None:
    """SIGINT to `-p`: the books are written first, then the interrupted call and the note."""
    end = result(START, tool_of(ASKED[0]), "x", error=True, toolDenialKind="user-rejected")
    world = told(prompt(START), ASKED, cost_state(1), end, interruption(START + 1))
    assert status(world, START + SECOND) is ENDED


def test_what_was_not_answered_in_an_earlier_turn_is_lost_not_open() -> None:
    world = told(prompt(START), ASKED, prompt(START + MINUTE), answer(START + MINUTE, stop=None))
    assert world.session(A, START + MINUTE).activity == "well"


def test_the_newest_time_wins_over_the_place_in_the_file() -> None:
    world = told(answer(START + SECOND), prompt(START))
    assert status(world, START + MINUTE) is IDLE


def test_what_it_is_doing() -> None:
    world = told(prompt(START), calls(START, "Bash", "Read", "Edit"))
    assert world.session(A).activity == "Edit +2 run Edit"
    world = told(prompt(START), answer(START, blocks=[{"type": "thinking"}], stop=None))
    assert world.session(A).activity == "thinking"


def test_active_sessions_come_first_and_of_those_the_ones_that_wait() -> None:
    world = World()
    ids = [session_id(n) for n in range(1, 6)]
    for number, id_ in enumerate(ids):
        world.feed(id_, prompt(START - number * MINUTE), answer(START - number * MINUTE))
    world.run(**{ids[1]: "idle", ids[2]: "busy", ids[3]: "waiting"})
    order = [session.id for session in world.paint(START + HOUR).sessions]
    assert order == [ids[3], ids[2], ids[1], ids[0], ids[4]]
