"""Follow the spool: every record of its segments once, and every status line that changed.

Nothing is taken out: segments are only read, by byte offset, so that any number of readers may be
killed at any time and neither lose nor double anything. Writers begin each record with a line
break, so that one that was cut short spoils no other.
"""

import os
import re
from collections.abc import Callable, Iterator
from stat import S_ISDIR, S_ISREG
from typing import TYPE_CHECKING

from msgspec import Struct

from cctop.events import SpoolEvent
from cctop.hook.spool import ASIDE, DROPPED, SEGMENT, STATUS, UNREADABLE, prune
from cctop.sources.roots import PATH_LIMIT, cannot_read, projects_dir
from cctop.text import Clean, clean

# What decodes is imported by who has something to decode: 3 ms that most starts need not wait.
if TYPE_CHECKING:
    from cctop.sources.spool.records import HookRecord

_CHUNK = 1 << 20  # bytes read at once
_LONGEST = 1 << 16  # bytes a record or a status file may have: real ones have at most 8 KiB
_LISTINGS = 10  # of the folder in one look, while names come
_segment = re.compile(SEGMENT)
_Stamp = tuple[int, int, int]


class _Segment:
    """One segment and how far it was read."""

    __slots__ = ("identity", "offset", "stamp")

    def __init__(self) -> None:
        self.identity = (0, 0)
        self.offset = 0
        self.stamp: _Stamp = (0, 0, 0)


class Trouble(Struct, gc=False):
    """What could not be used: lines that were torn or foreign, records that were dropped to keep
    the spool small, files that were set aside, and those that were left in a folder that was not
    made to be a spool, payloads that hooks could not read.
    """

    torn: int = 0
    dropped: int = 0
    aside: int = 0
    left: int = 0
    unreadable: int = 0


class Spool:
    """The spool at `folder`, for the transcripts below `roots`. For one thread alone.

    Events of sessions that lie elsewhere are passed over: who looks at one Claude config folder
    wants to see nothing of another. Raises nothing.
    """

    def __init__(self, folder: str, roots: tuple[str, ...]) -> None:
        self.folder = folder
        self.trouble = Trouble()
        self._roots = roots
        self._segments: dict[str, _Segment] = {}
        self._status: dict[str, _Stamp] = {}
        self._known_roots: dict[str, str | None] = {}
        self._drops: dict[str, int] = {}
        self._names: list[str] = []
        self._notice = Clean("")
        self._pruned = False

    @property
    def notices(self) -> tuple[Clean, ...]:
        """What cannot be read now, and what was set aside or lost."""
        said = [self._notice] if self._notice else []
        trouble = self.trouble
        if trouble.aside:
            said.append(self._say(f"{trouble.aside} foreign files", f"set aside in {ASIDE}/"))
        if trouble.left:
            said.append(self._say(f"{trouble.left} foreign files", "left there: it is no spool"))
        if trouble.torn:
            said.append(self._say(f"{trouble.torn} lines", "torn or foreign, and skipped"))
        return tuple(said)

    def read(self) -> Iterator[SpoolEvent]:
        """Yield what is new: of the segments in order, then of the status lines."""
        for record in self.records():
            from cctop.sources.spool.decode import hook_event  # noqa: PLC0415

            event = hook_event(record)
            if event is not None and self._root_of(record.transcript or "") is not None:
                yield event
        yield from self._status_lines()

    def records(self) -> Iterator["HookRecord"]:
        """Yield every new record of the segments, those of other roots too."""
        for line in self.lines():
            from cctop.sources.spool.decode import hook_record  # noqa: PLC0415

            record = hook_record(line)
            if record is None:
                self.trouble.torn += 1
            elif record.event == DROPPED:
                self._drops[record.id] = max(0, record.count or 0)
                self.trouble.dropped = sum(self._drops.values())
            else:
                self.trouble.unreadable += record.event == UNREADABLE
                yield record

    def lines(self) -> Iterator[bytes]:
        """Yield every new line of the segments as it stands, for who wants to see just that."""
        for path in self._scan():
            yield from self._new_lines(path)

    def _say(self, what: str, fate: str) -> Clean:
        return clean(f"Spool {self.folder}: {what} {fate}.", PATH_LIMIT)

    def _scan(self) -> list[str]:
        """Return the segments in order, and see to it that nothing else lies beside them."""
        self._notice = Clean("")
        self.trouble.left = 0
        try:
            names = self._list()
        except FileNotFoundError:
            return []  # no hook has fired yet
        except OSError as error:
            self._notice = cannot_read(self.folder, error)
            return []
        if not self._pruned:
            self._pruned = True  # once a start: writers do it when a segment is full
            prune(self.folder)
        segments = []
        for name in names:
            path = os.path.join(self.folder, name)
            if _segment.fullmatch(name) and _is(S_ISREG, path):
                segments.append(path)
            elif not (name in {STATUS, ASIDE} and _is(S_ISDIR, path)):
                self._set_aside(path)
        for path in self._segments.keys() - set(segments):
            del self._segments[path]
        return segments

    def _list(self) -> list[str]:
        """Return all names in the spool, sorted. Raises OSError.

        A name that is made while a folder is listed may be missed, and one made later be seen. So
        new names are listed until they stay the same: then none is missing before the last.
        """
        names = sorted(os.listdir(self.folder))
        for _ in range(_LISTINGS):
            if names == self._names:
                break
            self._names, names = names, sorted(os.listdir(self.folder))
        return names

    def _new_lines(self, path: str) -> Iterator[bytes]:
        """Yield the whole lines of a segment that were not given yet."""
        known = self._segments.setdefault(path, _Segment())
        try:
            with open(path, "rb", buffering=0) as file:
                stat = os.fstat(file.fileno())
                stamp = stat.st_size, stat.st_mtime_ns, stat.st_ino
                if stamp == known.stamp:
                    return
                if (stat.st_dev, stat.st_ino) != known.identity or stat.st_size < known.offset:
                    known.identity, known.offset = (stat.st_dev, stat.st_ino), 0
                file.seek(known.offset)
                while data := file.read(_CHUNK):
                    end = data.rfind(b"\n") + 1
                    if not end and len(data) < _CHUNK:
                        break  # it is being written
                    known.offset += end or len(data)
                    yield from filter(None, data[:end].split(b"\n"))
                    self.trouble.torn += not end
                    file.seek(known.offset)
                known.stamp = stamp
        except FileNotFoundError:
            return  # pruned just now
        except OSError as error:
            self._notice = cannot_read(path, error)

    def _status_lines(self) -> Iterator[SpoolEvent]:
        folder = os.path.join(self.folder, STATUS)
        try:
            files = list(os.scandir(folder))
        except OSError:
            return  # there is none, or the folder above was reported already
        for file in files:
            from cctop.sources.spool.decode import status_line  # noqa: PLC0415

            if not file.name.endswith(".json") or file.name.startswith("."):
                continue  # one that is being written
            try:
                stat = file.stat(follow_symlinks=False)
                stamp = stat.st_size, stat.st_mtime_ns, stat.st_ino
                if self._status.get(file.path) == stamp:
                    continue
                self._status[file.path] = stamp
                if not S_ISREG(stat.st_mode) or stat.st_size > _LONGEST:
                    self._set_aside(file.path)
                    continue
                with open(file.path, "rb") as opened:
                    event = status_line(opened.read(_LONGEST), self._root_of)
            except OSError:
                continue  # replaced or pruned just now: the next look tells
            if event is not None:
                yield event

    def _set_aside(self, path: str) -> None:
        """Move what is not ours out of the way: it is nobody's to delete.

        Only in a folder that a writer made (`cctop.hook.spool.make`): in any other, what lies there
        is somebody's.
        """
        folder = os.path.join(self.folder, ASIDE)
        if not _is(S_ISDIR, folder):
            self.trouble.left += 1
            return
        try:
            os.rename(path, _free(os.path.join(folder, os.path.basename(path))))
        except OSError as error:
            self._notice = cannot_read(path, error)
            return
        self.trouble.aside += 1

    def _root_of(self, transcript: str) -> str | None:
        """Return the root that a transcript lies in; None where it is none of those that are read.

        A record without a path is believed to be one of the first root's.
        """
        if not transcript:
            return self._roots[0] if self._roots else None
        folder = os.path.dirname(transcript)
        if folder not in self._known_roots:
            self._known_roots[folder] = self._find_root(folder)
        return self._known_roots[folder]

    def _find_root(self, folder: str) -> str | None:
        try:
            real = os.path.realpath(folder)
        except ValueError:  # a NUL in it: no file's path
            return None
        for root in self._roots:
            projects = projects_dir(root)
            if any(
                os.path.commonpath((one, other)) == one
                for one, other in (
                    (projects, os.path.abspath(folder)),
                    (os.path.realpath(projects), real),
                )
            ):
                return root
        return None


def _is(kind: Callable[[int], bool], path: str) -> bool:
    """Whether the thing at `path` is of a kind (`stat.S_ISREG`, …), a link being neither."""
    try:
        return kind(os.lstat(path).st_mode)
    except OSError:
        return False


def _free(path: str) -> str:
    """Return `path`, or one with a number behind it where that is taken."""
    number, free = 0, path
    while os.path.lexists(free):
        number += 1
        free = f"{path}.{number}"
    return free
