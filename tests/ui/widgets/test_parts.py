from itertools import pairwise
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.cells import Align
from cctop.ui.widgets.parts import (
    TONES,
    Part,
    Parts,
    cells_of,
    fit,
    merge,
    plain,
)

TEXTS = st.text(st.characters(exclude_categories=()), max_size=12)
PARTS: st.SearchStrategy[Parts] = st.lists(
    st.tuples(TEXTS, st.sampled_from(("", *TONES))), max_size=5
).map(tuple)
MARKED: Parts = (("web", "heading"), (" waits", "warning"), (" 1:12", ""))


def test_fit_pads_on_the_side_away_from_the_text() -> None:
    assert fit("ab", 4) == (("ab  ", ""),)
    assert fit("ab", 4, "right", "dim") == (("  ab", "dim"),)
    assert fit((("a", "alarm"), ("b", "")), 5, "center", "dim") == (
        (" ", "dim"),
        ("a", "alarm"),
        ("b", "dim"),
        ("  ", "dim"),
    )


def test_fit_marks_the_cut_in_the_tone_of_what_was_cut() -> None:
    assert fit(MARKED, 7) == (("web", "heading"), (" wa…", "warning"))
    assert fit(MARKED, 3) == (("we…", "heading"),)
    # The text of the first parts fits to the cell, and still more was to come.
    assert plain(fit(MARKED, 9)) == "web wait…"
    assert fit(MARKED, 0) == ()


def test_fit_fills_up_what_half_a_wide_character_leaves() -> None:
    assert plain(fit((("日本", ""), ("語", "")), 4)) == "日… "


@given(PARTS, st.integers(-1, 40), st.sampled_from(get_args(Align)))
def test_fit_is_exact(parts: Parts, width: int, align: Align) -> None:
    assert cells_of(fit(parts, width, align)) == max(0, width)


@given(PARTS)
def test_merge_keeps_text_and_tones(parts: Parts) -> None:
    def tones(of: Parts) -> list[Part]:
        return [(character, tone) for text, tone in of for character in text]

    merged = merge(parts)
    assert tones(merged) == tones(parts)
    assert all(text for text, _ in merged)
    assert all(one[1] != other[1] for one, other in pairwise(merged))
