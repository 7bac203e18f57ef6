"""The store: which files were read how far, what they said, and the sessions that rest.

A session that rests is kept as its finished picture, so that a start costs by the sessions that
are shown and not by what they once wrote. When one moves again, what its files said is folded
anew: sessions that copied from each other are a family, and are folded together.
"""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from time import monotonic
from typing import Any

import msgspec

from cctop.book.snapshot import Detail
from cctop.events import Origin, TranscriptEvent
from cctop.store import packing, pictures, queries, wire
from cctop.store.database import open_database, write
from cctop.store.faults import LIMIT, DamagedError, StoreError, error_of, sound
from cctop.store.rows import FileRow, Frozen, News, Resting
from cctop.text import clean

AGAIN = 30.0  # seconds after which a store that another program held is tried again
_NEW_FILE = """INSERT INTO file
    (session, agent, root, slug, wire, offset, standing, at, path)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""
_FILE_AGAIN = """UPDATE file SET session = ?, agent = ?, root = ?, slug = ?, wire = ?, offset = ?,
    standing = ?, at = ? WHERE path = ?"""
_encoder = msgspec.msgpack.Encoder()


class Store:
    """The store at `path`. `maker` names everything that pictures depend on besides the events.

    For one thread. What reads raises `StoreError`: the store cannot be used any more, and with a
    `DamagedError` it should be replaced. What writes raises only the latter: other faults make it
    stop keeping things, with a `notice`. `damage`, where it is known, has it replaced at once.
    """

    def __init__(self, path: Path, maker: str, damage: str = "") -> None:
        self.path = path
        self._maker = maker
        self._opened = open_database(path, damage)
        self._db = self._opened.connection
        self._fault = ""  # why nothing more is kept
        self._held_until = 0.0  # by another program: monotonic seconds
        self._version = 0  # of the data, which others' changes raise
        self._pictures: dict[str, int] = {}  # the numbers of those that this process knows
        # Sessions whose picture was made of the same events by other rules, as `sessions` found.
        self.outdated: set[str] = set()
        try:
            with sound(path):
                self._version = queries.data_version(self._db)
            self._forget_old_events()
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._opened.close()

    def replace(self, error: DamagedError) -> str:
        """Close a damaged store and make it anew for the next start; return what to say of it."""
        self.close()
        try:
            opened = open_database(self.path, error.why)
        except StoreError as second:
            return str(second)
        opened.close()
        return opened.notice

    @property
    def notice(self) -> str:
        """What the user should know, or ""."""
        if self._fault:
            return clean(f"{self.path}: {self._fault}; nothing more is kept", LIMIT)
        if monotonic() < self._held_until:
            said = (
                f"{self.path} is held by another program; what is missing is read again next time"
            )
            return clean(said, LIMIT)
        return self._opened.notice

    @property
    def keeps(self) -> bool:
        """Whether anything can be kept now."""
        return not self._fault and monotonic() >= self._held_until

    # What is known.

    def files(self) -> Iterator[FileRow]:
        """Yield every file that was read."""
        with sound(self.path):
            yield from queries.files(self._db)

    def files_of(self, session: str) -> list[FileRow]:
        """Return the files of a session."""
        with sound(self.path):
            return queries.files_of(self._db, session)

    def events(self, file: int, origin: Origin) -> Iterator[Sequence[TranscriptEvent]]:
        """Yield what a file said, piece by piece, as events of `origin`."""
        rows = queries.chunks_of(self._db, file)
        while True:
            with sound(self.path):
                row = rows.fetchone()
                if row is None:
                    return
                events = queries.events_in(row, origin)
            yield events

    def sessions(self) -> dict[str, Frozen]:
        """Return the sessions whose picture is not made by other rules."""
        decode = msgspec.msgpack.Decoder(Frozen).decode
        found = {}
        with sound(self.path), queries.one_look(self._db):
            for id, made_by, summary, picture in queries.pictures(self._db):
                if made_by == self._maker:
                    found[id] = decode(summary)
                    self._pictures[id] = picture
                else:
                    self.outdated.add(id)
        return found

    def detail(self, session: str, *, course: bool = True) -> Detail | None:
        """Return everything about a session that rests; without its `course` no turns and points.

        None where it is not there (another cctop thawed it).
        """
        column = "course" if course else "detail"
        with sound(self.path):
            query = f"SELECT {column} FROM session WHERE id = ?"  # noqa: S608 - one of those two
            row = self._db.execute(query, (session,)).fetchone()
            if row is None:
                return None
            return packing.detail(row[0])

    def renditions(self, forms: Mapping[str, str]) -> dict[str, bytes]:
        """Return what was written of sessions that rest, where it was in the form that is asked
        for: `forms` names it by session.
        """
        sessions = {self._pictures[id]: id for id in forms if id in self._pictures}
        with sound(self.path):
            found = queries.renditions_of(self._db, list(sessions))
        texts = ((sessions[number], form, text) for number, (form, text) in found.items())
        return {id: text for id, form, text in texts if form == forms[id]}

    def family(self, sessions: Iterable[str]) -> set[str]:
        """Return the sessions and all those that are of a family with one of them."""
        found = set(sessions)
        with sound(self.path):
            for id in tuple(found):
                found |= queries.family_of(self._db, id)
        return found

    def holders(self, hashes: Sequence[int]) -> set[str]:
        """Return the sessions that rest, or once did, and count one of the entries."""
        with sound(self.path):
            return queries.holders_of(self._db, hashes)

    # What is kept.

    def keep(self, news: Sequence[News]) -> set[str]:
        """Keep what was read of files; return the paths that another cctop keeps the books of.

        Those are the files of which it has read on since this process did: what it kept is as
        good, and what both kept would be kept twice. So it is with what cannot be kept at all.
        """
        foreign: set[str] = set()
        rows = []
        for one in news:
            try:
                rows.append((one, _values(one)))
            except packing.UNKEEPABLE:
                foreign.add(one.found.path)

        def work() -> None:
            for one, values in rows:
                if not self._keep(one, values):
                    foreign.add(one.found.path)

        return foreign if self._try(work) else {one.found.path for one in news}

    def move(self, paths: Iterable[tuple[str, str]]) -> bool:
        """Take note that files lie elsewhere now; say whether that took."""

        def work() -> None:
            for old, new in paths:
                # What lay there before was overwritten, and stays known by a name of its own.
                self._db.execute(
                    "UPDATE file SET path = CAST(path || '#' || id AS BLOB) WHERE path = ?",
                    (os.fsencode(new),),
                )
                self._db.execute(
                    "UPDATE file SET path = ? WHERE path = ?", (os.fsencode(new), os.fsencode(old))
                )

        return self._try(work)

    def rest(self, resting: Sequence[Resting], is_behind: Callable[[str], bool]) -> set[str]:
        """Keep the pictures of sessions that rest, and return whose were kept: no family's of which
        another cctop has read on meanwhile, so that what is known here of one `is_behind`.
        """
        numbers: dict[str, int] = {}

        def work() -> None:
            behind = {one.frozen.family for one in resting if is_behind(one.frozen.summary.id)}
            current = [one for one in resting if one.frozen.family not in behind]
            numbers.update(pictures.put(self._db, self._maker, current))

        if not self._try(work):
            return set()
        self._pictures |= numbers
        return set(numbers)

    def doze(self, dozing: Sequence[Resting]) -> None:
        """Keep the pictures of sessions that may still be at work, unless another cctop has kept
        anything since this store was opened: it may have read more of them.
        """

        def work() -> None:
            if queries.data_version(self._db) == self._version:
                pictures.put(self._db, self._maker, dozing)

        if dozing:
            self._try(work)

    def forget_minutes(self, sessions: Iterable[str], before: int) -> None:
        """Forget what sessions paid minute by minute that paid all of it before a time, ms."""
        with sound(self.path):
            self._try(lambda: pictures.forget_minutes(self._db, sessions, before))

    def keep_renditions(self, written: Iterable[tuple[str, str, bytes]]) -> None:
        """Keep what was written of sessions that rest: session, form and text. Where a picture has
        been replaced meanwhile, nothing is.
        """
        rows = [(self._pictures.get(id, 0), form, text) for id, form, text in written]
        if rows:
            self._try(lambda: pictures.write(self._db, rows))

    def forget(self, sessions: Iterable[str]) -> bool:
        """Delete all that is known of sessions, for good; say whether that took."""
        ids = [(id,) for id in sessions]

        def work() -> None:
            self._db.executemany("DELETE FROM file WHERE session = ?", ids)
            self._db.executemany("DELETE FROM session WHERE id = ?", ids)
            self._db.executemany("DELETE FROM entry WHERE session = ?", ids)

        with sound(self.path):
            self._db.execute("PRAGMA secure_delete = ON")
        return self._try(work)

    def pack(self) -> None:
        """Give back the room of what was deleted, unless another cctop is at work."""
        with sound(self.path), suppress(sqlite3.OperationalError):
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def start_over(self, roots: Iterable[str]) -> bool:
        """Forget what was read of the files of some roots that are still there; say whether that
        took. What only the store has stays.
        """
        ours = frozenset(roots)
        with sound(self.path):
            rows = [row for row in self.files() if row.root in ours]
        here = [(row.id,) for row in rows if os.path.lexists(row.path)]
        sessions = [(id,) for id in {row.session for row in rows}]

        def work() -> None:
            self._db.executemany("DELETE FROM file WHERE id = ?", here)
            self._db.executemany("DELETE FROM session WHERE id = ?", sessions)
            self._db.execute("DELETE FROM session WHERE made_by = ?", (self._maker,))
            self._db.executemany("DELETE FROM entry WHERE session = ?", sessions)

        return self._try(work)

    def _forget_old_events(self) -> None:
        """Have files read anew that were read by older rules, where they are still there."""
        with sound(self.path):
            query = "SELECT id, path FROM file WHERE wire != ?"
            old = self._db.execute(query, (wire.VERSION,)).fetchall()
        here = [(id,) for id, path in old if os.path.lexists(path)]
        if here:
            self._try(lambda: self._db.executemany("DELETE FROM file WHERE id = ?", here))

    def _try(self, work: Callable[[], Any]) -> bool:
        if not self.keeps:
            return False
        try:
            took = write(self._db, work)
        except (sqlite3.Error, OSError) as error:
            told = error_of(self.path, error)
            if isinstance(told, DamagedError):
                raise told from error
            self._fault = str(error)
            return False
        self._held_until = 0.0 if took else monotonic() + AGAIN
        return took

    def _keep(self, news: News, values: tuple[Any, ...]) -> bool:
        query = "SELECT id, offset FROM file WHERE path = ?"
        row = self._db.execute(query, (values[-1],)).fetchone()
        if (None if row is None else row[1]) != news.after:
            return False
        file = self._db.execute(_NEW_FILE if row is None else _FILE_AGAIN, values).lastrowid
        if row is not None:
            file = row[0]
            if news.bookmark is None:  # a document: what it says now replaces what it said
                self._db.execute("DELETE FROM chunk WHERE file = ?", (file,))
        if news.events:
            chunks = [(file, chunk) for chunk in news.events]
            self._db.executemany("INSERT INTO chunk (file, events) VALUES (?, ?)", chunks)
            # Pictures of it, and of whoever copied from it, are out of date.
            self._db.execute(
                "DELETE FROM session WHERE family = (SELECT family FROM session WHERE id = ?)",
                (news.origin.session,),
            )
        return True


def _values(news: News) -> tuple[Any, ...]:
    """Return what is stored of a file. Raises `UNKEEPABLE`."""
    found, origin = news.found, news.origin
    standing = found.dev, found.inode, found.size, found.mtime_ns, news.bookmark, news.memory
    place = origin.session, origin.agent, origin.root, origin.slug
    read = wire.VERSION, news.offset, _encoder.encode(standing), news.memory.at
    return (*place, *read, os.fsencode(found.path))
