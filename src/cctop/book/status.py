"""What a session is doing: from the registry of running sessions, else from its transcript."""

from cctop.book.session import SessionState
from cctop.book.snapshot import Status
from cctop.book.threads import AgentState
from cctop.book.tools import ToolCall
from cctop.events import Live, Liveness
from cctop.text import Clean

# How long silence may last before an unregistered session (`-p`, SDK, an older version) is no
# longer believed to be at work, ms. A command may run for long; a model that streams does not.
TOOL_SILENCE = 15 * 60_000
MODEL_SILENCE = 5 * 60_000
IDLE_SILENCE = 10 * 60_000
# What a process wrote last may be read only after it left the registry, ms.
LEAVING = 5_000

_registered = {
    Liveness.BUSY: Status.BUSY,
    Liveness.WAITING: Status.WAITING,
    Liveness.IDLE: Status.IDLE,
    Liveness.SHELL: Status.IDLE,
}


def status_of(session: SessionState, live: Live | None, now: int) -> tuple[Status, int]:
    """Return the status and since when, ms. `now`: ms since the epoch."""
    if live is not None and live.since:
        return _registered[live.status], live.since
    silence = now - session.last_at
    if live is None and (_has_left(session) or silence > TOOL_SILENCE):
        return Status.ENDED, session.last_at
    if silence <= TOOL_SILENCE and open_calls(session, ""):
        return Status.BUSY, session.last_at
    if session.turn.working and silence <= MODEL_SILENCE:
        return Status.BUSY, session.turn.at
    is_idle = live is not None or silence <= IDLE_SILENCE
    return (Status.IDLE if is_idle else Status.ENDED), session.last_at


def is_inferred(live: Live | None) -> bool:
    """Return whether only the transcript tells: older versions register without a status."""
    return live is None or not live.since


def _has_left(session: SessionState) -> bool:
    """Return whether its process ended: it closed its books, or is no longer registered."""
    if session.books.until > session.last_at:
        return True
    return session.left_at is not None and session.last_at <= session.left_at + LEAVING


def open_calls(session: SessionState, agent: str) -> list[ToolCall]:
    """Return the unanswered tool calls of a thread; those of turns before are lost, not open."""
    turn = session.agent(agent).turn if agent else session.turn
    if not turn.working:
        return []
    return [call for call in session.tools.open if call.agent == agent and call.at >= turn.began]


def activity(session: SessionState, agent: str) -> Clean:
    """Return what a thread is doing, or last said, on one line."""
    calls = open_calls(session, agent)
    if calls:
        newest = max(calls, key=lambda call: (call.at, call.id))
        more = f" +{len(calls) - 1}" if len(calls) > 1 else ""
        return Clean(f"{newest.name}{more} {newest.target}".strip())
    turn = (session.agent(agent) if agent else session).turn
    # Of a turn just begun nothing has been said: the last words are those of the turn before.
    return Clean("thinking") if turn.working and turn.said_at < turn.began else turn.text


def agent_state(agent: AgentState, ended: bool) -> str:
    """Return running, finished, failed or stopped. `ended`: the session has."""
    told = agent.state
    if told == "failed":
        return "failed"
    if told in ("killed", "stopped", "cancelled"):
        return "stopped"
    finished = agent.meta is not None and agent.meta.finished
    if finished or told == "completed" or (agent.turn.at and not agent.turn.working):
        return "finished"
    return "stopped" if ended else "running"
