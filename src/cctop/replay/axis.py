"""The end of a session → its axis: marks, gaps, and how the meter rose."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from cctop.book.session import SessionState
from cctop.book.snapshot import Detail
from cctop.figures import tokens as short
from cctop.replay.model import Gap, Level, Mark, MarkKind
from cctop.replay.spoken import compaction_line, error_line
from cctop.text import Clean, clean

PAUSE = 120_000
"""For so long, ms, nothing has to happen for a gap: a long command is one, a long thought not."""


def gaps_in(steps: Sequence[int]) -> tuple[Gap, ...]:
    """Return where nothing happened for long between two of the times, ms in order."""
    pairs = pairwise(steps)
    return tuple(Gap(before, after) for before, after in pairs if after - before > PAUSE)


def levels_of(detail: Detail) -> tuple[Level, ...]:
    """Return cost and context after each response and compaction of the main thread."""
    rises = [(point.at, point.cost, point.context) for point in detail.points]
    falls = [
        (mark.at, -1, mark.tokens_after)
        for mark in detail.compactions
        if not mark.agent_id and mark.tokens_after is not None
    ]
    found: list[Level] = []
    cost = context = 0
    for at, paid, tokens in sorted([*rises, *falls], key=lambda event: event[0]):
        cost, context = max(cost, paid), tokens if paid < 0 else tokens or context
        if found and found[-1].at == at:
            found.pop()
        found.append(Level(at, cost, context))
    return tuple(found)


def marks_of(session: SessionState, detail: Detail, forks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Return all that can be jumped to, by time. `forks` are the sessions that began as such."""
    found = [*_marks(detail), *forks]
    found += [Mark(at, MarkKind.RESUME, Clean("resumed")) for at in session.books.resumed]
    if session.inherited_calls:
        parents = {call.owner.id for call in session.inherited_calls if call.owner is not None}
        names = " ".join(sorted(clean(id[:8]) for id in parents))
        found.append(Mark(session.born, MarkKind.FORK, Clean(f"forked from {names}".strip())))
    return tuple(sorted((mark for mark in found if mark.at), key=_order))


def _marks(detail: Detail) -> Iterator[Mark]:
    for turn in detail.turns:
        yield Mark(turn.at, MarkKind.PROMPT, turn.prompt)
    for failure in detail.failures:
        said = Clean(f"{failure.tool} {failure.kind}: {failure.error}")
        yield Mark(failure.at, MarkKind.FAILURE, said)
    for mark in detail.compactions:
        yield Mark(mark.at, MarkKind.COMPACTION, compaction_line(mark))
    for error in detail.api_failures:
        said = error_line(error.status, error.message, error.retry)
        yield Mark(error.at, MarkKind.API_ERROR, said)
    for agent in detail.subagents:
        said = Clean(f"{agent.type or 'subagent'}: {agent.description or agent.id}")
        yield Mark(agent.started_at, MarkKind.SUBAGENT, said)
    for milestone in detail.milestones:
        said = Clean(f"{short(milestone.tokens)} tokens")
        yield Mark(milestone.at, MarkKind.MILESTONE, said)


def _order(mark: Mark) -> tuple[int, str, str]:
    return mark.at, mark.kind, mark.text


def fork_of(child: SessionState, parent: SessionState) -> Mark | None:
    """Return the mark of a session that was forked from `parent`, None where it was not."""
    if not any(call.owner is parent for call in child.inherited_calls):
        return None
    return Mark(child.born, MarkKind.FORK, Clean(f"fork {clean(child.id[:8])}"))


def merged(steps: list[int], new: Iterable[int]) -> bool:
    """Add times to those that are known, in order and each once; say whether any was new."""
    added = False
    for at in new:
        if not steps or at > steps[-1]:
            steps.append(at)
            added = True
            continue
        index = bisect_left(steps, at)
        if steps[index] != at:
            steps.insert(index, at)
            added = True
    return added
