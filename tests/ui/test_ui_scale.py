"""Thousands of sessions and items: only what is in view is made, and nothing twice."""

from typing import Any

import pytest
from board_stage import BOARD, DECK, playing
from factory import HOUR, NOW, failures, session, sessions, snapshot
from msgspec.structs import replace

from cctop.book.snapshot import Status
from cctop.ui.ages import STEP
from cctop.ui.choice import Choice, Scope
from cctop.ui.panels import compactions
from cctop.ui.panels.compactions import Compactions
from cctop.ui.panels.failures import Failures
from cctop.ui.panels.session_line import Line
from cctop.ui.view import View
from cctop.ui.widgets.sawtooth import sampled

MANY = tuple(session(n, f"p{n}", Status.BUSY, started_at=NOW - n) for n in range(2_000))
LONG = tuple(replace(failures()[0], at=NOW - HOUR + n) for n in range(5_000))


def counted(of: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Note the first argument of every call of a method."""
    noted: list[Any] = []
    method = getattr(of, name)

    def noting(*given: Any, **named: Any) -> Any:
        noted.append(given[0])
        return method(*given, **named)

    monkeypatch.setattr(of, name, noting)
    return noted


async def test_of_many_sessions_only_those_in_view_are_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = counted(Line, "row", monkeypatch)
    async with playing(BOARD, snapshot(sessions=MANY)) as play:
        assert "p0 " in play.text
        await play.press("G")
        assert "p1999" in play.text
        assert 2 < len({line.session.id for line in made}) < 2 * BOARD[1]


async def test_a_row_is_made_again_when_it_reads_differently(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = counted(Line, "row", monkeypatch)
    async with playing(BOARD) as play:
        waiting = next(s for s in sessions() if s.status is Status.WAITING)
        assert "waits 1:12" in play.text
        made.clear()
        play.clock.now += STEP - NOW % STEP - 1
        await play.tick()
        assert "waits 1:12" in play.text
        assert waiting.id not in {line.session.id for line in made}
        play.clock.now += 1
        await play.tick()
        assert "waits 1:16" in play.text
        again = {line.session.id for line in made}
        assert waiting.id in again
        assert not any(s.id in again for s in sessions() if s.status is Status.ENDED)


def test_what_is_listed_is_worked_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    view = View(Choice(scope=Scope.ALL), snapshot())
    asked = counted(Choice, "ordered", monkeypatch)
    listed = view.listed(NOW)
    assert view.known(NOW + 1_000) == len(listed)
    assert view.listed(NOW + 1_000) is listed
    assert len(asked) == 1
    # Another picture of the same sessions lists them as they are.
    view.take(replace(view.snapshot, version=2, skipped_lines=9), None)
    assert view.listed(NOW) is listed
    view.take(snapshot(version=3, sessions=sessions()[:3]), None)
    assert len(view.listed(NOW)) == 3
    view.choice = view.choice.filtered("web")
    assert [s.project for s in view.listed(NOW)] == ["web"]
    assert view.known(NOW) == 3
    assert len(asked) == 3


def test_at_midnight_the_sessions_of_yesterday_go() -> None:
    old = session(1, "old", Status.ENDED, last_activity_at=NOW - HOUR)
    view = View(Choice(scope=Scope.TODAY), snapshot(sessions=(old,)))
    assert len(view.listed(NOW)) == view.known(NOW) == 1
    assert view.listed(NOW + 24 * HOUR) == []
    assert view.known(NOW + 24 * HOUR) == 0


async def test_of_many_failures_only_those_in_view_are_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drawn = counted(Failures, "item_line", monkeypatch)
    picture = snapshot()
    assert picture.detail is not None
    detail = replace(picture.detail, failures=LONG)
    picture = replace(picture, detail=detail)
    async with playing(BOARD, picture) as play:
        await play.tick()
        first = len(drawn)
        assert 0 < first < BOARD[1]
        # All of a detail is made anew when one item is added: the others are not drawn again.
        again = tuple(replace(item) for item in LONG)
        newest = replace(LONG[0], at=NOW, tool=LONG[0].tool)
        play.source.change(detail=replace(detail, failures=(*again, newest)))
        await play.tick()
        assert len(drawn) == first + 1
        assert "12:03:11" in play.text


async def test_a_list_that_stayed_as_it_was_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with playing(BOARD, snapshot(sessions=sessions()[:1])) as play:
        detail = play.source.picture.detail
        assert detail is not None
        looked = counted(Failures, "faces", monkeypatch)
        again = tuple(replace(item) for item in detail.failures)
        play.source.change(detail=replace(detail, failures=again))
        await play.tick()
        assert looked == []
        play.source.change(detail=replace(detail, failures=again[1:]))
        await play.tick()
        assert looked


async def test_a_panel_out_of_sight_draws_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    curves = counted(compactions, "curve_of", monkeypatch)
    async with playing(DECK, snapshot(sessions=sessions()[:1])) as play:
        detail = play.source.picture.detail
        assert detail is not None
        await play.press("3")
        assert len(curves) == 1
        await play.press("2")
        asked = counted(Compactions, "headings", monkeypatch)
        session = replace(detail.session, version=2)
        play.source.change(detail=replace(detail, session=session))
        await play.tick()
        assert len(curves) == 1
        assert asked == []
        # What came meanwhile is there when it is looked at.
        play.source.change(detail=replace(detail, session=session, compactions=()))
        await play.tick()
        await play.press("3")
        assert len(curves) == 2
        assert "no compaction" in play.text


async def test_the_curve_is_made_once_for_all_moves_of_its_cursor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    curves = counted(compactions, "curve_of", monkeypatch)
    async with playing(BOARD, snapshot(sessions=sessions()[:1])) as play:
        before = len(curves)
        sampled.cache_clear()
        await play.press("3", "j", "j", "k")
        assert len(curves) == before
        assert sampled.cache_info().hits > 2
        assert sampled.cache_info().misses == 1
