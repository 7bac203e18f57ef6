"""What the store kept of transcripts, looked up without changing it: for those that are gone."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Self

from msgspec import Struct

from cctop.events import Origin, TranscriptEvent
from cctop.store import queries
from cctop.store.database import MIGRATIONS, version_of
from cctop.store.faults import StoreError, said, sound
from cctop.store.packing import hash_of
from cctop.store.readonly import open_read_only
from cctop.store.rows import FileRow


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
        with sound(self._path):
            return queries.files_of(self._db, session)

    def events(self, file: int, origin: Origin) -> Iterator[Sequence[TranscriptEvent]]:
        """Yield what a file said, piece by piece, as events of `origin`."""
        with sound(self._path):
            rows = queries.chunks_of(self._db, file).fetchall()
        for row in rows:
            with sound(self._path):
                events = queries.events_in(row, origin)
            yield events

    def family(self, session: str) -> set[str]:
        """Return the sessions that were found to share lines with one, when they came to rest."""
        with sound(self._path):
            return queries.family_of(self._db, session)

    def holders(self, keys: Iterable[tuple[str, ...]]) -> set[str]:
        """Return the sessions that rest, or once did, and count one of the entries."""
        with sound(self._path):
            return queries.holders_of(self._db, [hash_of(key) for key in keys])
