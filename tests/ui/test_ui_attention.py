"""What the terminal is told when a session comes to wait: its title, the bell, a notification."""

import os
import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from board_stage import DECK, PANE, playing
from factory import NOW, session, sessions, snapshot
from msgspec.structs import replace
from test_ui_terminal import LEFT, Terminal
from textual.driver import Driver

from cctop.alerts import words
from cctop.alerts.sequences import BEL, RESTORE_TITLE, SAVE_TITLE, notification, set_title
from cctop.alerts.terminal import Relay, Way
from cctop.book.snapshot import Session, Snapshot, Status
from cctop.text import clean
from cctop.ui.attention import Attention
from cctop.ui.options import Options
from cctop.ui.words import STATUS, doing

BUSY = session(9, "web", Status.BUSY)
WAITS = replace(BUSY, status=Status.WAITING, status_since=NOW + 5, waiting_for=clean("Bash ls"))
XTERM = {"TERM": "xterm-256color"}
LINE = "web waits: Bash ls"
TITLE = set_title("◐ 1 waiting · web: Bash ls · cctop")


def picture(*listed: Session) -> Snapshot:
    return snapshot(sessions=listed)


class Heard:
    """An `Attention` with a driver that keeps what is written."""

    def __init__(self, environ: dict[str, str] = XTERM, **options: Any) -> None:
        self.now = NOW
        self.written: list[str] = []
        written = self.written

        class Fake(Driver):
            def __init__(self) -> None:
                """No app, and no terminal."""

            def write(self, data: str) -> None:
                written.append(data)

            def start_application_mode(self) -> None:
                written.append("started")

            def stop_application_mode(self) -> None:
                written.append("stopped")

            def disable_input(self) -> None:
                """There is none."""

        self.attention = Attention(Options(now=lambda: self.now, **options), environ)
        kind: Any = self.attention.driver(Fake)
        self.driver: Driver = kind()
        self.driver.start_application_mode()

    def look(self, *listed: Session, now: int = NOW + 10) -> list[str]:
        """What is written for a picture."""
        self.now = now
        before = len(self.written)
        self.attention.look(picture(*listed))
        return self.written[before:]


# The title.


def test_the_title_is_saved_set_changed_and_restored() -> None:
    heard = Heard()
    assert heard.look(BUSY) == [SAVE_TITLE, set_title("● 1 busy · cctop")]
    assert heard.look(BUSY) == []
    assert heard.look(WAITS) == [TITLE]
    assert heard.look() == [set_title("cctop")]
    heard.driver.stop_application_mode()
    assert heard.written[-2:] == [RESTORE_TITLE, "stopped"]


def test_it_is_set_anew_after_a_pause() -> None:
    heard = Heard()
    heard.look(BUSY)
    heard.driver.stop_application_mode()
    assert heard.look(WAITS) == []
    heard.driver.start_application_mode()
    assert heard.look(WAITS) == [SAVE_TITLE, TITLE]


@pytest.mark.parametrize(
    ("environ", "options"), [(XTERM, {"title": False}), ({"TERM": "linux"}, {})]
)
def test_a_title_that_is_not_wanted_or_not_there_is_left_alone(
    environ: dict[str, str], options: dict[str, Any]
) -> None:
    heard = Heard(environ, **options)
    assert heard.look(BUSY) == heard.look(WAITS) == []
    heard.driver.stop_application_mode()
    assert heard.written == ["started", "stopped"]


# Bell and notification.


@pytest.mark.parametrize(
    ("environ", "options", "told"),
    [
        (XTERM, {}, []),
        (XTERM, {"bell": True}, [BEL]),
        (XTERM, {"desktop": Way.OSC9}, [notification(Way.OSC9, LINE, WAITS.id)]),
        (
            XTERM,
            {"bell": True, "desktop": Way.OSC99},
            [notification(Way.OSC99, LINE, WAITS.id), BEL],
        ),
        (XTERM, {"desktop": Way.AUTO}, [BEL]),
        (XTERM, {"bell": True, "desktop": Way.AUTO}, [BEL]),
        ({"TERM": "foot"}, {"desktop": Way.AUTO}, [notification(Way.OSC777, LINE, WAITS.id)]),
        (
            {"TERM": "foot", "TMUX": "1"},
            {"desktop": Way.AUTO},
            [notification(Way.OSC777, LINE, WAITS.id, Relay.TMUX)],
        ),
    ],
)
def test_a_wait_is_told_in_the_way_that_is_set(
    environ: dict[str, str], options: dict[str, Any], told: list[str]
) -> None:
    heard = Heard(environ, **options)
    heard.look(BUSY)
    assert heard.look(WAITS) == [TITLE, *told]
    assert heard.look(WAITS, now=NOW + 60_000) == []


def test_several_waits_at_once_ring_once() -> None:
    heard = Heard(title=False, bell=True, desktop=Way.OSC777)
    heard.look(BUSY)
    other = replace(WAITS, id="other", project=clean("api"), status_since=NOW + 1)
    assert heard.look(WAITS, other) == [
        notification(Way.OSC777, "api waits: Bash ls", "other"),
        notification(Way.OSC777, LINE, WAITS.id),
        BEL,
    ]


def test_a_wait_is_told_after_the_time_that_is_set() -> None:
    heard = Heard(title=False, bell=True, tell_after=30_000)
    heard.look(BUSY)
    assert heard.look(WAITS) == []
    assert heard.look(WAITS, now=NOW + 30_004) == []
    assert heard.look(WAITS, now=NOW + 30_005) == [BEL]


def test_what_was_muted_is_not_told_later() -> None:
    heard = Heard(title=False, bell=True)
    heard.look(BUSY)
    assert heard.attention.toggle() == "muted: no bell, no notifications"
    assert heard.look(WAITS) == []
    assert heard.attention.toggle() == "bell and notifications on"
    assert heard.look(WAITS) == []
    later = replace(WAITS, status_since=NOW + 60_000)
    assert heard.look(later, now=NOW + 60_000) == [BEL]


def test_muting_says_where_there_is_nothing_to_mute() -> None:
    attention = Heard().attention
    assert attention.toggle().startswith("muted; the config has neither notify.bell nor")
    assert attention.toggle().startswith("not muted; the config has neither")


# On the screen.


def web(status: Status, since: int) -> tuple[Session, ...]:
    """The sessions of the day, the second of them in a state."""
    listed = list(sessions())
    listed[1] = replace(listed[1], status=status, status_since=since)
    return tuple(listed)


async def test_a_wait_is_a_toast_once() -> None:
    async with playing(DECK, snapshot(sessions=web(Status.IDLE, NOW - 9))) as play:
        play.app.board.action_select(play.source.picture.sessions[0].id)
        assert play.selected != "web"
        play.source.change(sessions=web(Status.WAITING, NOW))
        await play.tick()
        assert play.toasts == ["web waits: Bash rm -rf build && npm run build"]
        play.clock.now += 60_000
        await play.tick()
        assert len(play.toasts) == 1


async def test_a_frozen_picture_holds_no_wait_back() -> None:
    async with playing(DECK, snapshot(sessions=web(Status.IDLE, NOW - 9))) as play:
        await play.press("space")
        play.app.board.action_select(play.source.picture.sessions[1].id)
        play.source.change(sessions=web(Status.WAITING, NOW))
        await play.tick()
        assert play.toasts == ["web waits: Bash rm -rf build && npm run build"]


async def test_the_session_that_is_looked_at_needs_no_toast() -> None:
    async with playing(DECK, snapshot(sessions=web(Status.IDLE, NOW - 9))) as play:
        play.app.board.action_select(play.source.picture.sessions[1].id)
        await play.pilot.pause()
        play.source.change(sessions=web(Status.WAITING, NOW))
        await play.tick()
        assert play.toasts == []
        assert "waits: " not in play.text


async def test_it_needs_one_under_another_page() -> None:
    async with playing(DECK, snapshot(sessions=web(Status.IDLE, NOW - 9))) as play:
        play.app.board.action_select(play.source.picture.sessions[1].id)
        await play.press("?")
        play.source.change(sessions=web(Status.WAITING, NOW))
        await play.tick()
        assert play.toasts == ["web waits: Bash rm -rf build && npm run build"]


async def test_the_key_mutes_and_says_so() -> None:
    async with playing(DECK, bell=True) as play:
        await play.press("M")
        assert play.toasts == ["muted: no bell, no notifications"]
        await play.press("?", "M")
        assert play.toasts[-1] == "bell and notifications on"


async def test_who_waits_stands_first_with_how_long_and_for_what() -> None:
    async with playing(PANE) as play:
        cards = [line for line in play.lines if line[:1] in {"◐", "●", "○"}]
        assert cards[0].startswith("◐ web             waits 1:12   Bash rm -rf b")
        assert not any(card.startswith("◐") for card in cards[1:])


def test_the_screen_and_the_title_use_the_same_signs_and_words() -> None:
    assert STATUS[Status.WAITING].glyph == words.WAITING
    assert STATUS[Status.BUSY].glyph == words.BUSY
    for wish in ("", "permission prompt", "Bash ls"):
        for activity in ("", "Edit a.py"):
            asks = replace(WAITS, waiting_for=clean(wish), activity=clean(activity))
            asked = wish if wish == "Bash ls" else activity or wish
            assert asks.asks == doing(asks)[0] == asked
            assert words.line(asks) == f"web waits{': ' if asked else ''}{asked}"


# In a terminal.

PLAY = """
import sys
import factory, test_ui_attention
from textual import events
from cctop.alerts.terminal import Way
from cctop.ui.app import CctopApp
from cctop.ui.options import Options

BUSY, WAITS = test_ui_attention.BUSY, test_ui_attention.WAITS

class App(CctopApp):
    def on_key(self, event: events.Key) -> None:
        if event.key == "w":
            source.change(sessions=(WAITS,))
        if event.key == "x":
            raise RuntimeError("the crash that was asked for")

source = factory.FakeSource(factory.snapshot(sessions=(BUSY,)))
wish = dict(bell=True, desktop=Way.OSC777) if "told" in sys.argv else {}
app = App(source, Options(now=lambda: factory.NOW + 10, **wish))
app.run()
sys.exit(app.return_code)
"""
NOTES = re.compile(rb"\x1b\](?:9|99|777);")
OTHER_ESCAPES = re.compile(rb"\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)")


@pytest.fixture
def terminal(request: pytest.FixtureRequest) -> Iterator[Terminal]:
    with closing(Terminal(*getattr(request, "param", ()), play=PLAY)) as made:
        yield made


def seen(terminal: Terminal, sequence: str) -> int:
    """Where a sequence is in the output, once it has come."""
    terminal.until(lambda: sequence.encode() in terminal.output)
    return terminal.output.index(sequence.encode())


@pytest.mark.pty
@pytest.mark.parametrize("key", [b"q", b"x"])
def test_in_a_terminal_the_title_is_set_changes_and_is_restored(
    terminal: Terminal, key: bytes
) -> None:
    saved = seen(terminal, SAVE_TITLE)
    busy = seen(terminal, set_title("● 1 busy · cctop"))
    os.write(terminal.fd, b"w")
    waits = seen(terminal, TITLE)
    os.write(terminal.fd, key)
    assert terminal.ended() == (0 if key == b"q" else 1)
    restored = seen(terminal, RESTORE_TITLE)
    assert saved < busy < waits < restored < terminal.output.index(LEFT)
    assert terminal.output.count(SAVE_TITLE.encode()) == 1
    assert terminal.is_restored()


@pytest.mark.pty
def test_in_a_terminal_nothing_rings_by_default(terminal: Terminal) -> None:
    terminal.open()
    os.write(terminal.fd, b"w")
    seen(terminal, TITLE)
    os.write(terminal.fd, b"q")
    assert terminal.ended() == 0
    assert not NOTES.search(terminal.output)
    assert b"\x07" not in OTHER_ESCAPES.sub(b"", terminal.output)


@pytest.mark.pty
@pytest.mark.parametrize("terminal", [("told",)], indirect=True)
def test_in_a_terminal_a_wait_is_told_where_that_is_wished(terminal: Terminal) -> None:
    terminal.open()
    assert not NOTES.search(terminal.output)
    os.write(terminal.fd, b"w")
    note = notification(Way.OSC777, LINE, WAITS.id)
    assert seen(terminal, TITLE) < seen(terminal, note + BEL)
