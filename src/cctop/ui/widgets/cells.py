"""Text measured in terminal cells: one line, cut and padded to an exact width.

Text is expected to have passed `cctop.text.clean`. `printable` is the kit's own promise on top of
that, made so that an exact width can be kept for any string at all: a control character has no
width on paper and any effect on a terminal.
"""

import unicodedata
from functools import lru_cache
from typing import Final, Literal

from rich.cells import cell_len, get_character_cell_size

Align = Literal["left", "right", "center"]

ELLIPSIS: Final = "…"
REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
# They ask for the other shape of a glyph, and terminals disagree on the width they get.
VARIATION_SELECTORS: Final = frozenset("\ufe0e\ufe0f")


def printable(text: str) -> str:
    """Return `text` as a single line of characters whose width is known.

    White space becomes a space, invisible format characters (joiners, bidi overrides, variation
    selectors) go, and any other character without a glyph (ESC, a lone surrogate, an unassigned
    code point) becomes U+FFFD.
    """
    if is_printable(text):
        return text
    return "".join(map(_shown, text))


def is_printable(text: str) -> bool:
    """Return whether `text` is shown as it is, by `printable`."""
    return text.isprintable() and VARIATION_SELECTORS.isdisjoint(text)


def _shown(character: str) -> str:
    if character.isprintable():
        return "" if character in VARIATION_SELECTORS else character
    if character.isspace():
        return " "
    return "" if unicodedata.category(character) == "Cf" else REPLACEMENT


@lru_cache(8192)
def width_of(text: str) -> int:
    """Return the cells that `printable(text)` takes on the screen."""
    return cell_len(printable(text))


def clip(text: str, width: int) -> str:
    """Return the longest start of `text` that takes no more than `width` cells."""
    text = printable(text)
    if cell_len(text) <= width:
        return text
    for index, character in enumerate(text):
        width -= get_character_cell_size(character)
        if width < 0:
            return text[:index]
    return text


@lru_cache(4096)
def truncate(text: str, width: int) -> str:
    """Return `text` in at most `width` cells, ending in `…` where something was cut."""
    text = printable(text)
    if cell_len(text) <= width:
        return text
    return clip(text, width - 1) + ELLIPSIS if width > 0 else ""


@lru_cache(4096)
def pad(text: str, width: int, align: Align = "left") -> str:
    """Return `text` in exactly `width` cells, truncated or filled up with spaces."""
    text = truncate(text, width)
    spare = max(0, width - cell_len(text))
    left = {"left": 0, "right": spare, "center": spare // 2}[align]
    return " " * left + text + " " * (spare - left)
