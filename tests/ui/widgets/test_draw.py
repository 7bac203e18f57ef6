import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.draw import bar, braille, resample
from cctop.ui.widgets.parts import plain

FRACTIONS = st.one_of(st.none(), st.floats(-9, 9))
VALUES = st.lists(st.one_of(st.none(), st.floats()), max_size=60)
SMALL = st.integers(-1, 20)


@pytest.mark.parametrize(
    ("fraction", "ahead", "expected"),
    [
        (0, None, "──────────"),
        (0.25, None, "━━╸───────"),
        (0.71, None, "━━━━━━━───"),
        (0.84, 0.95, "━━━━━━━━╍╍"),
        (0.5, 0.8, "━━━━━╍╍╍──"),
        (0.5, 0.1, "━━━━━─────"),
        (0.001, None, "╸─────────"),
        (0.999, None, "━━━━━━━━━╸"),
        (1, 1.2, "━━━━━━━━━━"),
        (1.3, None, "━━━━━━━━━━"),
        (-1, None, "──────────"),
        (None, None, "──────────"),
    ],
)
def test_a_bar(fraction: float | None, ahead: float | None, expected: str) -> None:
    assert plain(bar(fraction, 10, "fill", ahead)) == expected


def test_a_bar_s_rest_is_a_rule() -> None:
    assert bar(0.5, 4, "alarm", 0.75) == (("━━", "alarm"), ("╍", "alarm"), ("─", "rule"))


@given(FRACTIONS, SMALL, FRACTIONS)
def test_a_bar_has_its_width(fraction: float | None, width: int, ahead: float | None) -> None:
    assert len(plain(bar(fraction, width, "fill", ahead))) == max(0, width)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 30))
def test_a_bar_grows_with_its_fraction(one: float, other: float, width: int) -> None:
    def halves(fraction: float) -> int:
        drawn = plain(bar(fraction, width, "fill"))
        return 2 * drawn.count("━") + drawn.count("╸")

    less, more = sorted((one, other))
    assert halves(less) <= halves(more)


def test_a_braille_area_is_filled_from_below() -> None:
    assert braille([0, 1, 2, 3], 2, 1, hi=4) == ["⣠⣾"]
    assert braille([0, 1, 2, 3, 4, 5, 6, 7], 4, 2, hi=8) == [
        "  ⣠⣾",
        "⣠⣾⣿⣿",
    ]


def test_a_braille_area_keeps_gaps_and_shows_zero() -> None:
    assert braille([0, 0, None, None, 4, 4], 3, 1) == ["⣀ ⣿"]
    assert braille([None, 0], 1, 2) == [" ", "⢀"]
    assert braille([4], 2, 1) == [" ⢸"]


def test_a_braille_area_keeps_to_its_scale() -> None:
    assert braille([50, 100], 1, 1, lo=50, hi=100) == ["⣸"]
    assert braille([10, 1000], 1, 1, lo=50, hi=100) == ["⣸"]
    assert braille([math.inf, 1], 1, 1) == ["⣿"]
    assert braille([5, 5], 1, 1, lo=5, hi=5) == ["⣀"]


@given(VALUES, SMALL, SMALL, st.one_of(st.none(), st.floats(0, 1e9)))
def test_areas_have_their_size(
    values: list[float | None], width: int, height: int, hi: float | None
) -> None:
    area = braille(values, width, height, hi=hi)
    assert len(area) == max(0, height)
    assert all(len(line) == max(0, width) for line in area)


@given(st.lists(st.integers(0, 1000), min_size=2, max_size=2), st.integers(1, 5))
def test_an_area_grows_with_its_values(pair: list[int], height: int) -> None:
    less, more = sorted(pair)

    def dots(value: int) -> int:
        return sum(
            (ord(line) & 0xFF).bit_count()
            for line in braille([value], 1, height, hi=1000)
            if line != " "
        )

    assert 1 <= dots(less) <= dots(more) <= 4 * height


def test_resample_keeps_peaks_and_gaps() -> None:
    assert resample([1, 9, 2, None, None, None, 3, 4], 4) == (9, 2, None, 4)
    assert resample([1, 2], 4) == (1, 2)
    assert resample([1, 2], 0) == ()


@given(VALUES, st.integers(1, 20))
def test_resample_never_gives_more_than_it_was_asked_for(
    values: list[float | None], count: int
) -> None:
    assert len(resample(values, count)) == min(len(values), count)
