"""What a store is and holds, looked up without changing it, whoever uses it meanwhile."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from msgspec import Struct

from cctop.store.database import MIGRATIONS, version_of
from cctop.store.faults import LIMIT, StoreError, sound
from cctop.store.readonly import open_read_only
from cctop.text import Clean, clean


class Look(Struct, frozen=True):
    """A store. `size` is its bytes on disk, `read` the bytes of transcripts that were read.

    `without` counts the sessions of which no transcript is left, `oldest` and `newest` are their
    last activities (ms), `made_by` the version of cctop that made it at `made_at` (ms), `aside` the
    damaged ones that lie beside it, `trouble` why it cannot be used, or "".
    """

    exists: bool
    size: int = 0
    schema: int = 0
    sessions: int = 0
    without: int = 0
    files: int = 0
    read: int = 0
    oldest: int = 0
    newest: int = 0
    roots: tuple[Clean, ...] = ()
    made_by: Clean = Clean("")
    made_at: int = 0
    aside: tuple[Clean, ...] = ()
    trouble: Clean = Clean("")


def look(path: Path, *, thorough: bool = False) -> Look:
    """Look at the store at `path`; if `thorough`, check every page of it. Raises nothing."""
    aside = _aside(path)
    try:
        if not os.path.lexists(path):
            return Look(exists=False, aside=aside)
        size = sum(file.stat().st_size for file in (path, *_beside(path)))
        if not path.is_file():
            return Look(exists=True, aside=aside, trouble=Clean("it is no file"))
    except OSError as error:
        return Look(exists=True, aside=aside, trouble=clean(error.strerror or error, LIMIT))
    if not size:
        return Look(exists=True, aside=aside)
    try:
        with sound(path), closing(open_read_only(path)) as store:
            return _holds(store, size, aside, thorough=thorough)
    except StoreError as error:
        why = clean(error.__cause__ or error, LIMIT)
        return Look(exists=True, size=size, aside=aside, trouble=why)


def _holds(
    store: sqlite3.Connection, size: int, aside: tuple[Clean, ...], *, thorough: bool
) -> Look:
    schema = version_of(store)
    if not schema:
        return Look(exists=True, size=size, aside=aside)
    if schema > len(MIGRATIONS):
        why = Clean("it was written by a newer cctop")
        return Look(exists=True, size=size, schema=schema, aside=aside, trouble=why)
    trouble = Clean("")
    if thorough:
        (said,) = store.execute("PRAGMA quick_check(1)").fetchone()
        trouble = clean(said if said != "ok" else "", LIMIT)
    meta = dict(store.execute("SELECT key, value FROM meta"))
    rows = store.execute("SELECT session, path, at, offset, root FROM file").fetchall()
    last: dict[str, int] = {}
    here: dict[str, bool] = {}
    for session, file, at, _, _ in rows:
        last[session] = max(at, last.get(session, 0))
        here[session] = here.get(session, False) or os.path.lexists(file)
    times = [at for at in last.values() if at]
    return Look(
        exists=True,
        size=size,
        schema=schema,
        sessions=len(last),
        without=sum(not there for there in here.values()),
        files=len(rows),
        read=sum(offset for _, _, _, offset, _ in rows),
        oldest=min(times, default=0),
        newest=max(times, default=0),
        roots=tuple(sorted({clean(root, LIMIT) for *_, root in rows})),
        made_by=clean(meta.get("made_by", ""), 40),
        made_at=int(meta.get("made_at", 0)),
        aside=aside,
        trouble=trouble,
    )


def _aside(path: Path) -> tuple[Clean, ...]:
    """Return the names of damaged stores that were set aside."""
    try:
        names = sorted(os.listdir(path.parent))  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return ()
    start, ends = f"{path.name}.aside-", ("-wal", "-shm")
    return tuple(clean(name) for name in names if name.startswith(start) and name[-4:] not in ends)


def _beside(path: Path) -> list[Path]:
    return [file for suffix in ("-wal", "-shm") if (file := Path(f"{path}{suffix}")).is_file()]
