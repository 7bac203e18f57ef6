"""Claude Code's own books beside ours: official, unlogged and inherited amounts, never added up."""

from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from cctop.book.snapshot import Books
from cctop.book.threads import NEVER
from cctop.events import CostState, StatusLine

if TYPE_CHECKING:
    from cctop.book.session import SessionState

# How old a status line can be when it is told, ms: Claude Code waits for a pause of 0.3 s
# (2.1.330), and the program has to start.
DRAWING = 1_000

Place = tuple[int, int]  # offset and file: of two copies of a file, the longer one says more


class OfficialBooks:
    """The `cost-state` records of a session's main file, and up to when each counts.

    A `cost-state` has no time of its own. It was written when a process ended, so it holds
    everything up to the first record that follows it.
    """

    __slots__ = ("_all", "_until", "_written")

    def __init__(self) -> None:
        self._all: dict[Place, CostState] = {}
        self._until: dict[Place, tuple[int, int]] = {}  # offset and time of the first after it, ms
        self._written: dict[int, list[int]] = {}  # file → offsets

    def add(self, event: CostState) -> None:
        """Take in a record."""
        place = event.offset, event.origin.file
        if place not in self._all:
            insort(self._written.setdefault(event.origin.file, []), event.offset)
        self._all[place] = event

    def go_on(self, file: int, at: int, offset: int) -> None:
        """Take in that the file goes on: what comes from then on is not in the books before."""
        written = self._written.get(file)
        before = bisect_left(written, offset) if written and at else 0
        if not written or not before:
            return
        place = written[before - 1], file
        known = self._until.get(place)
        if known is None or offset < known[0]:
            self._until[place] = offset, at

    def forget(self, file: int) -> None:
        """Forget what a file said."""
        self._all = {place: state for place, state in self._all.items() if place[1] != file}
        self._until = {place: end for place, end in self._until.items() if place[1] != file}
        self._written.pop(file, None)

    @property
    def newest(self) -> CostState | None:
        """Return the last one."""
        return self._all[max(self._all)] if self._all else None

    @property
    def until(self) -> int:
        """Return the time before which calls are in the newest one, ms; 0 where there is none."""
        return self._until.get(max(self._all), (0, NEVER))[1] if self._all else 0

    @property
    def resumed(self) -> list[int]:
        """When the session went on after its books were closed, ms."""
        return sorted(at for _, at in self._until.values())

    def at(self, time: int) -> CostState | None:
        """Return the last one that had been written at `time`."""
        written = [place for place, state in self._all.items() if state.at <= time]
        return self._all[max(written)] if written else None


def books_of(session: "SessionState") -> Books | None:
    """Return Claude Code's own books as seen from our meter; None where it showed none.

    They are the newest `cost-state`, written when a process ends, or what the status line said
    since: the same total, while the session runs (2.1.330). All amounts in pico-USD. The books of
    a `--fork-session` go on from its parent's, which shows in an equal `startTime`; those of
    `/branch` and `/clear` begin anew (2.1.330).
    """
    closed, told = session.books.newest, session.heard.status
    if told is not None and (closed is None or _is_newer(told, closed)):
        later = session.timeline.cost_since(told.at)
        inherited = _brought_along(session, told.cost - (session.meter.cost - later))
        official = told.cost - inherited
        later += _not_in_it(session, told.at, session.meter.cost - later - official)
        unlogged = official - (session.meter.cost - later)
        return Books(official, unlogged, inherited, later, told_at=told.at)
    if closed is None:
        return None
    until = session.books.until
    later = session.timeline.cost_since(until)
    inherited = _brought_along(session, start=closed.start)
    official = closed.cost - inherited
    return Books(
        official, official - (session.meter.cost - later), inherited, later, closed.unknown_model
    )


def _is_newer(told: StatusLine, closed: CostState) -> bool:
    """Return whether a status line tells more than the books.

    The last one of a process comes after the newest record that `closed.at` is the time of, and
    yet says no more. A killed process leaves a status line alone.
    """
    return told.at >= closed.at and told.cost > closed.cost


def _not_in_it(session: "SessionState", told_at: int, missing: int) -> int:
    """Return the cost of the last calls before `told_at` that the status line cannot hold.

    `missing` is by how much its total falls short of what was metered before. A call that ended
    while it was drawn explains that; where none does, a killed process is what is missing.
    """
    if missing <= 0:  # nearly always: then no call needs to be looked at
        return 0
    drawing = [call for call in session.timeline.since(told_at - DRAWING) if call.at < told_at]
    cost = 0
    for call in reversed(drawing):
        if cost >= missing:
            break
        cost += call.cost
    return cost if cost >= missing else 0


def _brought_along(session: "SessionState", spare: int = 0, start: int | None = None) -> int:
    """Return what the books held when the session began as a fork of another.

    Where `start` is not told, as in a status line, they go on from the parent's if there is as
    much in them beyond the fork's own calls: `spare`.
    """
    parent = session.parent
    if parent is None:
        return 0
    if not parent.files:  # deleted: its lines here are all that is left to go by
        held = session.inherited.cost
        return held if start is not None or spare >= held else 0
    before = parent.books.at(session.born)
    if before is None:
        return 0
    goes_on = spare >= before.cost if start is None else before.start == start
    return before.cost if goes_on else 0
