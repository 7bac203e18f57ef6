"""What the store kept of transcripts, looked up without changing it: for those that are gone."""

import os
import zlib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

import msgspec
from msgspec import Struct

from cctop.events import Origin, TranscriptEvent
from cctop.store import wire
from cctop.store.database import MIGRATIONS, version_of
from cctop.store.faults import StoreError, said, sound
from cctop.store.packing import hash_of
from cctop.store.readonly import open_read_only
from cctop.store.rows import FileRow, Standing

_COLUMNS = "id, path, session, agent, root, slug, standing"
_MANY = 10_000  # hashes asked for at once
_standing = msgspec.msgpack.Decoder(Standing)


class KeptSession(Struct, frozen=True):
    """A session with a file in the store. `at` is its newest time, ms; `root` where it lay."""

    id: str
    at: int
    root: str
    slug: str


class Past:
    """A store that is only read. All of it raises `StoreError`; for one thread alone."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with sound(path):
            self._db = open_read_only(path)
        with sound(path):
            version = version_of(self._db)
        if version != len(MIGRATIONS):
            self.close()
            raise StoreError(said(path, "it was written by another version of cctop"))

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def sessions(self) -> list[KeptSession]:
        """Return all sessions of which a file was read, the newest first."""
        query = "SELECT session, max(at), root, slug FROM file GROUP BY session ORDER BY 2 DESC"
        with sound(self._path):
            return [KeptSession(*row) for row in self._db.execute(query)]

    def files_of(self, session: str) -> list[FileRow]:
        """Return the files of a session."""
        query = f"SELECT {_COLUMNS} FROM file WHERE session = ?"  # noqa: S608 - no value in it
        with sound(self._path):
            return [
                FileRow(id, os.fsdecode(path), *place, *_standing.decode(standing))
                for id, path, *place, standing in self._db.execute(query, (session,))
            ]

    def events(self, file: int, origin: Origin) -> Iterator[Sequence[TranscriptEvent]]:
        """Yield what a file said, piece by piece, as events of `origin`."""
        query = "SELECT events FROM chunk WHERE file = ? ORDER BY id"
        with sound(self._path):
            rows = self._db.execute(query, (file,)).fetchall()
        for (packed,) in rows:
            with sound(self._path):
                events = wire.unpack(zlib.decompress(packed), origin)
            yield events

    def family(self, session: str) -> set[str]:
        """Return the sessions that were found to share lines with one, when they came to rest."""
        query = "SELECT id FROM session WHERE family = (SELECT family FROM session WHERE id = ?)"
        with sound(self._path):
            return {id for (id,) in self._db.execute(query, (session,))}

    def holders(self, keys: Iterable[tuple[str, ...]]) -> set[str]:
        """Return the sessions that rest, or once did, and count one of the entries."""
        hashes = [hash_of(key) for key in keys]
        query = """SELECT DISTINCT session FROM entry
            WHERE hash IN (SELECT value FROM json_each(?))"""
        found: set[str] = set()
        for start in range(0, len(hashes), _MANY):
            some = f"[{','.join(map(str, hashes[start : start + _MANY]))}]"
            with sound(self._path):
                found |= {id for (id,) in self._db.execute(query, (some,))}
        return found
