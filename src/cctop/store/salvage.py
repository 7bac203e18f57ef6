"""What only a damaged store knows: of transcripts that are deleted, it is all that there is.

Every row is read by itself, and one that cannot be read is passed over. A file of which a piece is
missing is not taken: what is shown shall be whole.
"""

import os
import sqlite3
import zlib
from contextlib import closing, suppress
from pathlib import Path

import msgspec

from cctop.store import wire
from cctop.store.faults import StoreError, sound
from cctop.store.readonly import open_read_only

_ROW = """SELECT path, session, agent, root, slug, wire, offset, at, standing
    FROM file WHERE id = ?"""
_COPY = """INSERT INTO file (path, session, agent, root, slug, wire, offset, at, standing)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def save(damaged: Path, into: sqlite3.Connection, application: int) -> int:
    """Copy what was read of files that are gone; return of how many sessions. Raises nothing."""
    sessions: set[str] = set()
    with suppress(sqlite3.Error, OSError), closing(open_read_only(damaged)) as store:
        (found,) = store.execute("PRAGMA application_id").fetchone()
        (last,) = store.execute("SELECT max(id) FROM file").fetchone()
        if found != application or not last:
            return 0
        into.execute("BEGIN")
        for id in range(1, last + 1):
            with suppress(StoreError), sound(damaged):
                sessions.update(_copied(store, id, into))
        into.execute("COMMIT")
    return len(sessions)


def _copied(store: sqlite3.Connection, id: int, into: sqlite3.Connection) -> list[str]:
    """Copy one file that is gone; return its session, or nothing."""
    row = store.execute(_ROW, (id,)).fetchone()
    if row is None or os.path.lexists(row[0]):
        return []
    chunks = store.execute("SELECT events FROM chunk WHERE file = ? ORDER BY id", (id,)).fetchall()
    for (events,) in chunks:
        wire.check(zlib.decompress(events))
    msgspec.msgpack.decode(row[-1])
    file = into.execute(_COPY, row).lastrowid
    into.executemany(
        "INSERT INTO chunk (file, events) VALUES (?, ?)", [(file, events) for (events,) in chunks]
    )
    return [row[1]]
