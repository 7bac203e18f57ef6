"""What is looked at: the newest picture or a frozen one, and which of its sessions."""

from dataclasses import dataclass, field
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
        if sessions is not found.sessions or (choice, today) != (found.choice, found.today):
            known = choice.in_scope(sessions, today)
            found = _Found(sessions, choice, today, len(known), choice.ordered(known))
            self._found = found
        return found
