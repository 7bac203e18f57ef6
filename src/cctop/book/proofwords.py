"""A proof in words: what all fronts call its parts. Every text that is returned is clean."""

from datetime import UTC, datetime
from typing import NamedTuple

from cctop import figures
from cctop.book.proof import Charge, Place, Proof, Row, Standing, Unit
from cctop.prices.quotes import CONFIGURED, Quote
from cctop.text import Clean, clean

PATH_LIMIT = 4096  # characters
SESSION_NAME, AGENT_NAME = 8, 14  # characters of a file's name
EVER = "at all times"
_STANDING = {
    Standing.GONE: "file gone",
    Standing.REPLACED: "file rewritten since",
    Standing.UNKNOWN: "not in any file",
}


class Product(NamedTuple):
    """A multiplication in words: `input`, `1,000`, `$4/M` (for a million tokens), `$0.004`; "–"
    without a price.
    """

    kind: str
    number: str
    rate: str
    amount: str


def amount(value: int, unit: Unit, places: int = 2) -> str:
    """Return an amount with all its digits: `$0.0283`, `84,101`; of money with so many decimals at
    least.
    """
    return figures.exact(value, places) if unit is Unit.MONEY else f"{value:,}"


def adds(row: Row, unit: Unit, places: int = 2) -> str:
    """Return what a row adds: `≥$0.0283`, and `unpriced` where that is not known."""
    if unit is Unit.MONEY and row.is_unpriced and not row.amount:
        return "unpriced"
    return ("≥" if row.lower_bound and row.amount else "") + amount(row.amount, unit, places)


def places(proof: Proof) -> int:
    """Return the decimals that amounts one below the other need, so that their points are, too."""
    if proof.figure.unit is not Unit.MONEY:
        return 0
    return max((2, *(figures.places_of(row.amount) for row in proof.rows)))


def total(proof: Proof) -> str:
    """Return the sum of a proof, and whether it is the figure."""
    said = amount(proof.total, proof.figure.unit)
    if proof.shown is None:
        return f"{said}: there is no such figure"
    if proof.holds:
        return f"{said} = the figure shown, to the last digit"
    return f"{said} ≠ the figure shown, {amount(proof.shown, proof.figure.unit)}"


def where(proof: Proof, place: Place, *, whole: bool = False) -> Clean:
    """Return a place as `3f2a77c1…:12`, file and line, with the `whole` path if asked; what cannot
    be counted any more by its byte.
    """
    if place.standing is Standing.UNKNOWN:
        return Clean(_STANDING[place.standing])
    name = clean(place.path, PATH_LIMIT) if whole else _short(place.path)
    line = proof.line_of(place)
    if line:
        return Clean(f"{name}:{line}")
    said = _STANDING.get(place.standing)
    return Clean(f"{name} byte {place.offset:,}" + (f", {said}" if said else ""))


def _short(path: str) -> Clean:
    """Return what tells a file from its neighbours."""
    name = path.replace("\\", "/").rpartition("/")[2].removesuffix(".jsonl")
    room = AGENT_NAME if name.startswith("agent-") else SESSION_NAME
    return clean(name if len(name) <= room + 4 else f"{name[:room]}…")


def price_words(quote: Quote | None) -> Clean:
    """Return a price's row, source, effective date, tier and multiplier."""
    if quote is None:
        return Clean("no known price")
    words: list[str] = [clean(quote.row, 80), clean(quote.source, 80)]
    if quote.source != CONFIGURED:
        words.append(f"from {_day(quote.since)}" if quote.since else EVER)
    words.append(f"prompts above {quote.above:,}" if quote.above else "base tier")
    if quote.multiplier:
        kinds = [name for name, is_on in (("fast", quote.fast), ("US", quote.us)) if is_on]
        words.append(f"{quote.multiplier} {' and '.join(kinds)}")
    return Clean(", ".join(words))


def products(charge: Charge) -> list[Product]:
    """Return the multiplications of a charge; without a price, how many tokens there were."""
    found = []
    for step in charge.steps():
        if charge.quote is None:
            found.append(Product(step.kind, f"{step.number:,}", figures.MISSING, figures.MISSING))
            continue
        is_search = step.kind == "web search"
        rate = f"{figures.exact(step.rate)} each"
        if not is_search:
            rate = f"{figures.per_million(step.rate)}/M"
        found.append(Product(step.kind, f"{step.number:,}", rate, figures.exact(step.amount)))
    return found


def prices_of(row: Row) -> list[Quote]:
    """Return the prices of a row's charges, each once."""
    return list(dict.fromkeys(charge.quote for charge in row.charges if charge.quote is not None))


def _day(ms: int) -> str:
    try:
        return datetime.fromtimestamp(ms / 1000, UTC).date().isoformat()
    except (OverflowError, ValueError, OSError):
        return "?"
