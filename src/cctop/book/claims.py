"""Who made what: forks copy records, and each of them counts once, for the session that made it.

Every counted thing is an `Entry` with one owner. A session that holds a line of it makes a claim:
"I made this", or, where the record says so, "that session made it". The owner does not depend on
the order in which claims arrive, only on what they are.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cctop.book.session import SessionState

Find = Callable[[str], "SessionState"]


class Entry:
    """Something that counts once in all totals. `at`: its earliest time, ms since the epoch."""

    __slots__ = ("at", "claims", "owner")

    def __init__(self, at: int) -> None:
        self.at = at
        self.owner: SessionState | None = None
        # Holder → the session it says is the maker ("" itself). One holder without further
        # knowledge, nearly always: then there is no dict.
        self.claims: dict[SessionState, str] | None = None

    def enter(self, owner: "SessionState") -> None:
        """Count for `owner`."""
        raise NotImplementedError

    def leave(self, owner: "SessionState") -> None:
        """Count for `owner` no longer."""
        raise NotImplementedError

    def holders(self) -> "tuple[SessionState, ...]":
        """Return the sessions that hold a line of it."""
        if self.claims is None:
            return (self.owner,) if self.owner is not None else ()
        return tuple(self.claims)


def is_news(entry: Entry, session: "SessionState", maker: str) -> bool:
    """Return whether a claim says anything that was not known."""
    if entry.claims is None:
        return entry.owner is not session or bool(maker)
    # Once a maker is named, a line of the same session that names none takes nothing back.
    known = entry.claims.get(session)
    return known is None or (bool(maker) and known != maker and (not known or maker < known))


def add(entry: Entry, session: "SessionState", maker: str) -> None:
    """Record the claim that `session` holds a line of `entry`, made by `maker` ("" itself)."""
    if entry.claims is None:
        if not maker and (entry.owner is None or entry.owner is session):
            return
        entry.claims = {} if entry.owner in (None, session) else {entry.owner: ""}
    known = entry.claims.get(session, "")
    entry.claims[session] = min(known, maker) if known and maker else known or maker


def contested(entry: Entry) -> "tuple[SessionState, ...]":
    """Return the holders who say they made it themselves, where that is more than one."""
    if entry.claims is None:
        return ()
    own = [holder for holder, maker in entry.claims.items() if not maker]
    if len(own) < 2 or len(own) < len(entry.claims):
        return ()
    return tuple(own)


def owner_of(entry: Entry, find: Find) -> "SessionState | None":
    """Return who made it, as far as the claims tell.

    A copy of a copy leads, from claim to claim, to a session that names no other. Where several
    say that they made it themselves (forks of versions that left no trace), it is one that existed
    at that time, and of those the one that fell silent first: a fork goes on, its parent seldom.
    """
    if entry.claims is None:
        return entry.owner
    roots = {_root(entry, holder, find) for holder in entry.claims}
    named = {_root(entry, holder, find) for holder, maker in entry.claims.items() if maker}
    candidates = named or roots
    possible = [
        s
        for s in candidates
        if entry.at > s.copied_until and (s.own_at is None or s.own_at <= entry.at)
    ]
    return min(possible or candidates, key=lambda s: (s.last_at, s.id))


def _root(entry: Entry, session: "SessionState", find: Find) -> "SessionState":
    claims = entry.claims or {}
    seen = {session}
    while maker := claims.get(session, ""):
        session = find(maker)
        if session in seen:  # two that name each other: neither can be believed
            return min(seen, key=lambda s: s.id)
        seen.add(session)
    return session
