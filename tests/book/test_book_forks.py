"""Copies: each call counts once, for the session that made it."""

from itertools import permutations
from typing import Any

import pytest
from msgspec.structs import replace
from scribe import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    Json,
    answer,
    calls,
    compaction,
    cost_state,
    prompt,
    queued,
    result,
    retry,
    session_id,
    tool_of,
    usage,
)
from world import World

A, B, C, D = (session_id(n) for n in (1, 2, 3, 4))
COST = 10 * 4_000_000 + 5 * 20_000_000
ONE = usage(10, 5)


def turn(at: int, words: str = "do it") -> list[Json]:
    return [prompt(at, words), *answer(at + SECOND, ONE)]


def forked(records: list[Json], child: str, parent: str) -> list[Json]:
    """Copies as `--fork-session` makes them."""
    copies = [record | {"sessionId": child} for record in records]
    for copy in copies:
        if copy["type"] == "assistant":
            copy.setdefault("requestSessionId", parent)
    return copies


def branched(records: list[Json], child: str, parent: str) -> list[Json]:
    """Copies as `/branch` makes them."""
    return [r | {"sessionId": child, "forkedFrom": {"sessionId": parent}} for r in records]


def traceless(records: list[Json], child: str, parent: str) -> list[Json]:
    """Copies as older versions made them."""
    return [record | {"sessionId": child} for record in records]


def resumed(records: list[Json], child: str, parent: str) -> list[Json]:
    """Copies that keep the sessionId, as some older resumes made them."""
    return [{"sessionId": parent} | record for record in records]


WAYS = [forked, branched, traceless, resumed]


@pytest.mark.parametrize("copied", WAYS)
@pytest.mark.parametrize("child_first", [True, False])
@pytest.mark.parametrize("look", [True, False])
def test_what_was_copied_is_inherited_and_counts_once(
    copied: Any, child_first: bool, look: bool
) -> None:
    world = World()
    first = [*turn(START), *turn(START + MINUTE)]
    files = {A: first, B: [*copied(first, B, A), *turn(START + HOUR)]}
    for session in (B, A) if child_first else (A, B):
        world.feed(session, files[session])
        if look:
            world.paint(START + HOUR)
    parent, child = world.session(A), world.session(B)
    assert (parent.cost, parent.api_calls, parent.turns) == (2 * COST, 2, 2)
    assert (parent.inherited_cost, parent.inherited_tokens) == (0, 0)
    assert (child.cost, child.api_calls, child.turns) == (COST, 1, 1)
    assert (child.inherited_cost, child.inherited_tokens) == (2 * COST, 30)
    assert child.started_at > START + MINUTE
    assert world.paint(START + HOUR).fleet.today_cost in (3 * COST, COST, 0)


@pytest.mark.parametrize("copied", [forked, branched])
def test_a_parent_that_goes_on_keeps_what_it_made(copied: Any) -> None:
    """Where the records say whose they are, it makes no difference who falls silent first."""
    world = World()
    failed = calls(START + 2 * SECOND, "Bash")
    mark = compaction(START + 3 * SECOND)
    first = [*turn(START), *failed, retry(START + 2 * SECOND), mark, *turn(START + MINUTE)]
    world.feed(A, first)
    world.feed(B, copied(first, B, A), turn(START + HOUR))
    world.feed(A, turn(START + 2 * HOUR))
    parent, child = world.session(A), world.session(B)
    assert (parent.turns, parent.compactions, parent.api_errors, parent.tool_calls) == (3, 1, 1, 1)
    assert (child.turns, child.compactions, child.api_errors, child.tool_calls) == (1, 0, 0, 0)


def test_a_session_that_types_ahead_keeps_what_it_made_before() -> None:
    """A queue in the midst of a session does not say that it began then."""
    world = World()
    first = [*turn(START), queued(START + MINUTE), *turn(START + 2 * MINUTE)]
    world.feed(A, first)
    copies = traceless([r for r in first if "uuid" in r], B, A)
    world.feed(B, queued(START + HOUR), copies, turn(START + HOUR))
    world.feed(A, turn(START + 2 * HOUR))
    assert (world.session(A).cost, world.session(B).cost) == (3 * COST, COST)
    assert (world.session(A).turns, world.session(B).turns) == (3, 1)


@pytest.mark.parametrize("order", [*permutations((A, B, C))][:4])
@pytest.mark.parametrize("copied", [forked, branched, traceless])
def test_a_fork_of_a_fork(order: tuple[str, ...], copied: Any) -> None:
    world = World()
    first, second, third = turn(START), turn(START + HOUR), turn(START + 2 * HOUR)
    in_b = [*copied(first, B, A), *second]
    files = {A: first, B: in_b, C: [*copied(in_b, C, B), *third]}
    for session in order:
        world.feed(session, files[session])
    assert [world.session(id).cost for id in (A, B, C)] == [COST, COST, COST]
    assert [world.session(id).inherited_cost for id in (A, B, C)] == [0, COST, 2 * COST]
    assert [world.session(id).turns for id in (A, B, C)] == [1, 1, 1]


def test_makers_that_name_each_other_are_not_followed_for_ever() -> None:
    world = World()
    made = turn(START)
    world.feed(A, branched(made, A, B))
    world.feed(B, branched(made, B, A))
    assert world.session(A).cost + world.session(B).cost == COST


def test_copies_that_name_two_makers_go_to_the_one_that_fell_silent_first() -> None:
    made = turn(START)
    for order in permutations((A, B, C, D)):
        world = World()
        files = {
            A: turn(START + 9),
            B: turn(START + 5),
            C: branched(made, C, A),
            D: branched(made, D, B),
        }
        for session in order:
            world.feed(session, files[session])
            world.paint()
        costs = {id: world.session(id).cost for id in (A, B, C, D)}
        assert costs == {A: COST, B: 2 * COST, C: 0, D: 0}


def test_a_deleted_parent_still_owns_what_it_made() -> None:
    world = World()
    made = turn(START)
    world.feed(B, forked(made, B, A), turn(START + HOUR))
    parent, child = world.session(A), world.session(B)
    assert (parent.cost, parent.transcript_gone) == (COST, True)
    assert (child.cost, child.inherited_cost) == (COST, COST)


def test_a_parent_that_is_deleted_later_keeps_what_was_paid() -> None:
    world = World()
    world.feed(A, turn(START))
    world.lose(world.file(A))
    session = world.session(A)
    assert (session.cost, session.transcript_gone) == (COST, True)
    world.feed(A, turn(START + HOUR))
    assert not world.session(A).transcript_gone


def test_a_copy_without_usage_costs_its_maker_nothing() -> None:
    """A fork after a compaction holds the preserved answers with all counts 0 (2.1.330)."""
    for order in ((A, B), (B, A)):
        world = World()
        made = answer(START, ONE)
        empty = [r | {"message": r["message"] | {"usage": usage()}} for r in made]
        files = {A: made, B: forked(empty, B, A)}
        for session in order:
            world.feed(session, files[session])
        assert (world.session(A).cost, world.session(B).cost) == (COST, 0)
        assert world.session(B).inherited_cost == COST


def test_a_tool_call_copied_with_only_its_answer_stays_with_its_maker() -> None:
    """What a compaction preserved may begin with an answer whose call was not copied."""
    for order in ((A, B), (B, A)):
        world = World()
        asked = calls(START, "Bash")
        said = result(START + 1, tool_of(asked[0]), "no", error=True)
        files = {A: [*asked, said, *turn(START + HOUR)], B: [said]}
        for session in order:
            world.feed(session, files[session])
        assert [world.session(id).tool_calls for id in (A, B)] == [1, 0]
        assert [world.session(id).tool_failures for id in (A, B)] == [1, 0]


def test_judgement_is_the_same_however_often_it_was_asked_for() -> None:
    """What was judged between two looks, while the other seemed silent longer, is judged again."""
    world = World()
    made = turn(START)
    world.feed(A, made)
    world.feed(B, made, turn(START + HOUR))
    world.paint()
    world.feed(A, prompt(START + 2 * HOUR))
    grown = answer(START + SECOND, usage(10, 9), id=made[1]["message"]["id"])
    world.feed(A, grown)
    world.feed(B, prompt(START + 3 * HOUR))
    session = world.session(A)
    assert (session.tokens.output, session.inherited_tokens) == (9, 0)


# The official books.


def test_official_unlogged_and_metered() -> None:
    world = World()
    world.feed(A, turn(START), cost_state(0.00017))
    books = world.session(A).books
    assert books is not None
    assert (books.official, books.unlogged, books.inherited) == (170_000_000, 170_000_000 - COST, 0)
    assert world.session(A).cost + books.unlogged == books.official


def test_books_may_hold_a_guess() -> None:
    """What has no price is in Claude Code's books at that of another model."""
    world = World()
    world.feed(A, answer(START, ONE, model="unheard-of-1"))
    world.feed(A, cost_state(0.00014, hasUnknownModelCost=True))
    session = world.session(A)
    assert session.books is not None
    assert (session.books.guessed, session.books.unlogged, session.cost) == (True, COST, 0)
    assert session.unpriced_tokens == 15


def test_no_books_yet() -> None:
    world = World()
    world.feed(A, turn(START))
    assert world.session(A).books is None


def test_calls_after_the_newest_books_are_not_unlogged() -> None:
    world = World()
    world.feed(A, turn(START), cost_state(0.00014), turn(START + HOUR))
    books = world.session(A).books
    assert books is not None
    assert (books.official, books.unlogged, books.later) == (COST, 0, COST)
    session = world.session(A)
    assert session.cost + books.unlogged == books.official + books.later


def test_books_go_on_over_resumes_and_the_newest_counts() -> None:
    world = World()
    world.feed(A, turn(START), cost_state(0.00014), turn(START + HOUR), cost_state(0.00030))
    books = world.session(A).books
    assert books is not None
    assert (books.official, books.unlogged) == (300_000_000, 300_000_000 - 2 * COST)


def test_a_killed_run_is_missing_in_the_books() -> None:
    """A resume goes on from the last books: what the killed process paid is in none."""
    world = World()
    world.feed(A, turn(START), cost_state(0.00014), turn(START + HOUR), turn(START + 2 * HOUR))
    world.feed(A, cost_state(0.00028))
    books = world.session(A).books
    assert books is not None
    assert (books.official, books.unlogged) == (2 * COST, -COST)


def test_the_books_of_a_fork_begin_with_its_parents() -> None:
    world = World()
    made = turn(START)
    world.feed(A, made, cost_state(0.00020, start=START))
    world.feed(B, queued(START + HOUR), forked(made, B, A), turn(START + HOUR))
    world.feed(B, cost_state(0.00034, start=START))
    books = world.session(B).books
    assert books is not None
    assert (books.official, books.inherited, books.unlogged) == (COST, 200_000_000, 0)


def test_the_books_of_a_fork_begin_with_what_its_parents_were_then() -> None:
    world = World()
    made = turn(START)
    world.feed(A, made, cost_state(0.00020), turn(START + 2 * HOUR), cost_state(0.00099))
    world.feed(B, queued(START + HOUR), forked(made, B, A), turn(START + HOUR))
    world.feed(B, cost_state(0.00034))
    books = world.session(B).books
    assert books is not None
    assert (books.official, books.inherited, books.unlogged) == (COST, 200_000_000, 0)


def test_the_books_of_a_branch_are_its_own() -> None:
    world = World()
    made = turn(START)
    world.feed(A, made, cost_state(0.00020, start=START))
    world.feed(B, branched(made, B, A), turn(START + HOUR), cost_state(0.00014, start=START + HOUR))
    books = world.session(B).books
    assert books is not None
    assert (books.official, books.inherited, books.unlogged) == (COST, 0, 0)


def test_the_books_of_a_fork_of_a_fork() -> None:
    world = World()
    first, second = turn(START), turn(START + HOUR)
    in_b = [*forked(first, B, A), *second]
    world.feed(A, first, cost_state(0.00020))
    world.feed(B, queued(START + HOUR), in_b, cost_state(0.00034))
    world.feed(C, queued(START + 2 * HOUR), forked(in_b, C, B), turn(START + 2 * HOUR))
    world.feed(C, cost_state(0.00048))
    books = world.session(C).books
    assert books is not None
    assert (books.official, books.inherited, books.unlogged) == (COST, 340_000_000, 0)


def test_the_books_of_a_fork_whose_parent_is_deleted() -> None:
    world = World()
    made = turn(START)
    world.feed(B, queued(START + HOUR), forked(made, B, A), turn(START + HOUR))
    world.feed(B, cost_state(0.00028))
    books = world.session(B).books
    assert books is not None
    assert (books.official, books.inherited, books.unlogged) == (COST, COST, 0)


def test_hand_numbered_ids_of_two_sessions_are_of_two_prompts() -> None:
    world = World()
    for id_ in (A, B):
        world.feed(id_, prompt(START, uuid="u1"), answer(START))
    assert [world.session(id_).turns for id_ in (A, B)] == [1, 1]


def test_books_of_a_subagents_file_are_no_ones() -> None:
    world = World()
    world.feed(A, turn(START))
    world.feed(A, cost_state(5), agent="a1")
    assert world.session(A).books is None


def test_a_file_read_again_knows_its_books_and_titles_as_before() -> None:
    world = World()
    lines = [*turn(START), cost_state(0.00020), {"type": "ai-title", "aiTitle": "one"}]
    world.feed(A, lines, turn(START + HOUR))
    before = world.session(A)
    file = world.file(A)
    world.reset(file)
    assert (world.session(A).books, world.session(A).title) == (None, "do it")
    world.feed(A, lines, turn(START + HOUR)[0])
    after = world.session(A)
    assert replace(after, version=0, turns=2) == replace(before, version=0)


def test_a_config_dir_and_its_backup_count_once() -> None:
    world = World()
    asked = calls(START + MINUTE, "Bash")
    lines = [*turn(START), *asked, result(START + MINUTE, tool_of(asked[0]), "x", error=True)]
    lines += [compaction(START + HOUR), retry(START + HOUR), cost_state(1)]
    world.feed(A, lines)
    before = world.detail(A)
    world.feed(A, lines, root="/var/backup/.claude")
    after = world.detail(A)
    assert replace(after, session=before.session) == before
    assert replace(after.session, version=before.session.version) == before.session


def test_the_other_of_two_files_of_a_session_keeps_what_it_said() -> None:
    """One session in two config dirs, as an older and a newer install leave it."""
    world = World()
    world.feed(A, turn(START), cost_state(0.00020), {"type": "ai-title", "aiTitle": "one"})
    old = world.file(A, root="/home/ada/.config/claude")
    world.feed(A, turn(START), root="/home/ada/.config/claude")
    world.reset(old)
    assert world.session(A).title == "one"
    assert world.session(A).books is not None
