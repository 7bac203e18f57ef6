"""Changing a settings file so that the change can be taken back."""

import difflib
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from cctop.integrations import backups, settings
from cctop.integrations.backups import FEATURES, Feature, Record, digest
from cctop.integrations.jsontext import JsonText
from cctop.integrations.settings import SettingsFile

TakeOut = Callable[[JsonText, dict[str, Any]], str]
"""Makes a text without an integration, of the text and of the settings as they were before it."""


def install(feature: Feature, file: SettingsFile, text: str) -> Path | None:
    """Give the file the new text, and return where the file as it was is kept, if it was.

    Raises `RefusedError`, with the file unchanged.
    """
    settings.check_unchanged(file)
    settings.check_writable(file)
    backup, data = backups.keep(file), text.encode()
    records = {name: backups.record_of(name, file.target) for name in FEATURES}
    before = records[feature]
    made = file.data is None or any(record.made for record in records.values() if record)
    name = backup.name if backup else None
    if before and before.wrote == digest(file.data):  # ours all of it: what was before that counts
        name = before.backup
    # Of a second installation the copy has the first one in it, and not what was empty before.
    first = (before.first or before.backup) if before else name
    drafted = backups.draft(feature, Record(str(file.target), digest(data), name, made, first))
    settings.replace(file, data)
    backups.remember(drafted)
    return backup


def removal(feature: Feature, file: SettingsFile, taken_out: TakeOut) -> bytes | None:
    """Return what the file is to become without the integration; None: it is to go.

    Where nothing was changed since, the bytes that were there before; else the text that
    `taken_out` makes of it.
    """
    record = backups.record_of(feature, file.target)
    data = backups.copy_of(record.backup) if record else None
    before = _parsed(data)
    first = (_parsed(backups.copy_of(record.first)) if record else None) or before
    if record and record.wrote == digest(file.data):
        if record.backup is None and record.made:
            return None
        # A copy that has something of the integration in it would not be free of it.
        if before and data is not None and taken_out(before, before.value) == before.text:
            return data
    text = taken_out(file.json, first.value if first else {})
    if record and record.made and JsonText(text).value == {}:
        return None
    return text.encode()


def remove(feature: Feature, file: SettingsFile, data: bytes | None) -> Path | None:
    """Give the file the bytes that `removal` returned, and return where it is kept as it was.

    Raises `RefusedError`, with the file unchanged.
    """
    settings.check_unchanged(file)
    settings.check_writable(file)
    backup = backups.keep(file)
    if data is None:
        settings.delete(file)
    else:
        settings.replace(file, data)
    backups.forget(feature, file.target)
    return backup


def diff(file: SettingsFile, after: str | None) -> Iterator[str]:
    """Yield the lines of a unified diff from the file as it is to the text that it would be."""
    before = None if file.data is None else file.json.text
    was, is_now = (os.devnull if text is None else str(file.path) for text in (before, after))
    for line in difflib.unified_diff(_lines(before), _lines(after), was, is_now):
        yield line.removesuffix("\n")
        if not line.endswith("\n"):
            yield "\\ No newline at end of file"


def _parsed(data: bytes | None) -> JsonText | None:
    """Return a copy of settings as JSON, None where it is of no use."""
    try:
        json = JsonText(data.decode()) if data is not None else None
    except ValueError:
        return None
    return json if json and isinstance(json.value, dict) else None


def _lines(text: str | None) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text or "")
