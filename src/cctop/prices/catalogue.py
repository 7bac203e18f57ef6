"""The one door to `genai-prices`: looks up one model and turns it into a `PriceRow`.

The library costs some 160 ms to import, so it is imported in the call and only there; whoever
calls keeps the answer (see `table`). Nothing here asks the network.
"""

from __future__ import annotations

from datetime import UTC, datetime, time
from decimal import Decimal
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from cctop.prices.models import canonical
from cctop.prices.rates import Period, PriceRow, Rates, Tier, pico_per_token

if TYPE_CHECKING:
    from genai_prices.types import ModelInfo, ModelPrice, TieredPrices

SOURCE = "genai-prices"

# Models that the library does not list but whose price it states (in its remarks on the other
# model) and at which the CLI books them as list price.
_SAME_PRICE = {
    "claude-mythos-5": "claude-fable-5",
    "claude-mythos-5-1": "claude-fable-5-1",
}

# Each kind of token, and the library's prices for it, the most specific first. A kind that has no
# price of its own is billed as what it is a part of: that is the library's own rule.
_KINDS = (
    ("input_mtok",),
    ("output_mtok",),
    ("cache_read_mtok", "input_mtok"),
    ("cache_write_5m_mtok", "cache_write_mtok", "input_mtok"),
    ("cache_write_1h_mtok", "cache_write_mtok", "input_mtok"),
)


def version() -> str:
    """The installed version of the library, from the name of its metadata folder.

    `importlib.metadata` takes 30 ms for the same answer and is asked only if there is no such
    folder; it raises `PackageNotFoundError` if the library is not installed at all.
    """
    spec = find_spec("genai_prices")
    if spec and spec.origin:
        for folder in Path(spec.origin).parent.parent.glob("genai_prices-*.dist-info"):
            return folder.name.removeprefix("genai_prices-").removesuffix(".dist-info")
    from importlib.metadata import version as installed  # noqa: PLC0415 - slow, and rarely needed

    return installed(SOURCE)


def priced_as(name: str) -> str:
    """The model whose price the list states for the one with that canonical name."""
    return _SAME_PRICE.get(name, name)


def resolve(name: str) -> PriceRow | None:
    """All prices of the model with that canonical name; None if the library does not know them.

    Also None where its answer would be a guess: its match goes by the start of a name, so that an
    unheard-of `claude-opus-4-5-mini` would be priced as `claude-opus-4-5`; and where the price
    depends on the time of day, which a row cannot express.
    """
    from genai_prices import Usage, calc_price  # noqa: PLC0415 - 160 ms

    name = priced_as(name)
    try:
        model = calc_price(Usage(), name).model
        if name.startswith("claude-") and canonical(model.id) != name:
            return None
        return _row(model)
    except LookupError:
        return None


def _row(model: ModelInfo) -> PriceRow:
    starts = _starts(model)
    periods = [_period(start, model.get_prices(start)) for start in starts]
    fast = _period(starts[0], model.get_prices(starts[0], {"speed": "fast"}))
    return PriceRow(_without_repeats(periods), _factor(fast, periods[0]))


def _starts(model: ModelInfo) -> list[datetime]:
    """When prices of the model begin, newest first. Raises `LookupError` if by time of day."""
    from genai_prices.types import StartDateConstraint  # noqa: PLC0415

    listed = model.prices if isinstance(model.prices, list) else []
    starts = {datetime(1970, 1, 1, tzinfo=UTC)}
    for constraint in (part.constraint for part in (*listed, *(model.price_variants or ()))):
        if isinstance(constraint, StartDateConstraint):
            starts.add(datetime.combine(constraint.start_date, time(), UTC))
        elif constraint is not None:
            raise LookupError(model.id)
    return sorted(starts, reverse=True)


def _period(since: datetime, prices: ModelPrice) -> Period:
    """The library's prices of one moment. Raises `LookupError` without input or output price."""
    kinds = [_kind(prices, keys) for keys in _KINDS]
    bounds = sorted({tier.start for kind in kinds for tier in getattr(kind, "tiers", ())})
    tiers = tuple(Tier(bound, _rates(kinds, bound)) for bound in reversed(bounds))
    return Period(int(since.timestamp() * 1000), _rates(kinds, -1), tiers)


def _kind(prices: ModelPrice, keys: tuple[str, ...]) -> Decimal | TieredPrices:
    found: list[Decimal | TieredPrices | None] = [getattr(prices, key) for key in keys]
    for price in found:
        if price is not None:
            return price
    raise LookupError(keys[0])


def _rates(kinds: list[Decimal | TieredPrices], bound: int) -> Rates:
    """The rates of prompts just above `bound` tokens; -1 for the shortest."""

    def at(price: Decimal | TieredPrices) -> int:
        if isinstance(price, Decimal):
            return pico_per_token(price)
        begun = [tier.price for tier in price.tiers if tier.start <= bound]
        return pico_per_token(begun[-1] if begun else price.base)

    return Rates(*map(at, kinds))


def _without_repeats(periods: list[Period]) -> tuple[Period, ...]:
    """Without the periods that only repeat the one before: the date was a variant's."""
    older = [*periods[1:], None]
    return tuple(
        new
        for new, old in zip(periods, older, strict=True)
        if old is None or (new.base, new.tiers) != (old.base, old.tiers)
    )


def _factor(fast: Period, standard: Period) -> int | None:
    """By which whole number every fast rate is a multiple of the standard one; None if by none."""
    input_rate = standard.base.input
    factor = fast.base.input // input_rate if input_rate else 1
    return factor if standard.scaled(factor) == fast else None
