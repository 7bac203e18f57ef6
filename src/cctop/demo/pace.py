"""Time on stage: generators that write, and yield how many milliseconds pass until they go on.

A scene is such a generator. Whoever plays it lets the yielded time pass (by setting `now` for the
past, by waiting in the present) and then takes the next step.
"""

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush

from cctop.demo.acts import Act, Beat, Errand, Turn
from cctop.demo.agent import Agent
from cctop.demo.mind import Mind
from cctop.demo.thread import Call, Thread
from cctop.demo.writer import Session

Pauses = Iterator[int]
_BLOCK = 400  # ms between the blocks of one response
_SLOWEST_TOOL = 3  # a slow thread waits for the model more than for its tools


def together(*scenes: Pauses) -> Pauses:
    """Play several scenes side by side; it lasts as long as the longest."""
    now = 0
    due = [(0, place) for place in range(len(scenes))]
    heapify(due)
    while due:
        at, place = heappop(due)
        if at > now:
            yield at - now
            now = at
        pause = next(scenes[place], None)
        if pause is not None:
            heappush(due, (now + pause, place))


def duration(beats: Iterable[Beat], pace: float = 1.0) -> int:
    """How many ms it takes to perform the beats, should no compaction come between them."""

    def lasts(act: Act | Errand) -> int:
        if isinstance(act, Errand):
            return duration(act.beats, act.pace)
        return _tool_ms(act, pace)

    return sum(
        round(beat.latency_ms * pace)
        + _BLOCK * (len(beat.acts) + bool(beat.says) + beat.thinks)
        + max(map(lasts, beat.acts), default=0)
        for beat in beats
    )


def _tool_ms(act: Act, pace: float) -> int:
    return round(act.lasts_ms * min(pace, _SLOWEST_TOOL))


def perform(thread: Thread, mind: Mind, beat: Beat) -> Pauses:
    """Play one beat: the response, block by block, then its tools side by side."""
    yield round(beat.latency_ms * mind.pace)
    if isinstance(thread, Session) and mind.is_full:
        yield from mind.compact(thread, "auto")
    usage = mind.usage(thread.stage.now, thinks=beat.thinks)
    reply = thread.reply(usage, "tool_use" if beat.acts else "end_turn")
    if beat.thinks:
        reply.think()
        yield _BLOCK
    if beat.says:
        reply.say(beat.says)
        yield _BLOCK
    ends: list[Pauses] = []
    for act in beat.acts:
        name = "Agent" if isinstance(act, Errand) else act.tool
        call = reply.call(name, **act.input)
        mind.touch(call.input)
        ends.append(_run(thread, mind, act, call))
        yield _BLOCK
    yield from together(*ends)


def _run(thread: Thread, mind: Mind, act: Act | Errand, call: Call) -> Pauses:
    if isinstance(act, Act):
        yield _tool_ms(act, mind.pace)
        act.settle(thread, call)
        return
    agent = Agent(
        thread,
        call,
        kind=act.kind,
        description=act.description,
        prompt=act.prompt,
        model=act.model,
    )
    its_mind = Mind(mind.dice, act.growth, pace=act.pace, hour_cache=False)
    for beat in act.beats:
        yield from perform(agent, its_mind, beat)
    agent.finish()
    told = [{"type": "text", "text": act.report}]
    thread.ok(call, told, agent.handed_back(act.report))


def play(session: Session, mind: Mind, turn: Turn) -> Pauses:
    """Play a turn from its prompt, which comes at once, to its end."""
    session.prompt(turn.prompt)
    for beat in turn.beats:
        yield from perform(session, mind, beat)
    if not turn.interrupted:
        session.end_turn()
