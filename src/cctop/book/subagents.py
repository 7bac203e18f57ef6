"""The subagents of a session, as a tree."""

from collections.abc import Mapping

from cctop.book.session import SessionState
from cctop.book.snapshot import Subagent
from cctop.book.status import activity, agent_state
from cctop.book.summary import subagents_of, tokens_of
from cctop.book.threads import NEVER, AgentState
from cctop.text import Clean


def tree_of(
    session: SessionState, models: Mapping[str, Clean], *, ended: bool
) -> tuple[Subagent, ...]:
    """Return the subagents depth first: each after its parent, siblings by their start.

    `models` are those of their newest calls.
    """
    ids = subagents_of(session)
    children: dict[str, list[str]] = {}
    for id in sorted(ids, key=lambda id: (session.agents[id].first_at, id)):
        children.setdefault(_parent(session, id), []).append(id)
    found: list[Subagent] = []
    waiting = [(id, 1) for id in reversed(children.get("", []))]
    while waiting:
        id, depth = waiting.pop()
        agent = session.agents[id]
        calls, failures = session.tools.by_agent.get(id, (0, 0))
        meta = agent.meta
        found.append(
            Subagent(
                id=id,
                parent=_parent(session, id),
                depth=depth,
                type=meta.type if meta else Clean(""),
                description=_description(session, id, agent),
                model=models.get(id) or (meta.model if meta else Clean("")),
                state=agent_state(agent, ended),
                started_at=0 if agent.first_at == NEVER else agent.first_at,
                last_activity_at=agent.last_at,
                tokens=tokens_of(agent.meter),
                cost=agent.meter.cost,
                unpriced_tokens=agent.meter.unpriced,
                tool_calls=calls,
                tool_failures=failures,
                activity=activity(session, id),
            )
        )
        waiting.extend((child, depth + 1) for child in reversed(children.get(id, [])))
    return tuple(found)


def _parent(session: SessionState, id: str) -> str:
    """Return the parent agent; "" for the main thread, and for one that is not on disk."""
    seen = {id}
    meta = session.agents[id].meta
    parent = meta.parent_agent if meta else ""
    first = parent if parent in session.agents else ""
    while parent:  # a ring of parents has no root: hang its members on the main thread
        if parent in seen:
            return ""
        seen.add(parent)
        state = session.agents.get(parent)
        parent = state.meta.parent_agent if state and state.meta else ""
    return first


def _description(session: SessionState, id: str, agent: AgentState) -> Clean:
    """Return what the subagent is for; older versions say it only in the call that started it."""
    if agent.meta is not None and agent.meta.description:
        return agent.meta.description
    # Who started a subagent is never packed.
    started = [call for call in session.tools.of.live if call.child == id]
    first = min(started, key=lambda call: (call.at, call.id), default=None)
    return first.target if first is not None else Clean("")
