"""Figures as short text of a bounded width, so that a right-aligned column never moves.

Each function names its widest result, in cells, beside it. `None` means "not known" and shows as
a dash, never as zero. A figure grows with its value: rounding never turns two values around.
"""

import math
from typing import Final

MISSING: Final = "–"
PICO: Final = 10**12
CENT: Final = PICO // 100

TOKENS_WIDTH: Final = 6
USD_WIDTH: Final = 7
RATE_WIDTH: Final = 8
PERCENT_WIDTH: Final = 6
DURATION_WIDTH: Final = 7
TOOK_WIDTH: Final = 7

SUFFIXES: Final = ((10**3, "k"), (10**6, "M"), (10**9, "B"), (10**12, "T"))
SECONDS_UNTIL_MINUTES: Final = 5 * 60


def tokens(count: int | None) -> str:
    """Return a number of tokens: `84,101`, `402k`, `9.12M`, `1.20B`."""
    if count is None:
        return MISSING
    return f"{count:,}" if count < 100_000 else _scaled(count, 2)


def usd(pico: int | None, width: int = USD_WIDTH) -> str:
    """Return pico-USD as dollars: `$0.08`, `$12.41`, `$1,234`, `$402k`.

    The finest form that fits `width` cells wins: cents, dollars, thousands. Less than half a cent
    is `<$0.01`, so that something spent never reads as nothing. A width no form fits gives `…`.
    """
    if pico is None:
        return MISSING
    if pico < 0:
        return f"-{usd(-pico, width - 1)}"
    if 0 < pico < CENT // 2 and width >= 6:
        return "<$0.01"
    cents = _rounded(pico, CENT)
    dollars = _rounded(pico, PICO)
    for form in (f"${cents // 100:,}.{cents % 100:02}", f"${dollars:,}"):
        if len(form) <= width:
            return form
    forms = (f"${_scaled(dollars, places)}" for places in (2, 1, 0))
    return next((form for form in forms if len(form) <= width), "…"[: max(0, width)])


def exact(pico: int, places: int = 2) -> str:
    """Return pico-USD with all digits, and at least so many decimals: `$0.028`, `$12.40`, `-$0.50`.

    It is of no bounded width: for where a sum is to be checked.
    """
    whole, rest = divmod(abs(pico), PICO)
    decimals = f"{rest:012}".rstrip("0").ljust(places, "0")
    return f"{'-' if pico < 0 else ''}${whole:,}" + (f".{decimals}" if decimals else "")


def places_of(pico: int) -> int:
    """Return how many decimals `exact` needs for an amount."""
    return len(f"{abs(pico) % PICO:012}".rstrip("0"))


def per_million(pico_per_token: int) -> str:
    """Return a rate in USD per million tokens, with all digits: `$4`, `$0.125`."""
    whole, rest = divmod(pico_per_token, 10**6)
    decimals = f"{rest:06}".rstrip("0")
    return f"${whole:,}" + (f".{decimals}" if decimals else "")


def rate(pico_per_hour: int | None, width: int = RATE_WIDTH) -> str:
    """Return pico-USD an hour: `$6.40/h`, `$1,234/h`."""
    return MISSING if pico_per_hour is None else f"{usd(pico_per_hour, width - 2)}/h"


def percent(fraction: float | None, *, fine: bool = False) -> str:
    """Return a fraction of one in per cent: `71 %`, and `7.9 %` below ten when `fine`.

    `0 %` and `100 %` are exact claims: what lies between says `<1 %` or `99 %`.
    """
    if fraction is None or math.isnan(fraction):
        return MISSING
    if fraction <= 0:
        return "0 %"
    if fine and fraction < 0.0995:
        return f"{fraction * 100:.1f} %" if fraction >= 0.0005 else "<0.1 %"
    if fraction > 9.99:
        return ">999 %"
    whole = math.floor(fraction * 100 + 0.5)
    if fraction < 1:
        whole = min(99, whole)
    return f"{whole} %" if whole else "<1 %"


def duration(ms: int | None) -> str:
    """Return a time that runs, in milliseconds: `0:02`, `1:12`, `8 min`, `3 h 04`, `2 d`."""
    if ms is None:
        return MISSING
    seconds = max(0, ms) // 1000
    minutes = seconds // 60
    hours = minutes // 60
    if seconds < SECONDS_UNTIL_MINUTES:
        return f"{minutes}:{seconds % 60:02}"
    if hours < 1:
        return f"{minutes} min"
    if hours < 24:
        return f"{hours} h {minutes % 60:02}"
    days = hours // 24
    return f"{days} d" if days < 1000 else ">999 d"


def took(ms: int | None) -> str:
    """Return a time that something took, in milliseconds: `420 ms`, `1.2 s`, `38 s`, `1:12`."""
    if ms is None:
        return MISSING
    ms = max(0, ms)
    if ms < 1000:
        return f"{ms} ms"
    if ms < 10_000:
        return f"{ms // 1000}.{ms // 100 % 10} s"
    return f"{ms // 1000} s" if ms < 60_000 else duration(ms)


def _rounded(value: int, unit: int) -> int:
    """Return `value` in whole units, half rounded up."""
    return (2 * value + unit) // (2 * unit)


def _scaled(value: int, places: int) -> str:
    """Return `value` with a suffix and at most `places` decimals: three digits for two places."""
    for unit, suffix in SUFFIXES:
        for place in range(places, -1, -1):
            digits = _rounded(value * 10**place, unit)
            if digits < (10 ** (places + 1) if place else 1000):
                whole, rest = divmod(digits, 10**place)
                return f"{whole}.{rest:0{place}}{suffix}" if place else f"{whole}{suffix}"
    return ">999T"
