"""What can be wrong with a store: a damaged file is set aside, any other is left alone."""

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from cctop.text import Clean, clean

LIMIT = 500  # characters
# SQLite's codes for a file that does not hold what it should.
_DAMAGE = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_FORMAT,
        sqlite3.SQLITE_NOTADB,
    }
)
# What comes of reading what nobody wrote.
_GARBAGE = (zlib.error, msgspec.DecodeError, TypeError, ValueError)


class StoreError(Exception):
    """The store cannot be used; the text says why and what becomes of it, in one clean line."""


class DamagedError(StoreError):
    """The file holds what cctop did not write. `why` says it in a few words."""

    def __init__(self, path: Path, why: object) -> None:
        super().__init__(said(path, f"damaged ({why})"))
        self.why = clean(why, LIMIT)


def is_damage(error: Exception) -> bool:
    """Whether an error says that the file itself is damaged, and not that it cannot be had now."""
    if isinstance(error, sqlite3.Error):
        code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT)
        lacks = str(error).startswith(("no such table", "no such column"))
        return lacks or code & 0xFF in _DAMAGE
    return isinstance(error, _GARBAGE)


def error_of(path: Path, error: Exception) -> StoreError:
    """Return an error as it is told to who uses the store."""
    why = error.strerror if isinstance(error, OSError) and error.strerror else error
    return DamagedError(path, why) if is_damage(error) else StoreError(said(path, why))


@contextmanager
def sound(path: Path) -> Iterator[None]:
    """Make a `StoreError` of whatever goes wrong while the store is read."""
    try:
        yield
    except (sqlite3.Error, OSError, *_GARBAGE) as error:
        raise error_of(path, error) from error


def said(path: Path, why: object) -> Clean:
    """Return the line that says why there is no store."""
    return clean(f"{path}: {why}; history is kept in memory alone", LIMIT)
