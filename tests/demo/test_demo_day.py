"""The made-up day is believable, and the truth about it is what the files say."""

import json
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from playback import NOON, PROCESS, Clock, play_live, registry, transcripts

from cctop.demo import roles
from cctop.demo.bill import PICO, booked, plus, price
from cctop.demo.day import BUDGET_USD, Day
from cctop.events import FailureKind, Usage

HOUR = 3_600_000
TODAY = NOON - 9 * HOUR  # before the first session of the day, after the last of yesterday


def usage_of(message: dict[str, Any]) -> Usage:
    said = message["usage"]
    return Usage(
        input=said["input_tokens"],
        output=said["output_tokens"],
        cache_read=said["cache_read_input_tokens"],
        cache_write_5m=said["cache_creation"]["ephemeral_5m_input_tokens"],
        cache_write_1h=said["cache_creation"]["ephemeral_1h_input_tokens"],
        thinking=said["output_tokens_details"]["thinking_tokens"],
    )


def answers(records: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """One line of each response, by message id, without errors."""
    return {
        record["message"]["id"]: record
        for record in records
        if record["type"] == "assistant" and record["message"]["model"] != "<synthetic>"
    }


def moment(record: dict[str, Any]) -> int:
    return round(datetime.fromisoformat(record["timestamp"]).timestamp() * 1000)


def paid(root: Path, since: int = 0) -> float:
    """USD of all responses since then, each counted once."""
    once = answers(record for records in transcripts(root).values() for record in records)
    return (
        sum(
            price(record["message"]["model"], usage_of(record["message"])) or 0
            for record in once.values()
            if moment(record) >= since
        )
        / PICO
    )


def session_of(path: Path) -> str:
    return path.parent.parent.name if path.parent.name == "subagents" else path.stem


def test_the_truth_is_what_the_files_say(day: Day, clock: Clock, tmp_path: Path) -> None:
    for _ in play_live(day, clock, 60):
        pass
    tokens: dict[str, Usage] = {}
    inherited: dict[str, Usage] = {}
    calls: dict[str, int] = {}
    for path, records in transcripts(tmp_path).items():
        session = session_of(path)
        for record in answers(records).values():
            book = inherited if "requestSessionId" in record else tokens
            book[session] = plus(book.get(session, Usage()), usage_of(record["message"]))
            calls[session] = calls.get(session, 0) + ("requestSessionId" not in record)
    truth = day.truth()
    assert {key: account.usage for key, account in truth.items()} == tokens
    assert {key: account.api_calls for key, account in truth.items()} == calls
    assert {
        key: spend.usage for key, account in truth.items() for spend in account.inherited.values()
    } == inherited


def test_agents_sum_up_to_what_their_files_say(day: Day, tmp_path: Path) -> None:
    accounts = {
        key: part for account in day.truth().values() for key, part in account.agents.items()
    }
    files = [path for path in transcripts(tmp_path) if path.parent.name == "subagents"]
    assert len(accounts) == len(files) == 4
    for path, records in transcripts(tmp_path).items():
        if path in files:
            said = Usage()
            for record in answers(records).values():
                said = plus(said, usage_of(record["message"]))
            assert accounts[path.stem.removeprefix("agent-")].usage == said


def test_tools_failures_and_compactions_are_as_the_truth_says(day: Day, tmp_path: Path) -> None:
    for session, account in day.truth().items():
        tools, failed, compactions = 0, 0, 0
        for path, records in transcripts(tmp_path).items():
            if session_of(path) != session:
                continue
            copies = {r["uuid"] for r in records if "requestSessionId" in r}
            for record in records:
                content = record.get("message", {}).get("content")
                block = content[0] if isinstance(content, list) else {}
                tools += block.get("type") == "tool_use" and record["uuid"] not in copies
                failed += (
                    block.get("is_error") is True
                    and record["sourceToolAssistantUUID"] not in copies
                )
                compactions += record.get("subtype") == "compact_boundary"
        assert tools == sum(account.tools.values())
        assert failed == sum(account.failures.values())
        assert compactions == account.compactions


def test_official_books_are_what_was_paid_and_the_unlogged(day: Day, tmp_path: Path) -> None:
    closed = 0
    for path, records in transcripts(tmp_path).items():
        books = [record for record in records if record["type"] == "cost-state"]
        account = day.truth().get(path.stem)
        if not books or account is None or any("requestSessionId" in r for r in records):
            continue
        if registry(tmp_path).get("api-gateway", {}).get("sessionId") == path.stem:
            continue  # it was resumed since
        closed += 1
        spends = [*account.logged.values(), *account.unlogged.values()]
        assert round(books[-1]["totalCostUSD"] * PICO) == sum(spend.cost for spend in spends)
        assert account.unlogged or not any(record["type"] == "ai-title" for record in records)
    assert closed >= 6
    assert booked(roles.ETL.model, Usage(input=1)) > 0


def test_a_day_comes_to_most_of_its_budget(day: Day, tmp_path: Path) -> None:
    today = paid(tmp_path, TODAY)
    assert 0.7 * BUDGET_USD < today < 0.75 * BUDGET_USD  # three quarters are reached soon
    assert paid(tmp_path) > today + 5
    assert 5 < paid(tmp_path, NOON - HOUR) < 8
    assert 4 * paid(tmp_path, NOON - HOUR // 4) < 10


def test_who_is_there(day: Day, tmp_path: Path) -> None:
    files = [path for path in transcripts(tmp_path) if path.parent.name != "subagents"]
    entries = registry(tmp_path)
    truth = day.truth()
    models = {model for account in truth.values() for model in account.logged}
    assert len(files) == len(truth) == 14
    assert len({path.parent.name for path in files}) == 7
    assert {name: entry["status"] for name, entry in entries.items()} == {
        "api-gateway": "busy",
        "billing": "busy",
        "docs-site": "idle",
        "etl-jobs": "idle",
        "mobile-app": "waiting",
        "storefront": "busy",
    }
    assert entries["mobile-app"]["waitingFor"] == "permission prompt"
    assert 60 < (NOON - entries["mobile-app"]["statusUpdatedAt"]) / 1000 < 90
    assert models == {
        "claude-opus-5-5",
        "claude-sonnet-5-5",
        "claude-sonnet-4-6",
        "claude-haiku-5-5",
        "kestrel-coder-2",
    }
    shop = truth[entries["storefront"]["sessionId"]]
    billing = truth[entries["billing"]["sessionId"]]
    etl = truth[entries["etl-jobs"]["sessionId"]]
    assert shop.compactions == 2
    assert billing.failures[FailureKind.ERROR] / sum(billing.tools.values()) > 0.15
    assert (etl.cost, etl.unpriced_tokens > 1_000_000) == (0, True)
    assert {kind for account in truth.values() for kind in account.failures} == set(FailureKind)


def test_agents_are_at_work_one_of_them_nested(day: Day, tmp_path: Path) -> None:
    running = [
        meta
        for path in tmp_path.glob("projects/**/*.meta.json")
        if "finished" not in (meta := json.loads(path.read_bytes()))
    ]
    assert sorted(meta["spawnDepth"] for meta in running) == [1, 1, 2]


def test_nothing_is_from_the_future(day: Day, tmp_path: Path) -> None:
    for path, records in transcripts(tmp_path).items():
        assert max(moment(record) for record in records if "uuid" in record) <= NOON, path
        assert path.stat().st_mtime_ns <= NOON * 1_000_000


def test_two_minutes_live_show_everything(day: Day, clock: Clock, tmp_path: Path) -> None:
    first = registry(tmp_path)
    before = {
        key: (sum(part.failures.values()), part.compactions) for key, part in day.truth().items()
    }
    billing = first["billing"]["sessionId"]
    seen: dict[str, float] = {}
    for seconds in play_live(day, clock, 120):
        now = day.truth()
        usage = now[billing].usage
        if usage.prompt - usage.cache_read + usage.output >= 100_000:
            seen.setdefault("milestone", seconds)
        for key, (failures, compactions) in before.items():
            if sum(now[key].failures.values()) > failures:
                seen.setdefault("failure", seconds)
            if now[key].compactions > compactions:
                seen.setdefault("compaction", seconds)
        for name, entry in registry(tmp_path).items():
            if entry["status"] != first[name]["status"]:
                seen.setdefault(f"{name} {entry['status']}", seconds)
    assert 0 < seen["milestone"] < 30
    assert seen["failure"] < 90
    assert 30 < seen["compaction"] < 120
    assert seen["mobile-app busy"] < 60
    assert seen["docs-site busy"] < 60


def test_it_goes_on_for_long_at_a_steady_burn(day: Day, clock: Clock, tmp_path: Path) -> None:
    began = sum(account.cost for account in day.truth().values())
    gaps, last = [], 0.0
    for seconds in play_live(day, clock, 1_800):
        gaps.append(seconds - last)
        last = seconds
    burn = (sum(account.cost for account in day.truth().values()) - began) / PICO * 2
    assert 5 < burn < 9
    assert max(gaps) < 30
    assert len(gaps) > 1_000
    assert {entry["status"] for entry in registry(tmp_path).values()} <= {"busy", "idle", "waiting"}


def test_the_same_seed_and_time_give_the_same_bytes(tmp_path: Path) -> None:
    def written(name: str, seed: int) -> dict[str, bytes]:
        root = tmp_path / name
        clock = Clock()
        day = Day(root, PROCESS, seed)
        day.history(clock)
        for _ in play_live(day, clock, 30):
            pass
        return {
            str(path.relative_to(root)): path.read_bytes()
            for path in root.rglob("*")
            if path.is_file()
        }

    one = written("one", 7)
    assert one == written("two", 7)
    assert one != written("three", 8)


def test_it_is_small(tmp_path: Path) -> None:
    Day(tmp_path, PROCESS).history(Clock())
    assert sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file()) < 3_000_000
