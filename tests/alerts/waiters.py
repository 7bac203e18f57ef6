"""Sessions and pictures with nothing in them but what an alert looks at."""

from typing import Any

from msgspec.structs import fields

from cctop.book.snapshot import Books, Context, Progress, Rate, Session, Snapshot, Status, Tokens
from cctop.text import Clean, clean

OPENED = 1_795_348_991_000  # 2026-11-22 12:03:11 UTC
READING = Progress(1, 2, 10, 20)
_VALUES: dict[Any, Any] = {
    Status: Status.IDLE, str: "", int: 0, bool: False, Clean: Clean(""), tuple[Clean, ...]: (),
    Tokens: Tokens(), Context: Context(), Rate: Rate(), Books | None: None,
}  # fmt: skip


def session(id: str, status: Status = Status.WAITING, since: int = 0, **changes: str) -> Session:
    """A session; `changes` are texts of it, made clean."""
    values: dict[str, Any] = {
        field.name: _VALUES[field.type] for field in fields(Session) if field.required
    }
    values |= {"id": id, "status": status, "status_since": since, "project": clean(id)}
    values |= {name: clean(text, 10_000) for name, text in changes.items()}
    return Session(**values)


def picture(*sessions: Session, reading: bool = False) -> Snapshot:
    """A picture of some sessions."""
    return Snapshot(version=1, sessions=sessions, progress=READING if reading else Progress())
