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
# Hooks are stamped up to a quarter of a second after the fact (2.1.330), later on a busy machine:
# one that is no later than this after the registry's word adds nothing to it, ms.
LAG = 1_500
# A compaction that says nothing for so long was lost with its process, ms.
COMPACTION_SILENCE = 10 * 60_000

_registered = {
    Liveness.BUSY: Status.BUSY,
    Liveness.WAITING: Status.WAITING,
    Liveness.IDLE: Status.IDLE,
    Liveness.SHELL: Status.IDLE,
}


def status_of(session: SessionState, live: Live | None, now: int) -> tuple[Status, int]:
    """Return the status and since when, ms. `now`: ms since the epoch."""
    asked_at, _ = session.heard.waits_for()
    if live is not None and live.since:
        # The registry can miss that a session waits, but knows sooner than hooks that it goes on.
        if asked_at > live.since + LAG and live.status is not Liveness.WAITING:
            return Status.WAITING, asked_at
        return _registered[live.status], live.since
    return _inferred(session, live, now, asked_at)


def _inferred(
    session: SessionState, live: Live | None, now: int, asked_at: int
) -> tuple[Status, int]:
    """Return the status of a session of which the registry says none, from all else."""
    heard = session.heard
    last = max(session.last_at, heard.prompted, asked_at)
    silence = now - last
    if live is None and (_has_left(session) or silence > TOOL_SILENCE):
        return Status.ENDED, session.last_at
    if asked_at:
        return Status.WAITING, asked_at
    if heard.prompted > max(session.turn.at, heard.rested) and silence <= MODEL_SILENCE:
        return Status.BUSY, heard.prompted
    if heard.rested > max(session.last_at, heard.prompted):
        return Status.IDLE, heard.rested
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
    if session.heard.ended and max(session.last_at, session.heard.prompted) <= (
        session.heard.ended + LEAVING
    ):
        return True
    return session.left_at is not None and session.last_at <= session.left_at + LEAVING


def waits_for(session: SessionState, live: Live | None) -> Clean:
    """Return what a waiting session waits for: the call a permission is asked for, else as the
    registry words it.
    """
    _, asked = session.heard.waits_for()
    return asked or (live.waiting_for if live else Clean(""))


def compacting(session: SessionState, live: Live | None, now: int) -> tuple[int, str]:
    """Return since when the main thread's context is being compacted, ms, and what triggered it;
    0 where it is not. It is over when the session rests, be it that its last hook was lost.
    """
    at, trigger = session.heard.compacting(session.packed[0])
    if not at or now - at > COMPACTION_SILENCE:
        return 0, ""
    if live is not None and live.since and live.status is not Liveness.BUSY:
        return 0, ""
    return (0, "") if live is None and _has_left(session) else (at, trigger)


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
