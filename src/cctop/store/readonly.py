"""Looking into a database without changing it."""

import sqlite3
from pathlib import Path


def open_read_only(path: Path) -> sqlite3.Connection:
    """Return a connection that only reads. Raises `sqlite3.Error`.

    SQLite needs a file beside a database that others may be writing into. In a folder where it can
    make none, nobody writes: there it is read as it lies.
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        return _opened(address)
    except sqlite3.OperationalError:
        return _opened(f"{address}&immutable=1")


def _opened(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None)
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
