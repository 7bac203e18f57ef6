"""Compactions: what each took out of the context, and which files its summary no longer names."""

from cctop.book.notes import CompactionNote
from cctop.book.session import SessionState
from cctop.book.snapshot import CompactionMark
from cctop.book.summary import COMPACTION_AGENT, own_compactions
from cctop.text import Clean

# Versions that wrote the compaction's own API call did so within this time of the mark, ms.
NEAR = 120_000


def marks_of(session: SessionState) -> tuple[CompactionMark, ...]:
    """Return the compactions in order of time."""
    previous: dict[str, int] = {}
    marks = []
    for note in own_compactions(session):
        marks.append(_mark(session, note, previous.get(note.agent, 0)))
        previous[note.agent] = note.at
    return tuple(marks)


def _mark(session: SessionState, note: CompactionNote, since: int) -> CompactionMark:
    event = note.event
    touched = _touched(session, note.agent, since, note.at)
    summary = session.summaries.get(note.uuid)
    named = summary.names if summary is not None else frozenset[str]()
    return CompactionMark(
        note.at,
        event.trigger,
        event.tokens_before,
        event.tokens_after,
        event.duration_ms,
        _cost(session, note),
        note.agent,
        touched,
        tuple(path for path in touched if not _is_named(path, named)) if summary else (),
    )


def _touched(session: SessionState, agent: str, since: int, until: int) -> tuple[Clean, ...]:
    """Return the files that the thread's tool calls touched between two times, first use first."""
    first: dict[Clean, int] = {}
    for call in session.tools.of:
        if call.path and call.agent == agent and since < call.at <= until:
            first[call.path] = min(call.at, first.get(call.path, call.at))
    return tuple(sorted(first, key=lambda path: (first[path], path)))


def _is_named(path: str, names: frozenset[str]) -> bool:
    """Return whether a summary names a file: by its path, the end of it, or its bare name."""
    parts = path.replace("\\", "/").split("/")
    return any("/".join(parts[i:]) in names for i in range(len(parts))) or path in names


def _cost(session: SessionState, note: CompactionNote) -> int | None:
    """Return the price of the compaction's own call, where that is on disk, in pico-USD."""
    costs = [
        call.cost
        for call in session.calls
        if call.agent.startswith(COMPACTION_AGENT) and abs(call.at - note.at) <= NEAR
    ]
    return sum(costs) if costs else None
