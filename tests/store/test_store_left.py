"""Sessions that rest, and whose process left its entry in the list of running ones behind."""

import json

import pytest
from keeping import NOW, Stage
from scribe import session_id

from cctop.engine.opening import open_book
from cctop.engine.traces import trace

ONE = session_id(1)
NO_PROCESS = 2**22 + 1  # more than Linux ever gives


@pytest.fixture
def left(stage: Stage) -> Stage:
    registry = stage.root / "sessions"
    registry.mkdir()
    entry = {"pid": NO_PROCESS, "sessionId": ONE, "status": "busy", "cwd": "/home/web"}
    (registry / f"{NO_PROCESS}.json").write_text(json.dumps(entry))
    return stage


def test_it_is_the_same_session_with_and_without_a_store(left: Stage) -> None:
    bare = left.reading(store=None)
    expected = bare.trace(ONE)
    assert len(expected.chains) == 1
    seen = left.bare()
    assert left.run() == seen
    assert left.run() == seen
    reading = left.reading()
    assert reading.trace(ONE) == expected
    reading.keep()


def test_it_stays_in_the_picture_while_it_rests(left: Stage) -> None:
    reader, painter = open_book(left.settings)
    assert reader.history is not None
    reader.look()
    reader.read()
    shown = painter.paint(NOW).sessions
    assert ONE in [one.id for one in shown]
    assert reader.history.rest(NOW, lambda id: painter.describe(id, NOW))
    painter.paint(NOW)
    reader.look()
    assert ONE in [one.id for one in painter.paint(NOW + 100).sessions]
    found = trace(reader, ONE, NOW)
    assert found is not None
    assert found.chains
    reader.history.close()
