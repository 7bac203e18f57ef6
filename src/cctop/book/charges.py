"""A call's amount taken apart: what is billed of it, and which price holds for each part.

This follows `Call.price`, which has no time to say why; a test holds the two together.
"""

from functools import reduce
from typing import Protocol

from cctop.book.calls import Call, plus
from cctop.book.proof import Charge
from cctop.events import Usage
from cctop.prices.quotes import Quote
from cctop.text import Clean, clean

WHOLE = "response"
_PARTS = {"advisor_message": "advisor"}
_NAME_LIMIT = 80


class Quotes(Protocol):
    """What a proof asks of a price list."""

    def explain(self, model: str, at: int, usage: Usage, speed: str, geo: str) -> Quote | None:
        """Return the price of one response and where it comes from; None where it has none."""


def charges_of(call: Call, quotes: Quotes) -> tuple[Charge, ...]:
    """Return what is billed of a call: the response, or the passes that make it up, and each side
    call at its own model.
    """
    name, own = _own(call, quotes)
    passes = passes_of(call)
    parts = [WHOLE] if len(passes) == 1 else [f"pass {n}" for n in range(1, len(passes) + 1)]
    charges = [
        Charge(part, name, usage, quote)
        for part, usage, quote in zip(parts, passes, own, strict=True)
    ]
    for side in call.side_calls:
        model = clean(side.model, _NAME_LIMIT)
        quote = quotes.explain(side.model, call.at, side.usage, call.speed, call.geo)
        charges.append(Charge(_PARTS.get(side.kind, side.kind), model, side.usage, quote))
    return tuple(charges)


def passes_of(call: Call) -> tuple[Usage, ...]:
    """Return the usages that have a price tier each: the passes that make the response up."""
    if call.parts and reduce(plus, call.parts) == call.usage:
        return call.parts
    return (call.usage,)


def _own(call: Call, quotes: Quotes) -> tuple[Clean, list[Quote | None]]:
    """Return the model under which the response is booked, and the price of each pass.

    It is the one that was asked for, but a model without a price stays without one.
    """
    answered = _quotes(call, quotes, call.model)
    if None not in answered and call.booked and call.booked != call.model:
        asked = _quotes(call, quotes, call.booked)
        if None not in asked:
            return call.booked, asked
    return call.model, answered


def _quotes(call: Call, quotes: Quotes, model: str) -> list[Quote | None]:
    explain, at, speed, geo = quotes.explain, call.at, call.speed, call.geo
    return [explain(model, at, usage, speed, geo) for usage in passes_of(call)]
