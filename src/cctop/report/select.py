"""Which sessions a report is about."""

import os
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from cctop.book.snapshot import Session, Status

Scope = Literal["active", "today", "all"]
LATEST = "latest"
NEAREST = 5
_PATH_SIGNS = tuple(sign for sign in (os.sep, os.altsep) if sign)


class UnknownSessionError(LookupError):
    """No session, or more than one, is meant by what the user wrote; `candidates` might be."""

    def __init__(self, message: str, candidates: Sequence[Session] = ()) -> None:
        super().__init__(message)
        self.candidates = candidates


def in_scope(
    sessions: Iterable[Session], scope: Scope, today: int, since: int = 0, project: str = ""
) -> list[Session]:
    """Return the sessions to list, in their order.

    `today` and `since` are ms since the epoch: when the day began, and the last activity that is
    old enough to be left out. An active session (not ended) is listed by `today`, too.
    """
    wanted = _project_test(project)
    return [
        session
        for session in sessions
        if _is_in(session, scope, today) and session.last_activity_at >= since and wanted(session)
    ]


def find(sessions: Sequence[Session], wanted: str) -> Session:
    """Return the session with the id `wanted`, or the only one whose id begins so, or the latest.

    Raises `UnknownSessionError` where there is none or more than one.
    """
    if not sessions:
        raise UnknownSessionError("there are no sessions")
    if wanted == LATEST:
        return max(sessions, key=lambda s: (s.last_activity_at, s.id))
    wanted = wanted.lower()
    found = [s for s in sessions if s.id.lower().startswith(wanted)]
    exact = [s for s in found if s.id.lower() == wanted]
    if len(exact or found) == 1:
        return (exact or found)[0]
    if found:
        raise UnknownSessionError(f"{len(found)} sessions begin with {wanted!r}", found)
    raise UnknownSessionError(f"no session begins with {wanted!r}", _nearest(sessions, wanted))


def _is_in(session: Session, scope: Scope, today: int) -> bool:
    if scope == "all" or session.status is not Status.ENDED:
        return True
    return scope == "today" and session.last_activity_at >= today


def _project_test(project: str) -> Callable[[Session], bool]:
    """Return what decides by a project: a path means a folder and all below it, else a name."""
    if not project:
        return lambda _: True
    if any(sign in project for sign in _PATH_SIGNS) or project in {".", "..", "~"}:
        folder = os.path.abspath(os.path.expanduser(project))  # noqa: PTH100, PTH111 - as shells do
        below = folder.rstrip(os.sep) + os.sep
        return lambda session: session.cwd == folder or session.cwd.startswith(below)
    name = project.casefold()
    return lambda session: name in session.project.casefold()


def _nearest(sessions: Sequence[Session], wanted: str) -> list[Session]:
    """Return the sessions most likely meant: named so, with an id that looks so, the newest."""
    from difflib import SequenceMatcher  # noqa: PLC0415 - only where it is needed

    wanted = wanted[:64]

    def likeness(session: Session) -> tuple[bool, float, int]:
        named = wanted in f"{session.project}\n{session.title}".casefold()
        start = session.id[: len(wanted)].lower()
        alike = SequenceMatcher(None, wanted, start).ratio()
        return named, alike, session.last_activity_at

    return sorted(sessions, key=likeness, reverse=True)[:NEAREST]
