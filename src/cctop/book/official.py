"""Claude Code's own books beside ours: official, unlogged and inherited amounts, never added up."""

from cctop.book.session import SessionState
from cctop.book.snapshot import Books


def books_of(session: SessionState) -> Books | None:
    """Return the newest `cost-state` as seen from our meter; None where there is none.

    All amounts in pico-USD. The books of a `--fork-session` go on from its parent's, which shows
    in an equal `startTime`; those of `/branch` and `/clear` begin anew (2.1.330).
    """
    newest = session.books.newest
    if newest is None:
        return None
    until = session.books.until
    later = sum(call.cost for call in session.calls if call.at >= until)
    inherited = _brought_along(session, newest.start)
    official = newest.cost - inherited
    return Books(official, official - (session.meter.cost - later), inherited, later)


def _brought_along(session: SessionState, start: int) -> int:
    """Return what the books held when the session began as a fork of another."""
    if not session.inherited_calls:
        return 0
    last = max(session.inherited_calls, key=lambda call: (call.at, call.model))
    parent = last.owner
    if parent is None:
        return 0
    if not parent.files:  # deleted: its lines here are all that is left to go by
        return session.inherited.cost
    before = parent.books.at(session.born)
    return before.cost if before is not None and before.start == start else 0
