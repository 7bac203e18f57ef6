"""What other meters got wrong, each with the amount worked out by hand from the price list.

USD per million tokens: input, output, 5 m write, 1 h write, read.

    opus-5-5    4    20    5     8    0.2        fable-5-2  8    40    10    16   0.2
    opus-4-8    5    25    6.25  10   0.5        fable-5-1  10   50    12.5  20   0.25
    opus-4-6    5    25    6.25  10   0.5        haiku-4-5  1    5     1.25  2    0.1
    sonnet-5-5  2    10    2.5   4    0.1        haiku-5-5  0.1  0.5   0.125 0.2  0.01 (×5 > 100k)

BASE is 1,000 input, 100 output, 5,000 read, 1,000 written for 5 m and 2,000 for 1 h, so that with
opus-5-5 it costs 1000×4 + 100×20 + 5000×0.2 + 1000×5 + 2000×8 = 28,000 millionths: $0.028.
"""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from disk import Disk, usd
from scribe import (
    HAIKU,
    OPUS,
    SECOND,
    SONNET,
    START,
    Json,
    answer,
    api_failure,
    calls,
    fresh,
    line,
    prompt,
    queued,
    session_id,
    text,
    usage,
)

A, B = session_id(1), session_id(2)
BASE = usage(1_000, 100, 5_000, 1_000, 2_000)
TOKENS = 9_100
BLOCKS = [text("a"), text("b"), text("c")]


def base(model: str = OPUS, **more: Any) -> list[Json]:
    return answer(START, BASE | more.pop("spent", {}), model=model, **more)


def grown() -> list[Json]:
    records = answer(START, BASE, BLOCKS)
    for record, output in zip(records, (1, 40, 100), strict=True):
        record["message"]["usage"] = BASE | {"output_tokens": output}
    return records


def passes(*parts: Json, kind: str = "message", **more: Any) -> Json:
    return {"iterations": [part | {"type": kind} | more for part in parts]}


HALF = usage(60_000, 100)
WHOLE = usage(120_000, 200)
EXTRA = usage(700, 70)

ONE_FILE: dict[str, tuple[list[Any], str]] = {
    "clean": ([prompt(START), base(), base()], "0.056"),
    "3 lines per message.id": ([answer(START, BASE, BLOCKS)], "0.028"),
    "growing snapshots": ([grown()], "0.028"),
    "growing snapshots, last line first": ([grown()[::-1]], "0.028"),
    "no requestId (proxy)": ([answer(START, BASE, BLOCKS, request=None)], "0.028"),
    "no requestId, weak id": ([answer(START, BASE, BLOCKS, id="msg_1", request=None)], "0.028"),
    "replay under a new requestId": (
        [base(id="msg_01AbCdEfGhIjKlMnOpQrStUv"), base(id="msg_01AbCdEfGhIjKlMnOpQrStUv")],
        "0.028",
    ),
    "sidechain copy in the main file": (
        [record := base()[0], record | {"isSidechain": True, "uuid": fresh("u")}],
        "0.028",
    ),
    "progress records": (
        [base(), {"type": "progress", "data": {"type": "agent_progress", "message": base()[0]}}],
        "0.028",
    ),
    "1 h cache writes": ([answer(START, usage(write_1h=1_000_000))], "8"),
    "5 m cache writes": ([answer(START, usage(write_5m=1_000_000))], "5"),
    "cache writes without a split": (
        [answer(START, {"cache_creation_input_tokens": 1_000_000})],
        "5",
    ),
    "cache writes only in the split": (
        [base(spent={"cache_creation_input_tokens": 0})],
        "0.028",
    ),
    "web search $10/1k": (
        [base(spent=usage(1_000, 100, 5_000, 1_000, 2_000, searches=3))],
        "0.058",
    ),
    "Opus 5.5, fast": ([base(spent={"speed": "fast"})], "0.056"),
    "Opus 4.6": ([base("claude-opus-4-6")], "0.03625"),
    "Opus 4.6, fast (×6)": ([base("claude-opus-4-6", spent={"speed": "fast"})], "0.2175"),
    "Opus 4.8": ([base("claude-opus-4-8")], "0.03625"),
    "Opus 4.8, fast": ([base("claude-opus-4-8", spent={"speed": "fast"})], "0.0725"),
    "Sonnet 5.5": ([base(SONNET)], "0.014"),
    "Sonnet 5.5 has no fast mode": ([base(SONNET, spent={"speed": "fast"})], "0.014"),
    "Fable 5.1": ([base("claude-fable-5-1")], "0.06875"),
    "Fable 5.2": ([base("claude-fable-5-2")], "0.055"),
    "Haiku 5.5": ([base(HAIKU)], "0.000725"),
    "Haiku 5.5, 100,000 tokens": (
        [answer(START, usage(1_000, 100, 96_000, 1_000, 2_000), model=HAIKU)],
        "0.001635",
    ),
    "Haiku 5.5, 100,001 tokens (×5, output too)": (
        [answer(START, usage(1_000, 100, 96_001, 1_000, 2_000), model=HAIKU)],
        "0.00817505",
    ),
    "Haiku 4.5 by its date": ([base("claude-haiku-4-5-20251001")], "0.00725"),
    "in the US": ([base(spent={"inference_geo": "us"})], "0.0308"),
    "nowhere in particular": ([base(spent={"inference_geo": "not_available"})], "0.028"),
    "in the US, fast, with searches": (
        [
            base(
                spent=usage(
                    1_000, 100, 5_000, 1_000, 2_000, searches=2, speed="fast", inference_geo="us"
                )
            )
        ],
        "0.0816",
    ),
    "a priority tier": ([base(spent={"service_tier": "priority"})], "0.028"),
    "[1m] in the model's name": ([base(f"{OPUS}[1m]")], "0.028"),
    "[1m] in what was asked for": ([base(requestedModel=f"{OPUS}[1m]")], "0.028"),
    ">200k tier of a model that has none": ([answer(START, usage(300_000, 100))], "1.202"),
    "another model answers than was asked": ([base(HAIKU, requestedModel=OPUS)], "0.028"),
    "an advisor of another model": (
        [base(SONNET, spent=passes(EXTRA, kind="advisor_message", model=OPUS))],
        "0.0182",
    ),
    "a compaction within a response": ([base(spent=passes(EXTRA, kind="compaction"))], "0.0322"),
    "passes that make up the whole": (
        [answer(START, WHOLE | passes(HALF, HALF), model=HAIKU)],
        "0.0121",
    ),
    "passes that do not": ([answer(START, WHOLE | passes(HALF, EXTRA), model=HAIKU)], "0.0605"),
    "no stop_reason": ([base(stop=None)], "0.028"),
    "synthetic": ([base("<synthetic>"), base()], "0.028"),
    "an API error": (
        [api_failure(START) | {"message": base()[0]["message"]}, base()],
        "0.028",
    ),
    "a legacy costUSD": ([base(costUSD=5)], "0.028"),
}


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / ".claude")


@pytest.mark.parametrize("trap", ONE_FILE)
def test_one_file(disk: Disk, trap: str) -> None:
    records, expected = ONE_FILE[trap]
    disk.write(A, *records)
    reading = disk.read(START)
    (session,) = reading.snapshot.sessions
    assert usd(session.cost) == Decimal(expected)
    assert usd(reading.detail(A).cost.total) == Decimal(expected)
    assert (session.unpriced_tokens, session.skipped_lines) == (0, 0)


def test_an_unknown_model_is_neither_free_nor_guessed(disk: Disk) -> None:
    disk.write(A, base("claude-zephyr-9"), base())
    session = disk.sessions()[A]
    assert (usd(session.cost), session.unpriced_tokens) == (Decimal("0.028"), TOKENS)
    assert session.tokens.total == 2 * TOKENS


def test_a_response_without_an_end_is_a_lower_bound(disk: Disk) -> None:
    disk.write(A, base(stop=None), base())
    assert disk.sessions()[A].lower_bounds == 1


def test_weak_ids_of_two_sessions_are_two_calls(disk: Disk) -> None:
    for session in (A, B):
        disk.write(session, base(id="msg_1", request=None))
    assert [usd(s.cost) for s in disk.sessions().values()] == [Decimal("0.028")] * 2


@pytest.mark.parametrize("evidence", [True, False])
def test_a_fork_with_copied_lines(disk: Disk, evidence: bool) -> None:
    """The copies belong to the parent; their subagents are not copied."""
    first = [prompt(START), *calls(START, "Bash", spent=BASE), *base()]
    disk.write(A, first)
    disk.write(A, base(), agent="a1")
    copies = [record | {"sessionId": B} for record in first]
    if evidence:
        copies = [
            copy | ({"requestSessionId": A} if copy["type"] == "assistant" else {})
            for copy in copies
        ]
        disk.write(B, queued(START + 60 * SECOND))
    disk.write(B, copies, answer(START + 61 * SECOND, BASE, model=SONNET))
    sessions = disk.sessions()
    assert usd(sessions[A].cost) == Decimal("0.084")
    assert usd(sessions[B].cost) == Decimal("0.014")
    assert usd(sessions[B].inherited_cost) == Decimal("0.056")
    assert (sessions[A].tool_calls, sessions[B].tool_calls) == (1, 0)


def test_subagent_files_of_every_layout(disk: Disk) -> None:
    chained = {"isSidechain": True, "sessionId": A}
    disk.write(A, base())
    disk.write(A, base(SONNET, **chained), agent="a1")
    disk.put(f"-p/{A}/subagents/workflows/wf_1/agent-a2.jsonl", line(base(SONNET, **chained)[0]))
    disk.put("-home-ada-web/agent-0badcafe.jsonl", line(base(SONNET, **chained)[0]))
    sessions = disk.sessions()
    assert set(sessions) == {A}
    assert usd(sessions[A].cost) == Decimal("0.07")  # 0.028 + 3 × 0.014
    agents = disk.detail(A).subagents
    assert {agent.id: usd(agent.cost) for agent in agents} == dict.fromkeys(
        ("a1", "a2", "0badcafe"), Decimal("0.014")
    )


MALFORMED: dict[str, tuple[bytes, str, int]] = {
    # The line, what it costs all the same, and how many are told to be wrong.
    "null": (b"null\n", "0", 1),
    "a list": (b"[]\n", "0", 1),
    "half a line": (line(base()[0])[:200] + b"\n", "0", 1),
    "input_tokens null": (line(base(spent={"input_tokens": None})[0]), "0.024", 0),
    "input_tokens a float": (line(base(spent={"input_tokens": 1000.0})[0]), "0.028", 1),
    "input_tokens a string": (line(base(spent={"input_tokens": "1000"})[0]), "0.024", 1),
    "input_tokens below zero": (line(base(spent={"input_tokens": -1000})[0]), "0.024", 0),
    "input_tokens beyond all": (line(base(spent={"input_tokens": 10**15})[0]), "0.024", 0),
    "usage a string": (line(base()[0] | {"message": {"usage": "x", "id": "m"}}), "0", 1),
    "a lone surrogate": (
        json.dumps(base(toolUseResult="cut \ud83d")[0]).encode() + b"\n",
        "0.028",
        1,
    ),
    "not UTF-8": (line(base(cwd="/home/XX")[0]).replace(b"XX", b"\xff\xfe"), "0.028", 1),
    "a hole of NULs": (b"\0" * 5_000 + line(base()[0]), "0.028", 1),
    "NULs alone": (b"\0" * 5_000 + b"\n", "0", 1),
    "blank": (b"\n   \n", "0", 0),
    "33 MB of one line": (b'{"type":"user","x":"' + b"y" * (33 << 20) + b'"}\n', "0", 1),
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_line_costs_only_itself(disk: Disk, what: str) -> None:
    data, expected, told = MALFORMED[what]
    first = line(base()[0])
    disk.write(A, first, data, base())
    session = disk.sessions()[A]
    assert usd(session.cost) == Decimal("0.056") + Decimal(expected)
    skipped = disk.detail(A).skipped
    assert (session.skipped_lines, len(skipped)) == (told, told)
    for each in skipped:
        assert each.offset == len(first)
        assert each.reason
        assert Path(each.path).name == f"{A}.jsonl"


def test_all_malformed_lines_in_one_file(disk: Disk) -> None:
    disk.write(A, base(), *(data for data, _, _ in MALFORMED.values()), base())
    session = disk.sessions()[A]
    parts = sum(Decimal(cost) for _, cost, _ in MALFORMED.values())
    assert usd(session.cost) == Decimal("0.056") + parts
    assert session.skipped_lines == sum(told for _, _, told in MALFORMED.values())
    snapshot = disk.read(START).snapshot
    assert (snapshot.skipped_files, snapshot.skipped_lines) == (1, session.skipped_lines)


def test_a_torn_last_line_is_no_fault_yet(disk: Disk) -> None:
    whole = line(base()[0])
    disk.write(A, base(), whole[:-40])
    assert disk.sessions()[A].skipped_lines == 0
    assert usd(disk.sessions()[A].cost) == Decimal("0.028")
    disk.write(A, whole[-40:])
    assert usd(disk.sessions()[A].cost) == Decimal("0.056")
