"""One event, many witnesses: what hooks and the status line add to what the transcript says."""

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace
from scribe import (
    MINUTE,
    OPUS,
    SECOND,
    START,
    answer,
    calls,
    compaction,
    cost_state,
    fresh,
    prompt,
    result,
    session_id,
    tool_of,
    usage,
)
from world import ROOT, World, live

from cctop.book.heard import LAG
from cctop.book.snapshot import Books, Fleet, Status
from cctop.book.status import COMPACTION_SILENCE
from cctop.events import FailureKind, Hook, HookKind, Limit, Registry, StatusLine
from cctop.text import Clean

A, B = session_id(1), session_id(2)
BUSY, WAITING, IDLE, ENDED = Status.BUSY, Status.WAITING, Status.IDLE, Status.ENDED
USD = 10**12


def hook(kind: str, at: int, **more: Any) -> Hook:
    fields: dict[str, Any] = {"id": fresh("h"), "session": A, "tool": Clean("Bash")}
    fields |= {"target": Clean("rm -rf build")} | more
    return Hook(at=at, kind=HookKind(kind), **fields)


def status_line(at: int, usd: float, **more: Any) -> StatusLine:
    fields: dict[str, Any] = {"session": A, "root": ROOT}
    return StatusLine(at=at, cost=round(usd * USD), **(fields | more))


def registered(world: World, word: str, since: int) -> None:
    world.book.apply_registry(Registry((live(A, word, since),)))


# A tool call, seen by hook and by transcript.


def failed_call() -> tuple[list[Any], Any, Hook, Hook]:
    asked = calls(START, "Bash")
    tool = tool_of(asked[0])
    answered = result(START + 9 * SECOND, tool, "Exit code 1\nno such file", error=True)
    before = hook("PreToolUse", START + 200, tool_use_id=tool, target=Clean("run Bash"))
    after = hook(
        "PostToolUseFailure",
        START + 9 * SECOND + 200,
        tool_use_id=tool,
        target=Clean("run Bash"),
        failure=FailureKind.ERROR,
        error=Clean("Exit code 1: no such"),
        duration_ms=120,
    )
    return asked, answered, before, after


def test_a_failure_seen_twice_is_one_with_the_hooks_duration() -> None:
    """Whoever comes first: the transcript has the words, the hook how long it took."""
    asked, answered, before, after = failed_call()
    for order in permutations(("asked", "answered", "before", "after")):
        world = World()
        world.feed(A, prompt(START))
        for what in order:
            if what in {"before", "after"}:
                world.book.apply_spool([before if what == "before" else after] * 2)
            else:
                world.feed(A, asked if what == "asked" else answered)
        detail = world.detail(A)
        (failure,) = detail.failures
        assert (failure.at, failure.error) == (START + 9 * SECOND, "Exit code 1: no such file")
        assert failure.duration_ms == 120
        assert (detail.session.tool_calls, detail.session.tool_failures) == (1, 1)
        assert detail.turns[0].failures == 1


def test_a_failure_is_told_before_the_transcript_has_it() -> None:
    asked, _, _, after = failed_call()
    world = World()
    world.feed(A, prompt(START), asked)
    assert world.session(A).activity == "Bash run Bash"
    world.book.apply_spool([after])
    (failure,) = world.detail(A).failures
    assert (failure.tool, failure.target, failure.error) == (
        "Bash",
        "run Bash",
        "Exit code 1: no such",
    )
    assert world.session(A).tool_failures == 1
    assert not world.session(A).activity.startswith("Bash")  # it runs no longer


def test_a_call_that_only_hooks_told_of_counts_once() -> None:
    _, _, before, after = failed_call()
    world = World()
    world.feed(A, prompt(START))
    world.book.apply_spool([after, before, before])
    session = world.session(A)
    assert (session.tool_calls, session.tool_failures) == (1, 1)
    (failure,) = world.detail(A).failures
    assert failure.where.path == ""


def test_a_hook_of_a_session_without_a_transcript_makes_none() -> None:
    world = World()
    world.book.apply_spool([hook("PreToolUse", START, tool_use_id=fresh("toolu"))])
    world.book.apply_spool([status_line(START, 1.0)])
    assert world.paint().sessions == ()


def test_two_handlers_of_one_event_change_nothing() -> None:
    """Settings and plugin both have our hooks: each event comes twice, a little apart."""
    asked, answered, before, after = failed_call()
    world = World()
    world.feed(A, prompt(START), asked, answered)
    twice = [replace(event, id=fresh("h"), at=event.at + 30) for event in (before, after)]
    world.book.apply_spool([before, twice[0], after, twice[1]])
    assert world.session(A).tool_calls == 1
    assert len(world.detail(A).failures) == 1


# Waiting for a permission.


def asking(world: World, at: int = START + SECOND) -> str:
    """A call that needs a permission, with its hooks."""
    asked = calls(at, "Bash")
    tool = tool_of(asked[0])
    world.feed(A, asked)
    world.book.apply_spool(
        [
            hook("PreToolUse", at + 150, tool_use_id=tool),
            hook("PermissionRequest", at + 200),
        ]
    )
    return tool


def test_it_waits_with_tool_and_command() -> None:
    world = World()
    world.feed(A, prompt(START))
    registered(world, "waiting", START + SECOND)
    asking(world)
    session = world.session(A, START + MINUTE)
    assert (session.status, session.status_since) == (WAITING, START + SECOND)
    assert session.waiting_for == "Bash rm -rf build"


def test_the_registry_knows_first_that_it_goes_on() -> None:
    """Its word is written at once, the hook's up to a quarter of a second later."""
    world = World()
    world.feed(A, prompt(START))
    registered(world, "busy", START + SECOND + 100)  # answered before the hook was even stamped
    asking(world)
    session = world.session(A, START + MINUTE)
    assert (session.status, session.waiting_for) == (BUSY, "")


@pytest.mark.parametrize("word", ["busy", "idle"])
def test_a_wait_that_the_registry_missed_is_seen(word: str) -> None:
    world = World()
    world.feed(A, prompt(START))
    registered(world, word, START)
    asking(world, START + LAG + SECOND)
    session = world.session(A, START + MINUTE)
    assert (session.status, session.waiting_for) == (WAITING, "Bash rm -rf build")
    assert session.status_since == START + LAG + SECOND + 200


ANSWERS: list[Any] = [
    lambda tool, at: hook("PostToolUse", at, tool_use_id=tool),
    lambda tool, at: hook("PostToolUseFailure", at, tool_use_id=tool),
    lambda tool, at: hook("PermissionDenied", at, tool_use_id=tool),
    lambda tool, at: hook("Stop", at),
    lambda tool, at: hook("StopFailure", at),
    lambda tool, at: hook("UserPromptSubmit", at),
    lambda tool, at: hook("SessionEnd", at),
    lambda tool, at: hook("SessionStart", at),
]


@pytest.mark.parametrize("answered_by", ANSWERS)
@pytest.mark.parametrize("late", [False, True])
def test_each_answer_ends_the_wait(answered_by: Any, late: bool) -> None:
    world = World()
    world.feed(A, prompt(START))
    if late:  # the answer is read before the request
        world.book.apply_spool([answered_by("", START + MINUTE)])
        asking(world)
    else:
        tool = asking(world)
        assert world.session(A, START + MINUTE).status is WAITING
        world.book.apply_spool([answered_by(tool, START + MINUTE)])
    assert world.session(A, START + MINUTE).status is not WAITING


def test_an_answer_in_the_transcript_ends_the_wait() -> None:
    """The user said no: no hook tells of that."""
    world = World()
    world.feed(A, prompt(START))
    tool = asking(world)
    words = "The user doesn't want to proceed"
    world.feed(A, result(START + MINUTE, tool, words, error=True))
    assert world.session(A, START + MINUTE).status is BUSY


def test_a_refusal_that_the_hook_is_stamped_after_ends_the_wait() -> None:
    """In a `-p` run nobody is asked: the refusal is written before the hook has begun (2.1.330)."""
    world = World()
    world.feed(A, prompt(START))
    registered(world, "busy", START)
    tool = asking(world, START + LAG + SECOND)
    world.feed(A, result(START + LAG + SECOND + 100, tool, "needs approval", error=True))
    session = world.session(A, START + MINUTE)
    assert (session.status, session.waiting_for) == (BUSY, "")


def test_the_same_call_asked_again_waits_though_its_first_hook_was_lost() -> None:
    world = World()
    world.feed(A, prompt(START))
    tool = asking(world)
    world.feed(A, result(START + 2 * SECOND, tool, "needs approval", error=True))
    world.book.apply_spool([hook("PermissionRequest", START + 10 * SECOND)])
    assert world.session(A, START + MINUTE).status is WAITING


def test_another_call_that_ends_does_not_end_the_wait() -> None:
    world = World()
    world.feed(A, prompt(START), calls(START, "Read"))
    asking(world)
    done = hook("PostToolUse", START + MINUTE, tool=Clean("Read"), target=Clean("x"))
    world.book.apply_spool([done])
    session = world.session(A, START + MINUTE)
    assert (session.status, session.waiting_for) == (WAITING, "Bash rm -rf build")


def test_several_requests_are_counted() -> None:
    world = World()
    world.feed(A, prompt(START))
    registered(world, "waiting", START + SECOND)
    asking(world)
    world.book.apply_spool(
        [hook("PermissionRequest", START + 2 * SECOND, agent="a1", target=Clean("make"))]
    )
    assert world.session(A).waiting_for == "Bash +1 rm -rf build"


def test_a_question_of_an_mcp_server_waits_too() -> None:
    world = World()
    world.feed(A, prompt(START))
    registered(world, "busy", START)
    note = hook("Notification", START + MINUTE, tool=Clean(""), target=Clean(""))
    world.book.apply_spool([replace(note, word=Clean("permission_prompt"))])
    assert world.session(A, START + MINUTE).status is BUSY  # its own hook says more, and sooner
    world.book.apply_spool([replace(note, word=Clean("elicitation_dialog"))])
    session = world.session(A, START + MINUTE)
    assert (session.status, session.waiting_for) == (WAITING, "elicitation dialog")


# Turns and ends without a registry: `-p` and SDK runs.


def test_a_prompt_makes_it_busy_before_a_line_is_written() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.book.apply_spool([hook("UserPromptSubmit", START + MINUTE)])
    session = world.session(A, START + MINUTE + SECOND)
    assert (session.status, session.status_since) == (BUSY, START + MINUTE)
    assert session.status_inferred


def test_a_lost_stop_leaves_nothing_busy_for_ever() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.book.apply_spool([hook("UserPromptSubmit", START + MINUTE)])
    assert world.session(A, START + 20 * MINUTE).status is ENDED


def test_a_lost_answer_leaves_nothing_waiting_for_ever() -> None:
    world = World()
    world.feed(A, prompt(START))
    asking(world)
    assert world.session(A, START + 20 * MINUTE).status is ENDED


def test_a_stop_ends_the_turn_whose_last_line_was_not_written() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START + SECOND, stop=None))
    assert world.session(A, START + MINUTE).status is BUSY
    world.book.apply_spool([hook("StopFailure", START + 2 * SECOND, word=Clean("overloaded"))])
    assert world.session(A, START + MINUTE).status is IDLE


def test_the_end_of_a_session_ends_it_at_once() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    world.book.apply_spool([hook("SessionEnd", START + SECOND, word=Clean("other"))])
    assert world.session(A, START + 2 * SECOND).status is ENDED
    world.feed(A, prompt(START + MINUTE))  # resumed
    assert world.session(A, START + MINUTE).status is BUSY


def test_what_a_subagent_says_is_not_of_the_session() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.book.apply_spool([hook("Stop", START + SECOND, agent="a1")])
    assert world.session(A, START + MINUTE).status is BUSY


# Compactions.


def compacting(world: World, now: int) -> tuple[int, str, str]:
    session = world.session(A, now)
    return session.compacting_since, session.compacting_trigger, session.activity


def test_a_compaction_shows_while_it_runs() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    registered(world, "busy", START + SECOND)
    begin = START + SECOND + 100
    world.book.apply_spool([hook("PreCompact", begin, word=Clean("manual"))])
    assert compacting(world, START + MINUTE) == (begin, "manual", "compacting… manual")


@pytest.mark.parametrize("end", ["PostCompact", "boundary", "rest", "Stop", "next", "silence"])
def test_each_end_of_a_compaction(end: str) -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    registered(world, "busy", START)
    world.book.apply_spool([hook("PreCompact", START + SECOND, word=Clean("auto"))])
    now = START + MINUTE
    assert compacting(world, now)[0]
    match end:
        case "PostCompact":
            world.book.apply_spool([hook("PostCompact", now, word=Clean("auto"))])
        case "boundary":
            world.feed(A, compaction(now))
        case "rest":  # Esc
            registered(world, "idle", now)
        case "Stop":
            world.book.apply_spool([hook("Stop", now)])
        case "next":
            world.book.apply_spool([hook("UserPromptSubmit", now)])
        case "silence":
            now += COMPACTION_SILENCE
    assert compacting(world, now)[0] == 0


def test_a_compaction_of_a_subagent_is_not_the_sessions() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.book.apply_spool([hook("PreCompact", START, agent="a1", word=Clean("auto"))])
    assert compacting(world, START)[0] == 0


# The status line: Claude Code's own figures, live.

COST = (10 * 4 + 5 * 20) * 10**6  # of `answer`, at the made-up prices


def test_its_cost_is_the_official_one_while_the_session_runs() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START))
    told = status_line(START + SECOND, (COST + 38_000) / USD)
    world.book.apply_spool([told])
    books = world.session(A).books
    assert books == Books(told.cost, 38_000, told_at=START + SECOND)
    world.feed(A, answer(START + MINUTE))
    books = world.session(A).books
    assert books == Books(told.cost, 38_000, later=COST, told_at=START + SECOND)


def test_a_call_that_ended_as_the_status_line_was_drawn_may_not_be_in_it() -> None:
    """Its program is given the total, and needs a moment to start (2.1.330)."""
    world = World()
    world.feed(A, prompt(START), answer(START), answer(START + MINUTE))
    told = status_line(START + MINUTE + 60, COST / USD)
    world.book.apply_spool([told])
    assert world.session(A).books == Books(told.cost, 0, later=COST, told_at=told.at)


@pytest.mark.parametrize(("at", "calls_told"), [(MINUTE + 60, 1), (2 * MINUTE, 2)])
def test_less_than_was_metered_before_is_told_as_such(at: int, calls_told: int) -> None:
    """A process that was killed wrote no books: that no call of the last moment can explain."""
    world = World()
    world.feed(A, prompt(START), answer(START), answer(START + SECOND), answer(START + MINUTE))
    told = status_line(START + at, calls_told * COST / USD)
    world.book.apply_spool([told])
    assert world.session(A).books == Books(told.cost, told.cost - 3 * COST, told_at=told.at)


def test_the_newest_status_line_counts_in_any_order() -> None:
    for order in permutations((status_line(START, 1), status_line(START + 1, 3))):
        world = World()
        world.feed(A, prompt(START))
        world.book.apply_spool(order)
        books = world.session(A).books
        assert books is not None
        assert books.official == 3 * USD


def test_the_books_at_exit_replace_it() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START), cost_state(2.5))
    world.book.apply_spool([status_line(START + SECOND, 2.5)])
    books = world.session(A).books
    assert books is not None
    assert (books.official, books.told_at) == (2_500_000_000_000, 0)
    world.book.apply_spool([status_line(START - SECOND, 9)])  # older than the books
    books = world.session(A).books
    assert books is not None
    assert books.official == 2_500_000_000_000


def test_a_killed_process_leaves_what_the_status_line_said() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START), cost_state(1))
    world.feed(A, prompt(START + MINUTE), answer(START + MINUTE))
    world.book.apply_spool([status_line(START + 2 * MINUTE, 1.5)])
    books = world.session(A).books
    assert books is not None
    assert (books.official, books.told_at) == (1_500_000_000_000, START + 2 * MINUTE)


@pytest.mark.parametrize(("usd", "inherited"), [(1.5, 1.0), (0.4, 0.0)])
def test_a_forks_status_line_goes_on_from_its_parents_books_or_begins_anew(
    usd: float, inherited: float
) -> None:
    world = World()
    spent = usage(0, 1000)
    shared = answer(START, spent, requestSessionId=A, sessionId=B)
    world.feed(A, prompt(START), [record | {"sessionId": A} for record in shared])
    world.feed(A, cost_state(1.0))
    world.feed(B, shared, prompt(START + MINUTE), answer(START + MINUTE, spent))
    world.book.apply_spool([replace(status_line(START + 2 * MINUTE, usd), session=B)])
    books = world.session(B).books
    assert books is not None
    assert books.inherited == round(inherited * USD)
    assert books.official == round((usd - inherited) * USD)


def test_window_and_cache_are_as_it_says() -> None:
    world = World()
    world.feed(A, prompt(START), answer(START, model=OPUS))
    told = status_line(
        START, 0.1, window=777_000, model=Clean(f"{OPUS}[1m]"), cache_expires_at=START + MINUTE
    )
    world.book.apply_spool([told])
    session = world.session(A)
    assert session.context.window == 777_000
    assert session.cache_expires_at == START + MINUTE
    world.feed(A, answer(START + MINUTE, model="claude-haiku-5-5"))
    assert world.session(A).context.window != 777_000  # of another model


def fleet(world: World, now: int) -> Fleet:
    return world.paint(now).fleet


def test_limits_are_the_fullest_of_all_accounts_until_they_are_reset() -> None:
    world = World()
    world.feed(A, prompt(START))
    world.feed(B, prompt(START))
    low, high = Limit(10, START + MINUTE), Limit(80, START + 2 * MINUTE)
    week = Limit(33, 0)
    world.book.apply_spool(
        [
            status_line(START, 0, five_hour=Limit(99, START + MINUTE)),
            status_line(START + 1, 0, five_hour=low, seven_day=week),
            status_line(START + 2, 0),  # a session that was not answered yet tells none
            status_line(START, 0, session=B, root="/other", five_hour=high),
        ]
    )
    assert (fleet(world, START).five_hour, fleet(world, START).seven_day) == (high, week)
    assert fleet(world, START + 2 * MINUTE).five_hour is None
    assert fleet(world, START + 2 * MINUTE).seven_day == week


def test_a_request_stamped_ahead_of_time_waits_when_its_time_has_come() -> None:
    world = World()
    later = START + 180 * MINUTE
    world.feed(A, prompt(START), answer(START))
    world.book.apply_spool([hook("PermissionRequest", later)])
    assert world.session(A, later - 2 * MINUTE).status is Status.ENDED  # no clock says so yet
    assert world.session(A, later + SECOND).status is Status.WAITING
