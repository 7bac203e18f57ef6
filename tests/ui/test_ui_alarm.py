"""What is to be done at a time: once, at the earliest, in the app's own thread."""

import asyncio
import threading
from math import inf
from time import monotonic

import pytest
from textual.app import App

from cctop.ui.alarm import Alarm


class Rung(App[None]):
    """Counts how often it rang, and where."""

    def __init__(self) -> None:
        super().__init__()
        self.rung: list[tuple[threading.Thread, float]] = []
        self.alarm = Alarm(self, self.ring)
        self.heard = asyncio.Event()

    def on_mount(self) -> None:
        self.alarm.begin()

    def ring(self) -> None:
        assert self.alarm.at == inf
        self.rung.append((threading.current_thread(), monotonic()))
        self.title = "rung"  # which asks for the app that is running
        self.heard.set()

    async def hear(self) -> None:
        await asyncio.wait_for(self.heard.wait(), 20)
        self.heard.clear()


async def test_it_rings_once_at_the_earliest_time() -> None:
    app = Rung()
    async with app.run_test():
        at = monotonic() + 0.05
        app.alarm.set(at + 100)
        app.alarm.set(at)
        app.alarm.set(at + 0.01)
        await app.hear()
        await asyncio.sleep(0.05)
    assert [thread for thread, _ in app.rung] == [threading.main_thread()]
    assert app.rung[0][1] >= at


async def test_another_thread_may_ask_often_and_sooner() -> None:
    app = Rung()
    async with app.run_test():
        app.alarm.set(monotonic() + 100)
        at = monotonic() + 0.05

        def ask() -> None:
            for number in range(100):
                app.alarm.set_from_afar(at + number % 7)

        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
        await app.hear()
        await asyncio.sleep(0.05)
    assert [thread for thread, _ in app.rung] == [threading.main_thread()]


async def test_it_rings_again_when_asked_again() -> None:
    app = Rung()
    async with app.run_test():
        for _ in range(3):
            app.alarm.set(0.0)
            await app.hear()
    assert len(app.rung) == 3


async def test_before_its_time_and_after_the_end_nothing_rings() -> None:
    app = Rung()
    app.alarm.set(0.0)
    app.alarm.set_from_afar(0.0)
    async with app.run_test():
        app.alarm.set(monotonic() + 0.01)
        app.alarm.end()
        app.alarm.set(0.0)
        await asyncio.sleep(0.05)
    app.alarm.set_from_afar(0.0)
    assert not app.rung


async def test_what_was_done_otherwise_is_not_rung_for() -> None:
    app = Rung()
    async with app.run_test():
        app.alarm.set(monotonic() + 0.02)
        app.alarm.clear()
        await asyncio.sleep(0.05)
        assert not app.rung
        app.alarm.set(0.0)
        await app.hear()
    assert len(app.rung) == 1


async def test_what_goes_wrong_ends_the_app_as_anywhere_else() -> None:
    class Broken(Rung):
        def ring(self) -> None:
            raise ZeroDivisionError

    async def run() -> None:
        app = Broken()
        async with app.run_test():
            app.alarm.set(0.0)
            await asyncio.sleep(0.2)

    with pytest.raises(ZeroDivisionError):
        await run()
