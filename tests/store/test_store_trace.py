"""Traces of sessions that rest: with what hooks told, and without the store if need be."""

import shutil
from pathlib import Path

from keeping import NOW, Stage
from msgspec.structs import replace
from scribe import START, line, prompt, result, session_id, tool_of
from scribe import calls as asking

from cctop.book.trace import Trace

ONE = session_id(1)
V1 = Path(__file__).parents[1] / "fixtures" / "store" / "v1.db"


def trace(stage: Stage) -> Trace:
    reading = stage.reading()
    found = reading.trace(ONE)
    reading.keep()
    return found


def test_what_hooks_told_of_a_call_stays_with_it(stage: Stage) -> None:
    before = trace(stage)
    id = before.chains[0].first.tool_use_id
    assert before.chains[0].first.duration_ms == 1_000
    told = {"tool": "Bash", "tool_use_id": id, "input": {"command": "run Bash"}}
    stage.hear(1, "PostToolUseFailure", START + 2_100, duration_ms=420, error="no", **told)
    assert trace(stage).chains[0].first.duration_ms == 420  # it came back for that
    resting = stage.reading()
    assert resting._reader.book.sessions.get(ONE) is None
    assert resting.trace(ONE).chains[0].first.duration_ms == 420
    resting.keep()


def test_a_store_that_fails_meanwhile_leaves_the_transcripts(stage: Stage) -> None:
    before = trace(stage)
    assert len(before.chains) == 1
    stage.run()
    reading = stage.reading()
    assert reading._reader.book.sessions.get(ONE) is None
    stage.ask("UPDATE chunk SET events = x'00'")
    assert reading.trace(ONE) == before
    reading.keep()


def test_a_session_of_which_nothing_is_left_has_an_empty_trace(stage: Stage) -> None:
    stage.run()
    reading = stage.reading()
    assert reading._reader.book.sessions.get(ONE) is None
    stage.ask("UPDATE chunk SET events = x'00'")
    shutil.rmtree(stage.projects)
    assert reading.trace(ONE) == Trace(ONE, (), (), ())
    reading.keep()


def test_a_fork_that_rests_is_traced_with_its_family(stage: Stage) -> None:
    """The words before a call that the parent made stand in the parent's file."""
    parent, child = session_id(7), session_id(8)
    asked = asking(START + 1_000, "Bash")
    told = [
        prompt(START, "go", sessionId=parent),
        *(record | {"sessionId": parent} for record in asked),
        result(START + 2_000, tool_of(asked[0]), "no", error=True, sessionId=parent),
    ]
    stage.write(7, told)
    copies = [r | {"sessionId": child, "forkedFrom": {"sessionId": parent}} for r in told]
    stage.write(8, b"".join(map(line, copies)))
    whole = stage.reading(store=None)
    expected = {id: whole.trace(id) for id in (parent, child)}
    assert (len(expected[parent].chains), len(expected[child].chains)) == (1, 0)
    for _ in range(2):
        reading = stage.reading()
        assert {id: reading.trace(id) for id in (parent, child)} == expected
        reading.keep()


def test_what_an_older_cctop_kept_has_chains_and_knows_no_commands(tmp_path: Path) -> None:
    """Sessions whose transcripts are gone: their events know neither sizes nor marks."""
    stage = Stage(tmp_path)
    stage.store.parent.mkdir()
    shutil.copy(V1, stage.store)
    stage.settings = replace(stage.settings, spool=None, roots=(Path("/nowhere/.claude"),))
    reading = stage.reading(NOW + 365 * 24 * 3_600_000)
    traces = [reading.trace(session.id) for session in reading.snapshot.sessions]
    sessions = reading.snapshot.sessions
    assert sum(session.compactions for session in sessions) == sum(len(t.losses) for t in traces)
    assert any(trace.losses for trace in traces)
    for found in traces:
        for loss in found.losses:
            assert {item.named for item in loss.commands} <= {None}
            assert all(reread.tokens is None for reread in loss.rereads)
    reading.keep()
