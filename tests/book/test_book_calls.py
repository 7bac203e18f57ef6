"""What counts as one API call, and how much."""

from itertools import permutations
from typing import Any

import pytest
from scribe import (
    HAIKU,
    OPUS,
    SECOND,
    START,
    answer,
    calls,
    compaction,
    fresh,
    prompt,
    result,
    session_id,
    text,
    tool_of,
    usage,
)
from world import World

A, B = session_id(1), session_id(2)
PRICE = 10 * 4_000_000 + 5 * 20_000_000  # of usage(10, 5), pico-USD


def test_lines_of_one_response_are_one_call() -> None:
    world = World()
    world.feed(A, answer(START, usage(10, 5), [text("a"), text("b"), text("c")]))
    session = world.session(A)
    assert (session.api_calls, session.tokens.input, session.tokens.output) == (1, 10, 5)
    assert session.cost == PRICE


@pytest.mark.parametrize("order", [*permutations(range(3))])
def test_usage_that_grows_counts_by_its_largest(order: tuple[int, ...]) -> None:
    world = World()
    records = answer(START, usage(10, 1), [text("a"), text("b"), text("c")])
    records[1]["message"]["usage"] = usage(10, 500)
    records[2]["message"]["usage"] = usage(10, 5)
    world.feed(A, [records[i] for i in order])
    assert world.session(A).tokens.output == 500


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_a_split_that_comes_later_is_no_second_writing(order: tuple[int, ...]) -> None:
    """A line without the split stands for the 5 m rate, one with it says what was meant."""
    world = World()
    records = answer(START, usage(10, 5), [text("a"), text("b")])
    records[0]["message"]["usage"] = {"cache_creation_input_tokens": 300}
    records[1]["message"]["usage"] = usage(write_5m=100, write_1h=200)
    world.feed(A, [records[i] for i in order])
    tokens = world.session(A).tokens
    assert (tokens.cache_write_5m, tokens.cache_write_1h) == (100, 200)


def test_lines_of_a_response_may_lie_apart() -> None:
    world = World()
    first, last = calls(START, "Bash", "Read")
    world.feed(A, first, result(START + 1, tool_of(first)), answer(START + 2), last)
    assert world.session(A).api_calls == 2


@pytest.mark.parametrize(
    ("first", "second", "count"),
    [
        # An id of the API itself is unique in the world: a replay puts it under a new request.
        ({"id": "msg_01AbCdEfGhIjKlMnOpQrSt"}, {"id": "msg_01AbCdEfGhIjKlMnOpQrSt"}, 1),
        ({"id": "msg_bdrk_01AbCdEfGhIjKlMnOp"}, {"id": "msg_bdrk_01AbCdEfGhIjKlMnOp"}, 1),
        # A proxy's is not: there the request tells, or the session.
        ({"id": "msg_1", "request": "r1"}, {"id": "msg_1", "request": "r1"}, 1),
        ({"id": "msg_1", "request": "r1"}, {"id": "msg_1", "request": "r2"}, 2),
        ({"id": "msg_1", "request": None}, {"id": "msg_1", "request": None}, 1),
        ({"id": None, "request": "r1"}, {"id": None, "request": "r1"}, 1),
        ({"id": None, "request": "r1"}, {"id": None, "request": "r2"}, 2),
        ({"id": None, "request": None}, {"id": None, "request": None}, 2),
    ],
)
def test_what_makes_two_lines_one_call(
    first: dict[str, Any], second: dict[str, Any], count: int
) -> None:
    world = World()
    world.feed(A, answer(START, **first), answer(START + SECOND, **second))
    assert world.session(A).api_calls == count


def test_weak_ids_of_two_sessions_are_two_calls() -> None:
    world = World()
    for session in (A, B):
        world.feed(session, answer(START, usage(10, 5), id="msg_1", request=None))
    assert [world.session(id).cost for id in (A, B)] == [PRICE, PRICE]


def test_weak_tool_ids_of_two_sessions_and_threads_are_several_calls() -> None:
    world = World()
    block = {"type": "tool_use", "id": "call_1", "name": "Bash", "input": {}}
    for session, agent in ((A, ""), (A, "a1"), (B, "")):
        world.feed(session, answer(START, None, [block]), agent=agent)
    world.feed(B, result(START + 1, "call_1", "no", error=True))
    assert [world.session(id).tool_calls for id in (A, B)] == [2, 1]
    assert [world.session(id).tool_failures for id in (A, B)] == [0, 1]


def test_a_subagents_call_counts_for_its_session_and_is_listed_under_it() -> None:
    world = World()
    world.feed(A, answer(START, usage(10, 5)))
    world.feed(A, answer(START + 1, usage(10, 5)), agent="a1")
    detail = world.detail(A)
    assert (detail.session.cost, detail.session.api_calls) == (2 * PRICE, 2)
    (agent,) = detail.subagents
    assert (agent.id, agent.cost, agent.tokens.output) == ("a1", PRICE, 5)


@pytest.mark.parametrize("main_first", [True, False])
def test_a_copy_on_a_sidechain_of_the_main_file_is_a_copy(main_first: bool) -> None:
    world = World()
    records = calls(START, "Bash", spent=usage(10, 5))
    for is_main in (main_first, not main_first):
        chained = [record | {"isSidechain": True} for record in records]
        world.feed(A, chained if is_main else records, agent="" if is_main else "a1")
    detail = world.detail(A)
    assert (detail.session.cost, detail.session.tool_calls) == (PRICE, 1)
    assert (detail.subagents[0].cost, detail.subagents[0].tool_calls) == (PRICE, 1)


def test_a_sidechain_alone_counts_but_is_not_the_context() -> None:
    world = World()
    world.feed(A, answer(START, usage(1_000, 5)))
    world.feed(A, answer(START + 1, usage(50_000, 5), isSidechain=True))
    session = world.session(A)
    assert (session.api_calls, session.context.tokens) == (2, 1_000)


def test_a_response_without_an_end_is_a_lower_bound() -> None:
    world = World()
    first, second = answer(START, None, [text("a"), text("b")], stop=None)
    world.feed(A, first)
    assert world.session(A).lower_bounds == 1
    second["message"]["stop_reason"] = "end_turn"
    world.feed(A, second)
    assert world.session(A).lower_bounds == 0


def test_what_has_no_price_is_tokens_and_no_cost() -> None:
    world = World()
    world.feed(A, answer(START, usage(10, 5, 100, 7), model="unheard-of-1"), answer(START + 1))
    session = world.session(A)
    assert (session.cost, session.unpriced_tokens) == (PRICE, 122)
    uses = {str(use.model): use.cost for use in world.detail(A).models}
    assert uses["unheard-of-1"] is None


def test_extra_iterations_are_billed_with_the_model_they_name() -> None:
    world = World()
    advice = usage(100, 10) | {"type": "advisor_message", "model": "unheard-of-2"}
    packed = usage(1_000, 0) | {"type": "compaction"}
    world.feed(A, answer(START, usage(10, 5, iterations=[advice, packed]), model=OPUS))
    detail = world.detail(A)
    assert detail.session.cost == PRICE + 1_000 * 4_000_000
    assert detail.session.unpriced_tokens == 110
    assert (detail.session.api_calls, detail.session.tokens.input) == (1, 1_110)
    tokens = {use.model: (use.calls, use.tokens.input) for use in detail.models}
    assert tokens == {OPUS: (1, 1_010), "unheard-of-2": (0, 100)}


def test_passes_are_priced_each_in_its_tier_where_they_make_up_the_whole() -> None:
    passes = [usage(60_000, 0) | {"type": "message"}, usage(50_000, 0) | {"type": "message"}]
    world = World()
    world.feed(A, answer(START, usage(110_000, 0, iterations=passes)))
    world.feed(B, answer(START, usage(110_001, 0, iterations=passes)))
    assert world.session(A).cost == 110_000 * 4_000_000
    assert world.session(B).cost == 110_001 * 5 * 4_000_000


def test_the_model_that_was_asked_for_is_the_one_that_is_booked() -> None:
    class Prices:
        def cost(self, model: str, *_: Any) -> Any:
            asked.append(model)
            return None if model == "unheard-of" else World().book._prices.cost(model, *_)

    asked: list[str] = []
    world = World(Prices())
    world.feed(A, answer(START, model=HAIKU, requestedModel=OPUS))
    assert asked == [HAIKU, OPUS]
    assert world.session(A).model == HAIKU


def test_progress_records_count_nothing() -> None:
    world = World()
    (inner,) = answer(START)
    world.feed(A, prompt(START), {"type": "progress", "data": {"message": inner}})
    assert world.session(A).api_calls == 0


def test_the_context_is_that_of_the_newest_response() -> None:
    world = World()
    world.feed(A, answer(START + 2, usage(1_000, 1)), answer(START + 1, usage(9_000, 1)))
    world.feed(A, answer(START + 3, usage(70_000, 1)), agent="a1")
    context = world.session(A).context
    assert (context.tokens, context.window, context.fraction) == (1_000, 1_000_000, 0.001)


def test_a_call_that_turns_out_to_be_older_is_no_longer_the_newest() -> None:
    world = World()
    records = answer(START + 9, usage(1_000, 1), [text("a"), text("b")])
    records[1]["timestamp"] = answer(START)[0]["timestamp"]
    world.feed(A, answer(START + 5, usage(500, 1)), records[0])
    assert world.session(A).context.tokens == 1_000
    world.feed(A, records[1])
    assert world.session(A).context.tokens == 500


def test_after_a_compaction_the_context_is_what_it_left() -> None:
    world = World()
    world.feed(A, answer(START, usage(90_000, 1)), compaction(START + 1, 90_000, 9_000))
    assert world.session(A).context.tokens == 9_000
    world.feed(A, compaction(START + 2, 9_000, None))
    assert world.session(A).context.tokens == 9_000
    world.feed(A, compaction(START + 3, 50_000, 7_000), agent="a1")
    assert world.session(A).context.tokens == 9_000
    world.feed(A, answer(START + 4, usage(12_000, 1)))
    assert world.session(A).context.tokens == 12_000


def test_a_fork_of_a_compacted_session_begins_with_what_was_left() -> None:
    """Before its first own answer: what it copied ends with the compaction."""
    world = World()
    made = [*answer(START, usage(90_000, 1)), compaction(START + 1, 90_000, 9_000)]
    world.feed(A, made)
    world.feed(B, [record | {"forkedFrom": {"sessionId": A}} for record in made])
    assert world.session(B).context.tokens == 9_000
    world.feed(B, answer(START + 2, usage(12_000, 1)))
    assert world.session(B).context.tokens == 12_000


@pytest.mark.parametrize(
    ("model", "requested", "windows", "expected"),
    [
        (HAIKU, None, {}, 1_000_000),
        ("claude-haiku-4-5", None, {}, 200_000),
        ("claude-haiku-4-5", "claude-haiku-4-5[1m]", {}, 1_000_000),
        ("claude-haiku-4-5", None, {"claude-haiku-4-5": 64_000}, 64_000),
        ("claude-haiku-4-5", "claude-haiku-4-5[1m]", {"claude-haiku-4-5": 64_000}, 64_000),
        ("unheard-of", None, {}, None),
        ("unheard-of", None, {"unheard-of": 32_000}, 32_000),
    ],
)
def test_the_window(
    model: str, requested: str | None, windows: dict[str, int], expected: int | None
) -> None:
    world = World(windows=windows)
    world.feed(A, answer(START, model=model, requestedModel=requested))
    assert world.session(A).context.window == expected


def test_models_in_order_of_first_use() -> None:
    world = World()
    world.feed(A, answer(START + 2, model=OPUS), answer(START + 1, model=HAIKU))
    session = world.session(A)
    assert (session.models, session.model) == ((HAIKU, OPUS), OPUS)


def test_a_missing_model_is_filled_in_by_another_line() -> None:
    world = World()
    same = fresh("msg")
    world.feed(A, answer(START, id=same, model=None), answer(START, id=same, model=HAIKU))
    assert world.session(A).models == (HAIKU,)


def test_tools_are_counted_by_name_and_failures_by_kind() -> None:
    world = World()
    asked = calls(START, "Bash", "Bash", "Read", "mcp__x__y")
    ids = [tool_of(record) for record in asked]
    denied = {"toolDenialKind": "user-rejected", "toolDenialBeforeRun": True}
    world.feed(A, asked)
    world.feed(A, result(START + 5, ids[0], "Exit code 1\nno such file", error=True))
    world.feed(A, result(START + 6, ids[1], "no", error=True, **denied))
    world.feed(A, result(START + 7, ids[2], "no", error=True, toolDenialKind="interrupted"))
    world.feed(A, result(START + 8, ids[3], "PreToolUse:x hook error: no", error=True))
    detail = world.detail(A)
    session = detail.session
    assert (session.tool_calls, session.tool_failures) == (4, 2)
    assert (session.denials, session.interruptions, session.failure_ratio) == (1, 1, 0.5)
    tools = {tool.name: (tool.calls, tool.failures) for tool in detail.tools}
    assert tools == {"Bash": (2, 1), "Read": (1, 0), "mcp__x__y": (1, 1)}
    assert [(f.tool, f.kind, f.duration_ms) for f in detail.failures] == [
        ("Bash", "error", 5),
        ("Bash", "denied", 6),
        ("Read", "interrupted", 7),
        ("mcp__x__y", "hook-blocked", 8),
    ]
    assert detail.failures[0].error == "Exit code 1: no such file"


def test_an_answer_may_come_before_its_call_and_alone_is_no_call() -> None:
    world = World()
    asked = calls(START, "Bash")
    failed = result(START + 5, tool_of(asked[0]), "no", error=True)
    world.feed(A, failed)
    assert (world.session(A).tool_calls, world.session(A).tool_failures) == (0, 0)
    world.feed(A, asked)
    assert (world.session(A).tool_calls, world.session(A).tool_failures) == (1, 1)
    assert world.detail(A).failures[0].duration_ms == 5


def test_a_call_and_an_answer_without_a_time_are_no_open_call() -> None:
    world = World()
    asked = calls(START, "Bash")
    del asked[0]["timestamp"]
    world.feed(A, asked, result(None, tool_of(asked[0])), prompt(START))
    session = world.book.sessions[A]
    assert (session.tools.calls, session.tools.open_since("", 0)) == (1, (None, 0))


def test_a_failure_leads_to_its_lines() -> None:
    world = World()
    asked = calls(START, "Bash")
    world.feed(A, prompt(START), asked, result(START + 1, tool_of(asked[0]), "no", error=True))
    (failure,) = world.detail(A).failures
    where = failure.where
    assert where.path == where.result_path == world.files[0].path
    assert 0 < where.call_offset < where.result_offset < world.files[0].size
