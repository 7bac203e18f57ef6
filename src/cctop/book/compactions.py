"""Compactions: what each took out of the context, and which files its summary no longer names."""

from bisect import bisect_left, bisect_right
from collections import defaultdict

from cctop.book.notes import CompactionNote
from cctop.book.session import SessionState
from cctop.book.snapshot import CompactionMark
from cctop.book.summary import COMPACTION_AGENT, own_compactions
from cctop.text import Clean

# Versions that wrote the compaction's own API call did so within this time of the mark, ms.
NEAR = 120_000

Touches = dict[str, list[tuple[int, Clean]]]
Costs = list[tuple[int, int]]


def marks_of(session: SessionState) -> tuple[CompactionMark, ...]:
    """Return the compactions in order of time."""
    notes = own_compactions(session)
    if not notes:
        return ()
    touches, costs = _touches(session), _own_costs(session)
    previous: dict[str, int] = {}
    marks = []
    for note in notes:
        since = previous.get(note.agent, 0)
        touched = _between(touches.get(note.agent, []), since, note.at)
        marks.append(_mark(session, note, touched, costs))
        previous[note.agent] = note.at
    return tuple(marks)


def _mark(
    session: SessionState, note: CompactionNote, touched: tuple[Clean, ...], costs: Costs
) -> CompactionMark:
    event = note.event
    summary = session.summaries.get(note.event.uuid)
    forgotten: tuple[Clean, ...] = ()
    if summary is not None:
        forgotten = tuple(path for path in touched if not is_named(path, summary.names))
    return CompactionMark(
        note.at,
        event.trigger,
        event.tokens_before,
        event.tokens_after,
        event.duration_ms,
        _cost(costs, note.at),
        note.agent,
        touched,
        forgotten,
    )


def _touches(session: SessionState) -> Touches:
    """Return the files that each thread's tool calls touched, in order of time."""
    touches: Touches = defaultdict(list)
    for call in session.tools.of.live:
        if call.path:
            touches[call.agent].append((call.at, call.path))
    for agent, times, paths in session.tools.packed_touches():
        touches[agent] += zip(times, paths, strict=True)
    for calls in touches.values():
        calls.sort()
    return touches


def _between(touches: list[tuple[int, Clean]], since: int, until: int) -> tuple[Clean, ...]:
    """Return the files touched after `since` and up to `until`, first use first."""
    first = bisect_left(touches, (since + 1,))
    last = bisect_left(touches, (until + 1,))
    return tuple(dict.fromkeys(path for _, path in touches[first:last]))


def is_named(path: str, names: frozenset[str]) -> bool:
    """Return whether a summary names a file: by its path, the end of it, or its bare name."""
    parts = path.replace("\\", "/").split("/")
    return any("/".join(parts[i:]) in names for i in range(len(parts)))


def _own_costs(session: SessionState) -> Costs:
    """Return time and price of the compactions' own calls, where those are on disk."""
    if not any(agent.startswith(COMPACTION_AGENT) for agent in session.agents):
        return []
    calls = session.calls
    return sorted((c.at, c.cost) for c in calls if c.agent.startswith(COMPACTION_AGENT))


def _cost(costs: Costs, at: int) -> int | None:
    """Return the price of a compaction's own call, in pico-USD; None where it is not on disk."""
    near = costs[bisect_left(costs, (at - NEAR,)) : bisect_right(costs, (at + NEAR + 1,))]
    return sum(cost for _, cost in near) if near else None
