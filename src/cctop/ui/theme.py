"""The themes, read from `styles/tokens.tcss`, which is the only place with colours."""

import re
from collections.abc import Mapping
from functools import cache

from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from cctop.ui.styles import TOKENS, styles_dir

THEMES = ("dark", "light", "high-contrast", "colour-blind", "terminal")
DEFAULT_THEME = "dark"
NO_COLOR_THEME = "terminal"

_TOKEN = re.compile(r"^\$([a-z-]+)-([a-z]+): ([^;]+);$", re.MULTILINE)

Tokens = Mapping[str, str]
"""A theme's colours by token name: ground, text, heading, dim, rule, accent, …"""


@cache
def read_tokens() -> dict[str, dict[str, str]]:
    """Tokens by theme. Raises OSError where the style sheet cannot be read."""
    themes: dict[str, dict[str, str]] = {}
    for theme, token, colour in _TOKEN.findall(
        (styles_dir() / f"{TOKENS}.tcss").read_text("utf-8")
    ):
        themes.setdefault(theme, {})[token] = colour
    return themes


@cache
def textual_themes() -> dict[str, Theme]:
    """All themes by name, as Textual wants them."""
    return {name: _theme(name, tokens) for name, tokens in read_tokens().items()}


def _theme(name: str, tokens: Tokens) -> Theme:
    ground = tokens["ground"]
    ansi = ground.startswith("ansi_")
    return Theme(
        name=name,
        primary=tokens["accent"],
        secondary=tokens["accent"],
        accent=tokens["accent"],
        warning=tokens["warning"],
        error=tokens["alarm"],
        success=tokens["accent"],
        foreground=tokens["text"],
        background=ground,
        surface=ground,
        panel=ground,
        boost=ground,
        dark=ansi or Color.parse(ground).brightness < 0.5,
        ansi=ansi,
        # Textual's own sheets want some variables of every theme in the terminal's colours.
        variables=(BUILTIN_THEMES["ansi-dark"].variables if ansi else {}) | ink_of(name),
    )


def ink_of(name: str) -> dict[str, str]:
    """The variables that the style sheets know a theme's tokens by: $ink-text, $ink-dim, …"""
    return {f"ink-{token}": colour for token, colour in read_tokens()[name].items()}
