import math
import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop import figures
from cctop.figures import duration, percent, rate, tokens, took, usd

USD = 10**12
COUNTS = st.integers(0, 10**14)
PICOS = st.one_of(st.integers(0, 10**12), st.integers(0, 10**18))
MILLISECONDS = st.integers(0, 10**11)
SCALE = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}


def value_of(text: str) -> float:
    """Read a figure back; `<` and `>` stand for a little less and a little more."""
    sign = {"<": -1e-9, ">": 1e-9}.get(text[0], 0.0)
    found = re.search(r"([\d,.]+)([kMBT]?)", text)
    assert found, text
    return (float(found[1].replace(",", "")) + sign) * SCALE.get(found[2], 1.0)


@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, "0"),
        (999, "999"),
        (84_101, "84,101"),
        (99_999, "99,999"),
        (100_000, "100k"),
        (402_123, "402k"),
        (999_499, "999k"),
        (999_500, "1.00M"),
        (9_120_000, "9.12M"),
        (12_345_678, "12.3M"),
        (167_000_000, "167M"),
        (1_200_000_000, "1.20B"),
        (3 * 10**12, "3.00T"),
        (10**15, ">999T"),
        (None, "–"),
    ],
)
def test_tokens(count: int | None, expected: str) -> None:
    assert tokens(count) == expected


@pytest.mark.parametrize(
    ("pico", "expected"),
    [
        (0, "$0.00"),
        (1, "<$0.01"),
        (USD // 200, "$0.01"),
        (8 * USD // 100, "$0.08"),
        (12_414_999_999_999, "$12.41"),
        (12_415_000_000_000, "$12.42"),
        (999 * USD + 994 * USD // 1000, "$999.99"),
        (999 * USD + 995 * USD // 1000, "$1,000"),
        (1_234 * USD, "$1,234"),
        (99_999 * USD, "$99,999"),
        (402_123 * USD, "$402k"),
        (1_234_567 * USD, "$1.23M"),
        (-12 * USD, "-$12.00"),
        (None, "–"),
    ],
)
def test_usd(pico: int | None, expected: str) -> None:
    assert usd(pico) == expected


@pytest.mark.parametrize(
    ("width", "expected"),
    [(9, "$1,234.50"), (8, "$1,235"), (6, "$1,235"), (5, "$1.2k"), (3, "$1k"), (2, "…"), (0, "")],
)
def test_usd_takes_the_finest_form_that_fits(width: int, expected: str) -> None:
    assert usd(1_234_500_000_000_000, width) == expected


def test_a_rate() -> None:
    assert rate(6_400_000_000_000) == "$6.40/h"
    assert rate(1_234 * USD) == "$1,234/h"
    assert rate(123_450_000_000_000, 7) == "$123/h"
    assert rate(None) == "–"


@pytest.mark.parametrize(
    ("fraction", "expected", "fine"),
    [
        (0, "0 %", "0 %"),
        (0.0001, "<1 %", "<0.1 %"),
        (0.004, "<1 %", "0.4 %"),
        (0.0787, "8 %", "7.9 %"),
        (0.0996, "10 %", "10 %"),
        (0.71, "71 %", "71 %"),
        (0.9999, "99 %", "99 %"),
        (1, "100 %", "100 %"),
        (1.5, "150 %", "150 %"),
        (12.0, ">999 %", ">999 %"),
        (math.inf, ">999 %", ">999 %"),
        (math.nan, "–", "–"),
        (None, "–", "–"),
    ],
)
def test_percent(fraction: float | None, expected: str, fine: str) -> None:
    assert percent(fraction) == expected
    assert percent(fraction, fine=True) == fine


@pytest.mark.parametrize(
    ("ms", "expected"),
    [
        (0, "0:00"),
        (-5, "0:00"),
        (2_000, "0:02"),
        (72_999, "1:12"),
        (299_999, "4:59"),
        (300_000, "5 min"),
        (8 * 60_000, "8 min"),
        (3_599_999, "59 min"),
        (3_600_000 * 3 + 60_000 * 4, "3 h 04"),
        (86_399_999, "23 h 59"),
        (2 * 86_400_000, "2 d"),
        (1000 * 86_400_000, ">999 d"),
        (None, "–"),
    ],
)
def test_duration(ms: int | None, expected: str) -> None:
    assert duration(ms) == expected


@pytest.mark.parametrize(
    ("ms", "expected"),
    [
        (0, "0 ms"),
        (420, "420 ms"),
        (1_000, "1.0 s"),
        (9_999, "9.9 s"),
        (38_400, "38 s"),
        (72_000, "1:12"),
        (-1, "0 ms"),
        (None, "–"),
    ],
)
def test_took(ms: int | None, expected: str) -> None:
    assert took(ms) == expected


@given(COUNTS, PICOS, MILLISECONDS, st.floats(0))
def test_no_figure_outgrows_its_column(count: int, pico: int, ms: int, fraction: float) -> None:
    assert len(tokens(count)) <= figures.TOKENS_WIDTH
    assert len(usd(pico)) <= figures.USD_WIDTH
    assert len(rate(pico)) <= figures.RATE_WIDTH
    assert len(duration(ms)) <= figures.DURATION_WIDTH
    assert len(took(ms)) <= figures.TOOK_WIDTH
    assert len(percent(fraction)) <= figures.PERCENT_WIDTH
    assert len(percent(fraction, fine=True)) <= figures.PERCENT_WIDTH


@given(PICOS, st.integers(0, 12))
def test_usd_keeps_to_any_width(pico: int, width: int) -> None:
    assert len(usd(pico, width)) <= width


@pytest.mark.parametrize("figure", [tokens, usd, lambda pico: usd(pico, 5), rate])
@given(one=PICOS, other=PICOS)
def test_a_figure_grows_with_its_value(figure: Callable[[int], str], one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert value_of(figure(less)) <= value_of(figure(more))


@given(one=st.floats(0, 20), other=st.floats(0, 20), fine=st.booleans())
def test_per_cent_grows_with_its_value(one: float, other: float, fine: bool) -> None:
    less, more = sorted((one, other))
    assert value_of(percent(less, fine=fine)) <= value_of(percent(more, fine=fine))


@given(one=MILLISECONDS, other=MILLISECONDS)
def test_a_duration_grows_with_its_value(one: int, other: int) -> None:
    def seconds(text: str) -> int:
        if ":" in text:
            minutes, rest = text.split(":")
            return int(minutes) * 60 + int(rest)
        amounts = [int(digits) for digits in re.findall(r"\d+", text)]
        unit = {"min": 60, "h": 3600, "d": 86_400}[text.split()[1]]
        return amounts[0] * unit + sum(amounts[1:]) * 60

    less, more = sorted((one, other))
    assert seconds(duration(less)) <= seconds(duration(more))


@given(st.integers(-(10**18), 10**18), st.integers(0, 12))
def test_exact_has_all_digits_and_no_more_than_it_must(pico: int, places: int) -> None:
    text = figures.exact(pico, places)
    assert Decimal(text.replace("$", "").replace(",", "")) * USD == pico
    decimals = text.partition(".")[2]
    assert len(decimals) == max(places, figures.places_of(pico))
    assert not text.endswith(".")


@pytest.mark.parametrize(
    ("pico", "expected"),
    [
        (0, "$0.00"),
        (28_000_000_000, "$0.028"),
        (12_400_000_000_000, "$12.40"),
        (-500_000_000_000, "-$0.50"),
        (1_234_000_000_000_001, "$1,234.000000000001"),
    ],
)
def test_exact(pico: int, expected: str) -> None:
    assert figures.exact(pico) == expected


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(4_000_000, "$4"), (125_000, "$0.125"), (6_250_000, "$6.25"), (1, "$0.000001"), (0, "$0")],
)
def test_a_rate_for_a_million_tokens(rate: int, expected: str) -> None:
    assert figures.per_million(rate) == expected
