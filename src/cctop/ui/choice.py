"""What the user wants to see of the sessions: scope, filter and order, all of it pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf
from operator import attrgetter
from typing import Any, NamedTuple, Self

from cctop.book.snapshot import Session, Status


class Scope(StrEnum):
    """Which sessions are listed."""

    ACTIVE = "active"
    TODAY = "today"
    ALL = "all"

    def next(self) -> "Scope":
        """The scope after this one, round and round."""
        scopes = list(Scope)
        return scopes[(scopes.index(self) + 1) % len(scopes)]


FIELDS = ("status", "project", "model")


class Term(NamedTuple):
    """One word of a filter: `field` is "" for any text, and `inverse` for `!word`."""

    field: str
    text: str
    inverse: bool = False

    def matches(self, session: Session) -> bool:
        """Whether a session is meant."""
        return self._found(session) is not self.inverse

    def _found(self, session: Session) -> bool:
        match self.field:
            case "status":
                return session.status.startswith(self.text)
            case "project":
                return self.text in session.project.casefold()
            case "model":
                return any(self.text in model.casefold() for model in session.models)
        # A word has no line break in it, and so cannot be found across two of them.
        texts = (session.project, session.title, session.branch, session.model, session.id)
        return self.text in "\n".join(texts).casefold()


def parse_filter(text: str) -> tuple[Term, ...]:
    """The terms of a filter: words that must all match, `field:word` in a field, `!word` not."""
    terms = []
    for word in text.casefold().split():
        inverse = word.startswith("!")
        head, colon, tail = word.removeprefix("!").partition(":")
        known = bool(colon) and head in FIELDS
        wanted = tail if known else word.removeprefix("!")
        if wanted:
            terms.append(Term(head if known else "", wanted, inverse))
    return tuple(terms)


class Order(NamedTuple):
    """A column to sort by; `descending` is how it starts out."""

    key: str
    word: str
    value: Callable[[Session], Any]
    descending: bool = True


# Asked of thousands of sessions with every picture: an enum's members and hashes take their time.
_WAITING, _BUSY, _IDLE, _ENDED = Status
_ANY_TIME = 2**53  # ms, above every time that a transcript can name


def _by_status(session: Session) -> int:
    """Who waits longest comes first, then who is busy, then who fell silent last.

    The state counts more than any time, which is in ms since the epoch: one number sorts faster.
    Busy sessions keep the order in which they started: they must not change places as they work.
    """
    status = session.status
    if status is _WAITING:
        return session.status_since
    if status is _BUSY:
        return _ANY_TIME - session.started_at
    return (3 if status is _IDLE else 5) * _ANY_TIME - session.last_activity_at


ORDERS: tuple[Order, ...] = (
    Order("status", "status", _by_status, descending=False),
    Order("project", "project", lambda s: (s.project.casefold(), s.title), descending=False),
    Order("title", "title", lambda s: s.title.casefold(), descending=False),
    Order("model", "model", lambda s: s.model, descending=False),
    Order("context", "context", lambda s: s.context.fraction or 0.0),
    Order("in", "tokens in", lambda s: s.tokens.total - s.tokens.output),
    Order("out", "tokens out", lambda s: s.tokens.output),
    Order("hit", "cache hit", lambda s: s.tokens.cache_hit_ratio or 0.0),
    Order("cost", "cost", lambda s: s.cost),
    Order("burn", "USD/h", lambda s: s.rate.cost_per_hour),
    Order("failures", "failures", lambda s: s.tool_failures),
    Order("compactions", "compactions", lambda s: s.compactions),
    Order("subagents", "subagents", lambda s: s.subagents),
    Order("age", "last activity", lambda s: s.last_activity_at),
)
_ORDER = {order.key: order for order in ORDERS}


@dataclass(frozen=True, slots=True)
class Choice:
    """Scope, filter and order. `reverse` turns the column's own direction around."""

    scope: Scope = Scope.TODAY
    filter: str = ""
    sort: str = "status"
    reverse: bool = False
    terms: tuple[Term, ...] = field(default=(), compare=False)

    @property
    def order(self) -> Order:
        """The column it is sorted by."""
        return _ORDER[self.sort]

    @property
    def descending(self) -> bool:
        """Whether the largest comes first."""
        return self.order.descending is not self.reverse

    def filtered(self, text: str) -> Self:
        """The same with another filter."""
        return replace(self, filter=text, terms=parse_filter(text))

    def sorted_by(self, key: str) -> Self:
        """Sort by a column; by the one it is sorted by already: the other way round."""
        if key == self.sort:
            return replace(self, reverse=not self.reverse)
        return replace(self, sort=key, reverse=False)

    def stepped(self, step: int) -> Self:
        """Sort by the next column, or with -1 by the one before."""
        keys = [order.key for order in ORDERS]
        key = keys[(keys.index(self.sort) + step) % len(keys)]
        return replace(self, sort=key, reverse=False)

    def in_scope(self, sessions: Iterable[Session], today: int) -> list[Session]:
        """The sessions of the scope; `today` is when it began, in ms since the epoch."""
        if self.scope is Scope.ALL:
            return list(sessions)
        since = today if self.scope is Scope.TODAY else inf
        return [s for s in sessions if s.status is not _ENDED or s.last_activity_at >= since]

    def apply(self, sessions: Iterable[Session], today: int) -> list[Session]:
        """The sessions to list, in order."""
        return self.ordered(self.in_scope(sessions, today))

    def place(self, session: Session, listed: Sequence[Session]) -> int:
        """The place of a session among others that are in order."""
        value, descending = self.order.value, self.descending
        own = value(session)
        low, high = 0, len(listed)
        while low < high:
            middle = (low + high) // 2
            other = value(listed[middle])
            if other == own:
                is_before = listed[middle].id < session.id
            else:
                is_before = (other < own) is not descending
            low, high = (middle + 1, high) if is_before else (low, middle)
        return low

    def ordered(self, sessions: Iterable[Session]) -> list[Session]:
        """Those that the filter finds, in order."""
        listed = list(sessions)
        for term in self.terms:
            listed = [session for session in listed if term.matches(session)]
        listed.sort(key=attrgetter("id"))
        listed.sort(key=self.order.value, reverse=self.descending)
        return listed
