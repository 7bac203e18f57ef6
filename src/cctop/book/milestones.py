"""Token milestones: when each was reached, and when the next will be."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from itertools import count
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from cctop.book.meter import Meter
from cctop.book.snapshot import Milestone, NextMilestone, Tokens
from cctop.events import Usage

if TYPE_CHECKING:
    from cctop.book.calls import Call

STEPS = (1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)


class Rule(Struct, frozen=True):
    """Which tokens are counted, and at which counts a milestone stands.

    `kind`: new (input, cache writes, output), total (with cache reads) or output. `steps` rise;
    after the last one there is a milestone every `then_every` tokens (0: none).
    """

    kind: Literal["new", "total", "output"] = "new"
    steps: tuple[int, ...] = STEPS
    then_every: int = 1_000_000

    def counted(self, usage: Usage) -> int:
        """Return the tokens of a call that count."""
        total = usage.prompt + usage.output
        return self._counted(usage.output, total, total - usage.cache_read)

    def counted_by(self, meter: Meter) -> int:
        """Return the tokens of a meter that count."""
        total = meter.tokens
        return self._counted(meter.output, total, total - meter.cache_read)

    def counted_in(self, tokens: Tokens) -> int:
        """Return those that count of tokens by kind."""
        return self._counted(tokens.output, tokens.total, tokens.new)

    def _counted(self, output: int, total: int, new: int) -> int:
        return {"output": output, "total": total, "new": new}[self.kind]

    def all(self) -> Iterator[int]:
        """Yield the milestones in order: without end, unless `then_every` is 0."""
        yield from self.steps
        if self.then_every:
            yield from count(self._last + self.then_every, self.then_every)

    def step(self, number: int) -> int | None:
        """Return the milestone of that number, from 0; None after the last one."""
        if number < len(self.steps):
            return self.steps[number]
        more = number - len(self.steps) + 1
        return self._last + more * self.then_every if self.then_every else None

    def passed(self, tokens: int) -> int:
        """Return how many milestones stand at or below `tokens`."""
        if tokens < self._last or not self.then_every:
            return bisect_right(self.steps, tokens)
        return len(self.steps) + (tokens - self._last) // self.then_every

    @property
    def _last(self) -> int:
        return self.steps[-1] if self.steps else 0


def reached(calls: "Iterable[Call]", rule: Rule) -> list[Milestone]:
    """Return the milestones that `calls`, in order of time, have passed."""
    found: list[Milestone] = []
    steps = rule.all()
    step = next(steps, None)
    tokens = cost = 0
    for call in calls:
        tokens += rule.counted(call.total)
        cost += call.cost
        while step is not None and tokens >= step:
            found.append(Milestone(step, call.at, cost))
            step = next(steps, None)
    return found


def newest(calls: "Iterable[Call]", meter: Meter, rule: Rule) -> Milestone | None:
    """Return the last milestone that `calls`, the newest first, have passed; all of them are in
    `meter`.
    """
    tokens, cost = rule.counted_by(meter), meter.cost
    count = rule.passed(tokens)
    step = rule.step(count - 1) if count else None
    if step is None:
        return None
    for call in calls:
        tokens -= rule.counted(call.total)
        if tokens < step:
            return Milestone(step, call.at, cost)
        cost -= call.cost
    return None


def upcoming(tokens: int, per_minute: float, now: int, rule: Rule) -> NextMilestone | None:
    """Return the next milestone, if any; its time is known while tokens flow. `now` in ms."""
    step = next((step for step in rule.all() if step > tokens), None)
    if step is None:
        return None
    if per_minute <= 0:
        return NextMilestone(step, None)
    return NextMilestone(step, now + round((step - tokens) / per_minute * 60_000))
