import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.draw import bar, braille, fill, resample, spark
from cctop.ui.widgets.parts import plain

FRACTIONS = st.one_of(st.none(), st.floats(allow_nan=True))
VALUES = st.lists(st.one_of(st.none(), st.floats()), max_size=60)
SMALL = st.integers(-1, 20)


@pytest.mark.parametrize(
    ("fraction", "expected"),
    [
        (0, "──────────"),
        (0.25, "██▌───────"),
        (0.71, "███████───"),
        (0.84, "████████▍─"),
        (1, "██████████"),
        (1.3, "██████████"),
        (-1, "──────────"),
        (None, "──────────"),
        (math.nan, "──────────"),
    ],
)
def test_a_plain_bar(fraction: float | None, expected: str) -> None:
    assert plain(bar(fraction, 10)) == expected


def test_a_framed_bar_dots_its_track_and_needs_room() -> None:
    assert bar(0.71, 10, "alarm", framed=True) == (
        ("▕", "rule"),
        ("█████▋", "alarm"),
        ("··", "rule"),
        ("▏", "rule"),
    )
    assert plain(bar(0.5, 4, framed=True)) == "▕█·▏"
    assert plain(bar(0.5, 3, framed=True)) == "█▌─"


def test_a_bar_claims_neither_none_nor_all_by_rounding() -> None:
    assert fill(0.0001, 10) == "▏"
    assert fill(0.9999, 10) == "█████████▉"
    assert fill(0, 10) == ""
    assert fill(0.5, 0) == ""


@given(FRACTIONS, SMALL, st.booleans())
def test_a_bar_has_its_width(fraction: float | None, width: int, framed: bool) -> None:
    assert len(plain(bar(fraction, width, framed=framed))) == max(0, width)


@given(st.floats(0, 1), st.floats(0, 1), st.integers(1, 30))
def test_a_bar_grows_with_its_fraction(one: float, other: float, width: int) -> None:
    def eighths(text: str) -> int:
        return sum(" ▏▎▍▌▋▊▉█".index(character) for character in text)

    less, more = sorted((one, other))
    assert eighths(fill(less, width)) <= eighths(fill(more, width))


def test_a_spark_line_shows_the_newest_and_its_gaps() -> None:
    assert spark([1, 2, 3, 5, 7, 6, 5, 3], 8) == "▂▃▄▆█▇▆▄"
    assert spark([0, None, 4, 8], 6) == "  ▁ ▅█"
    assert spark([9, 9, 9, 0, 8], 2) == "▁█"
    assert spark([4], 1, hi=8) == "▅"
    assert spark([0, 0], 2) == "▁▁"
    assert spark([], 2) == "  "


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
def test_areas_and_spark_lines_have_their_size(
    values: list[float | None], width: int, height: int, hi: float | None
) -> None:
    area = braille(values, width, height, hi=hi)
    assert len(area) == max(0, height)
    assert all(len(line) == max(0, width) for line in area)
    assert len(spark(values, width, hi)) == max(0, width)


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
