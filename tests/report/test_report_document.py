"""The JSON document: the fields that were promised, exact money, and nothing counted twice."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from report_cases import CENT, NOW, TOKENS, Made, picture, session

from cctop.book.snapshot import Books, Context, Detail, SkippedLine, Snapshot, Tokens
from cctop.demo.bill import Account
from cctop.demo.day import Day
from cctop.demo.presence import Process
from cctop.engine.reading import Reading, read_all
from cctop.engine.settings import Settings
from cctop.report import document as report
from cctop.report.sections import usd
from cctop.text import Clean

Json = dict[str, Any]
KINDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "thinking")
PROMISED = {
    *("id", "root", "project", "cwd", "title", "branch", "status", "started_at"),
    *("last_activity_at", "models", "turns", "api_calls", "api_errors", "tokens"),
    *("unpriced_tokens", "cost_usd", "inherited", "official_cost_usd", "unlogged_cost_usd"),
    *("lower_bound", "web_searches", "tool_calls", "tool_failures", "denials", "tools", "failures"),
    *("compactions", "subagents", "milestones", "context", "cache_hit_ratio"),
}
PROMISED_WITHIN = {
    "tokens": {*KINDS, "total"},
    "inherited": {"tokens", "cost_usd"},
    "context": {"tokens", "window", "percent"},
    "failures": {"at", "tool", "tool_use_id", "kind", "error", "agent_id"},
    "compactions": {"at", "trigger", "tokens_before", "tokens_after", "duration_ms", "agent_id"},
    "subagents": {"id", "type", "description", "model", "tokens", "cost_usd", "state"},
    "milestones": {"tokens", "at"},
}


def said(snapshot: Snapshot, *, whole: bool = False) -> Json:
    """The document about all sessions of a picture, as a reader of it sees it."""
    made = Made(snapshot)
    encoded = report.encoded(report.document(made, snapshot.sessions, whole=whole))
    decoded: Json = json.loads(encoded)
    return decoded


def about(**changes: Any) -> Json:
    """What the document says of one session."""
    found: Json = said(picture(session(**changes)))["sessions"][0]
    return found


@given(st.integers(-(10**24), 10**24))
def test_money_has_all_its_digits_and_no_others(pico: int) -> None:
    text = bytes(usd(pico)).decode()
    assert Decimal(text) == Decimal(pico) / 10**12
    assert "e" not in text.lower()
    assert not ("." in text and text.endswith(("0", ".")))
    assert json.loads(text) == pytest.approx(pico / 10**12)


def test_money_reads_as_one_would_write_it() -> None:
    written = {
        92_266_000_000: b"0.092266",
        10**13: b"10",
        0: b"0",
        -5 * 10**10: b"-0.05",
        1: b"0.000000000001",
    }
    assert {pico: bytes(usd(pico)) for pico in written} == written


def test_all_promised_fields_are_there() -> None:
    found = about()
    assert found.keys() >= PROMISED
    for name, fields in PROMISED_WITHIN.items():
        items = found[name] if isinstance(found[name], list) else [found[name]]
        assert items, name
        assert all(item.keys() >= fields for item in items), name
    assert found["tools"] == {
        "Bash": {"calls": 60, "failures": 5},
        "Edit": {"calls": 29, "failures": 2},
    }
    whole = said(picture(session()))
    assert {"schema_version", "generated_at", "prices", "totals", "skipped"} <= whole.keys()
    assert whole["schema_version"] == 1
    assert whole["prices"]["source"] == "genai-prices"
    assert whole["prices"]["version"] == "0.2.3"
    assert whole["prices"]["note"] == "list price, an API equivalent, not a bill"


def test_times_are_utc_to_the_millisecond_or_null() -> None:
    assert said(picture())["generated_at"] == "2026-11-22T12:03:11.219Z"
    assert about(started_at=NOW)["started_at"] == "2026-11-22T12:03:11.219Z"
    assert about(started_at=0)["started_at"] is None
    assert about(started_at=10**30)["started_at"] is None  # somebody else's number


def test_tokens_add_up_without_thinking() -> None:
    tokens = about()["tokens"]
    assert tokens["total"] == sum(tokens[kind] for kind in KINDS if kind != "thinking")
    assert tokens["total"] == TOKENS.total


def test_official_books_are_named_and_never_added() -> None:
    without = about()
    assert without["official_cost_usd"] is without["unlogged_cost_usd"] is None
    found = about(cost=100 * CENT, books=Books(130 * CENT, 30 * CENT, 7 * CENT))
    assert (found["cost_usd"], found["official_cost_usd"], found["unlogged_cost_usd"]) == (
        1,
        1.3,
        0.3,
    )
    assert found["inherited"]["official_cost_usd"] == 0.07


def test_unknown_window_and_prompt_are_null() -> None:
    found = about(context=Context(9_000, None), tokens=Tokens())
    assert found["context"] == {"tokens": 9_000, "window": None, "percent": None}
    assert found["cache_hit_ratio"] is None
    assert about(context=Context(142_000, 200_000))["context"]["percent"] == 71


def test_lower_bounds_show_in_session_and_totals() -> None:
    found = said(picture(session(1), session(2, lower_bounds=3)))
    assert [s["lower_bound"] for s in found["sessions"]] == [False, True]
    assert [s["lower_bound_calls"] for s in found["sessions"]] == [0, 3]
    assert found["totals"]["lower_bound"] is True


def test_totals_are_the_sums_of_what_is_listed() -> None:
    found = said(picture(session(1), session(2, unpriced_tokens=9, cost=CENT)))
    totals = found["totals"]
    assert totals["sessions"] == 2
    assert totals["cost_usd"] == 12.42
    for name in ("turns", "api_calls", "tool_calls", "tool_failures", "denials", "unpriced_tokens"):
        assert totals[name] == sum(s[name] for s in found["sessions"]), name
    for kind in (*KINDS, "total"):
        assert totals["tokens"][kind] == sum(s["tokens"][kind] for s in found["sessions"]), kind


def test_skipped_lines_have_place_and_reason() -> None:
    found = said(picture(session(skipped_lines=1), skipped_files=1, skipped_lines=1))["skipped"]
    item = {"path": "/root/a.jsonl", "offset": 4_711, "reason": "not JSON", "used": False}
    assert found == {"files": 1, "lines": 1, "items": [item]}


def test_skipped_lines_are_told_of_sessions_that_are_not_listed() -> None:
    made = Made(picture(session(1), session(2, skipped_lines=1), skipped_files=1, skipped_lines=1))
    listed = [made.snapshot.sessions[0]]
    assert len(report.document(made, listed).skipped.items) == 1


def test_skipped_items_are_bounded() -> None:
    class ManyLines(Made):
        def detail(self, session: str, *, course: bool = True) -> Detail:
            line = SkippedLine("/a.jsonl", 0, Clean("not JSON"), False)
            return replace(super().detail(session), skipped=(line,) * 1_500)

    made = ManyLines(picture(session(skipped_lines=1_500), skipped_files=1, skipped_lines=1_500))
    skipped = report.document(made, ()).skipped
    assert (skipped.lines, len(skipped.items)) == (1_500, 1_000)


def test_only_the_whole_story_lists_turns_and_api_errors() -> None:
    assert not about().keys() & {"turn_list", "api_error_list"}
    found = said(picture(session()), whole=True)["sessions"][0]
    assert [turn["prompt"] for turn in found["turn_list"]] == ["Why is it red?", "And now?"]
    assert [error["status"] for error in found["api_error_list"]] == [529, 0]


def test_names_of_files_cannot_drive_a_terminal() -> None:
    hostile = "a\x1b]52;c;AAAA\x07b\udcff\u202ec"
    found = report.encoded(
        report.document(Made(picture(session(id=hostile))), [session(id=hostile)])
    )
    assert json.loads(found)["sessions"][0]["id"] == "ab\ufffdc"
    assert b"\x1b" not in found
    assert b"\\u001b" not in found


# Against a made-up day whose truth is known.


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Reading, dict[str, Account]]:
    root = tmp_path_factory.mktemp("day")
    day = Day(root, Process(4711, "123456", ""))
    day.history(lambda: NOW)
    return read_all(Settings(roots=(Path(root),)), clock=lambda: NOW), day.truth()


def test_a_day_is_told_to_the_last_token_and_pico_dollar(
    played: tuple[Reading, dict[str, Account]],
) -> None:
    reading, truth = played
    found = json.loads(
        report.encoded(report.document(reading, reading.snapshot.sessions)), parse_float=Decimal
    )
    assert {s["id"] for s in found["sessions"]} == truth.keys()
    for told in found["sessions"]:
        account = truth[told["id"]]
        assert {kind: told["tokens"][kind] for kind in KINDS} == {
            kind: getattr(account.usage, kind) for kind in KINDS
        }
        assert told["cost_usd"] == Decimal(account.cost) / 10**12
        assert told["unpriced_tokens"] == account.unpriced_tokens
        inherited = sum(spend.cost for spend in account.inherited.values())
        assert told["inherited"]["cost_usd"] == Decimal(inherited) / 10**12
        assert sum(told["cost_by_kind"].values()) == told["cost_usd"]
        assert sum(use["cost_usd"] or 0 for use in told["model_usage"]) == told["cost_usd"]
        assert {agent["id"]: agent["cost_usd"] for agent in told["subagents"]} == {
            id: Decimal(agent.cost) / 10**12 for id, agent in account.agents.items()
        }
    total = sum(account.cost for account in truth.values())
    assert found["totals"]["cost_usd"] == Decimal(total) / 10**12
