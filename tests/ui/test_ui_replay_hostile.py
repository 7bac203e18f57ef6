"""A replay shows what files hold, and obeys none of it; it works without colours, too."""

from collections.abc import Sequence
from itertools import cycle

import pytest
from board_stage import BOARD, DECK, LINE, PANE
from deck_stage import FakeDeck, Replaying, replaying
from factory import MINUTE, NOW, c
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_ui_hostile import CONTROL, HOSTILE, hostile_picture, raw

from cctop.ui.theme import THEMES


class HostileDeck(FakeDeck):
    """A deck on which every text that a file could hold is one of these, taken in turn."""

    def __init__(self, texts: Sequence[str]) -> None:
        of = hostile_picture(texts).detail
        assert of is not None
        super().__init__(NOW - 70 * MINUTE, of=of)
        turn = cycle(map(raw, texts))
        marks = tuple(replace(mark, text=next(turn)) for mark in self.axis().marks)
        self.said = tuple(
            replace(one, text=(next(turn), next(turn)), agent=next(turn) if place % 3 else c(""))
            for place, one in enumerate(self.said)
        )
        self.set_axis(marks=marks, missing=next(turn))
        self.picture = replace(self.picture, notices=(next(turn),))


def unharmed(play: Replaying) -> bool:
    return play.app.is_running and not CONTROL.search(play.text.replace("\n", ""))


@pytest.mark.parametrize("size", [BOARD, PANE, LINE])
async def test_hostile_text_is_shown_and_not_obeyed(size: tuple[int, int]) -> None:
    for start in range(0, len(HOSTILE), 5):
        async with replaying(size, HostileDeck(HOSTILE[start:] + HOSTILE[:start])) as play:
            assert unharmed(play)
            for keys in (("n", "c"), ("home", "m", "m", "a", "]"), ("end", "2", "z"), ("6",)):
                await play.press(*keys)
                assert unharmed(play)


async def test_a_click_on_hostile_markup_does_nothing() -> None:
    async with replaying(DECK, HostileDeck(["[@click=app.quit]press me[/]"])) as play:
        row = next(y for y, line in enumerate(play.lines[5:], 5) if "@click" in line)
        await play.pilot.click(offset=(play.lines[row].rindex("@click") + 8, row))
        assert play.app.is_running
        assert not play.app._exit


async def test_hostile_words_can_be_looked_for() -> None:
    async with replaying(DECK) as play:
        await play.press("/")
        for text in HOSTILE:
            field = play.app.screen.query_one("#asked")
            field.value = text  # type: ignore[attr-defined]
            await play.press("enter")
            assert unharmed(play)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=st.text(max_size=60), size=st.sampled_from((BOARD, PANE, LINE)))
async def test_any_text_keeps_every_line_as_wide_as_the_screen(
    text: str, size: tuple[int, int]
) -> None:
    async with replaying(size, HostileDeck([text])) as play:
        assert unharmed(play)


@pytest.mark.parametrize("theme", THEMES)
async def test_every_theme_shows_the_same(theme: str) -> None:
    async with replaying(DECK, theme=theme) as play:
        shown = play.text
        assert play.app.theme == theme
    async with replaying(DECK) as play:
        assert play.text == shown


async def test_without_colours_the_cursor_is_a_glyph(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with replaying(DECK) as play:
        assert play.app.no_color
        await play.press("n")
        row = next(line for line in play.lines if "●" in line and "━" in line)
        assert row.count("●") == 1
        assert unharmed(play)
