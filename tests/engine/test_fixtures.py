"""What the real CLI left on disk, against its own books and what its API was asked for.

Each folder below `fixtures/transcripts` holds the files of a few runs, freed of all that was
personal, and in `truth.json` what the CLI and the API it talked to counted.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from disk import usd

from cctop.engine.reading import Reading, read_all
from cctop.engine.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "transcripts"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/truth.json"))
LATER = 1_800_000_000_000  # all of them have ended
USD = 1e-6
# The list price of Sonnet 4.5 has a tier for long prompts, of which the CLI's books know nothing.
OTHER_PRICE = {"5c170aca": -0.1095}


class Fixture:
    """What was read of the files, and the truth."""

    def __init__(self, name: str) -> None:
        self.reading: Reading = read_all(Settings(roots=(FIXTURES / name,)), lambda: LATER)
        self.truth: dict[str, Any] = json.loads((FIXTURES / name / "truth.json").read_bytes())
        self.sessions = {session.id: session for session in self.reading.snapshot.sessions}


@pytest.fixture(scope="module", params=NAMES)
def fixture(request: pytest.FixtureRequest) -> Fixture:
    return Fixture(request.param)


def test_there_are_fixtures() -> None:
    assert len(NAMES) > 10


def test_every_session_and_no_other(fixture: Fixture) -> None:
    assert fixture.sessions.keys() == fixture.truth["sessions"].keys()
    assert fixture.reading.snapshot.skipped_lines == 0


def test_tokens_equal_the_bill(fixture: Fixture) -> None:
    sums: Counter[str] = Counter()
    for session in fixture.sessions.values():
        tokens = session.tokens
        sums.update({name: getattr(tokens, name) for name in tokens.__struct_fields__})
        sums["total"] += tokens.total
    billed = fixture.truth.get("billed", {})  # not known where an answer was broken off
    assert {name: sums[name] for name in billed} == billed


def test_costs_equal_the_books_of_the_cli(fixture: Fixture) -> None:
    for id_, truth in fixture.truth["sessions"].items():
        session = fixture.sessions[id_]
        books = session.books
        assert books is not None
        own = truth["cli_total_usd"] - truth["fork_base_usd"]
        unlogged = OTHER_PRICE.get(id_[:8], truth.get("unlogged_usd", 0))
        assert float(usd(books.official)) == pytest.approx(own, abs=USD)
        assert float(usd(books.unlogged)) == pytest.approx(unlogged, abs=USD)
        assert session.cost + books.unlogged == books.official + books.later


def test_what_happened(fixture: Fixture) -> None:
    for id_, truth in fixture.truth["sessions"].items():
        session, detail = fixture.sessions[id_], fixture.reading.detail(id_)
        assert session.inherited_tokens == truth["inherited_tokens"]
        for name in ("api_calls", "turns", "lower_bounds"):
            assert getattr(session, name) == truth.get(name, getattr(session, name)), name
        assert session.tool_calls == truth.get("tool_calls", 0)
        assert session.api_errors == truth.get("api_errors", 0)
        failures = Counter((failure.tool, failure.kind.value) for failure in detail.failures)
        assert failures == Counter(map(tuple, truth.get("failures", [])))
        triggers = [mark.trigger.value for mark in detail.compactions]
        assert triggers == truth.get("compactions", [])
        states = sorted(agent.state for agent in detail.subagents)
        assert states == truth.get("subagents", [])
        assert session.status.value == "ended"
