"""cctop's own meter, held against the truth about the demo's day."""

from pathlib import Path

from playback import NOON, Clock, play_live

from cctop.book.snapshot import Session
from cctop.demo.bill import Account
from cctop.demo.day import Day
from cctop.demo.play import Demo
from cctop.engine.reading import Reading, read_all
from cctop.engine.settings import Settings
from cctop.events import FailureKind

FIELDS = ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "thinking")


def metered(root: Path, now: int = NOON) -> Reading:
    return read_all(Settings(roots=(root,)), clock=lambda: now)


def pairs(day: Day, reading: Reading) -> list[tuple[Session, Account]]:
    truth = day.truth()
    sessions = reading.snapshot.sessions
    assert {session.id for session in sessions} == truth.keys()
    return [(session, truth[session.id]) for session in sessions]


def test_tokens_and_money_are_right_to_the_last_one(day: Day, tmp_path: Path, clock: Clock) -> None:
    for _ in play_live(day, clock, 90):
        pass
    for session, account in pairs(day, metered(tmp_path, clock())):
        said = [getattr(session.tokens, field) for field in FIELDS]
        assert said == [getattr(account.usage, field) for field in FIELDS]
        assert session.cost == account.cost
        assert session.unpriced_tokens == account.unpriced_tokens
        assert session.inherited_cost == sum(spend.cost for spend in account.inherited.values())
        assert session.api_calls == account.api_calls
        assert session.lower_bounds == session.skipped_lines == 0


def test_what_went_wrong_is_counted_by_kind(day: Day, tmp_path: Path) -> None:
    for session, account in pairs(day, metered(tmp_path)):
        failures = account.failures
        assert session.tool_calls == sum(account.tools.values())
        assert session.tool_failures == failures.get(FailureKind.ERROR, 0) + failures.get(
            FailureKind.HOOK_BLOCKED, 0
        )
        assert session.denials == failures.get(FailureKind.DENIED, 0)
        assert session.interruptions == failures.get(FailureKind.INTERRUPTED, 0)
        assert session.compactions == account.compactions
        assert session.api_retries == account.api_retries
        assert session.api_errors == account.api_retries + account.api_failures


def test_agents_are_listed_with_what_they_cost(day: Day, tmp_path: Path) -> None:
    reading = metered(tmp_path)
    for session, account in pairs(day, reading):
        agents = {agent.id: agent for agent in reading.detail(session.id).subagents}
        assert agents.keys() == account.agents.keys()
        for key, agent in agents.items():
            assert agent.cost == account.agents[key].cost


def test_who_is_there_is_seen() -> None:
    with Demo(freeze_at=NOON) as demo:
        fleet = metered(demo.root).snapshot.fleet
    assert (fleet.busy, fleet.waiting, fleet.idle) == (3, 1, 2)
    assert 5 < fleet.cost_per_hour / 1e12 < 8


def test_turns_and_official_books_of_what_was_never_forked(day: Day, tmp_path: Path) -> None:
    truth = day.truth()
    forks = {key for key, account in truth.items() if account.inherited}
    for session, account in pairs(day, metered(tmp_path)):
        if session.id in forks or session.subagents:
            continue
        assert session.turns == account.turns
        if session.books:
            unlogged = sum(spend.cost for spend in account.unlogged.values())
            assert abs(session.books.unlogged - unlogged) < 1_000_000  # a millionth of a dollar


def test_turns_and_official_books_of_a_fork_and_its_parent(day: Day, tmp_path: Path) -> None:
    for session, account in pairs(day, metered(tmp_path)):
        assert session.turns == account.turns
        if account.inherited:
            unlogged = sum(spend.cost for spend in account.unlogged.values())
            assert session.books
            assert abs(session.books.unlogged - unlogged) < 1_000_000
