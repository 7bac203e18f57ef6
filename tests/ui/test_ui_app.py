"""What the app wires: the source, the clock, the terminal, and what works on every screen."""

import asyncio
import signal
from math import inf
from pathlib import Path
from threading import Thread
from time import monotonic

import pytest
from board_stage import BOARD, DECK, WIDE, Playing, playing
from factory import NOW, FakeSource, sessions, snapshot, usd
from msgspec.structs import replace
from textual import events
from textual.geometry import Region

from cctop.book.snapshot import Milestone, Snapshot, Status
from cctop.ui import app as app_module
from cctop.ui.app import CctopApp
from cctop.ui.options import FASTEST_HZ, SLOWEST_HZ, Options
from cctop.ui.screens.board import Board
from cctop.ui.widgets.paint import Face, Painted


async def settled(play: object, until: str) -> None:
    """Wait for words to stand on the screen, twenty seconds at most."""
    for _ in range(2_000):
        if until in play.text:  # type: ignore[attr-defined]
            return
        await asyncio.sleep(0.01)
    raise AssertionError(until)


def stop_ticking(app: CctopApp) -> None:
    """Let nothing be shown but for a change."""
    assert app._alarm.at < inf
    app._alarm.clear()


async def test_the_source_starts_after_the_first_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[bool] = []
    source = FakeSource(Snapshot())

    class Watched(CctopApp):
        def _start(self) -> None:
            painted.append("cctop" in self.screen._compositor.render_strips()[0].text)
            super()._start()

    app = Watched(source, Options(daily_budget=usd(50), now=lambda: NOW))
    async with app.run_test(size=BOARD) as pilot:
        await pilot.pause()
        assert painted == [True]
        assert source.started
    assert source.stopped


async def test_before_the_first_picture_nothing_is_claimed() -> None:
    async with playing(WIDE, Snapshot()) as play:
        assert "no sessions" not in play.text
        assert "0 % of $50.00" in play.text


async def test_a_change_is_shown_without_waiting_for_the_tick() -> None:
    async with playing(DECK, refresh_hz=0.25) as play:
        stop_ticking(play.app)
        play.source.change(sessions=sessions()[3:4])
        play.source.on_change()
        await settled(play, "[0] sessions  1 ")


async def test_many_changes_wake_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async with playing(DECK, refresh_hz=0.25) as play:
        stop_ticking(play.app)
        shown: list[int] = []
        refresh = Board.refresh_picture

        def counted(board: Board) -> bool:
            shown.append(1)
            return refresh(board)

        monkeypatch.setattr(Board, "refresh_picture", counted)
        thread = Thread(target=lambda: [play.source.on_change() for _ in range(500)])
        thread.start()
        thread.join()  # all of them before the screen can do anything
        await asyncio.sleep(3 * app_module.WAKE_PAUSE)
        assert len(shown) == 1


async def test_it_looks_less_often_while_the_user_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app_module, "BLURRED_HZ", 0.001)
    async with playing(DECK) as play:
        play.app.post_message(events.AppBlur())
        await play.pilot.pause()
        assert "━ [0] sessions" not in play.text
        play.source.change(sessions=sessions()[3:4])
        play.source.on_change()
        await asyncio.sleep(3 * app_module.WAKE_PAUSE)
        assert "[0] sessions  1 " not in play.text
        play.app.post_message(events.AppFocus())
        await play.pilot.pause()
        assert "━ [0] sessions" in play.text
        await settled(play, "[0] sessions  1 ")


class Alarms:
    """The timers that the app sets, and a clock that goes from one to the next."""

    def __init__(self, play: Playing, monkeypatch: pytest.MonkeyPatch) -> None:
        self.play = play
        self.waits: list[float] = []
        monkeypatch.setattr(app_module, "time", lambda: play.clock.now / 1000)
        monkeypatch.setattr(play.app._alarm, "set", self.set)
        monkeypatch.setattr(app_module, "monotonic", lambda: 0.0)
        play.app.refresh_now()

    def set(self, at: float) -> None:
        self.waits.append(at)

    async def go_on(self, ms: int) -> int:
        """Let time pass, and say how often it was looked at."""
        end, looks = self.play.clock.now + ms, 0
        while (at := self.play.clock.now + round(1000 * self.waits[-1])) <= end:
            self.play.clock.now = at
            looks += 1
            self.play.app.refresh_now()
            await self.play.pilot.pause()
        return looks


RESTING = tuple(
    replace(s, status_since=NOW - 72_000, last_activity_at=NOW - 72_000)
    for s in sessions()
    if s.status in {Status.WAITING, Status.IDLE}
)


async def test_in_an_idle_minute_little_is_looked_at_and_less_is_drawn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with playing(BOARD, snapshot(sessions=RESTING)) as play:
        waiting = sum(s.status is Status.WAITING for s in RESTING)
        alarms = Alarms(play, monkeypatch)
        drawn: list[int] = []
        changed = Painted._changed

        def counted(widget: Painted, y: int, *faces: Face) -> Region:
            drawn.append(y)
            return changed(widget, y, *faces)

        monkeypatch.setattr(Painted, "_changed", counted)
        assert await alarms.go_on(60_000) <= 12
        # Who waits moves every time, who rests once, and the meter has a line of its own that does.
        assert 12 * waiting <= len(drawn) <= 12 * (waiting + 1) + len(RESTING)


async def test_what_has_just_begun_is_looked_at_every_second(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    begun = replace(RESTING[0], status_since=NOW, last_activity_at=NOW)
    async with playing(BOARD, snapshot(sessions=(begun,))) as play:
        alarms = Alarms(play, monkeypatch)
        assert 9 <= await alarms.go_on(10_000) <= 11
        assert await alarms.go_on(60_000) <= 13


async def test_a_wait_that_is_told_later_is_told_when_it_falls_due(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with playing(BOARD, snapshot(sessions=RESTING[1:]), tell_after=2_500) as play:
        alarms = Alarms(play, monkeypatch)
        begun = replace(RESTING[0], status=Status.WAITING, status_since=play.clock.now)
        play.source.change(sessions=(begun, *RESTING[1:]))
        play.app.refresh_now()
        play.clock.now += 2_499
        play.app.refresh_now()
        assert not play.toasts
        assert alarms.waits[-1] == pytest.approx(0.001 + app_module.TICK_LATE, abs=0.001)


async def test_a_slow_screen_looks_at_the_time_less_often(monkeypatch: pytest.MonkeyPatch) -> None:
    begun = replace(RESTING[0], status_since=NOW, last_activity_at=NOW)
    async with playing(BOARD, snapshot(sessions=(begun,)), refresh_hz=SLOWEST_HZ) as play:
        alarms = Alarms(play, monkeypatch)
        assert await alarms.go_on(10_000) <= 1 + round(10 * SLOWEST_HZ)


async def test_of_a_stream_a_slow_screen_shows_the_first_and_then_some(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waits: list[float] = []
    async with playing(DECK, refresh_hz=0.5) as play:
        now = monotonic() + 1_000
        monkeypatch.setattr(app_module, "monotonic", lambda: now)
        monkeypatch.setattr(play.app._alarm, "set_from_afar", lambda at: waits.append(at - now))
        for number in range(9):
            play.source.change(sessions=sessions()[number % 3 :])
            play.source.on_change()
            now += waits[-1]
            play.app.refresh_now()
    assert waits[:3] == pytest.approx([app_module.WAKE_DELAY, *[app_module.WAKE_PAUSE] * 2])
    assert waits[-4:] == pytest.approx([2.0] * 4)


async def test_a_wait_is_shown_at_once_though_the_user_is_elsewhere(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(app_module, "BLURRED_HZ", 0.001)
    async with playing(DECK) as play:
        play.app.post_message(events.AppBlur())
        await play.pilot.pause()
        fleet = play.source.latest().fleet
        rest = sessions()[3:5]
        play.source.change(sessions=rest[:1], fleet=fleet)
        play.source.on_change()
        await asyncio.sleep(3 * app_module.WAKE_PAUSE)
        assert "[0] sessions  1 " not in play.text
        play.source.change(sessions=rest, fleet=replace(fleet, waiting=fleet.waiting + 1))
        play.source.on_change()
        await settled(play, "[0] sessions  2 ")


async def test_the_refresh_rate_has_ends() -> None:
    async with playing(DECK) as play:
        await play.press("+")
        assert play.toasts[-1] == "refresh: 8 a second"
        await play.press("+", "+")
        assert play.toasts[-1] == f"refresh: {FASTEST_HZ:g} a second"
        await play.press(*"-" * 9)
        assert play.toasts[-1] == f"refresh: {SLOWEST_HZ:g} a second"


async def test_a_picture_is_saved_and_said_where(tmp_path: Path) -> None:
    async with playing(DECK, pictures=tmp_path) as play:
        await play.press("s")
        path = tmp_path / "cctop-20261122-120311.svg"
        assert "waiting" in path.read_text("utf-8")
        assert play.toasts[-1] == f"picture saved: {path}"


async def test_a_picture_that_cannot_be_saved_is_no_crash(tmp_path: Path) -> None:
    nowhere = tmp_path / "a file"
    nowhere.write_text("")
    async with playing(DECK, pictures=nowhere) as play:
        await play.press("s")
        assert play.toasts[-1].startswith("no picture saved: ")
        assert str(nowhere) in play.toasts[-1]


async def test_milestones_and_the_budget_are_told_as_toasts() -> None:
    async with playing(DECK) as play:
        listed = list(play.source.picture.sessions)
        listed[0] = replace(listed[0], milestone=Milestone(500_000, NOW + 5, usd(12.2)))
        play.source.change(sessions=tuple(listed))
        await play.tick()
        play.source.change(fleet=replace(play.source.picture.fleet, today_cost=usd(50)))
        await play.tick()
        assert play.toasts == [
            "api-server: 500k tokens, $12.20",
            "100 % of today's budget: $50.00 of $50.00",
        ]


@pytest.mark.parametrize("key", ["q", "ctrl+c", "ctrl+q"])
async def test_quitting(key: str) -> None:
    async with playing(DECK) as play:
        await play.press("?", key)
        assert play.app._exit
        assert not play.app.return_code


async def test_a_signal_ends_it_as_quitting_does() -> None:
    async with playing(DECK) as play:
        play.app.ending.end_by(signal.SIGTERM)
        await play.pilot.pause()
        assert play.app._exit
        assert play.app.return_code == 128 + signal.SIGTERM


async def test_an_unknown_context_window_and_empty_fields_are_no_trouble() -> None:
    bare = replace(sessions()[2], project="", title="", model="", models=(), activity="")
    async with playing(BOARD, snapshot(sessions=(bare,))) as play:
        await play.press("enter", "z", "escape", "2", "3", "4", "5", "y")
        assert "● busy" in play.text
