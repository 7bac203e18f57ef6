"""What follows from the order of time, kept up to date as calls come: nearly always at the end.

A picture is made of a session whenever something happens in it, and must not cost the more the
longer the session is. So nothing here looks at all calls as long as they come in order. What
disturbs the order (history that is read in any, a fork's claim) is taken note of, and everything is
worked out anew when it is asked for: the results never depend on how the calls came.
"""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from cctop.book.ordered import Ordered
from cctop.book.threads import NEVER
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.calls import Call
    from cctop.book.packed import CallBlock
    from cctop.book.shelf import Shelf

_time = attrgetter("at")
# No two calls that differ are alike in it: their order is the same, however they came.
_place = attrgetter("at", "model", "cost", "context", "agent", "sidechain", "key")
_first, _last = attrgetter("first"), attrgetter("last")


class Timeline:
    """The calls of one session in order of time."""

    __slots__ = ("_calls", "_first_of", "_known", "_ordered", "changed_since")

    def __init__(self, calls: "Shelf[Call]") -> None:
        self._calls = calls  # the session's own
        self._ordered = Ordered(calls.live, _place)
        self._known = (0, 0)  # which were packed when these were put in order
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

    def _live(self) -> "list[Call]":
        """Return those that are not packed, in order of time: not to be changed."""
        known = len(self._calls.blocks), self._calls.woken
        if self._known != known:
            self._known = known
            self._ordered.forget()
        return self._ordered.get()

    @property
    def _blocks(self) -> "list[CallBlock]":
        return self._calls.blocks  # type: ignore[return-value]

    def in_order(self) -> "list[Call]":
        """Return all of them in order of time: not to be changed."""
        return sorted(self._calls, key=_place) if self._blocks else self._live()

    def since(self, at: int) -> "list[Call]":
        """Return those from `at` on, ms, in order of time."""
        if any(block.last >= at for block in self._blocks):
            return sorted((c for c in self._calls.since(at) if c.at >= at), key=_place)
        ordered = self._live()
        return ordered[bisect_left(ordered, at, key=_time) :]

    def cost_since(self, at: int) -> int:
        """Return what those from `at` on cost, pico-USD."""
        ordered = self._live()
        cost = sum(call.cost for call in ordered[bisect_left(ordered, at, key=_time) :])
        return cost + sum(block.cost_since(at) for block in self._blocks)

    def next_after(self, at: int) -> int | None:
        """Return when the first one after `at` was made, ms."""
        ordered = self._live()
        times = [call.at for call in ordered[bisect_left(ordered, at + 1, key=_time) :][:1]]
        times += [time for b in self._blocks if (time := b.next_after(at)) is not None]
        return min(times, default=None)

    def newest_of(self, agent: str) -> int:
        """Return when the newest one of an agent was made, ms; 0 without one."""
        own = (call.at for call in reversed(self._live()) if call.agent == agent)
        return max(next(own, 0), *(block.newest_of.get(agent, 0) for block in self._blocks), 0)

    def main(self) -> list[int]:
        """Return when those of the main thread were made, ms, in no order."""
        times = [call.at for call in self._live() if not (call.agent or call.sidechain)]
        for block in self._blocks:
            times += block.main
        return times

    def forwards(self, number: int) -> "Iterator[Call]":
        """Yield all of them in order of time, but for the first `number`."""
        ordered = self._live()
        behind = len(self._calls) - number
        if behind <= len(ordered) and all(
            block.last < ordered[-behind].at for block in self._blocks if behind
        ):
            return iter(ordered[len(ordered) - behind :])
        return islice(self._merged(ordered), number, None)

    def _merged(self, ordered: "list[Call]") -> "Iterator[Call]":
        """Yield all in order, and unpack no block before its turn."""
        waiting = sorted(self._blocks, key=_first, reverse=True)
        ahead = ordered[::-1]
        while waiting or ahead:
            while waiting and (not ahead or waiting[-1].first <= ahead[-1].at):
                ahead += waiting.pop().entries()
                ahead.sort(key=_place, reverse=True)
            yield ahead.pop()

    def backwards(self) -> "Iterator[Call]":
        """Yield all of them, the newest first; no block is unpacked before its turn."""
        waiting = sorted(self._blocks, key=_last)
        behind = self._live()[:]
        while waiting or behind:
            while waiting and (not behind or waiting[-1].last >= behind[-1].at):
                behind += waiting.pop().entries()
                behind.sort(key=_place)
            yield behind.pop()

    def models(self) -> tuple[Clean, ...]:
        """Return the models in order of their first use."""
        first = self._first_of
        if first is None:
            first = self._first_of = {}
            for call in self._calls.live:
                first[call.model] = min(call.at, first.get(call.model, NEVER))
            for block in self._blocks:
                for model, at in block.first_of.items():
                    first[model] = min(at, first.get(model, NEVER))
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
