"""What a file's records tell, line after line."""

from typing import Any

import pytest
from decoding import SESSION, decode, one, only
from scribe import (
    SECOND,
    START,
    answer,
    api_failure,
    compaction,
    cost_state,
    envelope,
    prompt,
    queued,
    result,
    retry,
    session_id,
    text,
    title,
    turn_end,
    usage,
)

from cctop.events import (
    AgentMeta,
    ApiError,
    Compaction,
    CostState,
    Event,
    Interrupted,
    Malformed,
    Origin,
    Prompt,
    Response,
    Seen,
    Title,
    TitleKind,
    ToolResult,
    Trigger,
    TurnEnd,
)
from cctop.sources.transcripts.decode import Decoder
from cctop.sources.transcripts.system import agent_meta

PARENT = session_id(1)
HOSTILE = "\x1b]0;title\x07\x1b[2Je\u202evil\n"


# Times and surroundings.


def test_surroundings_are_told_when_they_change() -> None:
    first = {"cwd": "/home/ada/web", "gitBranch": "main", "version": "2.1.330"}
    seen = only(
        Seen,
        prompt(START, **first),
        prompt(START, **first),
        prompt(START, **(first | {"gitBranch": "fix"})),
        prompt(START, cwd="/home/ada/web"),
        prompt(START, **first, permissionMode="plan"),
    )
    told = [(s.cwd, s.branch, s.version, s.permission_mode) for s in seen]
    assert told == [
        ("/home/ada/web", "main", "2.1.330", ""),
        ("", "fix", "", ""),
        ("", "main", "", "plan"),
    ]


def test_surroundings_cannot_drive_the_terminal() -> None:
    seen = one(Seen, prompt(START, cwd="/home/\x1b[2Jada", gitBranch="\u202egnp"))
    assert (seen.cwd, seen.branch) == ("/home/ada", "gnp")


@pytest.mark.parametrize(
    ("stamped", "at"),
    [
        ("2026-11-18T11:06:40.123Z", START + 123),
        ("2026-11-18T11:06:40Z", START),
        ("2026-11-18T12:06:40+01:00", START),
        ("2026-11-18T11:06:40.123456Z", START + 123),
        ("2026-11-18T11:06:40", START),  # without a zone it is UTC
    ],
)
def test_times(stamped: str, at: int) -> None:
    assert one(Prompt, prompt(None, timestamp=stamped)).at == at


@pytest.mark.parametrize(
    "never",
    [
        "0001-01-01T00:00:00Z",  # what Go programs write for no time
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
    ],
)
def test_a_time_that_cannot_be_is_none(never: str) -> None:
    first, second = only(Prompt, prompt(START), prompt(None, timestamp=never))
    assert (first.at, second.at) == (START, START)
    assert one(Prompt, prompt(None, timestamp=never)).at == 0


def test_a_record_without_a_time_has_that_of_the_one_before() -> None:
    untimed, timed, later = only(Prompt, prompt(None), prompt(START), prompt(None))
    assert (untimed.at, timed.at, later.at) == (0, START, START)


def test_time_that_goes_backwards_is_told_as_it_is() -> None:
    times = [each.at for each in only(Prompt, prompt(START), prompt(START - 5), prompt(START + 1))]
    assert times == [START, START - 5, START + 1]


def test_offsets_lead_back_to_the_line() -> None:
    events = [event for event in decode(prompt(START), b"null\n", prompt(START)) if event.at]
    data = [event.offset for event in events if isinstance(event, Prompt | Malformed)]
    assert data[0] == 0
    assert data[2] - data[1] == len(b"null\n")


def test_only_a_queue_at_the_files_start_says_when_its_session_began() -> None:
    # In the middle of a session it is a prompt typed while the model works.
    assert [seen.own for seen in only(Seen, queued(START), prompt(START))] == [True]
    own = [seen.own for seen in only(Seen, prompt(START), queued(START + 5))]
    assert own == [False]
    opened = {"type": "mode", "mode": "normal"}
    assert [seen.own for seen in only(Seen, opened, queued(START))] == [True]


def test_a_session_that_only_waits_is_seen() -> None:
    quiet = {"type": "attachment", "timestamp": "2026-11-18T11:06:40Z"}
    assert [seen.at for seen in only(Seen, quiet, quiet)] == [START]


# Who made a call.


@pytest.mark.parametrize(
    ("more", "maker"),
    [
        ({}, ""),
        ({"sessionId": SESSION}, ""),
        ({"sessionId": SESSION, "requestSessionId": PARENT}, PARENT),
        ({"sessionId": SESSION, "forkedFrom": {"sessionId": PARENT, "messageUuid": "u"}}, PARENT),
        ({"sessionId": PARENT}, PARENT),  # an older resume
        ({"requestSessionId": SESSION, "sessionId": SESSION}, ""),
        ({"forkedFrom": {"sessionId": SESSION}}, ""),
        ({"forkedFrom": {}}, ""),
        ({"requestSessionId": PARENT, "forkedFrom": {"sessionId": session_id(9)}}, PARENT),
        # The process's first session: stale after /clear.
        ({"sessionId": SESSION, "session_id": PARENT}, ""),
    ],
)
def test_who_made_a_record(more: dict[str, Any], maker: str) -> None:
    assert one(Response, answer(START, **more)).maker == maker
    if "requestSessionId" not in more:
        assert one(Prompt, prompt(START, **more)).maker == maker


def test_a_subagents_records_name_the_session_they_are_for() -> None:
    record = answer(START, sessionId=PARENT, isSidechain=True)
    assert one(Response, record, session=PARENT, agent="a1").maker == ""
    assert one(Response, record, session=SESSION, agent="a1").maker == ""


@pytest.mark.parametrize(
    "more", [{"requestSessionId": HOSTILE}, {"forkedFrom": {"sessionId": HOSTILE}}]
)
def test_the_name_of_a_maker_is_only_text(more: dict[str, Any]) -> None:
    assert one(Response, answer(START, **more)).maker == "evil"


def test_a_maker_that_reads_as_the_session_itself_is_none() -> None:
    more: dict[str, Any] = {"requestSessionId": f"\x1b[2J{SESSION}"}
    assert one(Response, answer(START, **more)).maker == ""


def test_a_renamed_file_says_nothing_of_makers() -> None:
    assert one(Response, answer(START, sessionId=PARENT), session="backup").maker == ""


# What is not an answer.


def test_an_api_error_stands_where_an_answer_would() -> None:
    record = api_failure(START, 529)
    error = one(ApiError, record)
    assert (error.uuid, error.status, error.message) == (record["uuid"], 529, "API Error")
    assert error.retry == 0
    assert only(Response, record) == []


def test_words_of_no_model_cost_nothing() -> None:
    record = answer(START, usage(5, 5), model="<synthetic>", isApiErrorMessage=False)
    assert only(Event, record) == []


def test_a_retry() -> None:
    error = one(ApiError, retry(START, 3, 529))
    assert (error.retry, error.status, error.message) == (3, 529, "529 Overloaded")
    bare = one(ApiError, envelope("system", START, subtype="api_error"))
    assert (bare.retry, bare.status, bare.message) == (1, 0, "")
    odd = envelope("system", START, subtype="api_error", error={"status": "x", "message": 5})
    assert (one(ApiError, odd).status, one(ApiError, odd).message) == (0, "")
    assert one(ApiError, odd | {"error": "gone", "retryAttempt": 0}).retry == 1


# Compactions.


def test_a_compaction() -> None:
    mark = compaction(START, 9_110, 2_599, told={"trigger": "manual"})
    event = one(Compaction, mark)
    assert (event.uuid, event.trigger) == (mark["uuid"], Trigger.MANUAL)
    assert (event.tokens_before, event.tokens_after, event.duration_ms) == (9_110, 2_599, 4_000)


def test_a_compaction_of_older_versions_says_less() -> None:
    mark = envelope("system", START, subtype="compact_boundary")
    bare = one(Compaction, mark)
    assert (bare.trigger, bare.tokens_before, bare.tokens_after, bare.duration_ms) == (
        Trigger.AUTO, 0, None, None,
    )  # fmt: skip
    event = one(Compaction, mark | {"compactMetadata": {"trigger": "auto", "preTokens": 5}})
    assert (event.tokens_before, event.tokens_after) == (5, None)


def test_a_micro_compaction() -> None:
    mark = envelope("system", START, subtype="microcompact_boundary")
    told = {"trigger": "auto", "preTokens": 100, "tokensSaved": 30}
    event = one(Compaction, mark | {"microcompactMetadata": told})
    assert (event.trigger, event.tokens_before, event.tokens_after) == (Trigger.MICRO, 100, 70)
    assert one(Compaction, mark).tokens_after is None
    odd = mark | {"microcompactMetadata": {"preTokens": -5, "tokensSaved": 10}}
    assert (one(Compaction, odd).tokens_before, one(Compaction, odd).tokens_after) == (0, 0)


# The rest.


def test_claude_codes_own_books() -> None:
    timed, books = prompt(START), cost_state(0.197768, 1_795_347_002_317, hasUnknownModelCost=True)
    event = one(CostState, timed, books)
    assert (event.cost, event.start, event.at) == (197_768_000_000, 1_795_347_002_317, START)
    assert event.unknown_model


@pytest.mark.parametrize("total", [None, -1, 1e12, "5", float("nan"), float("inf")])
def test_books_that_cannot_be(total: Any) -> None:
    assert only(CostState, cost_state(total)) == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("ai-title", TitleKind.AI),
        ("custom-title", TitleKind.CUSTOM),
        ("agent-name", TitleKind.AGENT),
        ("summary", TitleKind.SUMMARY),
    ],
)
def test_titles(kind: str, expected: TitleKind) -> None:
    event = one(Title, prompt(START), title(kind, "Fix\nthe \x1b[1mtests"))
    assert (event.kind, event.text) == (expected, "Fix the tests")
    assert only(Title, prompt(START), title(kind, "")) == []


def test_a_summary_at_the_files_start_is_of_another_conversation() -> None:
    # Versions up to 2.0 wrote there what older sessions of the project were about.
    assert only(Title, title("summary", "another"), prompt(START)) == []
    assert only(Title, title("ai-title", "its own"), prompt(START))


def test_the_end_of_a_turn() -> None:
    event = one(TurnEnd, turn_end(START, 1_500))
    assert (event.at, event.duration_ms) == (START, 1_500)
    assert one(TurnEnd, envelope("system", START, subtype="turn_duration")).duration_ms == 0


def test_esc() -> None:
    for words in ("[Request interrupted by user]", "[Request interrupted by user for tool use]"):
        record = prompt(START, [text(words)])
        assert one(Interrupted, record).uuid == record["uuid"]


def test_what_an_agent_call_gave() -> None:
    said = {"agentId": "a1", "status": "completed", "totalTokens": 9}
    event = one(ToolResult, result(START, "t", said=said))
    assert (event.agent_id, event.agent_state, event.tool_use_id) == ("a1", "completed", "t")
    for odd in ({"agentId": 5}, {"agentId": ["a"]}, ["agentId"], '{"agentId": "a"}', 5):
        assert one(ToolResult, result(START, "t", said=odd)).agent_id == ""


def test_broken_lines_are_told_with_the_time_before_them() -> None:
    (broken,) = only(Malformed, prompt(START), b"null\n", prompt(START + SECOND))
    assert (broken.reason, broken.used, broken.at) == ("not an object but null", False, START)


def test_what_else_there_is_tells_nothing() -> None:
    records: list[dict[str, Any]] = [
        {"type": "file-history-snapshot", "snapshot": {}},
        {"type": "last-prompt"},
        {"type": "api-request-blob", "x": "y" * 100_000},
        {"type": "user"},
        {"type": "assistant"},
        {"type": "system"},
        {"type": "system", "subtype": "stop_hook_summary"},
        {"type": "attachment"},
        {"type": "nonesuch"},
        {"type": None},
        {},
    ]
    assert decode(records) == []


def test_a_moved_file_goes_on_where_it_was() -> None:
    origin, there = (Origin(3, SESSION, "", "/r", slug) for slug in ("-a", "-b"))
    decoder = Decoder(origin)
    decoder.decode(b'{"type":"x","cwd":"/a","timestamp":"2026-11-18T11:06:40Z"}\n', 0)
    decoder.move(there)
    assert decoder.decode(b'{"type":"x","cwd":"/a"}\n', 70) == []
    (seen,) = decoder.decode(b'{"type":"x","cwd":"/b"}\n', 90)
    assert (seen.origin, seen.at) == (there, START)


def test_what_is_said_of_a_subagent() -> None:
    origin = Origin(3, SESSION, "a1", "/r", "-a")
    meta = agent_meta(
        origin,
        b'{"agentType":"Explore","description":"find\\nit","toolUseId":"t","model":"haiku",'
        b'"parentAgentId":"a0","finished":true}',
    )
    assert isinstance(meta, AgentMeta)
    assert (meta.type, meta.description, meta.tool_use_id) == ("Explore", "find it", "t")
    assert (meta.model, meta.parent_agent, meta.finished) == ("haiku", "a0", True)
    empty = agent_meta(origin, b"{}")
    assert isinstance(empty, AgentMeta)
    assert not empty.finished


@pytest.mark.parametrize("data", [b"", b"null", b"{", b'{"agentType":5}', b"\xff", b"[" * 99_999])
def test_what_is_said_of_a_subagent_may_be_unreadable(data: bytes) -> None:
    broken = agent_meta(Origin(3, SESSION, "a1", "/r", "-a"), data)
    assert isinstance(broken, Malformed)
    assert broken.reason.startswith("not readable: ")
