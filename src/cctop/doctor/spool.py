"""The spool: where hooks and status lines leave what they were told."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE, S_ISDIR
from typing import Any

from cctop.doctor.check import Check, State, check
from cctop.doctor.facts import Facts
from cctop.doctor.words import counted, size, some
from cctop.hook.spool import ASIDE, STATUS

NETWORK = ("nfs", "cifs", "smb", "9p", "fuse.sshfs", "afs", "ceph", "glusterfs", "fuse.rclone")
LITTLE = 16 << 20  # bytes: as much as the spool may grow to
_OTHERS = 0o077


def checks(facts: Facts) -> Iterator[Check]:
    """Yield all checks of the spool; one alone where it is not there."""
    folder = facts.settings.spool
    if not folder:
        yield check("spool", State.BROKEN, "no home folder to keep one in", "set CCTOP_SPOOL_DIR")
        return
    same = _same(facts, folder)
    if same is not None:
        yield same
    disk = _disk(facts, folder)
    if disk is not None:
        yield disk
    if not Path(folder).is_dir():
        yield _absent(folder)
        return
    yield _content(facts, folder)
    yield _modes(folder)


def _same(facts: Facts, folder: str) -> Check | None:
    """Return what is to be said where hooks write elsewhere; None where they surely do not."""
    scopes = [one for one in facts.settings.hooks.get("scopes", ()) if one["events"]]
    named = sorted({spool for scope in scopes for spool in scope["spools"]})
    others = [one for one in named if os.path.realpath(one) != os.path.realpath(folder)]
    if others:
        return check(
            "spool-same",
            State.BROKEN,
            f"hooks write to {others[0]}, and this cctop reads {folder}",
            "cctop hooks install, with the same CCTOP_SPOOL_DIR and CCTOP_STATE_DIR as here",
            hooks=others,
            read=folder,
        )
    variable = facts.settings.spool_variable
    silent = [scope for scope in scopes if not scope["spools"]]
    if variable and (silent or facts.settings.hooks.get("plugin")):
        return check(
            "spool-same",
            State.ATTENTION,
            f"{variable} is set here, and the hooks' command names no folder: Claude Code has to"
            " be started with the same",
            "cctop hooks install, which writes the folder into the command",
            variable=variable,
            read=folder,
        )
    return None


def _disk(facts: Facts, folder: str) -> Check | None:
    """Return what is to be said of the file system; None where it is local and has room."""
    above = _existing(folder)
    kind = _file_system(facts, above)
    if kind.startswith(NETWORK):
        return check(
            "spool-disk",
            State.ATTENTION,
            f"{folder} lies on a network file system ({kind}), where records of two writers may"
            " run into each other",
            "set CCTOP_SPOOL_DIR to a folder on a local disk, and run cctop hooks install",
            file_system=kind,
        )
    try:
        stat = os.statvfs(above)
    except OSError:
        return None
    free = stat.f_bavail * stat.f_frsize
    if free < LITTLE:
        return check(
            "spool-disk",
            State.ATTENTION,
            f"{size(free)} are free where {folder} lies, and it may grow to {size(LITTLE)}",
            "make room, or set CCTOP_SPOOL_DIR to another disk",
            free=free,
        )
    return None


def _absent(folder: str) -> Check:
    above = _existing(folder)
    if Path(above).is_dir() and os.access(above, os.W_OK | os.X_OK):
        finding = f"{folder} is not there yet: the first hook makes it"
        return check("spool", State.INFO, finding, word="spool: none yet", path=folder)
    return check(
        "spool",
        State.BROKEN,
        f"{folder} is not there and cannot be made: {above} is no folder that may be written to",
        f"make {above} writable, or set CCTOP_SPOOL_DIR to another folder",
        path=folder,
    )


def _content(facts: Facts, folder: str) -> Check:
    """Return a check of how much there is, and of what could not be used."""
    segments, status, aside = _count(folder), _count(folder, STATUS), _count(folder, ASIDE)
    trouble = facts.heard.trouble
    total = segments[1] + status[1]
    finding = f"{folder}, {size(total)} in {counted(segments[0], 'segment')}"
    finding += f", {counted(status[0], 'status line')}"
    if trouble.dropped:
        finding += f"; {counted(trouble.dropped, 'record')} gone with old segments"
    details: dict[str, Any] = {
        "path": folder, "bytes": total, "segments": segments[0], "status_lines": status[0],
        "torn": trouble.torn, "dropped": trouble.dropped, "unreadable": trouble.unreadable,
        "set_aside_now": trouble.aside, "set_aside": aside[0],
    }  # fmt: skip
    state, said, remedy = _usable(facts, folder, finding)
    return check("spool", state, said, remedy, word=f"spool: {size(total)}", **details)


def _usable(facts: Facts, folder: str, finding: str) -> tuple[State, str, str]:
    """Return how it stands with what is there, which is the `finding`, and the remedy."""
    heard = facts.heard
    trouble = heard.trouble
    if not os.access(folder, os.W_OK | os.X_OK):
        said = f"{folder} may not be written to: hooks leave nothing"
        remedy = f"chmod u+rwx {folder}; where it is another user's, set CCTOP_SPOOL_DIR"
        return State.BROKEN, said, remedy
    if notice := next((one for one in heard.notices if one.startswith("Cannot")), ""):
        return State.BROKEN, notice, f"see to its permissions: {folder}"
    whys = f" ({some(heard.whys)})" if heard.whys else ""
    odd = [
        (trouble.torn, f"{counted(trouble.torn, 'torn or foreign line')}"),
        (trouble.unreadable, f"{counted(trouble.unreadable, 'unreadable payload')}{whys}"),
        (trouble.aside, f"{counted(trouble.aside, 'foreign file')} set aside in {ASIDE}/"),
        (trouble.left, f"{counted(trouble.left, 'foreign file')} left in it"),
    ]
    if said := ", ".join(text for count, text in odd if count):
        remedy = (
            "a killed writer or a full disk tears a line, and it counts nowhere; what else writes"
            " there belongs elsewhere"
        )
        return State.ATTENTION, f"{finding}; {said}", remedy
    return State.OK, finding, ""


def _modes(folder: str) -> Check:
    """Return a check of who may read what hooks told: commands, paths, errors."""
    open_ones = []
    for path in (Path(folder), *_files(folder), Path(folder, STATUS), *_files(folder, STATUS)):
        try:
            mode = S_IMODE(path.lstat().st_mode)
        except OSError:
            continue
        if mode & _OTHERS:
            open_ones.append(f"{path.name} {mode:04o}")
    if open_ones:
        return check(
            "spool-permissions",
            State.ATTENTION,
            f"others may look into it: {some(open_ones)}",
            f"chmod -R go= {folder}",
            open=open_ones,
        )
    return check("spool-permissions", State.OK, "yours alone", open=[])


def _files(folder: str, below: str = "") -> list[Path]:
    try:
        files = sorted(Path(folder, below).iterdir())
    except OSError:
        return []
    return [file for file in files if file.name not in {STATUS, ASIDE}]


def _count(folder: str, below: str = "") -> tuple[int, int]:
    """Return how many files there are in a folder, and their bytes."""
    sizes = []
    for path in _files(folder, below):
        try:
            info = path.lstat()
        except OSError:
            continue
        if not S_ISDIR(info.st_mode):
            sizes.append(info.st_size)
    return len(sizes), sum(sizes)


def _existing(path: str) -> str:
    """Return the path, or the nearest above it that is there."""
    found = Path(os.path.realpath(path))
    while not found.exists() and found != found.parent:
        found = found.parent
    return str(found)


def _file_system(facts: Facts, path: str) -> str:
    """Return the type of the file system that a path lies on; "" where it is not known."""
    best = ("", "")
    for point, kind in facts.machine.mounts:  # of two at the same point the later one holds
        below = path == point or path.startswith(point.rstrip("/") + "/")
        if below and len(point) >= len(best[0]):
            best = point, kind
    return best[1]
