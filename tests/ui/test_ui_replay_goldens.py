"""What a replay looks like, as text that a diff can show."""

from collections.abc import Callable

import pytest
from board_stage import BOARD, DECK, PANE, SIZES, WIDE
from deck_stage import END, START, FakeDeck, replaying
from factory import MINUTE, NOW, c
from textual.app import App

from cctop.book.snapshot import Progress

Check = Callable[[App[None], str], None]


def named(size: tuple[int, int], name: str) -> str:
    return f"{size[0]}x{size[1]}-{name}"


@pytest.mark.parametrize("size", SIZES)
async def test_replay(golden: Check, size: tuple[int, int]) -> None:
    async with replaying(size, FakeDeck(NOW - 70 * MINUTE)) as play:
        golden(play.app, named(size, "replay"))


@pytest.mark.parametrize("size", SIZES)
async def test_live_end(golden: Check, size: tuple[int, int]) -> None:
    async with replaying(size, FakeDeck(END, live=True)) as play:
        golden(play.app, named(size, "replay-live"))


@pytest.mark.parametrize("size", [BOARD, PANE])
async def test_start_playing(golden: Check, size: tuple[int, int]) -> None:
    async with replaying(size, FakeDeck(START), tag="demo") as play:
        await play.press("space", ">")
        golden(play.app, named(size, "replay-start"))


@pytest.mark.parametrize("size", [WIDE, PANE])
async def test_past_of_a_running_session(golden: Check, size: tuple[int, int]) -> None:
    async with replaying(size, FakeDeck(END, live=True)) as play:
        await play.press("c", "C", "v", "3")
        golden(play.app, named(size, "replay-past"))


@pytest.mark.parametrize("size", [WIDE, PANE])
async def test_missing_and_not_yet_read(golden: Check, size: tuple[int, int]) -> None:
    deck = FakeDeck(NOW - 130 * MINUTE)
    deck.read_so_far(Progress(1, 3, 57, 100))
    deck.set_axis(end=NOW - 60 * MINUTE, missing=c("2 subagents' transcripts are gone"))
    async with replaying(size, deck) as play:
        golden(play.app, named(size, "replay-reading"))


async def test_finding(golden: Check) -> None:
    async with replaying(DECK) as play:
        await play.press("/", *"queue", "enter")
        golden(play.app, named(DECK, "replay-find"))


async def test_a_conversation_of_its_own(golden: Check) -> None:
    async with replaying(DECK, FakeDeck(NOW - 60_000)) as play:
        await play.press("6", "z", "up", "up")
        golden(play.app, named(DECK, "replay-talk"))


async def test_help_over_a_replay(golden: Check) -> None:
    async with replaying(WIDE) as play:
        await play.press("?")
        golden(play.app, named(WIDE, "replay-help"))
