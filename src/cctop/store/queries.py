"""What is asked of the tables, whoever asks: the one who writes them, or one who only reads.

All of it may raise whatever comes of reading a damaged file: `faults.sound` makes errors of that.
"""

import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from zlib import crc32

import msgspec

from cctop.events import Origin, TranscriptEvent
from cctop.store import packing
from cctop.store.rows import FileRow, Standing

_FILES = "SELECT id, path, session, agent, root, slug, standing FROM file"
_MANY = 10_000  # hashes asked for at once
_standing = msgspec.msgpack.Decoder(Standing)


def data_version(db: sqlite3.Connection) -> int:
    """Return a number that is another one as soon as another connection has changed anything."""
    (version,) = db.execute("PRAGMA data_version").fetchone()
    return int(version)


def files(db: sqlite3.Connection) -> Iterator[FileRow]:
    """Yield every file that was read."""
    return map(_file_row, db.execute(_FILES))


def files_of(db: sqlite3.Connection, session: str) -> list[FileRow]:
    """Return the files of a session."""
    return [_file_row(row) for row in db.execute(f"{_FILES} WHERE session = ?", (session,))]


def chunks_of(db: sqlite3.Connection, file: int) -> sqlite3.Cursor:
    """Return what a file said, piece by piece, as it is packed."""
    return db.execute("SELECT events FROM chunk WHERE file = ? ORDER BY id", (file,))


def events_in(chunk: tuple[bytes], origin: Origin) -> Sequence[TranscriptEvent]:
    """Return one of these pieces, as events of `origin`."""
    return packing.unpacked(chunk[0], origin)


def family_of(db: sqlite3.Connection, session: str) -> set[str]:
    """Return the sessions that were found to share lines with one, when they came to rest."""
    query = "SELECT id FROM session WHERE family = (SELECT family FROM session WHERE id = ?)"
    return {id for (id,) in db.execute(query, (session,))}


def holders_of(db: sqlite3.Connection, hashes: Sequence[int]) -> set[str]:
    """Return the sessions that rest, or once did, and count one of the entries."""
    query = """SELECT DISTINCT session FROM entry
        WHERE hash IN (SELECT value FROM json_each(?))"""
    found: set[str] = set()
    for start in range(0, len(hashes), _MANY):
        some = f"[{','.join(map(str, hashes[start : start + _MANY]))}]"
        found.update(id for (id,) in db.execute(query, (some,)))
    return found


@contextmanager
def one_look(db: sqlite3.Connection) -> Iterator[None]:
    """See the tables as they are at one moment, whoever writes meanwhile."""
    db.execute("BEGIN")
    try:
        yield
    finally:
        if db.in_transaction:  # SQLite ends some by itself, after an error
            db.execute("COMMIT")


def pictures(db: sqlite3.Connection) -> Iterator[tuple[str, str, bytes, int]]:
    """Yield session, maker, line and number of every picture, within `one_look`."""
    # As a join, SQLite would go through the sessions by family, to and fro.
    numbers = dict(db.execute("SELECT session, id FROM rendition"))
    for id, made_by, line in db.execute("SELECT id, made_by, summary FROM session"):
        yield id, made_by, line, numbers.get(id, 0)


def renditions_of(db: sqlite3.Connection, pictures: Sequence[int]) -> dict[int, tuple[str, bytes]]:
    """Return form and body of what was written of pictures, by their numbers."""
    query = """SELECT id, form, body, crc FROM rendition
        WHERE form != '' AND id IN (SELECT value FROM json_each(?))"""
    some = f"[{','.join(map(str, pictures))}]"
    found = {}
    for id, form, body, checksum in db.execute(query, (some,)):
        if crc32(body) != checksum:  # all else that is kept shows by itself that it is damaged
            raise ValueError("checksum of a rendition")
        found[id] = form, body
    return found


def _file_row(row: tuple[Any, ...]) -> FileRow:
    id, path, *place, standing = row
    return FileRow(id, os.fsdecode(path), *place, *_standing.decode(standing))
