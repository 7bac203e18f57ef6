"""Pictures are put into the tables, shortened, and written of: all of it within a transaction.

All of it may raise whatever comes of a damaged file: `faults.sound` makes errors of that.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from zlib import crc32

import msgspec
from msgspec.structs import replace

from cctop.store.rows import Frozen, Resting


def put(db: sqlite3.Connection, maker: str, resting: Sequence[Resting]) -> dict[str, int]:
    """Put pictures in the place of older ones; return their numbers by session."""
    rows, keys = [], []
    for one in resting:
        line = one.frozen.summary
        place = line.id, one.frozen.family, line.last_activity_at, maker
        rows.append((*place, one.line, one.detail, one.course))
        keys += [(number, line.id) for number in one.hashes]
    db.executemany("INSERT OR REPLACE INTO session VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    db.executemany("INSERT OR IGNORE INTO entry VALUES (?, ?)", keys)
    query = "INSERT OR REPLACE INTO rendition (session) VALUES (?)"
    return {id: db.execute(query, (id,)).lastrowid or 0 for id, *_ in rows}


def write(db: sqlite3.Connection, written: Iterable[tuple[int, str, bytes]]) -> None:
    """Put what was written of pictures beside them: number, form and text."""
    query = "UPDATE rendition SET form = ?, body = ?, crc = ? WHERE id = ?"
    rows = ((form, text, crc32(text), number) for number, form, text in written)
    db.executemany(query, rows)


def forget_minutes(db: sqlite3.Connection, sessions: Iterable[str], before: int) -> None:
    """Forget what sessions paid minute by minute that paid all of it before a time, ms."""
    decode = msgspec.msgpack.Decoder(Frozen).decode
    for id in sessions:
        query = "SELECT summary FROM session WHERE id = ?"
        for (line,) in db.execute(query, (id,)).fetchall():
            frozen = decode(line)
            if frozen.paid_before(before):  # else another cctop was faster
                short = msgspec.msgpack.encode(replace(frozen, minutes=()))
                db.execute("UPDATE session SET summary = ? WHERE id = ?", (short, id))
