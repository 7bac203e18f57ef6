"""The session that the user means, or an error that names those it might be."""

from collections.abc import Sequence

from cctop.book.snapshot import Session
from cctop.commands.fault import FAILED, Fault
from cctop.commands.reading import lines_of
from cctop.report.select import UnknownSessionError, find

MAX_CANDIDATES = 10


def meant(sessions: Sequence[Session], wanted: str) -> Session:
    """Return the session with that id, the beginning of one, or the latest. Raises `Fault`."""
    try:
        return find(sessions, wanted)
    except UnknownSessionError as error:
        shown = lines_of(error.candidates[:MAX_CANDIDATES])
        more = len(error.candidates) - len(shown)
        rest = [f"  and {more} more"] if more else []
        raise Fault(FAILED, f"{error}{':' if shown else ''}", *shown, *rest) from error
