"""The folders that are read, cctop's own settings, and what lies in the transcripts."""

import os
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE, S_ISDIR
from typing import Any

from cctop.doctor.check import Check, State, check
from cctop.doctor.facts import Facts
from cctop.doctor.words import ago, counted, iso, size, some
from cctop.sources.roots import cannot_read, projects_dir
from cctop.sources.transcripts.layout import Kind

_OTHERS_WRITE = 0o002  # a group is often its user alone
_SHOWN = 3


def folders(facts: Facts) -> Iterator[Check]:
    """Yield a check of each root: is it there, can it be read, and by whom changed."""
    settings = facts.settings
    for root in settings.roots:
        yield _folder(root, settings.chosen)
    usual = _usual()
    overlooked = settings.chosen == "CLAUDE_CONFIG_DIR" and usual not in settings.roots
    if overlooked and (newest := _newest_project(usual)):
        yield check(
            "folders",
            State.INFO,
            f"{usual} has sessions, too (newest {ago(facts.now, newest)}), and is not read:"
            " CLAUDE_CONFIG_DIR names another folder",
            f"to see them: cctop --root {usual}",
            path=usual,
        )


def _folder(root: str, chosen: str) -> Check:
    named = f"{root} ({chosen})"
    try:
        info = Path(root).stat()
    except FileNotFoundError:
        return check(
            "folders",
            State.BROKEN,
            f"{named} is not there",
            "start Claude Code once, or name its folder: --root DIR, or CLAUDE_CONFIG_DIR",
            path=root,
        )
    except OSError as error:
        return check("folders", State.BROKEN, cannot_read(root, error), _READABLE, path=root)
    mode = S_IMODE(info.st_mode)
    details = {"path": root, "chosen": chosen, "mode": f"{mode:04o}"}
    if not S_ISDIR(info.st_mode) or not os.access(root, os.R_OK | os.X_OK):
        kind = "cannot be read" if S_ISDIR(info.st_mode) else "is no folder"
        return check("folders", State.BROKEN, f"{named} {kind}", _READABLE, **details)
    if mode & _OTHERS_WRITE:
        return check(
            "folders",
            State.ATTENTION,
            f"{named} can be changed by other users (mode {mode:04o})",
            f"chmod o-w {root}",
            **details,
        )
    if not Path(projects_dir(root)).is_dir():
        return check(
            "folders",
            State.ATTENTION,
            f"{named} has no folder projects: no session has run with it",
            "if Claude Code keeps its sessions elsewhere: --root DIR, or CLAUDE_CONFIG_DIR",
            **details,
        )
    return check("folders", State.OK, f"{named}, readable", **details)


_READABLE = "it has to be a folder that this user may read: chmod u+rX"


def config(facts: Facts) -> Check:
    """Return a check of cctop's config file."""
    path, faults = facts.settings.config, facts.settings.config_faults
    if faults:
        more = f" ({counted(len(faults) - 1, 'more fault')})" if len(faults) > 1 else ""
        return check(
            "config",
            State.BROKEN,
            f"{faults[0]}{more}",
            "mend the file, or move it away; until then the defaults hold here",
            notes=faults[1:],
            path=path,
            faults=list(faults),
        )
    if not path:
        return check("config", State.INFO, "no home folder to keep one in: the defaults hold")
    if not Path(path).exists():
        return check("config", State.OK, f"none, all defaults ({path})", path=path)
    return check("config", State.OK, path, path=path)


def transcripts(facts: Facts) -> Check:
    """Return a check of the transcripts: how many, how large, how old, written by whom."""
    if facts.scan.notices:
        notices = list(facts.scan.notices)
        return check(
            "transcripts",
            State.BROKEN,
            notices[0],
            "make it readable; what is in it counts nowhere",
            notes=notices[1:_SHOWN],
            problems=notices,
        )
    found = [file for file in facts.scan.found if file.layout.kind is not Kind.META]
    if not found:
        return check(
            "transcripts",
            State.ATTENTION,
            "none: without transcripts there are no tokens and no cost to show",
            "run a session. Claude Code deletes them after cleanupPeriodDays (30); over SSH, in a"
            " container or in WSL its folder is another one: --root DIR",
            files=0,
            bytes=0,
        )
    agents = sum(file.layout.kind is Kind.SUBAGENT for file in found)
    total = sum(file.size for file in found)
    newest = max(file.mtime_ns for file in found) // 1_000_000
    versions = facts.sample.versions
    of_agents = f" ({agents:,} of subagents)" if agents else ""
    by = f"; by Claude Code {some(versions)}" if versions else ""
    return check(
        "transcripts",
        State.OK,
        f"{counted(len(found), 'file')}{of_agents}, {size(total)},"
        f" newest {ago(facts.now, newest)}{by}",
        files=len(found),
        subagent_files=agents,
        bytes=total,
        newest_at=iso(newest),
        claude_code_versions=versions,
    )


def lines(facts: Facts) -> Check:
    """Return a check of the lines that could not be read."""
    picture = facts.picture
    if not facts.scan.found:
        return check("lines", State.INFO, "no transcripts to read", skipped=0)
    if not picture.skipped_lines:
        return check("lines", State.OK, "every line could be read", skipped=0)
    first: list[dict[str, Any]] = []
    for session in picture.sessions:
        if session.skipped_lines and len(first) < _SHOWN:
            skipped = facts.detail(session.id).skipped[: _SHOWN - len(first)]
            first += [
                {"file": one.path, "offset": one.offset, "reason": one.reason, "used": one.used}
                for one in skipped
            ]
    count, files = counted(picture.skipped_lines, "line"), counted(picture.skipped_files, "file")
    return check(
        "lines",
        State.ATTENTION,
        f"{count} in {files} could not be read as they stand",
        "everything else counts. A full disk or a killed process leaves such lines; where a newer"
        " Claude Code does, update cctop. `!` on the screen lists them all",
        notes=[f"{one['file']} at byte {one['offset']:,}: {one['reason']}" for one in first],
        skipped=picture.skipped_lines,
        files=picture.skipped_files,
        first=first,
    )


def kinds(facts: Facts) -> Check:
    """Return a check of records whose kind this cctop does not know."""
    sample = facts.sample
    looked = "the newest file" if sample.files == 1 else f"the newest {sample.files:,} files"
    looked += f" ({size(sample.bytes)})"
    if not sample.files:
        return check("records", State.INFO, "no transcripts to look at", unknown={})
    if not sample.unknown:
        return check("records", State.OK, f"every kind in {looked} is known", unknown={})
    found = [f"{name} ({count:,})" for name, count in sample.unknown.most_common()]
    return check(
        "records",
        State.ATTENTION,
        f"unknown kinds in {looked}: {some(found, 6)}",
        "such lines are passed over, and all others count. Update cctop if there is a newer one;"
        " another program may have written them, too",
        unknown=dict(sample.unknown),
        files=sample.files,
        bytes=sample.bytes,
    )


def _usual() -> str:
    return str(Path("~/.claude").expanduser()) if os.environ.get("HOME") else ""


def _newest_project(root: str) -> int:
    """Return when a project of a root last got a new file, ms; 0 where it has none."""
    try:
        with os.scandir(Path(root) / "projects") as entries:
            return max((int(e.stat().st_mtime * 1000) for e in entries), default=0)
    except OSError:
        return 0
