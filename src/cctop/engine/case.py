"""What a proof is made from: who belongs together, and where what they said can be read again.

Gathered on the engine's thread, which owns the book; it takes as long as looking up some names.
The work itself is `inquiry`'s, on any other thread.
"""

import os
from collections.abc import Iterable
from typing import NamedTuple

from cctop.book.meter import MINUTE
from cctop.book.session import SessionState
from cctop.book.snapshot import Session
from cctop.book.summary import summarise
from cctop.clock import local_day
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.events import Origin
from cctop.sources.transcripts.discover import Found
from cctop.sources.transcripts.tail import Tail
from cctop.store.rows import FileRow

_STORED = 1 << 30  # numbers from here on are of files that no one follows any more


class Exhibit(NamedTuple):
    """One file of a case. What it said stands in the store, in the row `stored`, or else in the
    file itself up to the byte `upto`: then `found` is the file.
    """

    origin: Origin
    path: str
    stored: int | None
    found: Found | None
    upto: int


class Case(NamedTuple):
    """All that was read of some families of sessions. Two equal cases have the same fold."""

    sessions: frozenset[str]
    exhibits: tuple[Exhibit, ...]
    roots: tuple[str, ...]


class Day(NamedTuple):
    """Minutes since the epoch, both included, and what was paid in them: pico-USD."""

    first: int
    last: int
    paid: int


class UnknownError(LookupError):
    """The book knows no such session."""


def line_of(reader: Reader, settings: Settings, session: str, now: int) -> Session:
    """Return the line of a session as it is now, ms. Raises `UnknownError`."""
    book, history = reader.book, reader.history
    book.settle()
    state = book.sessions.get(session)
    if state is not None:
        live = book.live.get(session)
        return summarise(state, live, now, settings.rule, dict(settings.windows))
    told = history.gallery.summary(session) if history is not None else None
    if told is None:
        raise UnknownError(session)
    return told


def case_of(reader: Reader, sessions: Iterable[str]) -> Case:
    """Return the case of the families of sessions. Raises `StoreError`."""
    book, history = reader.book, reader.history
    book.settle()
    family: set[str] = set()
    for id in sessions:
        state = book.sessions.get(id)
        if id not in family and state is not None:
            family |= {one.id for one in book.family(state)}
        elif id not in family and history is not None:
            family |= history.family_of(id)
    rows = history.kept_of(sorted(family)) if history is not None else []
    kept = {row.path: row for row in rows if row.bookmark is not None}
    exhibits = [each for id in sorted(family) for each in _followed(reader, id, kept)]
    exhibits += [_stored(row, _STORED + row.id) for row in kept.values()]
    return Case(frozenset(family), tuple(exhibits), reader.roots)


def _followed(reader: Reader, session: str, kept: dict[str, FileRow]) -> Iterable[Exhibit]:
    """Yield the files of a session that is in the book, and take what is kept of them."""
    state = reader.book.sessions.get(session)
    follower = reader.follower
    for file in sorted(state.files) if state is not None else ():
        path, source = follower.path_of(file), follower.source(file)
        row = kept.get(path)
        if row is not None and (source is None or _is_up_to_date(row, source.offset)):
            del kept[path]
            yield _stored(row, file)
        elif isinstance(source, Tail):
            kept.pop(path, None)
            yield Exhibit(source.origin, path, None, source.read_as, source.offset)


def _is_up_to_date(row: FileRow, offset: int) -> bool:
    return row.bookmark is not None and row.bookmark.offset == offset


def _stored(row: FileRow, number: int) -> Exhibit:
    origin = Origin(number, row.session, row.agent, row.root, row.slug)
    return Exhibit(origin, row.path, row.id, None, row.bookmark.offset if row.bookmark else 0)


def is_there(path: str) -> bool:
    """Whether a file is there."""
    return os.path.lexists(path)


def today(reader: Reader, now: int) -> Day:
    """Return the local day of `now`, ms, up to now, and what all sessions paid in it."""
    first, last = local_day(now)[0] // MINUTE, now // MINUTE
    return Day(first, last, reader.book.minutes.sum(first, last)[0])


def payers(reader: Reader, day: Day) -> set[str]:
    """Return the sessions that paid anything on a day."""
    book, history = reader.book, reader.history
    book.settle()
    minutes = range(day.first, day.last + 1)
    found = {id for id, state in book.sessions.items() if _paid(state, minutes)}
    resting = history.gallery.frozen.items() if history is not None else ()
    return found | {id for id, one in resting if any(paid[0] in minutes for paid in one.minutes)}


def _paid(state: SessionState, minutes: range) -> bool:
    return any(number in minutes for number in state.minutes.of)
