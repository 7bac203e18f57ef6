"""What a session's calls come to one after the other, and by model.

A session of ten thousand calls gets a few more a second, and all of its details with each of them.
So the sums go on from where they stood: the calls of before are as they were, nearly always.
"""

from itertools import pairwise
from typing import TYPE_CHECKING

from cctop.book.column import Column
from cctop.book.meter import Meter
from cctop.book.milestones import Rule
from cctop.book.snapshot import Milestone, ModelUse, Point
from cctop.book.summary import tokens_of
from cctop.book.threads import NEVER
from cctop.prices.rates import Cost
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.calls import Call
    from cctop.book.session import SessionState

POINTS = 4096  # several times as many as a wide screen has dots
TAIL = 64  # calls at the end that may still change: further lines of them come, or one before


class _Use:
    """The use of one model; `cost` is None while nothing of it has a price."""

    __slots__ = ("cost", "meter")

    def __init__(self) -> None:
        self.meter = Meter()
        self.cost: Cost | None = None

    def copy(self) -> "_Use":
        other = _Use()
        other.meter = self.meter.copy()
        other.cost = self.cost
        return other


class Sums:
    """What was paid and used in a part of the course: cost, all tokens, new and unpriced ones."""

    __slots__ = ("cost", "new", "tokens", "unpriced")

    def __init__(self, cost: int, tokens: int, new: int, unpriced: int) -> None:
        self.cost, self.tokens, self.new, self.unpriced = cost, tokens, new, unpriced


class Course:
    """The course of one session, with about so many points at `most`; 0: one for each call."""

    def __init__(self, rule: Rule, most: int = POINTS) -> None:
        self._rule = rule
        self._most = most
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.milestones: list[Milestone] = []
        self.models_of: dict[str, Clean] = {}  # by subagent, that of its newest call
        self._at = Column()
        self._sums = [Column() for _ in range(4)]  # up to and with each call
        self._contexts = Column()
        self._uses: dict[Clean, _Use] = {}
        self._counted = 0  # tokens that count for milestones
        self._settled = 0  # calls that were summed for good
        self._kept = (self._uses, self.models_of, 0, 0)

    def follow(self, session: "SessionState", *, anew: bool = False) -> None:
        """Come up to date with a session: always the same one, and for it the only one that
        follows, unless it is asked to begin `anew`.
        """
        timeline = session.timeline
        if anew:
            self._begin_anew()
        else:
            if self._settled and timeline.changed_since <= self._at[self._settled - 1]:
                self._begin_anew()
            timeline.changed_since = NEVER
        self._go_back()
        settled = max(self._settled, len(session.calls) - TAIL)
        for number, call in enumerate(timeline.forwards(self._settled), self._settled):
            if number == settled:
                self._settle(number)
            self._take(call)
        if settled == len(session.calls):
            self._settle(settled)

    def _go_back(self) -> None:
        """Forget the calls that may have changed."""
        count = self._settled
        for column in (self._at, self._contexts, *self._sums):
            column.cut(count)
        self._uses, self.models_of, self._counted, reached = self._kept
        del self.milestones[reached:]

    def _settle(self, count: int) -> None:
        self._settled = count
        self._kept = self._uses, self.models_of, self._counted, len(self.milestones)
        self._uses = {model: use.copy() for model, use in self._uses.items()}
        self.models_of = dict(self.models_of)

    def _take(self, call: "Call") -> None:
        tokens = call.total.prompt + call.total.output
        paid = (call.cost, tokens, tokens - call.total.cache_read, call.unpriced)
        self._at.append(call.at)
        for column, one in zip(self._sums, paid, strict=True):
            column.append(one + column[-1] if column.of else one)
        if call.agent:
            self.models_of[call.agent] = call.model
        self._contexts.append(0 if call.agent or call.sidechain else call.context)
        self._counted += self._rule.counted(call.total)
        while (step := self._rule.step(len(self.milestones))) is not None and step <= self._counted:
            self.milestones.append(Milestone(step, call.at, self._sums[0][-1]))
        self._use(call)

    def _use(self, call: "Call") -> None:
        """Add to the use of models; side calls count under their own."""
        names = (call.model, *(Clean(side.model) for side in call.side_calls))
        for name, cost, usage in zip(names, call.costs, call.usages, strict=True):
            use = self._uses.get(name)
            if use is None:
                use = self._uses[name] = _Use()
            use.meter.use(usage)
            if cost is not None:
                use.cost = cost if use.cost is None else use.cost + cost
        self._uses[call.model].meter.calls += 1

    def models(self) -> tuple[ModelUse, ...]:
        """Return the use of each model, the dearest first."""
        uses = [
            ModelUse(name, use.meter.calls, tokens_of(use.meter), use.cost)
            for name, use in self._uses.items()
        ]
        return tuple(
            sorted(uses, key=lambda use: (-(use.cost.total if use.cost else 0), use.model))
        )

    def between(self, since: int, until: int) -> tuple[int, int, Sums]:
        """Return how many calls were made from `since` to before `until`, ms, when the last of them
        was, and what they come to.
        """
        first, last = self._at.place(since), self._at.place(until)
        if first == last:
            return 0, 0, Sums(0, 0, 0, 0)
        sums = Sums(*(of[last - 1] - (of[first - 1] if first else 0) for of in self._sums))
        return last - first, self._at[last - 1], sums

    def points(self) -> tuple[Point, ...]:
        """Return a point for each call. Of very many neighbours, which no screen could show one
        beside the other, it is the one with the largest context; the first and the last stay.
        """
        count, step = len(self._at), 1
        while self._most and count > step * self._most:
            step *= 2
        if step == 1:
            return tuple(map(self._point, range(count)))
        size = self._contexts.__getitem__
        ends = [*range(1, count - 1, step), count - 1]
        largest = (max(range(first, end), key=size) for first, end in pairwise(ends))
        return tuple(map(self._point, (0, *largest, count - 1)))

    def _point(self, place: int) -> Point:
        cost, _, new, _ = self._sums
        return Point(self._at[place], cost[place], new[place], self._contexts[place])
