"""What the JSON says of a session that rests is written once, and is the same ever after."""

from typing import Any

import pytest
from keeping import NOW, Stage
from scribe import HOUR, MINUTE, START, session_id

from cctop.engine.reading import Reading
from cctop.report import document as report

FORMS = "SELECT session, form FROM rendition ORDER BY session"


def said(reading: Reading) -> bytes:
    """The document about all sessions, put together of what is kept."""
    sessions = reading.snapshot.sessions
    pieces = b"".join(report.written(reading, sessions))
    assert pieces == report.encoded(report.document(reading, sessions))
    return pieces


def run(stage: Stage, now: int = NOW, **changes: Any) -> bytes:
    """The document of one whole run, which has nothing to complain of."""
    reading = stage.reading(now, **changes)
    found = said(reading)
    assert reading.keep() == ""
    assert reading.snapshot.notices == ()
    return found


def forms(stage: Stage) -> list[str]:
    """In which forms something is written, session by session; "" where nothing is."""
    return [form for _, form in stage.ask(FORMS)]


@pytest.fixture
def written(stage: Stage) -> Stage:
    """Two sessions that rest and were written of."""
    for _ in range(2):  # they rest from the first run on
        run(stage)
    assert forms(stage) == [report.FORM] * 2
    return stage


def test_it_is_the_same_document_with_and_without_a_store(stage: Stage) -> None:
    bare = run(stage, store=None)
    assert b"[]" in bare
    assert [run(stage) for _ in range(3)] == [bare] * 3


def test_a_document_about_nobody(stage: Stage) -> None:
    for reading in (stage.reading(), stage.reading(store=None)):
        pieces = b"".join(report.written(reading, ()))
        assert pieces == report.encoded(report.document(reading, ()))


def test_what_is_kept_is_what_is_told(written: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run(written)
    again = written.reading()
    with monkeypatch.context() as patch:
        patch.setattr(Reading, "detail", None)  # nobody needs it
        pieces = b"".join(report.written(again, again.snapshot.sessions))
    assert pieces == before
    again.keep()


def test_another_form_is_written_anew(written: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    before = run(written)
    monkeypatch.setattr(report, "FORM", "of another version")
    assert run(written) == before
    assert forms(written) == ["of another version"] * 2


def test_a_session_that_goes_on_is_written_of_anew(written: Stage) -> None:
    written.work(1, START + 2 * HOUR)
    bare = run(written, store=None)
    assert [run(written) for _ in range(3)] == [bare] * 3
    assert forms(written) == [report.FORM] * 2


def test_that_a_transcript_is_gone_is_told(written: Stage) -> None:
    before = run(written)
    for path in written.projects.rglob(f"{session_id(1)}*"):
        path.unlink()
    found = [run(written) for _ in range(3)]
    assert found[0].count(b'"transcript_gone": true') == 1
    assert found == [found[0]] * 3
    assert found[0].replace(b'"transcript_gone": true', b'"transcript_gone": false') == before
    assert len(set(forms(written))) == 2


def test_what_is_written_of_a_picture_that_was_replaced_is_dropped(stage: Stage) -> None:
    run(stage)
    slow = stage.reading()
    said(slow)
    stage.work(1, START + 2 * HOUR)
    assert stage.reading().keep() == ""  # another one was faster: session 1 rests anew
    assert slow.keep() == ""
    assert forms(stage) == ["", report.FORM]
    assert [run(stage) for _ in range(2)] == [run(stage, store=None)] * 2


def test_what_is_forgotten_is_forgotten_there_too(written: Stage) -> None:
    reading = written.reading()
    assert reading.forget([session_id(1)])
    reading.keep()
    assert [id for id, _ in written.ask(FORMS)] == [session_id(2)]


def test_a_damaged_one_is_no_document(written: Stage) -> None:
    bare = run(written, store=None)
    written.ask("UPDATE rendition SET body = x'00'")
    reading = written.reading()
    assert said(reading) == bare
    assert "damaged" in reading.keep()
    assert len(written.aside()) == 1
    assert run(written) == bare


def test_nothing_is_kept_of_a_session_that_may_still_move(stage: Stage) -> None:
    stage.work(3, NOW - MINUTE)
    for _ in range(2):
        assert run(stage) == run(stage, store=None)
    assert forms(stage) == [report.FORM, report.FORM, ""]
