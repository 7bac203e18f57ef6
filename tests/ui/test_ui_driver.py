"""The thread for input: it tells of keys, and sleeps while there are none."""

import os
import select
import sys
import time
from collections.abc import Callable, Iterator
from threading import Event, Thread

import pytest
from textual import events
from textual.driver import Driver
from textual.message import Message

if sys.platform == "win32":
    pytest.skip("Textual's own driver there", allow_module_level=True)

import tty

from cctop.ui import driver as module
from cctop.ui.driver import PatientDriver, patient


class Typed(PatientDriver):
    """A driver on a terminal of its own, without an app."""

    def __init__(self) -> None:
        self.keyboard, self.fileno = os.openpty()
        os.set_blocking(self.fileno, True)
        self.exit_event = Event()
        self.told: list[str] = []
        self.waits: list[float | None] = []
        self._bell = os.pipe()
        self._mouse = False
        self.thread = self._key_thread = Thread(target=self.run_input_thread, daemon=True)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Key):
            self.told.append(message.key)

    def select(self, files: list[int], *rest: object) -> tuple[list[int], list[int], list[int]]:
        timeout = rest[2]
        assert timeout is None or isinstance(timeout, float)
        self.waits.append(timeout)
        return select.select(files, [], [], timeout)

    def type(self, text: bytes) -> None:
        os.write(self.keyboard, text)

    def until(self, holds: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 10
        while not holds():
            assert time.monotonic() < deadline, (self.told, self.waits)
            time.sleep(0.005)

    @property
    def sleeps(self) -> bool:
        """Whether nothing wakes it but input."""
        return self.waits[-1:] == [None]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    driver = Typed()
    tty.setraw(driver.fileno)
    monkeypatch.setattr(module, "select", driver.select)
    driver.thread.start()
    yield driver
    driver.disable_input()
    assert not driver.thread.is_alive()
    os.close(driver.fileno)


def test_it_takes_the_place_of_one_driver_alone() -> None:
    class Other(PatientDriver):
        """Asked for by name."""

    assert patient(PatientDriver.__base__ or Driver) is PatientDriver
    assert patient(Other) is Other


def test_keys_are_told_and_then_it_sleeps(typed: Typed) -> None:
    typed.until(lambda: typed.sleeps)
    assert typed.waits == [None]
    typed.type(b"a\x1b[A")
    typed.until(lambda: typed.told == ["a", "up"] and typed.sleeps)
    # Not more than it takes to know that nothing is left open.
    assert len(typed.waits) <= 3 + round(module.BEGUN / module.STEP)


def test_escape_is_told_though_nothing_follows(typed: Typed) -> None:
    typed.type(b"\x1b")
    typed.until(lambda: typed.told == ["escape"])
    typed.until(lambda: typed.sleeps)


def test_a_sequence_in_pieces_and_letters_in_pieces(typed: Typed) -> None:
    typed.type(b"\xc3")
    typed.until(lambda: len(typed.waits) > 1)
    typed.type(b"\xa4")
    typed.until(lambda: typed.told == ["ä"])
    typed.type(b"\xff")  # no text at all
    typed.type(b"b")
    typed.until(lambda: typed.told[-1:] == ["b"])


def test_a_terminal_that_is_gone_wakes_it_no_more(typed: Typed) -> None:
    os.close(typed.keyboard)
    typed.until(lambda: len(typed.waits) > 1 and typed.sleeps)
    assert not typed.told
