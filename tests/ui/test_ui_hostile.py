"""Text from files is shown, never obeyed: not by Textual's markup, and not by the terminal."""

import re
from collections.abc import Sequence
from itertools import cycle
from typing import Any

import pytest
from board_stage import BOARD, DECK, LINE, PANE, SIZES, Playing, playing
from factory import detail, failures, session, snapshot, subagents, turns
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cctop.book.snapshot import Session, Snapshot, Status
from cctop.text import Clean

HOSTILE = (
    "[/]",
    "[bold red]x[/bold red]",
    "[@click=app.quit]press me[/]",
    "[link=https://example.com]x[/link]",
    "\x1b]52;c;ZXZpbA==\x07",
    "\x1b[2J\x1b[H",
    "\x1b]0;title\x07",
    "\x9b31mred",
    "\u202eevil\u202c",
    "a\u200bb\u200d👩‍👩‍👧‍👦",
    "line\nbreak\r\ttab\x00\x07",
    "日本語" * 30,
    "é" + "\u0301" * 40,
    "\ud800 lone",
    "x" * 5_000,
    "{0.__class__} %s $HOME `id`",
)
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def raw(text: str) -> Clean:
    """As if the door had let it through: the screen keeps its own promise too."""
    return Clean(text)


def hostile_picture(texts: Sequence[str], version: int = 1) -> Snapshot:
    """A picture in which everything that comes from a file is one of `texts`, taken in turn."""
    turn = cycle(map(raw, texts))

    def words(*names: str) -> dict[str, Any]:
        return {name: next(turn) for name in names}

    def line(status: Status, number: int) -> Session:
        said = words("project", "title", "branch", "cwd", "activity", "waiting_for", "model",
                     "effort", "permission_mode", "root")  # fmt: skip
        plain = session(number, "", status, tool_failures=2, skipped_lines=3)
        return replace(plain, models=(next(turn), said["model"]), **said)

    listed = tuple(line(status, number) for number, status in enumerate(Status))
    rich = detail(listed[0])
    marks = tuple(
        replace(mark, touched=(next(turn), next(turn)), unnamed=(next(turn),))
        for mark in rich.compactions
    )
    agent = ("type", "description", "model", "activity")
    return snapshot(
        version=version,
        sessions=listed,
        detail=replace(
            rich,
            failures=tuple(replace(f, **words("tool", "target", "error")) for f in failures()),
            compactions=marks,
            subagents=tuple(replace(a, **words(*agent)) for a in subagents()),
            turns=tuple(replace(one, **words("prompt")) for one in turns()),
            tools=tuple(replace(tool, **words("name")) for tool in rich.tools),
            models=tuple(replace(use, **words("model")) for use in rich.models),
            skipped=tuple(replace(one, **words("reason", "path")) for one in rich.skipped),
        ),
        roots=(next(turn),),
        notices=(next(turn), next(turn)),
    )


def unharmed(play: Playing) -> bool:
    return play.app.is_running and not CONTROL.search(play.text.replace("\n", ""))


@pytest.mark.parametrize("size", SIZES)
async def test_hostile_text_is_shown_and_not_obeyed(size: tuple[int, int]) -> None:
    async with playing(size, hostile_picture(HOSTILE)) as play:
        for start in range(0, len(HOSTILE), 3):  # each text in many places
            play.source.picture = hostile_picture(HOSTILE[start:] + HOSTILE[:start], start + 2)
            await play.tick()
            assert unharmed(play)
        for keys in (("enter", "z"), ("escape", "escape", "/", "x"), ("escape", "G")):
            await play.press(*keys)
            assert unharmed(play)


@pytest.mark.parametrize("key", ["2", "3", "4", "5", "!", ":"])
async def test_hostile_text_on_pages(key: str) -> None:
    async with playing(DECK, hostile_picture(HOSTILE)) as play:
        play.source.focus = lambda session: None  # type: ignore[method-assign]
        await play.press(key, "enter")
        for _ in range(7):
            await play.press("n")
            assert unharmed(play)
        await play.press("y", "escape", "y")
        assert unharmed(play)


async def test_a_click_on_hostile_markup_does_nothing() -> None:
    async with playing(DECK, hostile_picture(["[@click=app.quit]press me[/]"])) as play:
        row = next(y for y, line in enumerate(play.lines) if "@click" in line)
        await play.pilot.click(offset=(play.lines[row].index("@click") + 8, row))
        assert play.app.is_running
        assert not play.app._exit


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60), size=st.sampled_from((BOARD, PANE, LINE)))
async def test_any_text_keeps_every_line_as_wide_as_the_screen(
    text: str, size: tuple[int, int]
) -> None:
    async with playing(size, hostile_picture([text])) as play:
        assert unharmed(play)
