"""Rates and costs, in whole pico-USD, and the one multiplication between them.

Money is an integer number of pico-USD (1e-12 USD) everywhere: a published rate in USD per million
tokens times 1e6 is pico-USD per token, so sums are exact and do not depend on their order.
"""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Annotated

from msgspec import Meta, Struct
from msgspec.structs import astuple

from cctop.events import Usage

PICO = 10**12
"""pico-USD in one USD."""

WEB_SEARCH = PICO // 100
"""pico-USD of one web search: 10 USD per 1,000, which no multiplier touches."""

Rate = Annotated[int, Meta(ge=0)]


class Rates(Struct, frozen=True, gc=False):
    """What one token of each kind costs, in pico-USD."""

    input: Rate
    output: Rate
    cache_read: Rate
    cache_write_5m: Rate
    cache_write_1h: Rate

    def scaled(self, numerator: int, denominator: int = 1) -> "Rates":
        """All rates times a ratio, each rounded half to even to whole pico-USD per token.

        Published rates are multiples of 10 pico-USD, so that the ratios in use (2, 6, 11/10) never
        round. A user's own rate with more than five decimals may, by half a pico-USD a token.
        """

        def scale(rate: int) -> int:
            whole, rest = divmod(rate * numerator, denominator)
            return whole + (2 * rest + (whole & 1) > denominator)

        return Rates(*map(scale, astuple(self)))


class Tier(Struct, frozen=True, gc=False):
    """The rates of every token of a request whose prompt is longer than `above` tokens."""

    above: int
    rates: Rates


class Period(Struct, frozen=True, gc=False):
    """Prices from `since_ms` (ms since the epoch, UTC) until the next period begins."""

    since_ms: int
    base: Rates
    tiers: tuple[Tier, ...] = ()  # the longest prompts first

    def scaled(self, numerator: int, denominator: int = 1) -> "Period":
        """The period with all its rates times a ratio; see `Rates.scaled`."""
        tiers = (Tier(tier.above, tier.rates.scaled(numerator, denominator)) for tier in self.tiers)
        return Period(self.since_ms, self.base.scaled(numerator, denominator), tuple(tiers))


class PriceRow(Struct, frozen=True, gc=False):
    """All prices of one model, the newest period first.

    `fast` is the factor of the fast mode: 1 where there is none, and None where there is one that
    is no whole multiple of the standard price, which this row cannot express.
    """

    periods: Annotated[tuple[Period, ...], Meta(min_length=1)]
    fast: int | None = 1

    def rates(self, at_ms: int, prompt: int) -> Rates:
        """The rates of a request made at `at_ms` (0: not known, the newest) with `prompt` tokens.

        Like genai-prices and like the CLI (2.1.330): the whole request is priced by the length of
        its prompt, cached parts included, and a tier begins strictly above its threshold. Before
        the first period its prices hold.
        """
        period = self._period(at_ms)
        for tier in period.tiers:
            if prompt > tier.above:
                return tier.rates
        return period.base

    def place(self, at_ms: int, prompt: int) -> tuple[int, int]:
        """Where `rates` finds its answer: since when the period is (ms), and above how many tokens
        the tier (0 for the base price).
        """
        period = self._period(at_ms)
        tier = next((tier.above for tier in period.tiers if prompt > tier.above), 0)
        return period.since_ms, tier

    def scaled(self, numerator: int, denominator: int = 1) -> "PriceRow":
        """The row with all its rates times a ratio; see `Rates.scaled`."""
        periods = tuple(period.scaled(numerator, denominator) for period in self.periods)
        return PriceRow(periods, self.fast)

    def _period(self, at_ms: int) -> Period:
        for period in self.periods:
            if period.since_ms <= at_ms or not at_ms:
                return period
        return self.periods[-1]


class Cost(Struct, frozen=True, gc=False):
    """What something cost at list price, by kind, in pico-USD."""

    input: int = 0
    output: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    web_search: int = 0

    @property
    def total(self) -> int:
        """The sum of all kinds, in pico-USD."""
        return (
            self.input
            + self.output
            + self.cache_read
            + self.cache_write_5m
            + self.cache_write_1h
            + self.web_search
        )

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(
            self.input + other.input,
            self.output + other.output,
            self.cache_read + other.cache_read,
            self.cache_write_5m + other.cache_write_5m,
            self.cache_write_1h + other.cache_write_1h,
            self.web_search + other.web_search,
        )

    def __sub__(self, other: "Cost") -> "Cost":
        return Cost(
            self.input - other.input,
            self.output - other.output,
            self.cache_read - other.cache_read,
            self.cache_write_5m - other.cache_write_5m,
            self.cache_write_1h - other.cache_write_1h,
            self.web_search - other.web_search,
        )


def total_of(costs: Iterable[Cost]) -> Cost:
    """The sum of costs, kind by kind."""
    return Cost(*map(sum, zip(*map(astuple, costs), strict=True)))


def price(usage: Usage, rates: Rates) -> Cost:
    """What `usage` costs at `rates`: exact, and additive over usages at the same rates."""
    return Cost(
        usage.input * rates.input,
        usage.output * rates.output,
        usage.cache_read * rates.cache_read,
        usage.cache_write_5m * rates.cache_write_5m,
        usage.cache_write_1h * rates.cache_write_1h,
        usage.web_searches * WEB_SEARCH,
    )


def pico_per_token(usd_per_million: Decimal | float) -> int:
    """A published rate (USD per million tokens) in pico-USD per token.

    Exact down to 1e-6 USD per million tokens, finer rates are rounded half to even. A float means
    the decimal that it prints as: 0.1 is a tenth. Raises `ValueError` for what is no price:
    negative, infinite or not a number.
    """
    rate = Decimal(str(usd_per_million))
    if not rate.is_finite() or rate < 0:
        raise ValueError(f"not a price: {usd_per_million}")
    return int((rate * 1_000_000).to_integral_value(ROUND_HALF_EVEN))
