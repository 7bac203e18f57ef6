"""The store: what is kept of sessions from one start to the next."""

import os
from pathlib import Path
from typing import Any

from cctop.doctor.check import Check, State, check
from cctop.doctor.facts import Facts
from cctop.doctor.words import counted, iso, size, some
from cctop.store.look import Look, look


def store(facts: Facts) -> Check:
    """Return a check of the store."""
    name = facts.settings.store
    if not name:
        return check("store", State.INFO, "none is used: every start reads everything anew")
    path = Path(name)
    found = look(path, thorough=True)
    state, finding, remedy = _usable(path, found)
    details: dict[str, Any] = {
        "path": name, "exists": found.exists, "bytes": found.size, "schema": found.schema,
        "sessions": found.sessions, "without_transcript": found.without, "files": found.files,
        "transcript_bytes_read": found.read, "oldest_activity": iso(found.oldest),
        "set_aside": list(found.aside), "trouble": found.trouble or None,
    }  # fmt: skip
    return check("store", state, finding, remedy, **details)


def _usable(path: Path, found: Look) -> tuple[State, str, str]:
    """Return how it stands with the store, in words, and the remedy."""
    if found.trouble:
        said = f"{path} cannot be used: {found.trouble}"
        remedy = "cctop store rebuild, which sets it aside where it is damaged; or update cctop"
        return State.ATTENTION, said, remedy
    above = path if found.exists else _existing(path.parent)
    if not os.access(above, os.W_OK) or not (found.exists or above.is_dir()):
        said = f"{above} may not be written to: every start reads everything anew"
        return State.ATTENTION, said, "make it writable, or set CCTOP_STATE_DIR to another folder"
    if not found.exists:
        return State.INFO, f"{path} is not there yet: the first run makes it", ""
    finding = f"{path}, {size(found.size)}, {counted(found.sessions, 'session')}"
    if found.without:
        finding += f", {found.without:,} of them without a transcript"
    if found.aside:
        finding += f"; damaged ones lie beside it: {some(list(found.aside))}"
        return State.ATTENTION, finding, f"delete them from {path.parent}, if you need them no more"
    return State.OK, finding, ""


def _existing(path: Path) -> Path:
    """Return the path, or the nearest above it that is there."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path
