"""Chains: what came of each failure.

A chain begins with a tool call that failed (in any way) and takes in every later call of the same
tool about the same (see `subjects`) on the same thread, up to the first one that goes well, within
one turn and with at most `BETWEEN` other calls of that thread before the next try.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cctop.book.hindsight import Spending, Turn, turns_of
from cctop.book.places import Paths, duration_of, where_of
from cctop.book.session import SessionState
from cctop.book.status import agent_state
from cctop.book.subjects import subject_of
from cctop.book.threads import NEVER
from cctop.book.tools import ToolCall
from cctop.book.trace import Attempt, Chain, Outcome
from cctop.events import FailureKind
from cctop.text import Clean

BETWEEN = 25
"""So many other calls of the thread may lie before the next try: the model reads and edits before
it runs the tests again. After more it has gone on to something else.
"""

Words = Callable[[ToolCall], Clean]
_users = frozenset({FailureKind.DENIED, FailureKind.INTERRUPTED})


@dataclass(slots=True)
class _Links:
    """A chain as it is found: its calls, the number of the last one in its turn, how it ended."""

    calls: list[ToolCall]
    last: int
    turn: Turn
    is_mended: bool = False
    is_left: bool = False


def chains_of(
    session: SessionState,
    starts: Sequence[int],
    spending: Spending,
    words: Words,
    paths: Paths,
    *,
    ended: bool,
) -> tuple[Chain, ...]:
    """Return the chains of a session, in order of time.

    `starts`: when its turns began, ms; `words` gives what was said before a call; `ended`: nothing
    is at work in it any more.
    """
    if not any(session.tools.kinds.values()):
        return ()
    endings = _Endings(session, spending, ended=ended)
    found = [links for turn in turns_of(session, starts) for links in _find(turn)]
    found.sort(key=_began)
    return tuple(_chain(links, endings, spending, words, paths) for links in found)


def _began(links: _Links) -> tuple[int, int, str, str]:
    first = links.calls[0]
    return first.answered_at, first.at, first.id, first.agent


def _find(turn: Turn) -> list[_Links]:
    """Return the chains of one turn."""
    open_: dict[tuple[str, str], _Links] = {}
    found: list[_Links] = []
    for number, call in enumerate(turn.calls):
        key = call.name, subject_of(call)
        links = open_.get(key)
        if links is not None and number - links.last - 1 > BETWEEN:
            links.is_left = True
            del open_[key]
            links = None
        if links is not None:
            _add(links, call, number)
            if links.is_mended:
                del open_[key]
        elif call.failure is not None:
            links = open_[key] = _Links([call], number, turn)
            found.append(links)
    for links in open_.values():
        links.is_left = len(turn.calls) - links.last - 1 > BETWEEN
    return found


def _add(links: _Links, call: ToolCall, number: int) -> None:
    """Add a further call: one that went well mends only what had failed when it was made."""
    if call.failure is None and call.at < links.calls[0].answered_at:
        return
    links.calls.append(call)
    links.last = number
    links.is_mended = call.over and call.failure is None


class _Endings:
    """Tells how what did not recover ended."""

    def __init__(self, session: SessionState, spending: Spending, *, ended: bool) -> None:
        self._session = session
        self._spending = spending
        self._ended = ended
        errors = [(n.agent, n.at) for n in session.api_errors if not n.event.retry]
        self._given = sorted(errors)

    def outcome(self, links: _Links) -> Outcome:
        """Return how a chain ended."""
        if links.is_mended:
            return Outcome.RECOVERED
        turn, last = links.turn, links.calls[-1]
        if links.is_left:
            return Outcome.GIVEN_UP
        if last.failure in _users or self._was_interrupted(turn, last.at):
            return Outcome.STEPPED_IN
        if turn.end != NEVER:
            return Outcome.GIVEN_UP if self._is_finished(turn) else Outcome.STEPPED_IN
        return Outcome.OPEN if self._is_at_work(turn.agent) else Outcome.GIVEN_UP

    def _was_interrupted(self, turn: Turn, since: int) -> bool:
        return any(
            agent == turn.agent and since <= at <= turn.end
            for agent, at in self._session.interruptions
        )

    def _is_finished(self, turn: Turn) -> bool:
        """Whether the model ended a turn itself: its last response asked for no tool, or failed."""
        called = turn.calls[-1].at
        failed = any(agent == turn.agent and called <= at < turn.end for agent, at in self._given)
        return failed or self._spending.last_before(turn.agent, turn.end) > called

    def _is_at_work(self, agent: str) -> bool:
        if self._ended:
            return False
        if not agent:
            return self._session.turn.working
        state = self._session.agents.get(agent)
        return state is not None and agent_state(state, ended=False) == "running"


def _chain(
    links: _Links, endings: _Endings, spending: Spending, words: Words, paths: Paths
) -> Chain:
    first, last = links.calls[0], links.calls[-1]
    outcome = endings.outcome(links)
    until = links.turn.end if outcome is Outcome.OPEN else last.answered_at
    spent = spending.between(first.agent, first.answered_at, until)
    return Chain(
        tool=first.name,
        agent_id=first.agent,
        words=words(first),
        attempts=tuple(_attempt(call, paths) for call in links.calls),
        outcome=outcome,
        cost=spent.cost,
        unpriced_tokens=spent.unpriced,
        paid_until=until,
    )


def _attempt(call: ToolCall, paths: Paths) -> Attempt:
    return Attempt(
        at=call.at,
        ended_at=call.answered_at if call.over else 0,
        tool_use_id=call.id,
        target=call.target,
        kind=call.failure,
        error=call.error,
        duration_ms=duration_of(call) if call.over else None,
        where=where_of(call, paths),
    )
