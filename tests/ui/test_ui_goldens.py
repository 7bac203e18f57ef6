"""What the screens look like, as text that a diff can show."""

from collections.abc import Callable
from typing import Any

import pytest
from board_stage import BOARD, DECK, LINE, PANE, SIZES, WIDE, playing
from factory import snapshot, told
from textual.app import App

from cctop.book.snapshot import Fleet, Progress, Snapshot

Check = Callable[[App[None], str], None]
TO_API_SERVER = ("down", "down")


def named(size: tuple[int, int], name: str) -> str:
    return f"{size[0]}x{size[1]}-{name}"


@pytest.mark.parametrize("size", SIZES)
async def test_board(golden: Check, size: tuple[int, int]) -> None:
    async with playing(size) as play:
        await play.press(*TO_API_SERVER)
        golden(play.app, named(size, "board"))


@pytest.mark.parametrize("size", SIZES)
async def test_session_of_its_own(golden: Check, size: tuple[int, int]) -> None:
    async with playing(size) as play:
        await play.press(*TO_API_SERVER, "enter")
        golden(play.app, named(size, "session"))


PANELS = (("2", "failures"), ("3", "compactions"), ("4", "subagents"), ("5", "turns"))


@pytest.mark.parametrize(("key", "name"), PANELS)
async def test_panels_beneath_the_table(golden: Check, key: str, name: str) -> None:
    async with playing(WIDE) as play:
        await play.press(*TO_API_SERVER, key)
        golden(play.app, named(WIDE, name))


@pytest.mark.parametrize(("key", "name"), [("1", "meter"), *PANELS])
async def test_pages_and_zoom(golden: Check, key: str, name: str) -> None:
    async with playing(DECK) as play:
        await play.press(*TO_API_SERVER, key, "enter")
        await play.pilot.pause(0.1)
        golden(play.app, named(DECK, f"{name}-opened"))


async def test_zoomed_meter(golden: Check) -> None:
    async with playing(BOARD) as play:
        await play.press(*TO_API_SERVER, "1", "z")
        golden(play.app, named(BOARD, "meter-zoomed"))


async def test_compaction_card_in_a_pane(golden: Check) -> None:
    async with playing(PANE) as play:
        await play.press(*TO_API_SERVER, "3", "end", "enter")
        golden(play.app, named(PANE, "compaction"))


@pytest.mark.parametrize("size", [BOARD, PANE])
async def test_help(golden: Check, size: tuple[int, int]) -> None:
    async with playing(size) as play:
        await play.press("?")
        golden(play.app, named(size, "help"))


@pytest.mark.parametrize("size", [WIDE, PANE])
async def test_palette(golden: Check, size: tuple[int, int]) -> None:
    async with playing(size) as play:
        await play.press(":", *"sort")
        golden(play.app, named(size, "palette"))


async def test_skipped_lines(golden: Check) -> None:
    async with playing(WIDE) as play:
        await play.press(*TO_API_SERVER, "!")
        golden(play.app, named(WIDE, "skipped"))


STATES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("no-folder", {"sessions": (), "detail": None, "roots": (), "skipped_lines": 0}),
    ("no-session", {"sessions": (), "detail": None, "skipped_lines": 0}),
    ("reading", {"progress": Progress(310, 2000, 400, 1000)}),
    ("quiet", {"fleet": Fleet()}),
)


@pytest.mark.parametrize("size", [WIDE, PANE, LINE])
@pytest.mark.parametrize(("name", "changes"), STATES)
async def test_states(
    golden: Check, size: tuple[int, int], name: str, changes: dict[str, Any]
) -> None:
    picture: Snapshot = snapshot(**changes)
    async with playing(size, picture, daily_budget=0, tag="demo") as play:
        golden(play.app, named(size, name))


@pytest.mark.parametrize("size", SIZES)
async def test_what_hooks_and_the_status_line_add(golden: Check, size: tuple[int, int]) -> None:
    async with playing(size, told()) as play:
        await play.press(*TO_API_SERVER)
        golden(play.app, named(size, "told"))


@pytest.mark.parametrize("size", [BOARD, DECK, PANE])
async def test_limits_without_a_budget(golden: Check, size: tuple[int, int]) -> None:
    async with playing(size, told(), daily_budget=0) as play:
        golden(play.app, named(size, "limits"))


async def test_frozen(golden: Check) -> None:
    async with playing(PANE) as play:
        await play.press("space")
        golden(play.app, named(PANE, "frozen"))


async def test_filtered(golden: Check) -> None:
    async with playing(WIDE) as play:
        await play.press("/", *"api")
        golden(play.app, named(WIDE, "filtered"))
