"""The sessions: a table, cards on a narrow screen, or a line each on the smallest."""

from collections.abc import Sequence

from cctop.book.snapshot import Session
from cctop.ui.panels.session_line import HEADED, LOOKS, ROWS_KEPT, TABLE, Line, Look, line_of
from cctop.ui.widgets.table import Row, Table

WIDE_FROM = 152
"""Columns of a screen from which on a session's title has a place beside what it does."""


class Sessions(Table):
    """The sessions, in the look there is room for."""

    def __init__(self) -> None:
        self._look_now: Look = "table"
        self._places_kept = 0
        self._listed: Sequence[Session] = ()
        self._now = self._looked = 0
        self._unread: frozenset[str] = frozenset()
        self.is_young = False
        """Whether a row in view changes every second."""
        self._rows_kept: dict[str, tuple[Line, Row]] = {}  # those that were drawn, by session
        super().__init__(TABLE, id="sessions")

    @property
    def look(self) -> Look:
        """The look shown."""
        return self._look_now

    def set_look(self, look: Look) -> None:
        """Change the look; the rows are to be shown anew."""
        self._look_now = look
        self._rows_kept.clear()
        self.set_columns(*LOOKS[look], headed=look in HEADED)

    def lines_wanted(self) -> int:
        """The height that shows every session, the filtered ones too."""
        return max(super().lines_wanted(), self._places_kept * self.tall + self.headed)

    def show(
        self,
        sessions: Sequence[Session],
        now: int,
        places: int = 0,
        *,
        looked: int | None = None,
        unread: frozenset[str] = frozenset(),
    ) -> None:
        """Show these sessions, in this order, as of `now` or of the last look at the time; leave
        room for so many, so that no filter moves what stands below. Of those that are `unread`
        there is more to come.
        """
        self._places_kept = places
        self._listed, self._now, self._unread = sessions, now, unread
        self._looked = now if looked is None else looked
        self.is_young = False
        self.show_rows([session.id for session in sessions], self._row_at)

    def _row_at(self, place: int) -> Row:
        session = self._listed[place]
        whole = session.id not in self._unread
        line = line_of(session, self._now, self._looked, whole=whole)
        self.is_young = self.is_young or line.is_young
        kept = self._rows_kept
        known = kept.get(session.id)
        if known is not None and known[0].whole is not whole:
            known = None
        if known is not None and known[0].session is session and known[0][1:3] == line[1:3]:
            return known[1]
        if len(kept) >= ROWS_KEPT:
            kept.clear()
        row = line.row(self._look_now, known)
        kept[line.session.id] = line, row
        return row
