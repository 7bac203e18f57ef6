"""What multiplies a list price: the fast mode and where a request was computed.

Measured against the CLI's own books (2.1.330), one unit at a time. Both factors apply to every
token, cached ones included, on top of any prompt tier, and neither to web searches. Service tiers
(`priority`, `batch`, `flex`) change nothing in those books, nor does any other `speed` or place.
"""

from typing import Final

from cctop.prices.rates import PriceRow

FAST: Final = {
    "claude-fable-5-2": 2,
    "claude-mythos-5-2": 2,
    "claude-opus-4-6": 6,
    "claude-opus-4-7": 6,
    "claude-opus-4-8": 2,
    "claude-opus-5": 2,
    "claude-opus-5-5": 2,
}
"""Factor of `usage.speed: "fast"` by canonical model name; other models ignore the speed."""


def is_fast(speed: str) -> bool:
    """Whether `usage.speed` names the fast mode (exactly so: the CLI does not fold case)."""
    return speed == "fast"


def is_us(geo: str) -> bool:
    """Whether `usage.inference_geo` names inference in the US, which costs a tenth more."""
    return geo == "us"


def factor_of(row: PriceRow, name: str, *, fast: bool, us: bool) -> tuple[int, int] | None:
    """By which ratio the prices of `row` are multiplied for requests of that kind.

    `name` is the canonical model name. None if the fast mode's price is not known: the library
    lists one that is no multiple.
    """
    factor = FAST.get(name, row.fast) if fast else 1
    if factor is None:
        return None
    return (11 * factor, 10) if us else (factor, 1)


def multiplied(row: PriceRow, name: str, *, fast: bool, us: bool) -> PriceRow | None:
    """The prices of `row` for requests of that kind; None as in `factor_of`."""
    factor = factor_of(row, name, fast=fast, us=us)
    return row.scaled(*factor) if factor is not None else None
