"""API calls: the unit of the meter. One response is one call, however many lines repeat it."""

import re
from functools import reduce
from typing import TYPE_CHECKING, Protocol

from msgspec.structs import astuple

from cctop.book.claims import Entry
from cctop.events import Response, SideCall, Usage
from cctop.prices.rates import Cost
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.session import SessionState

# Ids as the Messages API makes them are unique in the world; a proxy's ("msg_1") are not.
_worldwide = re.compile(r"msg_(?:[a-z]+_)?\w{16,}")


class Prices(Protocol):
    """What the fold asks of a price list."""

    def cost(self, model: str, at: int, usage: Usage, speed: str, geo: str) -> Cost | None:
        """Return the list price of one response, None where the model has none."""


def key_of(event: Response) -> tuple[str, ...]:
    """Return what makes two lines the same call.

    `message.id` and `requestId`, over all files; without `requestId`, session and `message.id`.
    An id of the API itself needs neither: replays put the same message under a new request.
    """
    if not event.message_id:
        return ("", event.request_id) if event.request_id else (event.uuid,)
    if _worldwide.fullmatch(event.message_id):
        return (event.message_id,)
    if event.request_id:
        return (event.message_id, event.request_id)
    return (event.message_id, "", event.maker or event.origin.session)


class Call(Entry):
    """One API response, with the field-wise maximum of what its lines say."""

    __slots__ = (
        "agent", "booked", "context", "cost", "costs", "finished", "geo", "model", "parts",
        "side_calls", "sidechain", "speed", "total", "unpriced", "usage",
    )  # fmt: skip

    def __init__(self, event: Response) -> None:
        super().__init__(event.at)
        self.agent = event.origin.agent
        self.model = event.model
        self.booked = event.booked
        self.usage = event.usage
        self.speed = event.speed
        self.geo = event.geo
        self.finished = event.finished
        self.sidechain = event.sidechain
        self.context = event.context
        self.parts = event.parts
        self.side_calls: tuple[SideCall, ...] = event.side_calls
        self.total = Usage()  # with the side calls
        self.costs: tuple[Cost | None, ...] = ()  # of the response, and of each side call
        self.cost = 0  # pico-USD, with the side calls
        self.unpriced = 0  # tokens

    def adds(self, event: Response) -> bool:
        """Return whether the line says more than is known of this call."""
        usage = self.usage
        return (
            (usage is not event.usage and usage != event.usage and usage.max(event.usage) != usage)
            or (event.finished and not self.finished)
            or (0 < event.at < self.at or (self.at == 0 and event.at > 0))
            or event.origin.agent > self.agent
            or event.context > self.context
            or event.sidechain > self.sidechain
            or event.speed > self.speed
            or event.geo > self.geo
            or _better(event.model, self.model)
            or event.booked > self.booked
            or (bool(event.parts) and _sizes(event.parts) > _sizes(self.parts))
            or (bool(event.side_calls) and _weight(event.side_calls) > _weight(self.side_calls))
        )

    def merge(self, event: Response) -> None:
        """Take in a line of the same call. The result does not depend on the order of lines."""
        self.usage = self.usage.max(event.usage)
        self.finished = self.finished or event.finished
        self.at = min(self.at, event.at) if self.at and event.at else self.at or event.at
        self.agent = max(self.agent, event.origin.agent)
        self.context = max(self.context, event.context)
        self.sidechain = self.sidechain or event.sidechain
        self.speed = max(self.speed, event.speed)
        self.geo = max(self.geo, event.geo)
        self.booked = max(self.booked, event.booked)
        if _better(event.model, self.model):
            self.model = event.model
        if _sizes(event.parts) > _sizes(self.parts):
            self.parts = event.parts
        if _weight(event.side_calls) > _weight(self.side_calls):
            self.side_calls = event.side_calls

    def price(self, prices: Prices) -> None:
        """Work out its amount; what has no price is kept as tokens."""
        own = self._own_cost(prices)
        self.costs, self.total = (own,), self.usage
        self.cost = self.unpriced = 0
        self._charge(own, self.usage)
        for side in self.side_calls:
            cost = prices.cost(side.model, self.at, side.usage, self.speed, self.geo)
            self.costs += (cost,)
            self.total = plus(self.total, side.usage)
            self._charge(cost, side.usage)

    def _charge(self, cost: Cost | None, usage: Usage) -> None:
        if cost is None:
            self.unpriced += usage.prompt + usage.output
        else:
            self.cost += cost.total

    @property
    def usages(self) -> tuple[Usage, ...]:
        """What `costs` are the prices of: the response, and each side call."""
        return (self.usage, *(side.usage for side in self.side_calls))

    def _own_cost(self, prices: Prices) -> Cost | None:
        """Return the price of the response without side calls.

        Claude Code books a response under the model it asked for, whichever answered. A model
        without a price stays without one, whatever was asked for.
        """
        own = self._cost(prices, self.model)
        if own is not None and self.booked and self.booked != self.model:
            return self._cost(prices, self.booked) or own
        return own

    def _cost(self, prices: Prices, model: str) -> Cost | None:
        """Return the price of the response; passes that make it up have a price tier each."""
        if not self.parts or reduce(plus, self.parts) != self.usage:
            return prices.cost(model, self.at, self.usage, self.speed, self.geo)
        total = Cost()
        for part in self.parts:
            cost = prices.cost(model, self.at, part, self.speed, self.geo)
            if cost is None:
                return None
            total += cost
        return total

    def enter(self, owner: "SessionState") -> None:
        """Count for `owner`, and as inherited for every other session that holds a copy."""
        owner.count(self, 1)
        owner.hold(self)
        for holder in self.claims or ():
            holder.hold(self)
            if holder is not owner:
                holder.inherit(self, 1)

    def leave(self, owner: "SessionState") -> None:
        """Count no longer."""
        owner.count(self, -1)
        holders = self.holders()
        for holder in holders:
            if holder is not owner:
                holder.inherit(self, -1)
        if owner not in holders:
            owner.drop(self)


def plus(a: Usage, b: Usage) -> Usage:
    """Return the field-wise sum, tokens."""
    return Usage(
        a.input + b.input,
        a.output + b.output,
        a.cache_read + b.cache_read,
        a.cache_write_5m + b.cache_write_5m,
        a.cache_write_1h + b.cache_write_1h,
        a.thinking + b.thinking,
        a.web_searches + b.web_searches,
    )


Weight = tuple[int, int, tuple[object, ...]]


def _sizes(parts: tuple[Usage, ...]) -> Weight:
    tokens = sum(part.prompt + part.output for part in parts)
    return len(parts), tokens, tuple(map(astuple, parts))


def _weight(side_calls: tuple[SideCall, ...]) -> Weight:
    tokens = sum(side.usage.prompt + side.usage.output for side in side_calls)
    named = tuple((side.kind, side.model, astuple(side.usage)) for side in side_calls)
    return len(side_calls), tokens, named


def _better(new: Clean, old: Clean) -> bool:
    """Return whether to believe `new`: lines of one response agree, but for a missing name."""
    return new not in (old, "unknown") and (old == "unknown" or new > old)
