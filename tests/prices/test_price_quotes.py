"""Why a request has its price: row, source, effective date, tier and multiplier."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st
from test_price_table import BOOKED

from cctop.events import Usage
from cctop.prices.quotes import CONFIGURED, Quote
from cctop.prices.rates import Rates, price
from cctop.prices.table import PriceTable

TABLE = PriceTable()
AT = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
names = st.sampled_from([*{model for model, *_ in BOOKED}, "claude-zephyr-9", "<synthetic>", ""])
counts = st.integers(0, 400_000)
usages = st.builds(Usage, counts, counts, counts, counts, counts, counts, st.integers(0, 9))


def explained(model: str, usage: Usage, speed: str = "", geo: str = "", at: int = AT) -> Quote:
    quote = TABLE.explain(model, at, usage, speed, geo)
    assert quote is not None
    return quote


@given(names, st.sampled_from([0, 1, AT, 2 * AT]), usages, st.sampled_from(["", "fast", "slow"]))
def test_a_quote_gives_the_very_cost(model: str, at: int, usage: Usage, speed: str) -> None:
    for geo in ("", "us", "eu"):
        cost = TABLE.cost(model, at, usage, speed, geo)
        quote = TABLE.explain(model, at, usage, speed, geo)
        assert (cost is None) == (quote is None)
        if quote is not None:
            assert price(usage, quote.rates) == cost
            assert quote.listed.scaled(quote.times, quote.by) == quote.rates


def test_a_plain_price() -> None:
    quote = explained("claude-opus-5-5[1m]", Usage(1, 1))
    assert (quote.row, quote.above, quote.multiplier) == ("claude-opus-5-5", 0, "")
    assert quote.source == f"genai-prices {TABLE.version}"
    assert quote.listed == Rates(4_000_000, 20_000_000, 200_000, 5_000_000, 8_000_000)


def test_a_tier_begins_above_its_threshold() -> None:
    assert explained("claude-haiku-5-5", Usage(100_000)).above == 0
    quote = explained("claude-haiku-5-5", Usage(100_001))
    assert (quote.above, quote.rates.input) == (100_000, 500_000)


def test_multipliers_are_told_in_figures() -> None:
    assert explained("claude-opus-4-6", Usage(1), "fast").multiplier == "×6"
    assert explained("claude-opus-5-5", Usage(1), "", "us").multiplier == "×1.1"
    both = explained("claude-opus-5-5", Usage(1), "fast", "us")
    assert (both.multiplier, both.fast, both.us) == ("×2.2", True, True)
    assert explained("claude-sonnet-5-5", Usage(1), "fast").multiplier == ""


def test_the_price_of_a_model_that_another_one_states() -> None:
    assert explained("claude-mythos-5", Usage(1)).row == "claude-fable-5"


def test_a_price_of_the_users_own() -> None:
    table = PriceTable({"claude-opus-5-5": {"input": 1, "output": 2}})
    quote = table.explain("claude-opus-5-5", AT, Usage(1), "", "us")
    assert quote is not None
    assert (quote.source, quote.since, quote.row) == (CONFIGURED, 0, "claude-opus-5-5")
    assert (quote.listed.input, quote.rates.input) == (1_000_000, 1_100_000)


def test_an_effective_date_is_that_of_the_period() -> None:
    dated = {explained(model, Usage(1), at=AT).since for model, *_ in BOOKED}
    assert 0 in dated
    assert all(since <= AT for since in dated)


def test_requests_of_one_price_share_a_quote() -> None:
    assert explained("claude-opus-5-5", Usage(1)) is explained("claude-opus-5-5", Usage(2))
