"""What a session's calls come to one after the other, and by model.

A session of ten thousand calls gets a few more a second, and all of its details with each of them.
So the sums go on from where they stood: the calls of before are as they were, nearly always.
"""

from bisect import bisect_left
from typing import TYPE_CHECKING

from cctop.book.meter import Meter
from cctop.book.milestones import Rule
from cctop.book.snapshot import Milestone, ModelUse, Point
from cctop.book.summary import in_order, tokens_of
from cctop.book.threads import NEVER
from cctop.prices.rates import Cost
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.calls import Call
    from cctop.book.session import SessionState

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
    """The course of one session. With `points` off none are made."""

    def __init__(self, rule: Rule, *, points: bool = True) -> None:
        self._rule = rule
        self._has_points = points
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.points: list[Point] = []
        self.milestones: list[Milestone] = []
        self.models_of: dict[str, Clean] = {}  # by subagent, that of its newest call
        self._at: list[int] = []
        self._sums: list[tuple[int, int, int, int]] = []  # up to and with each call
        self._uses: dict[Clean, _Use] = {}
        self._counted = 0  # tokens that count for milestones
        self._settled = 0  # calls that were summed for good
        self._kept = (self._uses, self.models_of, 0, 0)

    def follow(self, session: "SessionState", *, anew: bool = False) -> None:
        """Come up to date with a session: always the same one, and for it the only one that
        follows, unless it is asked to begin `anew`.
        """
        calls = in_order(session)
        timeline = session.timeline
        if anew:
            self._begin_anew()
        else:
            if self._settled and timeline.changed_since <= self._at[self._settled - 1]:
                self._begin_anew()
            timeline.changed_since = NEVER
        self._go_back()
        settled = max(self._settled, len(calls) - TAIL)
        for call in calls[self._settled : settled]:
            self._take(call)
        self._settle(settled)
        for call in calls[settled:]:
            self._take(call)

    def _go_back(self) -> None:
        """Forget the calls that may have changed."""
        count = self._settled
        del self.points[count:], self._at[count:], self._sums[count:]
        self._uses, self.models_of, self._counted, reached = self._kept
        del self.milestones[reached:]

    def _settle(self, count: int) -> None:
        self._settled = count
        self._kept = self._uses, self.models_of, self._counted, len(self.milestones)
        self._uses = {model: use.copy() for model, use in self._uses.items()}
        self.models_of = dict(self.models_of)

    def _take(self, call: "Call") -> None:
        cost, tokens, new, unpriced = self._sums[-1] if self._sums else (0, 0, 0, 0)
        prompt, output = call.total.prompt, call.total.output
        cost += call.cost
        new += prompt - call.total.cache_read + output
        self._at.append(call.at)
        self._sums.append((cost, tokens + prompt + output, new, unpriced + call.unpriced))
        if call.agent:
            self.models_of[call.agent] = call.model
        if self._has_points:
            context = 0 if call.agent or call.sidechain else call.context
            self.points.append(Point(call.at, cost, new, context))
        self._counted += self._rule.counted(call.total)
        while (step := self._rule.step(len(self.milestones))) is not None and step <= self._counted:
            self.milestones.append(Milestone(step, call.at, cost))
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
        first, last = bisect_left(self._at, since), bisect_left(self._at, until)
        if first == last:
            return 0, 0, Sums(0, 0, 0, 0)
        after = self._sums[last - 1]
        before = self._sums[first - 1] if first else (0, 0, 0, 0)
        sums = Sums(*(a - b for a, b in zip(after, before, strict=True)))
        return last - first, self._at[last - 1], sums
