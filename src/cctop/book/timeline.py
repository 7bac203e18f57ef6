"""What follows from the order of time, kept up to date as calls come: nearly always at the end.

A picture is made of a session whenever something happens in it, and must not cost the more the
longer the session is. So nothing here looks at all calls as long as they come in order. What
disturbs the order (history that is read in any, a fork's claim) is taken note of, and everything is
worked out anew when it is asked for: the results never depend on how the calls came.
"""

from bisect import bisect_left
from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING

from cctop.book.ordered import Ordered
from cctop.book.threads import NEVER
from cctop.text import Clean

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cctop.book.calls import Call

_time = attrgetter("at")


class Timeline:
    """The calls of one session in order of time."""

    __slots__ = ("_all", "_first_of", "_ordered", "changed_since")

    def __init__(self, calls: "Iterable[Call]") -> None:
        self._all = calls  # the session's own collection of them
        self._ordered = Ordered(calls, _place)
        self._first_of: dict[Clean, int] | None = None  # when a model was first used, ms
        self.changed_since = 0  # ms: calls of before are as they were when somebody reset this

    def add(self, call: "Call") -> None:
        """Take in that there is one more."""
        self.changed_since = min(self.changed_since, call.at)
        first_of = self._first_of
        if first_of is not None:
            known = first_of.get(call.model, NEVER)
            first_of[call.model] = call.at if call.at < known else known
        self._ordered.add(call)

    def remove(self, call: "Call") -> None:
        """Take in that there is one less, which is as it was when it was added."""
        self.changed_since = min(self.changed_since, call.at)
        if self._first_of is not None and call.at <= self._first_of.get(call.model, NEVER):
            self._first_of = None
        self._ordered.remove(call)

    def in_order(self) -> "list[Call]":
        """Return all of them in order of time: not to be changed."""
        return self._ordered.get()

    def since(self, at: int) -> "list[Call]":
        """Return those from `at` on, ms, in order of time."""
        ordered = self.in_order()
        return ordered[bisect_left(ordered, at, key=_time) :]

    def next_after(self, at: int) -> int | None:
        """Return when the first one after `at` was made, ms."""
        ordered = self.in_order()
        index = bisect_left(ordered, at + 1, key=_time)
        return ordered[index].at if index < len(ordered) else None

    def backwards(self) -> "Iterator[Call]":
        """Return all of them, the newest first."""
        return reversed(self.in_order())

    def models(self) -> tuple[Clean, ...]:
        """Return the models in order of their first use."""
        first = self._first_of
        if first is None:
            first = self._first_of = {}
            for call in self._all:
                first[call.model] = min(call.at, first.get(call.model, NEVER))
        if len(first) == 1:
            return tuple(first)
        return tuple(sorted(first, key=lambda model: (first[model], model)))


class Turns:
    """How many turns a session has: those before the newest prompt, and what came behind it."""

    __slots__ = ("_before", "_behind", "_born", "_is_known", "_is_open", "_since")

    def __init__(self) -> None:
        self._is_known = self._is_open = False
        self._born = self._before = self._behind = 0
        self._since: int | None = None

    def forget(self) -> None:
        """Take in that a prompt came or went."""
        self._is_known = False

    def answer(self, at: int, sign: int) -> None:
        """Take in that the main thread was answered at `at`, or with `sign` -1 that it was not."""
        if self._since is None:
            return
        if at >= self._since:
            self._behind += sign
        else:
            self._is_known = False

    def learn(
        self, born: int, since: int | None, before: int, behind: int, *, is_open: bool
    ) -> None:
        """Take in how things are: the turns before the newest prompt, which was at `since`, and the
        answers behind it. With `is_open` it begins a turn though it has none. Without any prompt
        answers say nothing.
        """
        self._is_known, self._born, self._since = True, born, since
        self._before, self._behind, self._is_open = before, behind, is_open

    def count(self, born: int) -> int | None:
        """Return how many there are in a life that began at `born`, ms; None where not known."""
        if not self._is_known or born != self._born:
            return None
        if self._since is None:
            return 0
        return self._before + (self._behind > 0 or self._is_open)


def _place(call: "Call") -> tuple[int, str, int, int, str, bool]:
    return call.at, call.model, call.cost, call.context, call.agent, call.sidechain
