"""What a figure is made of: the calls behind it, one row each, and where every part was read.

Frozen, as fronts see it; `cctop.book.prove` makes it of a session's state. Units: amounts of money
are pico-USD (1e-12 USD) at list price, times are ms since the epoch (UTC), 0 where not known.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

from cctop.events import Usage
from cctop.prices.quotes import Quote
from cctop.prices.rates import WEB_SEARCH, Cost, Rates, price
from cctop.text import Clean


class ProofError(Exception):
    """No proof can be made now; the text says why, in one clean line."""


class Unit(StrEnum):
    """What a figure counts: money in pico-USD, tokens, tool calls."""

    MONEY = "money"
    TOKENS = "tokens"
    CALLS = "calls"


class Figure(StrEnum):
    """The figures that can be proved. All but `TODAY`, which is of all sessions, are of one."""

    COST = "cost"
    TOKENS = "tokens"
    UNPRICED = "unpriced"
    INHERITED = "inherited"
    CONTEXT = "context"
    FAILURES = "failures"
    UNLOGGED = "unlogged"
    TODAY = "today"

    @property
    def unit(self) -> Unit:
        """What it counts."""
        return _UNITS.get(self, Unit.MONEY)

    @property
    def meaning(self) -> str:
        """What it is, in a line."""
        return _MEANINGS[self]


_UNITS = {
    Figure.TOKENS: Unit.TOKENS,
    Figure.UNPRICED: Unit.TOKENS,
    Figure.CONTEXT: Unit.TOKENS,
    Figure.FAILURES: Unit.CALLS,
}
_MEANINGS = {
    Figure.COST: "what the session's own API calls cost at list price",
    Figure.TOKENS: "every token that the session's own API calls read or wrote",
    Figure.UNPRICED: "tokens of models without a known price",
    Figure.INHERITED: "what a fork brought along: made and counted by other sessions",
    Figure.CONTEXT: "tokens in the main thread's context window now",
    Figure.FAILURES: "tool calls that gave an error or were blocked by a hook",
    Figure.UNLOGGED: "Claude Code's own books less what was metered up to them",
    Figure.TODAY: "what all sessions' API calls of the local day cost: the budget's figure",
}


class Standing(StrEnum):
    """Whether the place of a line can be looked up now."""

    HERE = "here"
    GONE = "gone"  # the file was deleted
    REPLACED = "replaced"  # the file was written anew since the line was read
    UNKNOWN = "unknown"  # it is not known where it stood


class Place(Struct, frozen=True, gc=False):
    """Where a line stands: its file and its first byte. `path` is for opening it, and not clean."""

    path: str = ""
    offset: int = -1
    standing: Standing = Standing.UNKNOWN


NOWHERE = Place()
NO_RATES = Rates(0, 0, 0, 0, 0)


class Step(NamedTuple):
    """One multiplication: so many tokens (or searches) of a kind, at a rate, in pico-USD."""

    kind: str
    number: int
    rate: int

    @property
    def amount(self) -> int:
        """The product, pico-USD."""
        return self.number * self.rate


class Charge(Struct, frozen=True, gc=False):
    """One thing that is billed: a response, a pass that makes it up, or a call besides it.

    `quote` is None where `model`, under which it is booked, has no price.
    """

    part: str
    model: Clean
    usage: Usage
    quote: Quote | None = None

    @property
    def cost(self) -> Cost:
        """Its amount by kind: each kind's tokens times the kind's rate."""
        return price(self.usage, self.quote.rates) if self.quote is not None else Cost()

    @property
    def tokens(self) -> int:
        """All its tokens."""
        return self.usage.prompt + self.usage.output

    def steps(self) -> tuple[Step, ...]:
        """Return the multiplications whose products add up to its cost, those of nothing left out.

        Without a price all rates are 0.
        """
        rates = self.quote.rates if self.quote is not None else NO_RATES
        searches = WEB_SEARCH if self.quote is not None else 0
        used = self.usage
        steps = (
            Step("input", used.input, rates.input),
            Step("output", used.output, rates.output),
            Step("cache read", used.cache_read, rates.cache_read),
            Step("cache write 5m", used.cache_write_5m, rates.cache_write_5m),
            Step("cache write 1h", used.cache_write_1h, rates.cache_write_1h),
            Step("web search", used.web_searches, searches),
        )
        return tuple(step for step in steps if step.number)


class Decision(StrEnum):
    """What became of a call, or of one line of it, when it was counted."""

    COUNTED = "counted"
    GROWN = "grown"  # counted with the largest of what its growing lines say
    REPEATED = "repeated"  # a line that says nothing new
    COPY = "copy"  # counted for the session that made it, which is another one
    LEFT_OUT = "left out"  # listed, and no part of the figure


class Line(Struct, frozen=True, gc=False):
    """One line of a transcript that tells of a call. `usage` is what it says was used."""

    place: Place
    session: str
    at: int
    decision: Decision
    usage: Usage
    request_id: Clean = Clean("")


class RowKind(StrEnum):
    """What a row is."""

    CALL = "call"  # an API call
    TOOL = "tool"  # a tool call
    COMPACTION = "compaction"
    BOOKS = "books"  # Claude Code's own total
    BROUGHT = "brought"  # the part of it that a fork brought along


class Row(Struct, frozen=True, gc=False):
    """One addend. `amount` is what it adds to the figure, in the figure's unit.

    `name` is the model or the tool, `message_id` the API's id of the response (of a tool call: of
    the one that asked for it), `words` the decision in a line, `turn` the number of the turn, 0
    before the first, `owner` the session that made the call. `usage` holds all that the call used,
    with its side calls; `detail` what a tool call was to do, and its error.
    """

    amount: int
    kind: RowKind
    at: int
    session: str
    name: Clean
    place: Place = NOWHERE
    decision: Decision = Decision.COUNTED
    words: Clean = Clean("")
    agent: str = ""
    turn: int = 0
    message_id: Clean = Clean("")
    request_id: Clean = Clean("")
    tool_use_id: Clean = Clean("")
    usage: Usage = Usage()
    charges: tuple[Charge, ...] = ()
    lines: tuple[Line, ...] = ()
    lower_bound: bool = False
    owner: str = ""
    detail: Clean = Clean("")

    @property
    def inherited(self) -> bool:
        """Whether another session made the call."""
        return bool(self.owner) and self.owner != self.session

    @property
    def is_unpriced(self) -> bool:
        """Whether nothing of it has a price: then it costs not $0, but nobody knows what."""
        return bool(self.charges) and all(charge.quote is None for charge in self.charges)

    @property
    def tokens(self) -> int:
        """All tokens of the call."""
        return self.usage.prompt + self.usage.output

    @property
    def cost(self) -> Cost:
        """The amount of the call by kind, whatever the figure is."""
        total = Cost()
        for charge in self.charges:
            total += charge.cost
        return total


class Proof(Struct, frozen=True, gc=False):
    """The rows behind one figure; `total` is their sum, `shown` the figure as pictures have it.

    `session` is "" for a figure of all sessions. `shown` is None where there is no such figure: a
    session without books has nothing unlogged. `at` is when it was made, ms; `notes` are what is
    to be known besides; `numbers` are line numbers, by path and offset, of files that are there.
    """

    figure: Figure
    session: str
    rows: tuple[Row, ...]
    total: int
    shown: int | None
    at: int = 0
    notes: tuple[Clean, ...] = ()
    numbers: Mapping[str, Mapping[int, int]] = {}

    def line_of(self, place: Place) -> int:
        """Return the number of a line in its file, from 1; 0 where it is not known."""
        if place.standing is not Standing.HERE:
            return 0
        return self.numbers.get(place.path, {}).get(place.offset, 0)

    @property
    def holds(self) -> bool:
        """Whether the rows add up to the figure, to the last digit."""
        return self.total == (self.shown or 0)
