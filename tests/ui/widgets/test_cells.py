import unicodedata
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cctop.ui.widgets.cells import Align, clip, pad, printable, truncate, width_of

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=40)
WIDTHS = st.integers(-2, 50)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("api-server", 20, "api-server"),
        ("api-server", 10, "api-server"),
        ("api-server", 9, "api-serv…"),
        ("api-server", 1, "…"),
        ("api-server", 0, ""),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),  # half a character is none
        ("日本語", 2, "…"),
        ("e\u0301e\u0301e\u0301", 2, "e\u0301…"),  # an accent stays with its letter
        ("", 3, ""),
    ],
)
def test_truncate_cuts_by_cells(text: str, width: int, expected: str) -> None:
    assert truncate(text, width) == expected


@pytest.mark.parametrize(
    ("align", "expected"), [("left", "日…  "), ("right", "  日…"), ("center", " 日… ")]
)
def test_pad_fills_up_what_a_wide_character_leaves(align: Align, expected: str) -> None:
    assert pad("ab", 5, "right") == "   ab"
    assert pad(truncate("日本語", 4), 5, align) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain – text ✓", "plain – text ✓"),
        ("two\nlines\tand tabs", "two lines and tabs"),
        ("no\u00a0break", "no break"),
        ("\x1b[2Jgone", "\ufffd[2Jgone"),
        ("\x9b31mred", "\ufffd31mred"),
        ("abc\u202egnp.exe", "abcgnp.exe"),
        ("zero\u200bwidth\u200d", "zerowidth"),
        ("heart\u2764\ufe0f", "heart\u2764"),
        ("half \ud83d emoji", "half \ufffd emoji"),
        ("private \ue0b0", "private \ufffd"),
    ],
)
def test_printable_keeps_one_line_of_glyphs(text: str, expected: str) -> None:
    assert printable(text) == expected


@given(ANY_TEXT)
def test_printable_leaves_nothing_a_terminal_obeys(text: str) -> None:
    shown = printable(text)
    assert not {unicodedata.category(character) for character in shown} & {"Cc", "Cf", "Cs"}
    assert printable(shown) == shown


@given(ANY_TEXT, WIDTHS, st.sampled_from(get_args(Align)))
def test_pad_is_exact(text: str, width: int, align: Align) -> None:
    assert cell_len(pad(text, width, align)) == max(0, width)


@given(ANY_TEXT, WIDTHS)
def test_truncate_and_clip_keep_to_the_width(text: str, width: int) -> None:
    assert cell_len(truncate(text, width)) <= max(0, width)
    assert cell_len(clip(text, width)) <= max(0, width)
    assert printable(text).startswith(clip(text, width))


@given(ANY_TEXT, ANY_TEXT)
def test_widths_add_up(one: str, other: str) -> None:
    assert width_of(one + other) == width_of(one) + width_of(other)
