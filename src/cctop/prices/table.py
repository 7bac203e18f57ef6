"""The price list: what a response costs at list price, or None where that is not known.

Prices come from `genai-prices`: those of Claude Code's own models lie ready (see `known`), others
are looked up once and then kept on disk. The user's own come before them. Claude Code books an
unknown model at another one's rates; here it has no price.
"""

from collections.abc import Mapping
from decimal import Decimal
from functools import cached_property
from pathlib import Path

from cctop.events import Usage
from cctop.prices import catalogue
from cctop.prices.disk import RowCache
from cctop.prices.known import known
from cctop.prices.models import canonical
from cctop.prices.multipliers import factor_of, is_fast, is_us, multiplied
from cctop.prices.quotes import CONFIGURED, Quote
from cctop.prices.rates import Cost, Period, PriceRow, Rates, pico_per_token, price

Override = Mapping[str, float | None]
"""A user's price of one model: USD per million tokens by kind, as the fields of `Rates`."""

_USUAL_RATIOS = {
    "cache_read": Decimal("0.1"),
    "cache_write_5m": Decimal("1.25"),
    "cache_write_1h": Decimal(2),
}
_KINDS = {"input", "output"} | _USUAL_RATIOS.keys()
_OTHERS = ", ".join(_USUAL_RATIOS)


class PriceTable:
    """Prices of all models, for one thread.

    `overrides` are the user's prices by model name: those of a spelling hold for exactly it, and
    else for every spelling of the same model, at all times and prompt lengths, and multiplied like
    the library's. `input` and `output` are needed; a missing cache read is 0.1, a 5 m write 1.25
    and a 1 h write 2 times the input (the vendor's usual ratios). Raises `ValueError` for a price
    that is incomplete or no price. `cache_dir` is where looked-up prices are kept; None keeps none.
    """

    source = catalogue.SOURCE

    def __init__(
        self, overrides: Mapping[str, Override] | None = None, cache_dir: Path | None = None
    ) -> None:
        own = {model: _row(model, prices) for model, prices in (overrides or {}).items()}
        self._own = {canonical(model): row for model, row in own.items()} | own
        self._folder = cache_dir
        self._cache: RowCache | None = None
        self._rows: dict[tuple[str, bool, bool], PriceRow | None] = {}
        self._quotes: dict[tuple[str, bool, bool, int, int], Quote | None] = {}

    @cached_property
    def version(self) -> str:
        """The version of the library that the prices come from."""
        return catalogue.version()

    @cached_property
    def _known(self) -> dict[str, PriceRow | None]:
        return known(self.version)

    @property
    def notice(self) -> str | None:
        """What is wrong with the cache on disk, in a few words; None if nothing is."""
        return self._cache.notice if self._cache else None

    def cost(
        self, model: str, at: int, usage: Usage, speed: str = "", geo: str = ""
    ) -> Cost | None:
        """What one API call costs at list price; None if the model has no known price.

        `at` is when it was made (ms since the epoch, UTC; 0 if not known), `speed` and `geo`
        are its usage's `speed` and `inference_geo`. Prompt tiers go by the call: usages of several
        calls must be priced one by one. The first call for a model may take 200 ms where its prices
        do not lie ready.
        """
        key = (model, is_fast(speed), is_us(geo))
        try:
            row = self._rows[key]
        except KeyError:
            row = self._rows[key] = self._multiplied(*key)
        return price(usage, row.rates(at, usage.prompt)) if row else None

    def explain(
        self, model: str, at: int, usage: Usage, speed: str = "", geo: str = ""
    ) -> Quote | None:
        """Why one API call costs what `cost` says, of which `price(usage, quote.rates)` is the
        amount; None where that has no price. Requests of one price share a quote.
        """
        row = self._row_of(model)
        if row is None:
            return None
        fast, us = is_fast(speed), is_us(geo)
        key = (model, fast, us, *row.place(at, usage.prompt))
        if key not in self._quotes:
            self._quotes[key] = self._quote(row, key, row.rates(at, usage.prompt))
        return self._quotes[key]

    def _quote(
        self, row: PriceRow, key: tuple[str, bool, bool, int, int], listed: Rates
    ) -> Quote | None:
        model, fast, us, since, above = key
        name = canonical(model)
        factor = factor_of(row, name, fast=fast, us=us)
        if factor is None:
            return None
        own = model in self._own or name in self._own
        source = CONFIGURED if own else f"{self.source} {self.version}"
        named = name if own else catalogue.priced_as(name)
        return Quote(
            named, source, since, above, listed, fast, us, *factor, rates=listed.scaled(*factor)
        )

    def _multiplied(self, model: str, fast: bool, us: bool) -> PriceRow | None:
        row = self._row_of(model)
        return multiplied(row, canonical(model), fast=fast, us=us) if row else None

    def _row_of(self, model: str) -> PriceRow | None:
        name = canonical(model)
        return self._own.get(model) or self._own.get(name) or self._listed(name)

    def _listed(self, name: str) -> PriceRow | None:
        if not name or name.startswith("<"):  # <synthetic>: no model spoke
            return None
        if name in self._known:
            return self._known[name]
        if self._cache is None:
            self._cache = RowCache(self._folder, self.version)
        if name in self._cache.rows:
            return self._cache.rows[name]
        row = catalogue.resolve(name)
        self._cache.add(name, row)
        return row


def _row(model: str, prices: Override) -> PriceRow:
    given = {kind: Decimal(str(rate)) for kind, rate in prices.items() if rate is not None}
    if not {"input", "output"} <= given.keys() <= _KINDS:
        raise ValueError(f"price of {model}: input and output are needed, others may be {_OTHERS}")
    usual = {kind: given["input"] * ratio for kind, ratio in _USUAL_RATIOS.items()}
    try:
        rates = Rates(**{kind: pico_per_token(rate) for kind, rate in (usual | given).items()})
    except ValueError as error:
        raise ValueError(f"price of {model}: {error}") from None
    return PriceRow((Period(0, rates),))
