"""Loops by hand: what is the same failure again, when a streak is over, and when it is live."""

import pytest
from scribe import SECOND, interruption
from test_trace_chains import EDIT, NPM, ONE, OTHER, PAID, READ, Telling
from world import World

from cctop.book.repeated import masked
from cctop.book.snapshot import Streak

FLAKY = "Exit code 1\nAssertionError: expected 3, got {0} at 0x7f{0}a12 in /tmp/t{0}/a.py:{0}"


def streaks(told: Telling) -> list[tuple[str, str, int]]:
    return [(s.tool, s.same, s.count) for s in told.trace().streaks]


def live(told: Telling, now: int = 0, **status: str) -> Streak | None:
    world = World()
    world.feed(ONE, *told.records)
    world.run(**{ONE: status.get("status", "busy")})
    return world.session(ONE, now or told.now + SECOND).streak


def test_three_failures_with_the_same_input_are_a_streak() -> None:
    told = Telling().prompt()
    for number in range(3):
        assert streaks(told) == []
        told.call(NPM, f"{'abc'[number]} went wrong")
        told.call(OTHER)
    (streak,) = told.trace().streaks
    assert (streak.tool, streak.what, streak.same, streak.count) == ("Bash", "npm test", "input", 3)
    assert streak.last_at - streak.first_at == 40 * SECOND
    assert streak.cost == 4 * PAID


def test_three_failures_with_the_same_error_are_a_streak() -> None:
    told = Telling().prompt()
    for number in range(3):
        told.call(("Bash", {"command": f"pytest tests/{number}"}), FLAKY.format(number))
    (streak,) = told.trace().streaks
    assert (streak.same, streak.count) == ("error", 3)
    assert streak.what.startswith("Exit code 1: AssertionError: expected 3, got 2")


def test_the_same_input_and_the_same_error_are_one_streak() -> None:
    told = Telling().prompt()
    for number in range(4):
        told.call(NPM, FLAKY.format(number))
    assert streaks(told) == [("Bash", "input", 4)]


def test_a_bare_exit_code_is_no_error_to_go_by() -> None:
    told = Telling().prompt()
    for number in range(5):
        told.call(("Bash", {"command": f"grep {number} x"}), "Exit code 1")
    assert streaks(told) == []


def test_a_success_of_that_input_ends_it() -> None:
    told = Telling().prompt()
    for ok in (False, False, True, False, False):
        told.call(NPM, "" if ok else "no")
    assert streaks(told) == []


def test_a_success_of_the_tool_ends_a_streak_of_errors_but_none_of_an_input() -> None:
    told = Telling().prompt()
    for number in range(4):
        told.call(("Bash", {"command": f"pytest tests/{number}"}), FLAKY.format(number))
        told.call(NPM, "no")
        if number == 1:
            told.call(("Bash", {"command": "ls"}))
    assert streaks(told) == [("Bash", "input", 4)]


def test_another_turn_is_another_streak() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.call(NPM, "no")
    told.say().prompt()
    told.call(NPM, "no")
    assert streaks(told) == []


def test_interrupted_calls_are_none() -> None:
    told = Telling().prompt()
    for _ in range(4):
        told.call(NPM, "[Request interrupted by user for tool use]", toolDenialKind="interrupted")
    assert streaks(told) == []


def test_a_rule_that_denies_again_and_again_is_a_streak() -> None:
    told = Telling().prompt()
    for _ in range(4):
        told.call(NPM, "denied", permissionDecision={"decision": "reject", "source": "rule"})
    assert streaks(told) == [("Bash", "input", 4)]


def test_a_live_streak_is_on_the_line_of_the_session_until_it_is_over() -> None:
    told = Telling().prompt()
    told.call(EDIT, "no")
    for number in range(3):
        assert live(told) is None
        told.call(NPM, f"{'abc'[number]} went wrong")
    streak = live(told)
    assert streak is not None
    assert (streak.tool, streak.count, streak.cost) == ("Bash", 3, 2 * PAID)
    told.call(READ)
    streak = live(told)
    assert streak is not None
    assert streak.cost == 3 * PAID  # the meter runs on
    assert live(told, told.now + 24 * 3_600_000, status="idle") is not None  # the turn is not over
    told.call(NPM)
    assert live(told) is None


@pytest.mark.parametrize("way", ["says", "esc", "prompt"])
def test_a_live_streak_ends_with_its_turn(way: str) -> None:
    told = Telling().prompt()
    for _ in range(3):
        told.call(NPM, "no")
    assert live(told) is not None
    if way == "says":
        told.say()
    elif way == "esc":
        told.records.append(interruption(told.now + SECOND))
    else:
        told.prompt("stop that")
    assert live(told) is None


def test_a_session_that_ended_has_no_live_streak() -> None:
    told = Telling().prompt()
    for _ in range(3):
        told.call(NPM, "no")
    world = World()
    world.feed(ONE, *told.records)
    assert world.session(ONE, told.now + SECOND).streak is not None
    assert world.session(ONE, told.now + 24 * 3_600_000).streak is None


def test_of_several_live_ones_the_longest_is_told() -> None:
    told = Telling().prompt()
    for number in range(5):
        told.call(EDIT, f"{'abcde'[number]} not found")
        if number < 3:
            told.call(NPM, f"{'abc'[number]} went wrong")
    streak = live(told)
    assert streak is not None
    assert (streak.tool, streak.count) == ("Edit", 5)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("expected 3 jobs, got 2", "expected 3 jobs, got 17"),
        ("cannot open /tmp/a/b.py", "cannot open ./c.py"),
        ("object at 0x7f3a11", "object at 0x55"),
        ("commit 3f2a91bc is unknown", "commit 9e8d77aa00 is unknown"),
        ("  spaces   differ ", "spaces differ"),
    ],
)
def test_what_changes_makes_no_other_error(one: str, other: str) -> None:
    assert masked(one) == masked(other) != ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("File does not exist.", "String to replace not found."),
        ("TypeError: decade", "TypeError: facade"),  # words, not hex numbers
    ],
)
def test_another_error_is_another(one: str, other: str) -> None:
    assert masked(one) != masked(other)


@pytest.mark.parametrize(
    "error", ["", "Exit code 1", "Exit code -9.", "(no message)", "Error", "3"]
)
def test_what_says_nothing_is_nothing(error: str) -> None:
    assert masked(error) == ""
