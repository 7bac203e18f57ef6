"""The line of the table: whose it is, how fast it goes, and how far it has come."""

from itertools import permutations
from typing import Any

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
    envelope,
    fresh,
    prompt,
    retry,
    session_id,
    summary,
    title,
    tool_use,
    usage,
)
from world import World, live

from cctop.book.milestones import Rule, upcoming
from cctop.book.snapshot import Milestone, Session
from cctop.events import Registry, Trigger
from cctop.text import Clean

A, B = session_id(1), session_id(2)
COST = 10 * 4_000_000 + 5 * 20_000_000


# Names and places.


@pytest.mark.parametrize(
    ("kinds", "shown"),
    [
        (["summary", "agent-name"], "summary 0"),
        (["ai-title", "summary"], "ai-title 0"),
        (["custom-title", "ai-title", "summary", "agent-name"], "custom-title 0"),
        (["ai-title", "ai-title"], "ai-title 1"),
        (["agent-name"], "fix it"),
        ([], "fix it"),
    ],
)
def test_titles_by_strength_and_of_each_kind_the_newest(kinds: list[str], shown: str) -> None:
    world = World()
    world.feed(A, prompt(START, "fix it"), prompt(START + 1, "and this"))
    world.feed(A, [title(kind, f"{kind} {number}") for number, kind in enumerate(kinds)])
    assert world.session(A).title == shown


def test_without_a_prompt_there_is_the_agents_name_or_the_registrys() -> None:
    world = World()
    world.book.apply_registry(Registry((live(A, "idle", name=Clean("project-7b")),)))
    assert world.session(A).title == "project-7b"
    world.feed(A, answer(START), title("agent-name", "brave fox"))
    assert world.session(A).title == "brave fox"


def test_the_project_is_the_folder_it_began_in() -> None:
    world = World()
    world.feed(A, prompt(START, cwd="/home/ada/web"), prompt(START + 1, cwd="/home/ada/web/src"))
    session = world.session(A)
    assert (session.project, session.cwd) == ("web", "/home/ada/web/src")


@pytest.mark.parametrize(
    ("cwd", "project"),
    [("/home/ada/web/", "web"), ("C:\\code\\web", "web"), ("/", "web"), (None, "web")],
)
def test_the_project_of_odd_folders(cwd: str | None, project: str) -> None:
    world = World()
    world.feed(A, prompt(START, cwd=cwd))
    assert world.session(A).project == project  # at worst the end of the slug -home-ada-web


@pytest.mark.parametrize("main_first", [True, False])
def test_a_subagent_elsewhere_does_not_move_its_session(main_first: bool) -> None:
    world = World()
    for is_main in (main_first, not main_first):
        if is_main:
            world.feed(A, prompt(START, cwd="/home/ada/web", gitBranch="main"))
        else:
            inside = prompt(START + MINUTE, cwd="/tmp/worktree", gitBranch="fix")
            world.feed(A, inside, agent="a1", slug="-tmp-worktree")
    session = world.session(A)
    assert (session.project, session.cwd, session.branch) == ("web", "/home/ada/web", "main")
    assert world.book.sessions[A].slug == "-home-ada-web"


def test_two_files_of_a_session_are_placed_the_same_in_any_order() -> None:
    for slugs in permutations(("-a", "-b", "-c")):
        world = World()
        for slug in slugs:
            world.feed(A, answer(START), slug=slug)
        assert world.book.sessions[A].slug == "-a"


def test_surroundings_are_the_newest() -> None:
    world = World()
    world.feed(A, prompt(START + 9, gitBranch="new", permissionMode="plan"))
    world.feed(A, prompt(START, gitBranch="old", permissionMode="default"))
    world.feed(A, answer(START + 8, effort="high"), answer(START + 7, effort="low"))
    session = world.session(A)
    assert (session.branch, session.permission_mode, session.effort) == ("new", "plan", "high")


def test_a_detached_head_is_no_branch() -> None:
    world = World()
    world.feed(A, prompt(START, gitBranch="HEAD"))
    assert world.session(A).branch == ""


def test_when_it_began_and_when_it_was_last_heard_of() -> None:
    world = World()
    world.feed(A, prompt(START + 5), answer(START), envelope("attachment", START + HOUR))
    session = world.session(A)
    assert (session.started_at, session.last_activity_at) == (START, START + HOUR)


def test_api_errors_and_retries() -> None:
    world = World()
    failed = [retry(START + n, n) for n in (1, 2, 3)]
    world.feed(A, prompt(START), failed, failed[0], api_failure(START + 9, 529))
    session = world.session(A)
    assert (session.api_errors, session.api_retries, session.cost) == (4, 3, 0)
    assert [(each.retry, each.status) for each in world.detail(A).api_failures] == [
        (1, 529), (2, 529), (3, 529), (0, 529),
    ]  # fmt: skip


# Rates.


def test_the_rate_is_that_of_the_last_minutes() -> None:
    world = World()
    world.feed(A, answer(START - 2 * HOUR), *(answer(START - n * MINUTE) for n in range(10)))
    rate = world.session(A).rate
    assert (rate.cost_per_hour, rate.tokens_per_minute) == (60 * COST, 15)
    assert sum(rate.trend) == 10 * COST
    assert len(rate.trend) == 12


def test_a_young_session_is_not_measured_by_a_time_it_did_not_have() -> None:
    world = World()
    whole = START // MINUTE * MINUTE
    world.feed(A, prompt(whole - MINUTE), answer(whole - 1), answer(whole))
    assert world.session(A, whole).rate.cost_per_hour == 2 * COST * 60 // 2
    assert world.session(A, whole + MINUTE - 1).rate.cost_per_hour == 2 * COST * 60 // 2
    world.feed(B, answer(whole + MINUTE - 1))  # and not by less than a minute
    assert world.session(B, whole + MINUTE - 1).rate.cost_per_hour == 60 * COST


def test_the_rate_falls_back_to_nothing() -> None:
    world = World()
    world.feed(A, answer(START))
    rates = [world.session(A, START + after).rate for after in (MINUTE, 11 * MINUTE, 2 * HOUR)]
    assert [rate.cost_per_hour > 0 for rate in rates] == [True, False, False]
    assert [sum(rate.trend) for rate in rates] == [COST, COST, 0]


def test_a_leap_of_time_leaves_no_rate_behind() -> None:
    """A machine that slept: the next look is hours later."""
    world = World()
    world.feed(A, answer(START))
    assert world.session(A, START + 20 * MINUTE).rate.trend
    assert world.session(A, START + 20 * HOUR).rate.trend == ()
    assert world.paint(START + 20 * HOUR).fleet.cost_per_hour == 0


# Milestones.


def reached(session: Session) -> tuple[int, int, int]:
    assert session.milestone is not None
    return session.milestone.tokens, session.milestone.at, session.milestone.cost


def test_milestones_of_new_tokens() -> None:
    world = World()
    world.feed(A, answer(START, usage(990, 9, read=5_000)))
    assert world.session(A).milestone is None
    world.feed(A, answer(START + 1, usage(1)), answer(START + 2, usage(1)))
    assert reached(world.session(A))[:2] == (1_000, START + 1)
    detail = world.detail(A)
    assert [each.tokens for each in detail.milestones] == [1_000]
    assert detail.next_milestone is not None
    assert detail.next_milestone.tokens == 5_000


def test_one_response_may_pass_several() -> None:
    world = World()
    world.feed(A, answer(START, usage(60_000)))
    marks = world.detail(A).milestones
    assert [mark.tokens for mark in marks] == [1_000, 5_000, 10_000, 25_000, 50_000]
    assert {mark.at for mark in marks} == {START}
    assert {mark.cost for mark in marks} == {60_000 * 4_000_000}


@pytest.mark.parametrize(
    ("kind", "expected"), [("new", 1_000), ("total", 10_000), ("output", None)]
)
def test_which_tokens_count(kind: Any, expected: int | None) -> None:
    world = World(rule=Rule(kind))
    world.feed(A, answer(START, usage(1_000, 999, 9_000)))
    milestone = world.session(A).milestone
    assert (milestone.tokens if milestone else None) == expected


@pytest.mark.parametrize(
    ("steps", "every", "tokens", "marks", "coming"),
    [
        ((10, 20), 0, 9, [], 10),
        ((10, 20), 0, 10, [10], 20),
        ((10, 20), 0, 500, [10, 20], None),
        ((10, 20), 100, 119, [10, 20], 120),
        ((10, 20), 100, 320, [10, 20, 120, 220, 320], 420),
        ((), 100, 250, [100, 200], 300),
        ((), 0, 250, [], None),
    ],
)
def test_rules(
    steps: tuple[int, ...], every: int, tokens: int, marks: list[int], coming: int | None
) -> None:
    rule = Rule(steps=steps, then_every=every)
    world = World(rule=rule)
    world.feed(A, answer(START, usage(tokens)))
    detail = world.detail(A)
    assert [mark.tokens for mark in detail.milestones] == marks
    assert rule.passed(tokens) == len(marks)
    assert (detail.next_milestone.tokens if detail.next_milestone else None) == coming
    last = detail.session.milestone
    assert (last.tokens if last else None) == (marks[-1] if marks else None)


def test_when_the_next_one_comes() -> None:
    rule = Rule()
    coming = upcoming(900, 50, START, rule)
    assert coming is not None
    assert (coming.tokens, coming.eta) == (1_000, START + 2 * MINUTE)
    still = upcoming(900, 0, START, rule)
    assert still is not None
    assert still.eta is None


def test_a_milestone_is_when_it_was_reached_however_the_files_are_read() -> None:
    """A subagent's file that is read later shows that it was reached before."""
    world = World()
    world.feed(A, answer(START + HOUR, usage(1_500)))
    assert reached(world.session(A)) == (1_000, START + HOUR, 1_500 * 4_000_000)
    world.feed(A, answer(START, usage(1_200)), agent="a1")
    assert reached(world.session(A)) == (1_000, START, 1_200 * 4_000_000)
    assert world.detail(A).milestones == (Milestone(1_000, START, 1_200 * 4_000_000),)


# Compactions.


def test_compactions_and_what_their_summaries_forgot() -> None:
    world = World()
    reads = [
        *answer(START + 1, None, [tool_use("Read", file_path="/p/src/app.py")], stop="tool_use"),
        *answer(START + 2, None, [tool_use("Edit", file_path="/p/lost.py")], stop="tool_use"),
        *answer(START + 3, None, [tool_use("Read", file_path="/p/src/app.py")], stop="tool_use"),
    ]
    mark = compaction(START + 9, 90_000, 9_000, told={"trigger": "manual"})
    world.feed(A, prompt(START), reads, mark, summary(START + 10, mark, "Edited src/app.py."))
    later = answer(START + 11, None, [tool_use("Read", file_path="/p/new.py")], stop="tool_use")
    world.feed(A, later, compaction(START + 20, 50_000, None))
    first, second = world.detail(A).compactions
    assert (first.at, first.trigger, first.tokens_before) == (START + 9, Trigger.MANUAL, 90_000)
    assert (first.tokens_after, first.dropped, first.duration_ms) == (9_000, 81_000, 4_000)
    assert (first.touched, first.unnamed) == (("/p/src/app.py", "/p/lost.py"), ("/p/lost.py",))
    assert (first.cost, first.agent_id) == (None, "")
    assert (second.touched, second.unnamed) == (("/p/new.py",), ())
    assert (second.tokens_after, second.dropped) == (None, None)


def test_a_compaction_of_a_subagent_is_its_own() -> None:
    world = World()
    world.feed(A, prompt(START), calls(START, "Read"))
    world.feed(A, answer(START), compaction(START + 5), agent="a1")
    (mark,) = world.detail(A).compactions
    assert (mark.agent_id, mark.touched) == ("a1", ())
    assert world.session(A).compactions == 1


def test_the_compactions_own_call_where_a_version_wrote_it() -> None:
    world = World()
    world.feed(A, prompt(START), compaction(START + MINUTE))
    world.feed(A, answer(START + MINUTE - SECOND), agent="acompact-1")
    (mark,) = world.detail(A).compactions
    assert mark.cost == COST


# The parts agree with the whole.


def test_points_models_and_turns_add_up() -> None:
    world = World()
    for number in range(5):
        at = START + number * MINUTE
        model = f"model-{number % 2}"
        world.feed(A, prompt(at), answer(at, usage(100, number, 50, 5, 7), model=model))
        world.feed(A, answer(at + 1, usage(10, 1), model="model-2"), agent="a1")
    detail = world.detail(A)
    session = detail.session
    assert detail.cost.total == session.cost
    assert sum(use.cost.total for use in detail.models if use.cost) == session.cost
    assert sum(use.tokens.total for use in detail.models) == session.tokens.total
    assert sum(use.calls for use in detail.models) == session.api_calls
    assert sum(turn.cost for turn in detail.turns) == session.cost
    assert (detail.points[-1].cost, detail.points[-1].tokens) == (session.cost, session.tokens.new)
    assert [point.context for point in detail.points[:2]] == [162, 0]


def test_any_text_is_clean_at_the_end() -> None:
    world = World()
    hostile = "\x1b]0;x\x07\u202ea\x00b"
    records: list[Any] = [
        prompt(START, hostile, cwd=f"/home/{hostile}", gitBranch=hostile),
        calls(START, hostile, model=hostile, effort=hostile),
        title("ai-title", hostile),
    ]
    world.feed(A, records)
    detail = world.detail(A)
    session = detail.session
    for words in (
        session.title, session.cwd, session.branch, session.model, session.effort,
        session.activity, detail.tools[0].name, detail.turns[0].prompt, detail.models[0].model,
    ):  # fmt: skip
        assert words.isprintable()
        assert "ab" in words


def test_ids_that_are_odd_break_nothing() -> None:
    world = World()
    odd = fresh("x") + "\x1b[2J"
    world.feed(odd, prompt(START), answer(START))
    assert world.session(odd).api_calls == 1
