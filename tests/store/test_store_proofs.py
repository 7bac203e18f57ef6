"""Proofs of sessions that rest in the store: with what hooks and status lines told of them."""

from keeping import NOW, Stage
from scribe import HOUR, MINUTE, START, answer, session_id, usage

from cctop.book.proof import Figure, Proof, RowKind
from cctop.engine.case import case_of
from cctop.engine.inquiry import Inquiry

ONE = session_id(1)
OF_A_SESSION = [figure for figure in Figure if figure is not Figure.TODAY]


def proofs(stage: Stage, session: str = ONE, **changes: object) -> dict[Figure, Proof]:
    reading = stage.reading(**changes)  # type: ignore[arg-type]
    assert reading.snapshot.sessions
    assert not reading._reader.book.sessions  # all of them rest
    made: dict[Figure, Proof] = {figure: reading.proof(session, figure) for figure in OF_A_SESSION}
    reading.keep()
    return made


def test_what_a_status_line_told(stage: Stage) -> None:
    stage.work(1)
    stage.hear(1, "SessionEnd", START + MINUTE, reason="exit")
    stage.told(1, START + MINUTE, cost={"total_cost_usd": 0.75})
    stage.run()
    made = proofs(stage)
    assert all(proof.holds for proof in made.values())
    books, *calls = made[Figure.UNLOGGED].rows
    assert (books.kind, books.amount) == (RowKind.BOOKS, 750_000_000_000)
    assert books.words == "the total that it told its status line"
    assert {row.kind for row in calls} == {RowKind.CALL}
    assert sum(row.amount for row in calls) == -made[Figure.COST].total


def test_a_call_that_only_a_hook_told_of(stage: Stage) -> None:
    stage.work(1)
    failed = {"tool": "Bash", "tool_use_id": "toolu_01HeardOfByAHookAlone", "target": "make"}
    stage.hear(1, "PostToolUseFailure", START + 9_000, error="no", **failed)
    stage.run()
    proof = proofs(stage)[Figure.FAILURES]
    assert proof.holds
    assert "toolu_01HeardOfByAHookAlone" in {row.tool_use_id for row in proof.rows}


def test_what_is_written_while_it_is_proved_is_no_part_of_it(stage: Stage) -> None:
    path = stage.work(1, NOW - 2 * MINUTE)
    for store in (None, stage.store):
        reading = stage.reading(store=store)
        before = reading.proof(ONE, Figure.COST)
        case = case_of(reading._reader, [ONE])
        stage.write(1, answer(NOW, usage(5_000, 5_000)))
        told = reading.snapshot.sessions[0]
        proof = Inquiry(case, reading._settings).prove(Figure.COST, told)
        assert proof.holds
        assert proof.rows == before.rows
        reading.keep()
    assert path.exists()


def test_a_family_of_forks(stage: Stage) -> None:
    first = stage.work(1, agent=True)
    stage.write(2, first.read_bytes(), answer(START + HOUR, usage(9, 9)))
    stage.run()
    one, two = proofs(stage, ONE), proofs(stage, session_id(2))
    assert all(proof.holds for proof in (*one.values(), *two.values()))
    brought = two[Figure.INHERITED].rows
    assert {row.owner for row in brought} == {ONE}
    # A subagent's calls are not copied.
    assert len(brought) == len([row for row in one[Figure.COST].rows if not row.agent])
