"""Loops: one tool that fails again and again with the same input, or with the same error.

A streak is at least three failures of one tool on one thread, within one turn, which have the same
input (the line of it that is kept) or the same error (numbers, hex numbers and paths aside). It is
over when what failed goes well: a call with that input, or, for an error, any call of the tool.
Interrupted calls are no failures of the tool, and add nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import TYPE_CHECKING

from cctop.book.hindsight import Spending, Turn, in_order, turns_of
from cctop.book.repeated import INPUT, LEAST, Key, asked, keys_of
from cctop.book.session import SessionState
from cctop.book.snapshot import Streak
from cctop.book.threads import NEVER
from cctop.book.tools import ToolCall
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.notes import PromptNote

Run = tuple[Key, list[ToolCall]]
Prompts = Callable[[SessionState], "list[PromptNote]"]


def streaks_of(
    session: SessionState, starts: Sequence[int], spending: Spending
) -> tuple[Streak, ...]:
    """Return all streaks of a session, in order of time. `starts`: when its turns began, ms."""
    if not session.tools.repeated.hot:
        return ()
    found = [
        _streak(key, calls, spending)
        for turn in turns_of(session, starts)
        for key, calls in _largest(chain.from_iterable(_runs(turn.calls)))
    ]
    return tuple(sorted(found, key=lambda s: (s.first_at, s.last_at, s.tool, s.what, s.agent_id)))


def live_streak(session: SessionState, prompts: Prompts) -> Streak | None:
    """Return the longest streak that goes on now, None where there is none.

    `prompts` gives those that started a turn, in order of time. Nearly always that is known at
    once: no failure was repeated so often.
    """
    if not session.tools.repeated.hot:
        return None
    version, known = session.streak
    if version != session.version:
        known = _look(session, prompts)
        session.streak = session.version, known
    return known


def _look(session: SessionState, prompts: Prompts) -> Streak | None:
    runs = [run for turn in _current(session, prompts) for run in _runs(turn.calls)[1]]
    if not runs:
        return None
    key, calls = max(runs, key=lambda run: (len(run[1]), run[1][-1].answered_at, run[0]))
    since = min(call.answered_at for call in calls)
    return _streak(key, calls, Spending(session, since), NEVER)


def _current(session: SessionState, prompts: Prompts) -> Iterable[Turn]:
    """Return the turns that are at work, of threads on which something failed so often in them."""
    for agent in _hot_threads(session):
        start = _began(session, agent)
        if not agent and any(prompt.at > start for prompt in session.prompts):
            started = prompts(session)  # a slash command, perhaps, that was answered
            start = max(start, started[-1].at if started else 0)
        since = session.tools.of.since(start)
        calls = [c for c in since if c.agent == agent and c.at >= start and c.name]
        yield Turn(agent, start, NEVER, in_order(calls))


def _hot_threads(session: SessionState) -> set[str]:
    repeated = session.tools.repeated
    return {
        key[0] for key in repeated.hot if 0 <= _began(session, key[0]) <= repeated.of[key][-LEAST]
    }


def _began(session: SessionState, agent: str) -> int:
    """Return when the turn of a thread began that is at work, ms; -1 where none is."""
    state = session.agents.get(agent) if agent else session
    return state.turn.began if state is not None and state.turn.working else -1


def _runs(calls: Iterable[ToolCall]) -> tuple[list[Run], list[Run]]:
    """Return the streaks of a turn: those that ended in it, and those that did not."""
    inputs: dict[Key, list[ToolCall]] = {}
    errors: dict[str, dict[Key, list[ToolCall]]] = {}  # by tool
    ended: list[Run] = []
    for call in calls:
        if call.failure is not None:
            for key in keys_of(call):
                runs = inputs if key[2] == INPUT else errors.setdefault(call.name, {})
                runs.setdefault(key, []).append(call)
        elif call.over:
            ended += errors.pop(call.name, {}).items()
            mended = (call.agent, call.name, INPUT, asked(call))
            if mended in inputs:
                ended.append((mended, inputs.pop(mended)))
    left = [*inputs.items(), *chain.from_iterable(runs.items() for runs in errors.values())]
    return _long(ended), _long(left)


def _long(runs: Iterable[Run]) -> list[Run]:
    return [(key, calls) for key, calls in runs if len(calls) >= LEAST]


def _largest(runs: Iterable[Run]) -> list[Run]:
    """Return the streaks without those whose failures are all in a longer one."""
    kept: list[Run] = []
    taken: list[set[ToolCall]] = []
    for key, calls in sorted(runs, key=lambda run: (-len(run[1]), run[0][2] != INPUT, run[0])):
        own = set(calls)
        if not any(own <= other for other in taken):
            kept.append((key, calls))
            taken.append(own)
    return kept


def _streak(key: Key, calls: list[ToolCall], spending: Spending, until: int = 0) -> Streak:
    """Return a streak; what was paid since its first failure counts to its last, or to `until`."""
    agent, _, kind, _ = key
    # Of calls that were made together the first may be the last to be answered.
    times = [call.answered_at for call in calls]
    first_at, last_at, last = min(times), max(times), calls[-1]
    spent = spending.between(agent, first_at, until or last_at)
    return Streak(
        tool=last.name,
        what=last.target if kind == INPUT else last.error,
        same=Clean(kind),
        count=len(calls),
        first_at=first_at,
        last_at=last_at,
        cost=spent.cost,
        agent_id=agent,
    )
