"""What other meters got wrong: the traps of `cctop selftest`, and what is seen besides."""

from decimal import Decimal
from pathlib import Path

import pytest
from disk import Disk, usd
from scribe import SONNET, START, line

from cctop.engine.reading import Reading
from cctop.selftest import copies, faulty, responses
from cctop.selftest.responses import TOKENS, base
from cctop.selftest.trap import A, B, Trap, found
from cctop.selftest.trial import files_of, traps

TRAPS = {trap.name: trap for trap in traps()}


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / ".claude")


def read(disk: Disk, trap: Trap) -> Reading:
    for below, data in files_of(trap).items():
        disk.put(below, data)
    return disk.read(START)


def test_there_are_traps_of_every_kind() -> None:
    for kind in (responses, copies, faulty):
        assert len(list(kind.traps())) >= 8
    assert len(TRAPS) > 65


@pytest.mark.parametrize("name", TRAPS)
def test_it_comes_to_the_truth(disk: Disk, name: str) -> None:
    reading = read(disk, TRAPS[name])
    sessions = reading.snapshot.sessions
    assert {session.id: found(session) for session in sessions} == TRAPS[name].truth
    for session in sessions:
        detail = reading.detail(session.id)
        assert detail.cost.total == session.cost
        assert len(detail.skipped) == session.skipped_lines
        for each in detail.skipped:
            assert each.offset == len(line(base()[0]))
            assert each.reason
            assert Path(each.path).name == f"{A}.jsonl"


def test_an_unknown_model_is_counted_in_tokens(disk: Disk) -> None:
    (session,) = read(disk, TRAPS["an unknown model"]).snapshot.sessions
    assert session.tokens.total == 2 * TOKENS


@pytest.mark.parametrize("name", [name for name in TRAPS if name.startswith("a fork (")])
def test_tool_calls_of_a_fork_are_its_parents(disk: Disk, name: str) -> None:
    calls = {
        session.id: session.tool_calls for session in read(disk, TRAPS[name]).snapshot.sessions
    }
    assert calls == {A: 1, B: 0}


def test_each_subagent_has_its_own_amount(disk: Disk) -> None:
    agents = read(disk, TRAPS["subagents of every layout"]).detail(A).subagents
    assert {agent.id: usd(agent.cost) for agent in agents} == dict.fromkeys(
        ("a1", "a2", "0badcafe"), Decimal("0.014")
    )


def test_all_faulty_lines_in_one_file(disk: Disk) -> None:
    disk.write(A, base(), *(fault.line() for fault in faulty.FAULTS), base(SONNET))
    session = disk.sessions()[A]
    parts = sum(Decimal(fault.usd) for fault in faulty.FAULTS)
    assert usd(session.cost) == Decimal("0.042") + parts
    assert session.skipped_lines == sum(fault.told for fault in faulty.FAULTS)
    snapshot = disk.read(START).snapshot
    assert (snapshot.skipped_files, snapshot.skipped_lines) == (1, session.skipped_lines)


def test_a_torn_last_line_counts_when_it_is_whole(disk: Disk) -> None:
    whole = line(base()[0])
    disk.write(A, base(), whole[:-40])
    assert disk.sessions()[A].skipped_lines == 0
    assert usd(disk.sessions()[A].cost) == Decimal("0.028")
    disk.write(A, whole[-40:])
    assert usd(disk.sessions()[A].cost) == Decimal("0.056")
