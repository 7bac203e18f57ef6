"""What a session is doing: from the registry of running sessions, else from its transcript."""

from cctop.book.heard import AHEAD, LAG
from cctop.book.session import SessionState
from cctop.book.snapshot import Status
from cctop.book.threads import NEVER, AgentState
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
    asked_at, _ = _asked(session, now)
    if live is not None and live.since:
        # The registry can miss that a session waits, but knows sooner than hooks that it goes on:
        # a hook that is no later than `LAG` after its word adds nothing to it.
        if asked_at > live.since + LAG and live.status is not Liveness.WAITING:
            return Status.WAITING, asked_at
        return _registered[live.status], live.since
    return _inferred(session, live, now, asked_at)


def _inferred(
    session: SessionState, live: Live | None, now: int, asked_at: int
) -> tuple[Status, int]:
    """Return the status of a session of which the registry says none, from all else."""
    prompted, rested = _told(session.heard.prompted, now), _told(session.heard.rested, now)
    silence = now - max(session.last_at, prompted, asked_at)
    if live is None and (_has_left(session, now) or silence > TOOL_SILENCE):
        return Status.ENDED, session.last_at
    if asked_at:
        return Status.WAITING, asked_at
    if prompted > max(session.turn.at, rested) and silence <= MODEL_SILENCE:
        return Status.BUSY, prompted
    if rested > max(session.last_at, prompted):
        return Status.IDLE, rested
    if silence <= TOOL_SILENCE and _open_calls(session, "")[1]:
        return Status.BUSY, session.last_at
    if session.turn.working and silence <= MODEL_SILENCE:
        return Status.BUSY, session.turn.at
    is_idle = live is not None or silence <= IDLE_SILENCE
    return (Status.IDLE if is_idle else Status.ENDED), session.last_at


def lasts_until(session: SessionState, live: Live | None, now: int) -> int | None:
    """Return up to when, ms, the status of a session stays as it is at `now`, if nothing new is
    told of it: it moves with the silence alone. None where that is not known: where hooks or a
    process that died have a say in it.
    """
    if session.heard.last_at or session.heard.status or session.died_at:
        return None
    if not session.last_at or session.left_at is not None:
        return None
    if live is not None and live.since:
        return NEVER
    silences = (MODEL_SILENCE, IDLE_SILENCE, TOOL_SILENCE)
    ends = (session.last_at + silence + 1 for silence in silences)
    return min((end for end in ends if end > now), default=NEVER)


def is_inferred(live: Live | None) -> bool:
    """Return whether only the transcript tells: older versions register without a status."""
    return live is None or not live.since


def _told(at: int, now: int) -> int:
    """Return when a hook told something, ms; 0 where its clock was wrong."""
    return at if at <= now + AHEAD else 0


def _has_left(session: SessionState, now: int) -> bool:
    """Return whether its process ended: it closed its books, or is no longer registered."""
    if session.books.until > session.last_at or 0 < session.last_at <= session.died_at:
        return True
    # A prompt that comes soon after is one of the next process: `-p --resume` in a script.
    if (ended := _told(session.heard.ended, now)) and (
        session.last_at <= ended + LEAVING and _told(session.heard.prompted, now) <= ended + LAG
    ):
        return True
    return session.left_at is not None and session.last_at <= session.left_at + LEAVING


def _asked(session: SessionState, now: int) -> tuple[int, Clean]:
    """Return since when hooks say that the session waits for the user, ms, and for what."""
    return session.heard.waits_for(now, lambda agent: _went_on(session, agent))


def _went_on(session: SessionState, agent: str) -> int:
    """Return when a thread last did what it cannot do while it asks the user, ms.

    It ended its turn, or sent the model all results: a request of before has its answer, though no
    hook may have told of that.
    """
    if not agent:
        sent, turn = session.latest.at if session.latest else 0, session.turn
    elif agent in session.agents:
        # Few sessions have a subagent's request open; no thread but the main one keeps its newest.
        sent = session.timeline.newest_of(agent)
        turn = session.agents[agent].turn
    else:
        return 0
    return sent if turn.working else max(sent, turn.at)


def waits_for(session: SessionState, live: Live | None, now: int) -> Clean:
    """Return what a waiting session waits for: the call a permission is asked for, else as the
    registry words it.
    """
    _, asked = _asked(session, now)
    return asked or (live.waiting_for if live else Clean(""))


def compacting(session: SessionState, live: Live | None, now: int) -> tuple[int, str]:
    """Return since when the main thread's context is being compacted, ms, and what triggered it;
    0 where it is not. It is over when the session rests or goes on, be it that its last hook was
    lost.
    """
    at, trigger = session.heard.compacting()
    if not _told(at, now) or now - at > COMPACTION_SILENCE:
        return 0, ""
    marked = max((note.at for note in session.compactions if not note.agent), default=0)
    if at <= max(marked, session.packed[0], session.turn.began, _went_on(session, "")):
        return 0, ""
    if live is not None and live.since and live.status is not Liveness.BUSY:
        return 0, ""
    return (0, "") if live is None and _has_left(session, now) else (at, trigger)


def _open_calls(session: SessionState, agent: str) -> tuple[ToolCall | None, int]:
    """Return the newest of a thread's unanswered tool calls, and how many there are."""
    turn = session.agent(agent).turn if agent else session.turn
    return session.tools.open_since(agent, turn.began) if turn.working else (None, 0)


def activity(session: SessionState, agent: str) -> Clean:
    """Return what a thread is doing, or last said, on one line."""
    newest, count = _open_calls(session, agent)
    if newest is not None:
        more = f" +{count - 1}" if count > 1 else ""
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
