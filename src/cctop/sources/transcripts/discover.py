"""Find every transcript below the roots, over and over, for next to nothing.

A stat costs microseconds and ten thousand of them cost a tenth of a second: far too much for four
scans a second. So a scan looks at what changed lately, and at a share of the rest such that
nothing stays unseen for longer than `SWEEP` seconds. A folder is listed again only if its mtime
says that names came or went.
"""

import os
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from errno import EACCES, EPERM
from os import scandir, stat, stat_result
from stat import S_ISREG
from time import monotonic, time_ns

from msgspec import Struct

from cctop.sources.roots import cannot_read, normal, projects_dir
from cctop.sources.transcripts.layout import Kind, Layout, classify, look_in
from cctop.text import Clean

SWEEP = 4.0  # seconds in which everything is looked at
HOT = 256  # files that are looked at on every scan: those which changed last
_PHASES = 16  # a sweep is spread over so many moments
_RACY = 2_000_000_000  # ns: a folder changed that shortly before can change in the same tick again


class Found(Struct, frozen=True, gc=False):
    """A transcript file as it was last seen: size in bytes, mtime in ns.

    While a file does not change, every scan gives the identical object.
    """

    path: str
    size: int
    mtime_ns: int
    inode: int
    dev: int
    layout: Layout

    @property
    def identity(self) -> tuple[int, int]:
        """What stays when a file moves."""
        return self.dev, self.inode


def is_same(one: Found, other: Found) -> bool:
    """Whether a file was not changed in between: same file, size and time."""
    return (one.dev, one.inode, one.size, one.mtime_ns) == (
        other.dev,
        other.inode,
        other.size,
        other.mtime_ns,
    )


class Scan(Struct, frozen=True, gc=False):
    """All files there are. `blind`: folders that could not be read, so nothing is known of them."""

    found: list[Found]
    blind: tuple[str, ...] = ()
    notices: tuple[Clean, ...] = ()


class _File:
    __slots__ = ("due", "found", "hot", "layout", "path")

    def __init__(self, path: str, layout: Layout) -> None:
        self.path = path
        self.layout = layout
        self.found: Found | None = None
        self.due = 0.0
        self.hot = False

    def warms(self) -> tuple[str, ...]:
        """Say in which folders something will happen soon, if something happens to this file."""
        folder = os.path.dirname(self.path)
        if self.layout.kind is not Kind.MAIN:
            return (folder,)
        return folder, os.path.join(self.path.removesuffix(".jsonl"), "subagents")


class _Folder:
    __slots__ = ("due", "files", "folders", "identity", "mtime_ns", "parts", "path", "problem")

    def __init__(self, path: str, parts: tuple[str, ...]) -> None:
        self.path = path
        self.parts = parts
        self.due = 0.0
        self.problem: Clean | None = None
        self.forget()

    def forget(self) -> None:
        self.identity: tuple[int, int] | None = None
        self.mtime_ns = -1
        self.files: dict[str, _File] = {}
        self.folders: dict[str, _Folder] = {}


class Scanner:
    """Scans the roots. Times are seconds of `clock`, which only spreads the work."""

    def __init__(self, roots: Iterable[str], clock: Callable[[], float] = monotonic) -> None:
        self._roots = normal(roots)
        self._clock = clock
        self._tops: dict[str, _Folder] = {}
        self._hot: dict[_File, None] = {}  # the one that changed last stands last
        self._faults: dict[str, Clean] = {}  # files that cannot be looked at, and why
        self._warm: Counter[str] = Counter()  # folders with hot files, or soon to have
        self._files: dict[str, _File] = {}  # by path, some of which may be gone
        self._swept = -SWEEP  # when all was scanned
        self._now = 0.0
        self._phase = 0
        self._hints: Collection[str] = ()

    def scan(self, hints: Iterable[str] = ()) -> Scan:
        """Say which files there are now. What lies at the paths in `hints` is surely looked at."""
        self._now = self._swept = self._clock()
        self._hints = frozenset(above for path in hints for above in _with_parents(path))
        found: list[Found] = []
        changed: list[_File] = []
        problems: dict[str, Clean] = {}
        visited: set[tuple[int, int] | None] = {None}
        for root in self._roots:
            for folder in self._folders(root, visited):
                if folder.problem is None:
                    self._measure(folder, changed)
                if folder.problem is not None:
                    problems[folder.path] = folder.problem
                    continue
                found += [file.found for file in folder.files.values() if file.found is not None]
        self._heat(changed)
        return Scan(found, tuple(problems), (*problems.values(), *self._faults.values()))

    def peek(self, paths: Collection[str]) -> list[Found] | None:
        """Return what changed at these paths, and at no others; None where only a scan can tell.

        That is so where one is due, and for whatever is no file that the last one found.
        """
        self._now = self._clock()
        if self._now >= self._swept + SWEEP:
            return None
        changed: list[_File] = []
        for path in paths:
            file = self._files.get(path)
            try:
                seen = stat(path)
            except OSError:
                return None
            if file is None or file.found is None or not S_ISREG(seen.st_mode):
                return None
            if file.found.identity != (seen.st_dev, seen.st_ino):
                return None
            if not _is_same(file.found, seen):
                file.found = _found(file, seen)
                changed.append(file)
        self._heat(changed)
        return [file.found for file in changed if file.found is not None]

    def _folders(self, root: str, visited: set[tuple[int, int] | None]) -> Iterator[_Folder]:
        """All folders below `root`, each once however many links lead to it."""
        path = projects_dir(root)
        top = self._tops.setdefault(path, _Folder(path, ()))
        top.due = 0.0
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            if self._now >= folder.due or folder.path in self._warm or folder.path in self._hints:
                self._look(folder, root, visited)
            if folder.problem is not None:
                yield folder
            elif folder.identity not in visited:
                visited.add(folder.identity)
                yield folder
                if folder.problem is None:
                    waiting.extend(folder.folders.values())

    def _look(
        self, folder: _Folder, root: str, visited: Collection[tuple[int, int] | None]
    ) -> None:
        folder.due = self._later()
        folder.problem = None
        try:
            now = stat(folder.path)
            identity = now.st_dev, now.st_ino
            if identity != folder.identity:
                folder.forget()
                folder.identity = identity
            # A loop of links ends here, before it is listed again under a longer name.
            if folder.mtime_ns != now.st_mtime_ns and identity not in visited:
                racy = time_ns() - now.st_mtime_ns < _RACY
                self._list(folder, root)
                folder.mtime_ns = -1 if racy else now.st_mtime_ns
        except FileNotFoundError:
            folder.forget()
        except NotADirectoryError as error:
            folder.forget()
            folder.problem = None if folder.parts else cannot_read(folder.path, error)
        except OSError as error:
            folder.problem = cannot_read(folder.path, error)

    def _measure(self, folder: _Folder, changed: list[_File]) -> None:
        """Look at the files of a folder that are due, and add those that are new or changed."""
        now, hints = self._now, self._hints
        for file in folder.files.values():
            if now < file.due and file.path not in hints:
                continue
            file.due = now if file.hot else self._later()
            try:
                seen = stat(file.path)
            except (FileNotFoundError, NotADirectoryError):
                file.found = None
                self._faults.pop(file.path, None)
                continue
            except OSError as error:
                if error.errno in {EACCES, EPERM}:  # so it is for every file of the folder
                    folder.problem = cannot_read(folder.path, error)
                    return
                file.found = None
                self._faults[file.path] = cannot_read(file.path, error)
                continue
            if self._faults:
                self._faults.pop(file.path, None)
            if not _is_same(file.found, seen):
                file.found = _found(file, seen)
                if file.found is not None:
                    changed.append(file)

    def _heat(self, changed: list[_File]) -> None:
        """Look at what changed, and at where its like appears, on each of the next scans."""
        changed.sort(key=lambda file: file.found.mtime_ns if file.found else 0)
        for file in changed[-HOT:]:
            if file.hot:
                del self._hot[file]
            else:
                self._warm.update(file.warms())
            self._hot[file] = None
            file.hot, file.due = True, self._now
        while len(self._hot) > HOT:
            file = next(iter(self._hot))
            del self._hot[file]
            file.hot, file.due = False, self._later()
            self._warm.subtract(file.warms())
            for path in file.warms():
                if not self._warm[path]:
                    del self._warm[path]

    def _list(self, folder: _Folder, root: str) -> None:
        """List the names again, keeping what is known of those that were there before."""
        files: dict[str, _File] = {}
        folders: dict[str, _Folder] = {}
        with scandir(folder.path) as entries:
            for entry in entries:
                name = entry.name
                if name in folder.files:
                    files[name] = folder.files[name]
                elif layout := classify(root, (*folder.parts, name)):
                    files[name] = self._files[entry.path] = _File(entry.path, layout)
                elif _is_folder(entry):
                    folders[name] = folder.folders.get(name) or _below(folder, name)
        folder.files, folder.folders = files, folders

    def _later(self) -> float:
        """When to look again at what is not hot: spread, lest one scan do the work of all."""
        self._phase = (self._phase + 1) % _PHASES
        return self._now + SWEEP * (_PHASES + self._phase) / (2 * _PHASES)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link to itself, or into where one may not look
        return False


def _below(folder: _Folder, name: str) -> _Folder:
    parts = look_in(folder.parts, name)
    return _Folder(os.path.join(folder.path, *parts[len(folder.parts) :]), parts)


def _is_same(known: Found | None, seen: stat_result) -> bool:
    return (
        known is not None
        and known.mtime_ns == seen.st_mtime_ns
        and known.size == seen.st_size
        and known.inode == seen.st_ino
        and known.dev == seen.st_dev
    )


def _found(file: _File, seen: stat_result) -> Found | None:
    if not S_ISREG(seen.st_mode):
        return None
    return Found(file.path, seen.st_size, seen.st_mtime_ns, seen.st_ino, seen.st_dev, file.layout)


def _with_parents(path: str) -> Iterator[str]:
    for _ in range(4):  # the file, its folder, and what may be new with it
        yield path
        path = os.path.dirname(path)
