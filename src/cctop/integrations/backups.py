"""Copies of the settings as they were, and how to get back to them byte by byte.

In the folder `backups` of cctop's state folder: every file that was changed, named by time and
scope, and beside them one small record for each integration and settings file. The record says
which bytes cctop left there, and what was there before. All of it may be deleted: without it an
integration is taken out of the text instead.
"""

import hashlib
import os
from contextlib import suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Literal

import msgspec

from cctop import clock, paths
from cctop.integrations.refusal import RefusedError
from cctop.integrations.settings import SettingsFile

Feature = Literal["hooks", "statusline"]
FEATURES: tuple[Feature, ...] = ("hooks", "statusline")
_DRAFT = ".new"


class Record(msgspec.Struct, frozen=True):
    """What an integration left in a settings file, and what it found there."""

    file: str
    wrote: str  # SHA-256 of the file as cctop left it
    backup: str | None  # the file as it was, a name in the folder; None where there was none
    made: bool  # whether cctop made the file
    first: str | None = None  # the file as it was before the integration came, as `backup`


def folder() -> Path:
    """Return where backups lie. Raises `cctop.paths.NoHomeError`."""
    return paths.state_dir() / "backups"


def keep(file: SettingsFile) -> Path | None:
    """Copy the file as it was read; None where there was none. Raises `RefusedError`."""
    if file.data is None:
        return None
    day = datetime.fromtimestamp(clock.now_ms() / 1000, UTC).strftime("%Y%m%dT%H%M%SZ")
    names = (f"{day}-{file.scope}{f'-{n}' if n else ''}.json" for n in count())
    for name in names:
        with suppress(FileExistsError):
            return _write(name, file.data, os.O_EXCL)
    raise AssertionError("unreachable: there is always a next name")


def record_of(feature: Feature, target: Path) -> Record | None:
    """Return the record about an integration in a file; None where there is none of use."""
    try:
        data = (folder() / _name(feature, target)).read_bytes()
        record = msgspec.json.decode(data, type=Record)
    except (OSError, ValueError):
        return None
    return record if record.file == os.fspath(target) else None


def draft(feature: Feature, record: Record) -> Path:
    """Write a record that does not count before `remember`. Raises `RefusedError`.

    So a full disk shows before the settings are changed, and the record before it stays whole.
    """
    name = f"{_name(feature, Path(record.file))}{_DRAFT}"
    return _write(name, msgspec.json.encode(record), os.O_TRUNC)


def remember(drafted: Path) -> None:
    """Let the record of a draft count."""
    drafted.replace(drafted.with_suffix(""))


def forget(feature: Feature, target: Path) -> None:
    """Take a record away, whose integration is gone."""
    with suppress(OSError):
        (folder() / _name(feature, target)).unlink()


def copy_of(name: str | None) -> bytes | None:
    """Return what is in a copy; None where there is none, or it is gone."""
    if name is None or Path(name).name != name:
        return None
    try:
        return (folder() / name).read_bytes()
    except OSError:
        return None


def digest(data: bytes | None) -> str:
    """Return what a record knows bytes by."""
    return hashlib.sha256(data or b"").hexdigest()


def _name(feature: Feature, target: Path) -> str:
    return f"{feature}-{digest(os.fsencode(target))[:16]}.record"


def _write(name: str, data: bytes, flag: int) -> Path:
    path = folder() / name
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.chmod(0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | flag, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
        except OSError:
            path.unlink(missing_ok=True)  # part of a copy is none
            raise
    except FileExistsError:
        raise
    except OSError as error:
        raise RefusedError(
            f"{path}: cannot be written: {error.strerror}",
            "  Settings are only changed when a backup of them is kept. Name another folder with"
            " CCTOP_STATE_DIR.",
        ) from error
    return path
