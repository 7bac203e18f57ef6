"""Records in, events out, for one file."""

from typing import Any, TypeVar

from world import File, encoded, flat

from cctop.events import Event, Origin, TranscriptEvent

SESSION = "0d209047-6f8c-4d8b-a062-135baa81eb7d"
E = TypeVar("E", bound=Event)


def decode(*records: Any, session: str = SESSION, agent: str = "") -> list[TranscriptEvent]:
    """All events of a file with these records (or lists of them, or raw bytes)."""
    origin = Origin(0, session, agent, "/root", "-home-ada-web")
    return File(origin, "/x.jsonl").decode(b"".join(map(encoded, flat(records))))


def only(kind: type[E], *records: Any, **where: str) -> list[E]:
    """The events of one kind."""
    return [event for event in decode(*records, **where) if isinstance(event, kind)]


def one(kind: type[E], *records: Any, **where: str) -> E:
    """The one event of a kind."""
    (event,) = only(kind, *records, **where)
    return event
