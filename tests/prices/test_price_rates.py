from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.events import Usage
from cctop.prices.rates import (
    WEB_SEARCH,
    Cost,
    Period,
    PriceRow,
    Rates,
    Tier,
    pico_per_token,
    price,
)

counts = st.integers(0, 10**9)
usages = st.builds(
    Usage, counts, counts, counts, counts, counts, web_searches=st.integers(0, 10_000)
)
pico = st.integers(0, 10**9)
rates = st.builds(Rates, pico, pico, pico, pico, pico)
costs = st.builds(Cost, *[st.integers(-(10**18), 10**18)] * 6)

OLD = Rates(1, 2, 3, 4, 5)
NEW = Rates(10, 20, 30, 40, 50)
LONG = Rates(11, 21, 31, 41, 51)
LONGER = Rates(12, 22, 32, 42, 52)
ROW = PriceRow((Period(1000, NEW, (Tier(500, LONGER), Tier(100, LONG))), Period(0, OLD)))


def plus(a: Usage, b: Usage) -> Usage:
    return Usage(
        a.input + b.input,
        a.output + b.output,
        a.cache_read + b.cache_read,
        a.cache_write_5m + b.cache_write_5m,
        a.cache_write_1h + b.cache_write_1h,
        web_searches=a.web_searches + b.web_searches,
    )


def test_each_kind_is_priced_by_its_own_rate() -> None:
    usage = Usage(1, 10, 100, 1000, 10_000, thinking=7, web_searches=3)
    cost = price(usage, Rates(2, 3, 5, 7, 11))
    assert cost == Cost(2, 30, 500, 7000, 110_000, 3 * WEB_SEARCH)
    assert cost.total == 117_532 + 30_000_000_000


def test_thinking_is_a_part_of_the_output_and_costs_nothing_more() -> None:
    assert price(Usage(output=9, thinking=9), NEW) == price(Usage(output=9), NEW)


@given(usages, usages, rates)
def test_price_is_additive(a: Usage, b: Usage, at: Rates) -> None:
    assert price(a, at) + price(b, at) == price(plus(a, b), at)


@given(costs, costs)
def test_costs_add_and_subtract_by_kind(a: Cost, b: Cost) -> None:
    assert (a + b) - b == a
    assert a - a == Cost()
    assert (a + b).total == a.total + b.total
    assert (a + b).web_search == a.web_search + b.web_search


@pytest.mark.parametrize(
    ("at_ms", "prompt", "expected"),
    [
        (1000, 100, NEW),
        (1000, 101, LONG),
        (1000, 500, LONG),
        (1000, 501, LONGER),
        (999, 501, OLD),
        (1, 0, OLD),
        (-1, 0, OLD),  # before all periods the oldest holds
        (0, 100, NEW),  # no time: the newest
    ],
)
def test_rates_go_by_date_and_by_the_whole_prompt(at_ms: int, prompt: int, expected: Rates) -> None:
    assert ROW.rates(at_ms, prompt) == expected


def test_a_scaled_row_scales_every_period_and_tier_and_keeps_their_bounds() -> None:
    row = ROW.scaled(3)
    assert [period.since_ms for period in row.periods] == [1000, 0]
    assert row.rates(1000, 501) == Rates(36, 66, 96, 126, 156)
    assert row.rates(1000, 101) == Rates(33, 63, 93, 123, 153)
    assert row.rates(1, 101) == Rates(3, 6, 9, 12, 15)


@given(rates, st.integers(1, 100), st.integers(1, 100))
def test_scaling_rounds_half_to_even(at: Rates, numerator: int, denominator: int) -> None:
    scaled = at.scaled(numerator, denominator)
    assert scaled.output == round(Fraction(at.output * numerator, denominator))
    assert scaled.cache_write_1h == round(Fraction(at.cache_write_1h * numerator, denominator))


@given(st.integers(0, 10**12))
def test_rates_of_up_to_six_decimals_convert_exactly(millionths: int) -> None:
    assert pico_per_token(Decimal(millionths).scaleb(-6)) == millionths


@pytest.mark.parametrize(
    ("usd", "expected"),
    [
        (0.1, 100_000),
        (4, 4_000_000),
        (0.0625, 62_500),
        (0.3, 300_000),
        (1e-06, 1),
        (0.0000005, 0),
        (0.0000015, 2),
        (0, 0),
    ],
)
def test_a_float_means_the_decimal_it_prints_as(usd: float, expected: int) -> None:
    assert pico_per_token(usd) == expected


@pytest.mark.parametrize("usd", [-1.0, float("nan"), float("inf"), -float("inf")])
def test_what_is_no_price_is_refused(usd: float) -> None:
    with pytest.raises(ValueError, match="not a price"):
        pico_per_token(usd)
