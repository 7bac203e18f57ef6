"""Colours: in one place, complete in every theme, and readable."""

import re
from pathlib import Path

import pytest
from board_stage import WIDE, playing
from textual.color import Color
from textual.css.stylesheet import Stylesheet

from cctop.ui import styles
from cctop.ui.theme import THEMES, read_tokens, textual_themes

ROOT = Path(__file__).parents[2]
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b(?=[\s;\"'])|\brgba?\(|\bhsla?\(|\bansi_[a-z]+")
INKS = ("text", "heading", "dim", "accent", "warning", "alarm")
PAINTED = [name for name in THEMES if name != "terminal"]


def contrast(one: str, two: str) -> float:
    """The contrast ratio of WCAG 2, 1 to 21."""

    def light(colour: str) -> float:
        parts = (part / 255 for part in Color.parse(colour).rgb)
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(two)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_theme_has_every_token() -> None:
    themes = read_tokens()
    assert tuple(themes) == THEMES
    assert {frozenset(tokens) for tokens in themes.values()} == {frozenset(themes["dark"])}
    assert [(n, theme.name) for n, theme in textual_themes().items()] == [(n, n) for n in THEMES]


@pytest.mark.parametrize("name", PAINTED)
def test_text_is_readable_on_every_ground(name: str) -> None:
    tokens = read_tokens()[name]
    wanted = 7.0 if name == "high-contrast" else 4.5
    for ink in INKS:
        for ground in ("ground", "select", "input"):
            ratio = contrast(tokens[ink], tokens[ground])
            least = wanted if ground == "ground" or ink == "text" else 4.0
            assert ratio >= least, f"{name}: {ink} on {ground}: {ratio:.1f}"
    assert contrast(tokens["text"], tokens["ground"]) >= 7
    assert contrast(tokens["fill"], tokens["ground"]) >= 3


def test_the_terminal_s_theme_has_the_terminal_s_colours() -> None:
    assert all(value.startswith("ansi_") for value in read_tokens()["terminal"].values())


def test_colours_are_in_the_tokens_only() -> None:
    files = [*ROOT.glob("styles/*.tcss"), *ROOT.glob("src/cctop/**/*.py")]
    assert len(files) > 40
    found = [
        f"{path.name}: {match}"
        for path in files
        if path.name != "tokens.tcss"
        for match in COLOUR.findall(path.read_text("utf-8"))
        if match != "ansi_color"
    ]
    assert found == []


def test_all_sheets_are_found() -> None:
    parsed = {Path(sheet).name for sheet in styles.sheets()}
    assert {*parsed, f"{styles.TOKENS}.tcss"} == {
        path.name for path in styles.styles_dir().glob("*.tcss")
    }


async def test_sheets_are_parsed_again_for_another_theme_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[None] = []
    reparse = Stylesheet.reparse
    monkeypatch.setattr(Stylesheet, "reparse", lambda sheet: counted.append(reparse(sheet)))
    async with playing(WIDE, theme="light") as play:
        assert play.app.screen.styles.background.hex == "#FBFAF8"
        assert len(counted) == 0
        await play.press("t")
        assert len(counted) == 1


async def test_themes_change_what_stands_on_the_screen() -> None:
    async with playing(WIDE) as play:
        grounds = []
        for _ in THEMES:
            grounds.append(play.app.screen.styles.background.css)
            await play.press("t")
        assert play.app.theme == "dark"
        assert len(set(grounds)) == 4  # dark and colour-blind share theirs


@pytest.mark.parametrize("theme", THEMES)
async def test_every_theme_opens(theme: str) -> None:
    async with playing(WIDE, theme=theme) as play:
        assert play.app.theme == theme
        assert "◐ waits 1:12   web" in play.text


async def test_no_color_leaves_no_colour_and_shows_the_selection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with playing(WIDE) as play:
        await play.press("2")
        styles_seen = set()
        for strip in play.app.screen._compositor.render_strips():
            shown = strip
            for line_filter in play.app.get_line_filters():
                shown = shown.apply_filter(line_filter, Color(0, 0, 0))
            styles_seen |= {segment.style for segment in shown if segment.style is not None}
        colours = {style.color for style in styles_seen} | {style.bgcolor for style in styles_seen}
        assert all(colour is None or colour.is_default for colour in colours)
        assert any(style.underline and style.bold for style in styles_seen)
