"""What is looked at: the newest picture or a frozen one, and which of its sessions."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import is_
from typing import NamedTuple

from msgspec.structs import replace

from cctop.book.snapshot import Detail, Session, Snapshot
from cctop.ui.choice import Choice
from cctop.ui.words import midnight


class _Found(NamedTuple):
    """What a choice makes of sessions on a day: asked for again and again, worked out once."""

    sessions: tuple[Session, ...]
    choice: Choice
    today: int
    known: int
    listed: list[Session]


FEW = 8
"""One of so many sessions at most is put in its place by itself; where more are new, all are
sorted."""
NOTHING_LOOKED_AT = _Found((), Choice(), 0, 0, [])


@dataclass(slots=True)
class View:
    """The picture and the choice. `frozen_at` is 0 while the picture moves."""

    choice: Choice
    snapshot: Snapshot = field(default_factory=Snapshot)
    frozen_at: int = 0
    _found: _Found = NOTHING_LOOKED_AT

    def take(self, newest: Snapshot, selected: str | None) -> bool:
        """Look at the newest picture, and say whether anything is different.

        A frozen picture stays, but for the details of a session that is selected later: they are
        of the moment of selecting, since the picture has those of one session only.
        """
        if not self.frozen_at:
            changed = newest.version != self.snapshot.version
            self.snapshot = newest
            return changed
        detail = newest.detail
        if detail is None or detail.session.id != selected or self.detail_of(selected):
            return False
        self.snapshot = replace(self.snapshot, detail=detail)
        return True

    def detail_of(self, session: str | None) -> Detail | None:
        """The details of a session, where the picture has them."""
        detail = self.snapshot.detail
        return detail if detail is not None and detail.session.id == session else None

    def listed(self, now: int) -> list[Session]:
        """The sessions to list, in order: the same list until it is another one."""
        return self._find(now).listed

    def known(self, now: int) -> int:
        """How many sessions the scope holds, the filter aside."""
        return self._find(now).known

    def _find(self, now: int) -> _Found:
        sessions, choice, today = self.snapshot.sessions, self.choice, midnight(now)
        found = self._found
        if (choice, today) != (found.choice, found.today):
            found = self._found = _found_anew(sessions, choice, today)
        elif sessions is not found.sessions:
            found = self._found = _found_again(sessions, found)
        return found


def _found_anew(sessions: tuple[Session, ...], choice: Choice, today: int) -> _Found:
    known = choice.in_scope(sessions, today)
    return _Found(sessions, choice, today, len(known), choice.ordered(known))


def _found_again(sessions: tuple[Session, ...], before: _Found) -> _Found:
    """Find the same in another picture, in which of thousands of sessions a few are others."""
    choice, today = before.choice, before.today
    gone, new = _differences(before.sessions, sessions)
    if FEW * (len(gone) + len(new)) > len(sessions):
        return _found_anew(sessions, choice, today)
    gone, new = choice.in_scope(gone, today), choice.in_scope(new, today)
    listed = list(before.listed)
    for session in gone:
        place = choice.place(session, listed)
        if place < len(listed) and listed[place] is session:  # the filter had found it
            del listed[place]
    for session in choice.ordered(new):
        listed.insert(choice.place(session, listed), session)
    return _Found(sessions, choice, today, before.known - len(gone) + len(new), listed)


def _differences(
    before: tuple[Session, ...], after: tuple[Session, ...]
) -> tuple[list[Session], list[Session]]:
    """Return what stands only in the first and only in the second of two pictures' sessions."""
    start = _alike(before, after)
    tail = min(_alike(reversed(before), reversed(after)), min(len(before), len(after)) - start)
    old, new = before[start : len(before) - tail], after[start : len(after) - tail]
    there, here = set(map(id, old)), set(map(id, new))
    return [s for s in old if id(s) not in here], [s for s in new if id(s) not in there]


def _alike(one: Iterable[Session], two: Iterable[Session]) -> int:
    """Return with how many of the very same sessions both begin."""
    same = list(map(is_, one, two))
    return same.index(False) if False in same else len(same)
