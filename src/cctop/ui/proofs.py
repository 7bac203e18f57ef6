"""What the user wants to see of a proof: filter and order, all of it pure."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self

from cctop.book.proof import Proof, Row
from cctop.book.proofwords import adds, places, where
from cctop.text import clean

FIELDS = ("agent", "kind", "model", "turn")
BOUND = "bound"
"""`kind:bound` finds the lower bounds."""
HINT = "text  turn:3  agent:a45b  model:opus  kind:copy  !not"


class Term(NamedTuple):
    """One word of a filter: `field` is "" for any text, and `inverse` for `!word`."""

    field: str
    text: str
    inverse: bool


class Order(NamedTuple):
    """A column to sort by; `descending` is how it starts out."""

    key: str
    value: Callable[[Row], Any]
    descending: bool = True


ORDERS = (
    Order("time", lambda row: row.at, descending=False),
    Order("name", lambda row: row.name, descending=False),
    Order("tokens", lambda row: row.tokens),
    Order("in", lambda row: row.usage.input),
    Order("out", lambda row: row.usage.output),
    Order("read", lambda row: row.usage.cache_read),
    Order("5m", lambda row: row.usage.cache_write_5m),
    Order("1h", lambda row: row.usage.cache_write_1h),
    Order("amount", lambda row: row.amount),
    Order("decision", lambda row: row.words, descending=False),
)
_ORDER = {order.key: order for order in ORDERS}


@dataclass(frozen=True, slots=True)
class Wish:
    """Filter and order. `reverse` turns the column's own direction around."""

    filter: str = ""
    sort: str = "time"
    reverse: bool = False
    terms: tuple[Term, ...] = field(default=(), compare=False)

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return _ORDER[self.sort].descending is not self.reverse

    def filtered(self, text: str) -> Self:
        """The same with another filter."""
        return replace(self, filter=text, terms=_terms(text))

    def sorted_by(self, key: str) -> Self:
        """Sort by a column; by the one it is sorted by already: the other way round."""
        if key == self.sort:
            return replace(self, reverse=not self.reverse)
        return replace(self, sort=key, reverse=False) if key in _ORDER else self

    def stepped(self, step: int) -> Self:
        """Sort by the next column, or with -1 by the one before."""
        keys = list(_ORDER)
        key = keys[(keys.index(self.sort) + step) % len(keys)]
        return replace(self, sort=key, reverse=False)


def _terms(text: str) -> tuple[Term, ...]:
    """Return the terms of a filter: words that must all match, `field:word`, `!word` not."""
    terms = []
    for word in text.casefold().split():
        inverse, said = word.startswith("!"), word.removeprefix("!")
        head, colon, tail = said.partition(":")
        known = bool(colon) and head in FIELDS
        if wanted := tail if known else said:
            terms.append(Term(head if known else "", wanted, inverse))
    return tuple(terms)


class Sheet:
    """A proof as it is looked at: which rows, in which order. `width` is that of its amounts, all
    of which have as many decimals.

    A session of 100,000 calls has as many rows: what takes long is done in `prepare`, and by who
    makes it, in a thread of its own.
    """

    def __init__(self, proof: Proof) -> None:
        self.proof = proof
        self.wish = Wish()
        self._places = places(proof)
        self.width = max((len(self.amount(row)) for row in proof.rows), default=0)
        self.listed: tuple[int, ...] = tuple(range(len(proof.rows)))
        self._texts: dict[int, str] = {}

    def prepare(self) -> None:
        """Make ready what filters look at: of a long session it takes too long between two keys."""
        for place, row in enumerate(self.proof.rows):
            self._texts[place] = self._text(row)

    def choose(self, wish: Wish) -> None:
        """List what is wished for."""
        self.wish = wish
        rows = self.proof.rows
        listed = [place for place in range(len(rows)) if self._matches(place)]
        order = _ORDER[wish.sort]
        if (wish.sort, wish.reverse) != ("time", False):  # they come in order of time
            listed.sort(key=lambda place: order.value(rows[place]), reverse=wish.descending)
        self.listed = tuple(listed)

    def amount(self, row: Row) -> str:
        """What a row adds, with the decimals of all."""
        return adds(row, self.proof.figure.unit, self._places)

    @property
    def is_whole(self) -> bool:
        """Whether all rows are listed."""
        return len(self.listed) == len(self.proof.rows)

    @property
    def sum(self) -> int:
        """What the listed rows add up to."""
        return sum(self.proof.rows[place].amount for place in self.listed)

    def row(self, place: int) -> Row:
        """The row that is listed at a place."""
        return self.proof.rows[self.listed[place]]

    def excerpt(self) -> Proof:
        """The proof of what is listed: all of it, in its own order, or what the filter found."""
        if self.is_whole:
            return self.proof
        fields = {name: getattr(self.proof, name) for name in self.proof.__struct_fields__}
        fields["rows"] = tuple(self.proof.rows[place] for place in sorted(self.listed))
        note = clean(f"only the rows that match {self.wish.filter!r}")
        return Proof(**(fields | {"total": self.sum, "notes": (*self.proof.notes, note)}))

    def _matches(self, place: int) -> bool:
        row = self.proof.rows[place]
        return all(self._finds(term, place, row) is not term.inverse for term in self.wish.terms)

    def _finds(self, term: Term, place: int, row: Row) -> bool:
        match term.field:
            case "turn":
                return str(row.turn) == term.text
            case "agent":
                return row.agent.casefold().startswith(term.text)
            case "model":
                return term.text in row.name.casefold()
            case "kind":
                return term.text in (row.kind, row.decision, BOUND if row.lower_bound else "")
        text = self._texts.get(place)
        if text is None:
            text = self._texts[place] = self._text(row)
        return term.text in text

    def _text(self, row: Row) -> str:
        said = (row.name, row.message_id, row.request_id, row.tool_use_id, row.agent, row.session)
        return "\n".join((*said, where(self.proof, row.place), row.words, row.detail)).casefold()
