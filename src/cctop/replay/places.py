"""Where the transcripts of one session lie, and which others lie beside them."""

import os
import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from os import scandir
from pathlib import Path
from stat import S_ISREG

from msgspec import Struct

from cctop.sources.roots import normal, projects_dir
from cctop.sources.transcripts.discover import Found, is_same
from cctop.sources.transcripts.layout import Kind, Layout, classify, first_session

_HEAD = 64 << 10  # bytes at a file's start or end that tell whose it is, or of when
_stamp = re.compile(rb'"timestamp":\s*"(\d{4}-\d\d-\d\dT[\d:.]+Z)"')
_LINES = ".jsonl"


class Place(Struct, frozen=True):
    """One project's folder below a root."""

    root: str
    folder: str

    @property
    def slug(self) -> str:
        """The folder's name."""
        return os.path.basename(self.folder)


class Main(Struct, frozen=True):
    """A session's main transcript: when it was last written, ms; `place` is its project."""

    session: str
    at: int
    place: Place


def projects(roots: Iterable[str]) -> Iterator[Place]:
    """Yield all projects below the roots; what cannot be read is passed over."""
    for root in normal(roots):
        for name, path in _listed(projects_dir(root)):
            if not name.endswith(_LINES) and os.path.isdir(path):
                yield Place(root, path)


def mains(roots: Iterable[str]) -> list[Main]:
    """Return all sessions with a main transcript, the one that was written last first."""
    found = []
    for place in projects(roots):
        for name, path in _listed(place.folder):
            layout = classify(place.root, (place.slug, name))
            seen = _stat(path) if layout is not None and layout.kind is Kind.MAIN else None
            if layout is not None and seen is not None:
                found.append(Main(layout.session, seen.st_mtime_ns // 1_000_000, place))
    return sorted(found, key=lambda main: (main.at, main.session), reverse=True)


def places_of(session: str, roots: Iterable[str]) -> list[Place]:
    """Return the projects in which a session has files: nearly always one."""
    return [
        place
        for place in projects(roots)
        if os.path.lexists(os.path.join(place.folder, session + _LINES))
        or os.path.isdir(os.path.join(place.folder, session, "subagents"))
    ]


def place_of(path: Path) -> tuple[str, Place]:
    """Return session and project of a transcript, wherever it lies.

    Raises ValueError where a file of that name is no session's main transcript.
    """
    folder = os.path.abspath(path.parent)
    above = os.path.dirname(folder)
    is_usual = os.path.basename(above) == "projects"
    root = os.path.dirname(above) if is_usual else above
    layout = classify(root, (os.path.basename(folder), path.name))
    if layout is None or layout.kind is not Kind.MAIN:
        raise ValueError(path.name)
    return layout.session, Place(root, folder)


def last_time(path: str) -> int:
    """Return the time of the last record in a transcript, ms; 0 where none is found at its end."""
    try:
        with open(path, "rb") as file:
            file.seek(max(0, os.path.getsize(path) - _HEAD))
            stamps = _stamp.findall(file.read())
        return round(datetime.fromisoformat(stamps[-1].decode()).timestamp() * 1000)
    except (OSError, IndexError, ValueError):
        return 0


class Shelf:
    """The files of some sessions, looked at over and over: a file that stays is the same object."""

    def __init__(self, places: Iterable[Place]) -> None:
        self.places = list(places)
        self._known: dict[str, Found] = {}
        self._owners: dict[str, str] = {}  # of subagents' files that do not name their session

    def visit(self, places: Iterable[Place]) -> None:
        """Look in more folders, too."""
        self.places += [place for place in places if place not in self.places]

    def look(self, sessions: Collection[str]) -> list[Found]:
        """Return the files that these sessions have now."""
        found = []
        for place in self.places:
            for name, path in _listed(place.folder):
                layout = classify(place.root, (place.slug, name))
                if layout is not None and self._owner(path, layout) in sessions:
                    found.append(self._found(path, layout))
            for session in sessions:
                folder = os.path.join(place.folder, session, "subagents")
                found += [
                    self._found(path, layout) for path, layout in _below(place, session, folder)
                ]
        return [one for one in found if one is not None]

    def others(self, sessions: Collection[str], since: int) -> list[Found]:
        """Return the main files of other sessions that were written to after `since`, ms."""
        found = []
        for place in self.places:
            for name, path in _listed(place.folder):
                layout = classify(place.root, (place.slug, name))
                if layout is None or layout.kind is not Kind.MAIN or layout.session in sessions:
                    continue
                seen = self._found(path, layout)
                if seen is not None and seen.mtime_ns // 1_000_000 >= since:
                    found.append(seen)
        return found

    def _owner(self, path: str, layout: Layout) -> str:
        if layout.session:
            return layout.session
        if path not in self._owners:
            try:
                with open(path, "rb", buffering=0) as file:
                    self._owners[path] = first_session(file.read(_HEAD) or b"")
            except OSError:
                return ""
        return self._owners[path]

    def _found(self, path: str, layout: Layout) -> Found | None:
        seen = _stat(path)
        if seen is None:
            return None
        new = Found(path, seen.st_size, seen.st_mtime_ns, seen.st_ino, seen.st_dev, layout)
        old = self._known.get(path)
        if old is not None and is_same(old, new):
            return old
        self._known[path] = new
        return new


def _below(place: Place, session: str, folder: str) -> Iterator[tuple[str, Layout]]:
    waiting = [folder]
    while waiting:
        for name, path in _listed(waiting.pop()):
            layout = classify(place.root, (place.slug, session, "subagents", name))
            if layout is not None:
                yield path, layout
            elif "." not in name and os.path.isdir(path) and not os.path.islink(path):
                waiting.append(path)


def _listed(folder: str) -> list[tuple[str, str]]:
    try:
        with scandir(folder) as entries:
            return sorted((entry.name, entry.path) for entry in entries)
    except OSError:
        return []


def _stat(path: str) -> os.stat_result | None:
    try:
        seen = os.stat(path)
    except OSError:
        return None
    return seen if S_ISREG(seen.st_mode) else None
