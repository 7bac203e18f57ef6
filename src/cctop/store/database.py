"""The database file: opened, made, moved to the newest schema, or set aside.

SQLite in WAL mode: any number of readers beside one writer, and a killed one leaves no damage. What
is in here can be made anew from the transcripts, but for what Claude Code has deleted meanwhile: so
a file that cannot be used is never removed, only set aside.
"""

import os
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from cctop import __version__
from cctop.clock import now_ms
from cctop.store.faults import LIMIT, DamagedError, StoreError, error_of, is_damage, said
from cctop.store.lock import Lock
from cctop.text import clean

NAME = "history.db"
APPLICATION = 0x6363746F  # "ccto": what tells our file from another program's
BUSY_MS = 2_000  # how long another cctop's transaction is waited for
_LOG_BYTES = 16 << 20  # that the write-ahead log may keep once it was longer

Migration = Sequence[str]

# The schema of version N is what the first N migrations make. Released ones are never changed.
MIGRATIONS: tuple[Migration, ...] = (
    (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        # Paths are bytes: not every name is a text. `at` is the time of the last record that has
        # one; what else is needed to go on there is in `standing`.
        """CREATE TABLE file (
            id INTEGER PRIMARY KEY,
            path BLOB NOT NULL UNIQUE,
            session TEXT NOT NULL,
            agent TEXT NOT NULL,
            root TEXT NOT NULL,
            slug TEXT NOT NULL,
            wire INTEGER NOT NULL,
            offset INTEGER NOT NULL,
            at INTEGER NOT NULL,
            standing BLOB NOT NULL
        )""",
        "CREATE INDEX file_session ON file (session)",
        """CREATE TABLE chunk (
            id INTEGER PRIMARY KEY,
            file INTEGER NOT NULL REFERENCES file (id) ON DELETE CASCADE,
            events BLOB NOT NULL
        )""",
        "CREATE INDEX chunk_file ON chunk (file)",
        """CREATE TABLE session (
            id TEXT PRIMARY KEY,
            family TEXT NOT NULL,
            last_at INTEGER NOT NULL,
            made_by TEXT NOT NULL,
            summary BLOB NOT NULL,
            detail BLOB NOT NULL,
            course BLOB NOT NULL
        ) WITHOUT ROWID""",
        "CREATE INDEX session_family ON session (family)",
        """CREATE TABLE entry (
            hash INTEGER NOT NULL,
            session TEXT NOT NULL,
            PRIMARY KEY (hash, session)
        ) WITHOUT ROWID""",
        "CREATE INDEX entry_session ON entry (session)",
    ),
    (
        # What a front has written of a session's picture. Every picture has a row with a number
        # that no other one ever gets: what somebody writes of an older one finds no place here. It
        # is not compressed: to unpack it would cost as much as all else that is done with it.
        """CREATE TABLE rendition (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            session TEXT NOT NULL UNIQUE REFERENCES session (id) ON DELETE CASCADE,
            form TEXT NOT NULL DEFAULT '',
            body BLOB NOT NULL DEFAULT x'',
            crc INTEGER NOT NULL DEFAULT 0
        )""",
        "INSERT INTO rendition (session) SELECT id FROM session",
    ),
)


class Opened:
    """The connection, who else uses the file, and what the user should know, or ""."""

    def __init__(self, connection: sqlite3.Connection, lock: Lock, notice: str) -> None:
        self.connection = connection
        self.lock = lock
        self.notice = notice

    def close(self) -> None:
        """Close the file."""
        with suppress(sqlite3.Error):  # a full disk has no room for what is left in the log
            self.connection.close()
        self.lock.close()


def open_database(path: Path, damage: str = "") -> Opened:
    """Open the store at `path`, made where there is none.

    A file that is damaged or another program's is set aside, with a notice, and a new one made: at
    once where `damage` says what another look has found. Raises `StoreError` where neither is
    possible, and for a store of a newer cctop.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise error_of(path, error) from error
    lock = Lock(path.with_name("history.lock"))
    try:
        connection, notice = _opened(path, lock, damage)
    except BaseException:
        lock.close()
        raise
    return Opened(connection, lock, notice)


def write(connection: sqlite3.Connection, work: Callable[[], None]) -> bool:
    """Do `work` in one transaction; say whether it took, or another cctop was writing for long.

    Raises `sqlite3.Error` for a database that can be written no more (a full disk).
    """
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            return False
        raise
    try:
        work()
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite takes some back by itself
            connection.execute("ROLLBACK")
        raise
    return True


def _opened(path: Path, lock: Lock, damage: str) -> tuple[sqlite3.Connection, str]:
    why = damage
    if not why:
        try:
            return _usable(path), ""
        except (sqlite3.Error, OSError) as error:
            if isinstance(error, OSError) or not is_damage(error):
                raise error_of(path, error) from error
            why = str(error)
    if not lock.alone():
        raise DamagedError(path, f"{why}; another cctop has it open")
    try:
        return _made_anew(path, why, known=bool(damage))
    finally:
        lock.share()


def _usable(path: Path) -> sqlite3.Connection:
    """Open, check and migrate. Raises `sqlite3.Error`, `OSError`, `StoreError` for a newer one."""
    if not path.exists():
        # Closing another descriptor of a file in use would drop the locks that SQLite has on it.
        with suppress(FileExistsError):
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    elif not path.is_file():
        raise OSError(None, "it is no file")
    elif not os.access(path, os.W_OK):
        raise OSError(None, "it may not be written to")
    connection = sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    version = version_of(connection)
    if version > len(MIGRATIONS):
        raise StoreError("the history was written by a newer cctop, and is left alone")
    if not version:
        connection.execute("PRAGMA synchronous = OFF")  # there is nothing to lose yet
    connection.execute("PRAGMA journal_mode = WAL")
    if version < len(MIGRATIONS) and not write(connection, lambda: _migrate(connection)):
        raise StoreError("the history is held by another program, and is left alone")
    connection.execute("PRAGMA synchronous = NORMAL")  # a power cut costs the last seconds, no more
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")


def version_of(connection: sqlite3.Connection) -> int:
    """Return the version of the schema, 0 for a file that is empty.

    Raises `sqlite3.DatabaseError` for another program's file.
    """
    connection.execute("BEGIN")  # one look: another cctop may be making it just now
    try:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    finally:
        connection.execute("COMMIT")
    if (tables or version) and application != APPLICATION:
        raise sqlite3.DatabaseError("it is another program's")
    return int(version)


def _migrate(connection: sqlite3.Connection) -> None:
    (version,) = connection.execute("PRAGMA user_version").fetchone()  # another may have been first
    for migration in MIGRATIONS[version:]:
        for statement in migration:
            connection.execute(statement)
    if not version:
        made = [("made_at", str(now_ms())), ("made_by", __version__)]
        connection.executemany("INSERT INTO meta VALUES (?, ?)", made)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")


def _made_anew(path: Path, why: str, *, known: bool) -> tuple[sqlite3.Connection, str]:
    """Set the file aside and make a new one, unless another cctop has just done so.

    `known`: what is wrong with it shows only further inside.
    """
    from cctop.store.salvage import save  # noqa: PLC0415 - only where it is needed

    try:
        if not known:
            with suppress(sqlite3.Error):
                return _usable(path), ""
        aside = _set_aside(path)
        connection = _usable(path)
    except (sqlite3.Error, OSError) as error:
        raise StoreError(said(path, error)) from error
    saved = save(aside, connection, APPLICATION)
    more = f"; {saved:,} sessions without transcripts came along" if saved else ""
    notice = f"{path}: {why}; set aside as {aside.name}, and made anew{more}"
    return connection, clean(notice, LIMIT)


def _set_aside(path: Path) -> Path:
    """Move a file, with what SQLite keeps beside it, out of the way. Raises `OSError`."""
    number = 1
    while (aside := path.with_name(f"{path.name}.aside-{number}")).exists():
        number += 1
    path.rename(aside)
    for suffix in ("-wal", "-shm"):
        with suppress(OSError):
            Path(f"{path}{suffix}").rename(f"{aside}{suffix}")
    return aside
