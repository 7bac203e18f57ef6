"""The course of a session's threads: their tool calls turn by turn, and what was paid meanwhile.

Made when someone asks what became of a failure, never for a picture.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from cctop.book.session import SessionState
from cctop.book.threads import NEVER
from cctop.book.tools import ToolCall


class Turn(NamedTuple):
    """The tool calls of one thread between two prompts, in order of time.

    `agent` is "" for the main thread; a subagent's whole life is one turn. It begins at `start` and
    the next prompt comes at `end`, ms: `NEVER` where none came.
    """

    agent: str
    start: int
    end: int
    calls: list[ToolCall]


def turns_of(session: SessionState, starts: Sequence[int]) -> Iterator[Turn]:
    """Yield the turns of all threads that called tools. `starts`: when the main one's began, ms."""
    threads: dict[str, list[ToolCall]] = defaultdict(list)
    for call in session.tools.of:
        if call.name:
            threads[call.agent].append(call)
    for agent, calls in sorted(threads.items()):
        yield from _cut(agent, in_order(calls), () if agent else starts)


def in_order(calls: Iterable[ToolCall]) -> list[ToolCall]:
    """Return tool calls in the order in which they were made."""
    return sorted(calls, key=_place)


def _place(call: ToolCall) -> tuple[int, int, str]:
    offset = call.call_place[1] if call.call_place is not None else 0
    return call.at, offset, call.id


def _cut(agent: str, calls: list[ToolCall], starts: Sequence[int]) -> Iterator[Turn]:
    times = [call.at for call in calls]
    edges = [0, *starts, NEVER]
    for start, end in pairwise(edges):
        own = calls[bisect_left(times, start) : bisect_left(times, end)]
        if own:
            yield Turn(agent, start, end, own)


class Spent(NamedTuple):
    """What responses cost: pico-USD, and tokens that have no price."""

    cost: int
    unpriced: int


class Spending:
    """What the responses of each thread cost, over time."""

    def __init__(self, session: SessionState, since: int = 0) -> None:
        """Look at the responses of a session, at least at those from `since` on, ms."""
        paid: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
        for call in session.calls.since(since):
            if call.agent or not call.sidechain:
                paid[call.agent].append((call.at, call.cost, call.unpriced))
        self._times: dict[str, list[int]] = {}
        self._sums: dict[str, list[tuple[int, int]]] = {}
        for agent, calls in paid.items():
            calls.sort()
            self._times[agent] = [at for at, _, _ in calls]
            costs = accumulate((cost for _, cost, _ in calls), initial=0)
            rest = accumulate((unpriced for _, _, unpriced in calls), initial=0)
            self._sums[agent] = list(zip(costs, rest, strict=True))

    def between(self, agent: str, after: int, until: int) -> Spent:
        """Return what a thread's responses cost that came after one time and up to another, ms."""
        times = self._times.get(agent)
        if not times or until <= after:
            return Spent(0, 0)
        sums = self._sums[agent]
        first, last = sums[bisect_right(times, after)], sums[bisect_right(times, until)]
        return Spent(last[0] - first[0], last[1] - first[1])

    def in_any(self, stretches: Iterable[tuple[str, int, int]]) -> Spent:
        """Return what the responses cost that came in one of several stretches of time, each once.

        A stretch is a thread's agent, and the times after and up to which its responses count, ms.
        """
        cost = unpriced = 0
        thread, done = "", 0
        for agent, after, until in sorted(stretches):
            if agent != thread:
                thread, done = agent, 0
            spent = self.between(agent, max(after, done), until)
            cost, unpriced = cost + spent.cost, unpriced + spent.unpriced
            done = max(done, until)
        return Spent(cost, unpriced)

    def last_before(self, agent: str, end: int) -> int:
        """Return when a thread's last response before `end` came, ms; 0 without one."""
        times = self._times.get(agent, [])
        place = bisect_left(times, end)
        return times[place - 1] if place else 0
