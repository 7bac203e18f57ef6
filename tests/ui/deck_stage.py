"""A made-up session that is played again, and the app on it: the factory's day, cut at a moment."""

from bisect import bisect_left, bisect_right
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from board_stage import BOARD, Clock, screen_text
from factory import MINUTE, NOW, FakeSource, c, detail, sessions
from msgspec.structs import replace
from textual.pilot import Pilot

from cctop.book.snapshot import Detail, Fleet, Progress, Snapshot, Status, Tokens
from cctop.prices.rates import Cost
from cctop.replay.model import (
    Axis,
    Gap,
    Level,
    Mark,
    MarkKind,
    Moment,
    Spoken,
    SpokenKind,
)
from cctop.ui.app import CctopApp
from cctop.ui.options import Options
from cctop.ui.screens.replay import Replay

START = NOW - 171 * MINUTE
END = NOW
WHOLE = Progress()
GAP = Gap(NOW - 100 * MINUTE - 15_000, NOW - 83 * MINUTE - 30_000)


def whole() -> Detail:
    """All of the session that is played again."""
    return detail(replace(sessions()[0], api_errors=1))


def levels(of: Detail) -> tuple[Level, ...]:
    return tuple(Level(point.at, point.cost, point.context) for point in of.points)


def marks(of: Detail) -> tuple[Mark, ...]:
    """Everything there is to jump to."""
    kinds = MarkKind
    made = [Mark(turn.at, kinds.PROMPT, turn.prompt) for turn in of.turns]
    made += [Mark(f.at, kinds.FAILURE, c(f"{f.tool} {f.target}: {f.error}")) for f in of.failures]
    made += [
        Mark(m.at, kinds.COMPACTION, c(f"{m.trigger}, {m.tokens_before:,} tokens"))
        for m in of.compactions
    ]
    made += [
        Mark(one.at, kinds.API_ERROR, c(f"{one.status} {one.message}")) for one in of.api_failures
    ]
    made += [
        Mark(one.started_at, kinds.SUBAGENT, c(f"{one.type}: {one.description}"))
        for one in of.subagents
    ]
    made += [Mark(one.at, kinds.MILESTONE, c(f"{one.tokens:,} tokens")) for one in of.milestones]
    made.append(Mark(GAP.end, kinds.RESUME, c("resumed")))
    return tuple(sorted(made, key=lambda mark: mark.at))


ANSWERS = (
    "I'll start with the queue module, then look at who calls it and from where.",
    "Two callers depend on Redis directly; the others go through the retry decorator.",
    "That test was right: a job is enqueued twice when the first attempt times out.",
)
CALLS = (
    ("Read src/app/billing/queue.py", ("import redis", "from app.billing import jobs")),
    ("Bash rg -n enqueue src", ("src/app/billing/queue.py:12:def enqueue(job: Job) -> None:",)),
    ("Edit src/app/billing/retry.py", ("The file has been updated.",)),
    ("Bash pytest -x tests/billing", ("......F", "1 failed, 6 passed in 18.40s")),
)


def conversation(of: Detail) -> tuple[Spoken, ...]:
    """What was said and done, in order of time."""
    said: list[Spoken] = []

    def say(at: int, kind: SpokenKind, *text: str, agent: str = "") -> None:
        said.append(Spoken(at, kind, tuple(c(line) for line in text), c(agent)))

    for turn in of.turns:
        say(turn.at, SpokenKind.PROMPT, turn.prompt)
        for step in range(turn.number % 3 + 1):
            at = turn.at + 20_000 + 95_000 * step
            say(at, SpokenKind.TEXT, ANSWERS[(turn.number + step) % len(ANSWERS)])
            call, output = CALLS[(turn.number + step) % len(CALLS)]
            say(at + 2_000, SpokenKind.TOOL, call)
            say(at + 9_000, SpokenKind.RESULT, *output)
    for failure in of.failures:
        say(failure.at, SpokenKind.FAILURE, f"{failure.tool} {failure.target}", failure.error)
    for mark in of.compactions:
        say(mark.at, SpokenKind.COMPACTION, f"{mark.trigger}: {mark.tokens_before:,} tokens")
    for agent in of.subagents:
        say(agent.started_at, SpokenKind.SUBAGENT, f"{agent.type}: {agent.description}")
        say(agent.started_at + 7_000, SpokenKind.TOOL, agent.activity, agent=agent.id)
        say(agent.started_at + 9_000, SpokenKind.RESULT, "src/app/jobs.py:88", agent=agent.id)
    for one in of.api_failures:
        say(one.at, SpokenKind.ERROR, f"{one.status} {one.message}")
    return tuple(sorted(said, key=lambda spoken: spoken.at))


def cut(of: Detail, at: int, end: int) -> Detail:
    """The details as they were at a time."""
    points = tuple(point for point in of.points if point.at <= at)
    cost = points[-1].cost if points else 0
    share = cost / of.points[-1].cost
    context = next((point.context for point in reversed(points) if point.context), 0)
    failures = tuple(one for one in of.failures if one.at <= at)
    compactions = tuple(one for one in of.compactions if one.at <= at)
    agents = tuple(one for one in of.subagents if one.started_at <= at)
    turns = tuple(one for one in of.turns if one.at <= at)
    tokens = _scaled(of.session.tokens, share)
    calls = round(of.session.tool_calls * share)
    session = replace(
        of.session,
        status=Status.ENDED if at >= end else Status.BUSY,
        status_since=turns[-1].at if turns else at,
        last_activity_at=points[-1].at if points else at,
        turns=len(turns),
        api_calls=len(points),
        tokens=tokens,
        cost=cost,
        books=of.session.books if at >= end else None,
        lower_bounds=0,
        tool_calls=max(calls, len(failures)),
        tool_failures=len(failures),
        denials=sum(one.kind == "denied" for one in failures),
        compactions=len(compactions),
        subagents=len(agents),
        subagents_running=0,
        context=replace(of.session.context, tokens=context),
    )
    parts = (of.cost.input, of.cost.output, of.cost.cache_read, of.cost.cache_write_5m)
    paid = Cost(*(round(part * share) for part in parts))
    return replace(
        of,
        session=session,
        cost=replace(paid, cache_write_1h=cost - paid.total),
        models=of.models[:1],
        failures=failures,
        compactions=compactions,
        subagents=agents,
        turns=turns,
        milestones=tuple(one for one in of.milestones if one.at <= at),
        next_milestone=None,
        points=points,
    )


def _scaled(tokens: Tokens, share: float) -> Tokens:
    names = Tokens.__struct_fields__
    return Tokens(*(round(getattr(tokens, name) * share) for name in names))


class FakeDeck(FakeSource):
    """The session on a deck. A seek is done at once; time goes on when the test says so."""

    def __init__(self, at: int = START, *, live: bool = False, of: Detail | None = None) -> None:
        self.of = of or whole()
        self.said = conversation(self.of)
        self._axis = self._made(live)
        self._moment = Moment(at, playing=False, speed=10.0, at_end=live and at >= END)
        self.seeks: list[int] = []
        self.fed = 0
        self.on_change: Callable[[], None] = lambda: None
        super().__init__(picture=Snapshot())
        self._take()

    def _made(self, live: bool) -> Axis:
        found = marks(self.of)
        times = {START, END, GAP.start, GAP.end}
        times |= {mark.at for mark in found} | {spoken.at for spoken in self.said}
        times |= {point.at for point in self.of.points}
        return Axis(
            1, self.of.session.id, START, END, live, True, (GAP,), found,
            tuple(sorted(at for at in times if START <= at <= END)),
            tuple(turn.at for turn in self.of.turns), levels(self.of), c(""),
        )  # fmt: skip

    def set_axis(self, **changes: Any) -> None:
        """Another axis."""
        self._axis = replace(self._axis, version=self._axis.version + 1, **changes)
        self.on_change()

    def _take(self, progress: Progress = WHOLE) -> None:
        moment = self._moment
        shown = cut(self.of, moment.at, END + 1 if self._axis.live else END)
        version = self.picture.version + 1
        self.picture = Snapshot(version, moment.at, (shown.session,), Fleet(), shown, progress)
        self.on_change()

    def read_so_far(self, progress: Progress) -> None:
        """Not all of it is read."""
        self._take(progress)
        self.set_axis(complete=False)

    # What the screen asks.

    def axis(self) -> Axis:
        return self._axis

    def moment(self) -> Moment:
        return self._moment

    def seek(self, at: int) -> None:
        at = min(self._axis.end, max(self._axis.start, at))
        self.seeks.append(at)
        self._moment = replace(self._moment, at=at, at_end=self._axis.live and at >= END)
        self._take()

    def step(self, count: int) -> None:
        steps, at = self._axis.steps, self._moment.at
        if not steps:
            return
        place = bisect_right(steps, at) + count - 1 if count > 0 else bisect_left(steps, at) + count
        self.seek(steps[min(len(steps) - 1, max(0, place))])

    def play(self) -> None:
        self._moment = replace(self._moment, playing=True)

    def pause(self) -> None:
        self._moment = replace(self._moment, playing=False)

    def set_speed(self, speed: float) -> None:
        self._moment = replace(self._moment, speed=speed)

    def feed(self, at: int, count: int) -> tuple[Spoken, ...]:
        self.fed += 1
        last = bisect_right(self.said, at, key=lambda spoken: spoken.at)
        return self.said[max(0, last - count) : last]

    def find(self, text: str, after: int, forward: bool) -> int | None:
        hits = [s.at for s in self.said if text.lower() in "\n".join(s.text).lower()]
        place = bisect_right(hits, after) if forward else bisect_left(hits, after) - 1
        return hits[place] if 0 <= place < len(hits) else None


class Replaying:
    """A running app on a deck, and shortcuts to what tests ask about it."""

    def __init__(self, app: CctopApp, deck: FakeDeck, pilot: Pilot[None], clock: Clock) -> None:
        self.app, self.deck, self.pilot, self.clock = app, deck, pilot, clock

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        await self.pilot.pause()

    async def tick(self) -> None:
        """Let the next tick come, without waiting for it."""
        self.screen.refresh_picture()
        await self.pilot.pause()

    @property
    def screen(self) -> Replay:
        screen = self.app.screen
        assert isinstance(screen, Replay)
        return screen

    @property
    def at(self) -> int:
        """Where the deck stands."""
        return self.deck.moment().at

    @property
    def text(self) -> str:
        return screen_text(self.app)

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def toasts(self) -> list[str]:
        return [toast.message for toast in self.app._notifications]


@asynccontextmanager
async def replaying(
    size: tuple[int, int] = BOARD, deck: FakeDeck | None = None, **options: Any
) -> AsyncIterator[Replaying]:
    """Run the app on a deck, by default on one that stands in the middle of the session."""
    deck = deck or FakeDeck(NOW - 70 * MINUTE)
    clock = Clock()
    app = CctopApp(deck, Options(**({"now": lambda: clock.now} | options)))
    async with app.run_test(size=size, notifications=True) as pilot:
        await pilot.pause()
        await pilot.pause()
        yield Replaying(app, deck, pilot, clock)
