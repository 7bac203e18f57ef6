"""Who made what: forks copy records, and each of them counts once, for the session that made it.

Every counted thing is an `Entry` with one owner. A session that holds a line of it makes a claim:
"I made this", or, where the record says so, "that session made it". The owner does not depend on
the order in which claims arrive, only on what they are.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cctop.book.session import SessionState

Find = Callable[[str], "SessionState"]
Touch = Callable[["SessionState"], None]

_unique = re.compile(r"(?:[A-Za-z]+[_-])*(?:[0-9A-Za-z]{16,}|[0-9a-f-]{32,})")


def key_of(id: str, session: str, agent: str) -> tuple[str, ...]:
    """Return what makes lines of several files speak of one thing.

    Ids as the Messages API and Claude Code make them are unique in the world; "call_1", as a proxy
    may number them, is so only on its thread.
    """
    return (id,) if _unique.fullmatch(id) else (id, session, agent)


class Entry:
    """Something that counts once in all totals. `at`: its earliest time, ms since the epoch."""

    __slots__ = ("at", "claims", "key", "owner")

    def __init__(self, at: int) -> None:
        self.at = at
        self.key: tuple[str, ...] = ()  # by which its holder knows it again
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


def candidates(entry: Entry, find: Find) -> "set[SessionState]":
    """Return who may have made it: nearly always one session.

    A copy of a copy leads, from claim to claim, to a session that names no other.
    """
    assert entry.claims is not None
    named = {_root(entry, holder, find) for holder, maker in entry.claims.items() if maker}
    return named or set(entry.claims)


def likeliest(entry: Entry, rivals: "set[SessionState]") -> "SessionState":
    """Return who made it of several that may have (forks of versions that left no trace).

    It is one that existed at that time, and of those the one that fell silent first: a fork goes
    on, its parent seldom.
    """
    possible = [
        s
        for s in rivals
        if entry.at > s.copied_until and (s.own_at is None or s.own_at <= entry.at)
    ]
    return min(possible or rivals, key=lambda s: (s.last_at, s.id))


def _root(entry: Entry, session: "SessionState", find: Find) -> "SessionState":
    claims = entry.claims or {}
    seen = {session}
    while maker := claims.get(session, ""):
        session = find(maker)
        if session in seen:  # two that name each other: neither can be believed
            return min(seen, key=lambda s: s.id)
        seen.add(session)
    return session


class Owners:
    """Keeps every entry counted for its owner. `touch` hears of each session that changes by it."""

    def __init__(self, find: Find, touch: Touch) -> None:
        self._find = find
        self._touch = touch
        # Rivals → what they contest, and what was known of them when it was last judged.
        self._contested: dict[frozenset[SessionState], dict[Entry, None]] = {}
        self._judged: dict[frozenset[SessionState], tuple[object, ...]] = {}
        self._relatives: dict[SessionState, set[SessionState]] = {}

    def family(self, session: "SessionState") -> "set[SessionState]":
        """Return the session and all that hold lines of one thing with it, however far."""
        found, waiting = {session}, [session]
        while waiting:
            new = self._relatives.get(waiting.pop(), set()) - found
            found |= new
            waiting += new
        return found

    def forget(self, family: "set[SessionState]") -> None:
        """Forget what was known of a whole family."""
        for session in family:
            self._relatives.pop(session, None)
        for group in [group for group in self._contested if not group.isdisjoint(family)]:
            del self._contested[group]
            self._judged.pop(group, None)

    def claim(self, entry: Entry, session: "SessionState", maker: str) -> None:
        """Take in a claim, for an entry that may count for someone already."""
        if entry.owner is not None:
            if not is_news(entry, session, maker):
                return
            self.withdraw(entry)
        self.enter(entry, session, maker)

    def withdraw(self, entry: Entry) -> None:
        """Let an entry count for no one, so that it can be changed."""
        owner = entry.owner
        if owner is not None:
            entry.leave(owner)
            if entry.claims is not None:
                self._touch(owner)

    def enter(self, entry: Entry, session: "SessionState", maker: str) -> None:
        """Count an entry that counts for no one now, after a claim that may be new."""
        if entry.owner is None:
            entry.owner = session
        add(entry, session, maker)
        self.judge(entry)

    def judge(self, entry: Entry) -> None:
        """Find the owner of an entry that counts for no one now, and count it."""
        if entry.claims is None:
            if entry.owner is not None:
                entry.enter(entry.owner)
            return
        rivals = candidates(entry, self._find)
        if len(rivals) > 1:
            group = frozenset(rivals)
            self._contested.setdefault(group, {})[entry] = None
            self._judged.pop(group, None)
        self._count(entry, likeliest(entry, rivals))

    def settle(self) -> None:
        """Judge anew what several may have made, where more is known of them now."""
        for rivals, entries in self._contested.items():
            silent = sorted(rivals, key=lambda s: (s.last_at, s.id))
            known = tuple((s.id, s.own_at, s.copied_until) for s in silent)
            if self._judged.get(rivals) == known:
                continue
            self._judged[rivals] = known
            for entry in entries:
                owner = likeliest(entry, candidates(entry, self._find))
                if owner is not entry.owner:
                    self.withdraw(entry)
                    self._count(entry, owner)

    def _count(self, entry: Entry, owner: "SessionState") -> None:
        entry.owner = owner
        entry.enter(owner)
        involved = (*entry.holders(), owner)
        for session in involved:
            self._relatives.setdefault(session, set()).update(involved)
            self._touch(session)
