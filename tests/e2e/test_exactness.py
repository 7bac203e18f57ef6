"""The meter against the real CLI: token for token with the bill, dollar for dollar with its total.

Each scenario is played once by the CLI, offline; `cctop sessions --json` then counts what it left.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from lab import Played, Step, play, unavailable
from messages_api import Json

SCENARIOS = sorted((Path(__file__).parent / "scenarios").glob("*.json"))
SOURCE = Path(__file__).parents[2] / "src"
USD = 1e-6  # how far two sums of money may lie apart
KINDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "thinking")
FAULTS = {"error", "hook-blocked"}

_reason = unavailable()
pytestmark = [
    pytest.mark.lab,
    pytest.mark.skipif(_reason is not None, reason=_reason or "the lab runs here"),
]


@dataclass(frozen=True)
class Counted:
    """A scenario as it was played, and what the monitor says of it."""

    played: Played
    reports: dict[str, Json]

    def __iter__(self) -> Iterator[tuple[Json, list[Step], Json]]:
        """Each session: what the monitor must say, the CLI's runs, what the monitor says."""
        for expect, session in zip(self.played.expect, self.played.sessions, strict=True):
            yield expect, self.played.steps_of(session), self.reports[session]


@pytest.fixture(scope="module", params=SCENARIOS, ids=lambda path: path.stem)
def counted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Counted:
    scenario: Path = request.param
    played = play(scenario, tmp_path_factory.mktemp(scenario.stem) / "home")
    return Counted(played, {report["id"]: report for report in sessions_in(played.home)})


def sessions_in(home: Path) -> list[Json]:
    """What `cctop sessions` says of the transcripts in the CLI's home."""
    root = home / ".claude"
    done = subprocess.run(
        [sys.executable, "-m", "cctop", "sessions", "--all", "--json", "--root", str(root)],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(SOURCE)},
        text=True,
    )
    sessions: list[Json] = json.loads(done.stdout)["sessions"]
    return sessions


def billed_tokens(ledger: Iterable[Json]) -> Counter[str]:
    """What the ledger says was billed, by kind of token; an advisor's share is billed besides."""
    sums: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    for entry in ledger:
        usage = entry["usage"]
        extra = [i for i in usage.get("iterations", ()) if i["type"] == "advisor_message"]
        for part in (usage, *extra):
            written = part["cache_creation_input_tokens"]
            split = part.get("cache_creation", {"ephemeral_5m_input_tokens": written})
            sums["input"] += part["input_tokens"]
            sums["output"] += part["output_tokens"]
            sums["cache_read"] += part["cache_read_input_tokens"]
            sums["cache_write_5m"] += split.get("ephemeral_5m_input_tokens", 0)
            sums["cache_write_1h"] += split.get("ephemeral_1h_input_tokens", 0)
            sums["thinking"] += part.get("output_tokens_details", {}).get("thinking_tokens", 0)
    return sums


def total(sums: Counter[str]) -> int:
    """All tokens; thinking is a part of the output."""
    return sum(count for kind, count in sums.items() if kind != "thinking")


def test_tokens_equal_the_bill(counted: Counted) -> None:
    billed = billed_tokens(counted.played.logged())
    metered: Counter[str] = Counter(dict.fromkeys(KINDS, 0))
    for report in counted.reports.values():
        metered.update({kind: report["tokens"][kind] for kind in KINDS})
    assert metered == billed
    assert sum(r["tokens"]["total"] for r in counted.reports.values()) == total(billed)


def test_no_session_is_missed_or_made_up(counted: Counted) -> None:
    assert set(counted.reports) == set(counted.played.sessions)


def test_official_cost_equals_the_total_of_the_cli(counted: Counted) -> None:
    for _, steps, report in counted:
        totals = [step.total_usd for step in steps if step.total_usd is not None]
        own = totals[-1] - steps[0].base_usd
        assert report["official_cost_usd"] == pytest.approx(own, abs=USD)


def test_metered_and_unlogged_make_the_official_cost(counted: Counted) -> None:
    for expect, _, report in counted:
        unlogged = report["unlogged_cost_usd"]
        assert unlogged == pytest.approx(expect.get("unlogged_usd", 0), abs=USD)
        both = report["cost_usd"] + unlogged
        assert both == pytest.approx(report["official_cost_usd"], abs=USD)


def test_copies_in_a_fork_are_inherited(counted: Counted) -> None:
    steps = counted.played.steps
    for expect, _, report in counted:
        copied = expect.get("inherited", {"steps": [], "usd": 0})
        ledger = [e for n in copied["steps"] for e in steps[n].billed if e["lane"] == "main"]
        assert report["inherited"]["tokens"] == total(billed_tokens(ledger))
        assert report["inherited"]["cost_usd"] == pytest.approx(copied["usd"], abs=USD)


def test_calls_are_counted_once(counted: Counted) -> None:
    for expect, _, report in counted:
        assert report["tool_calls"] == expect.get("tool_calls", 0)
        assert report["api_errors"] == expect.get("api_errors", 0)
        if "api_calls" in expect:
            assert report["api_calls"] == expect["api_calls"]
    api_calls = sum(report["api_calls"] for report in counted.reports.values())
    assert api_calls == len(counted.played.logged())


def test_failures_have_their_kinds(counted: Counted) -> None:
    for expect, _, report in counted:
        expected = Counter((tool, kind) for tool, kind in expect.get("failures", ()))
        assert Counter((f["tool"], f["kind"]) for f in report["failures"]) == expected
        by_kind = Counter(kind for _, kind in expected.elements())
        assert report["tool_failures"] == sum(by_kind[kind] for kind in FAULTS)
        assert report["denials"] == by_kind["denied"]


def test_compactions_and_subagents_are_seen(counted: Counted) -> None:
    for expect, _, report in counted:
        triggers = [mark["trigger"] for mark in report["compactions"]]
        assert triggers == expect.get("compactions", [])
        states = sorted(agent["state"] for agent in report["subagents"])
        assert states == expect.get("subagents", [])
