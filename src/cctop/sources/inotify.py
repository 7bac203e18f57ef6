"""File system events of Linux, by the C library: no thread, and nothing that has to be polled.

An open `Inotify` is a file descriptor like any other: who waits for several things waits for it,
too. What changed is told at once, and nothing is spent while nothing changes.
"""

import os
import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from errno import EACCES, ENOENT, ENOTDIR, EPERM
from typing import Any

# <sys/inotify.h>
_MODIFY, _MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x2, 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF = 0x400, 0x800
_OVERFLOW, _IGNORED = 0x4000, 0x8000
_ONLY_FOLDERS, _IS_FOLDER = 0x1000000, 0x40000000
_WANTED = _MODIFY | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE | _DELETE_SELF | _MOVE_SELF
_event = struct.Struct("iIII")
_ROOM = 1 << 16  # bytes read at once: more than a thousand events
_UNWATCHABLE = frozenset({EACCES, EPERM, ENOENT, ENOTDIR})

Parts = tuple[str, ...]
IsWanted = Callable[[Parts], bool]


class _Folder:
    __slots__ = ("is_wanted", "parts", "path")

    def __init__(self, path: str, parts: Parts, is_wanted: IsWanted) -> None:
        self.path = path
        self.parts = parts  # the names that lead to it from the top
        self.is_wanted = is_wanted

    def below(self, name: str) -> "_Folder":
        return _Folder(os.path.join(self.path, name), (*self.parts, name), self.is_wanted)


class Inotify:
    """Hears of changes in folders. Raises OSError where the system's limits are reached."""

    def __init__(self) -> None:
        self._libc = _libc()
        self._folders: dict[int, _Folder] = {}
        self._tops: list[_Folder] = []
        self._file = self._checked(self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC))

    def fileno(self) -> int:
        """Return the descriptor, which can be read from when something changed."""
        return self._file

    def close(self) -> None:
        """Hear no more. May be called twice."""
        file, self._file = self._file, -1
        if file >= 0:
            os.close(file)

    def watch(self, top: str, is_wanted: IsWanted = lambda _: True) -> None:
        """Hear of everything in `top` and in the folders below it, those to come included.

        `is_wanted` says of a folder, by the names that lead to it, whether it is worth it.
        """
        folder = _Folder(top, (), is_wanted)
        self._tops.append(folder)
        self._watch(folder)

    def read(self) -> list[str]:
        """Return the paths at which something changed. Never waits."""
        changed: list[str] = []
        for watch, mask, name in self._events():
            if mask & _OVERFLOW:  # what was lost nobody knows
                changed += [top.path for top in self._tops]
                for top in self._tops:
                    self._watch(top)
                continue
            folder = self._folders.get(watch)
            if mask & _IGNORED:
                self._folders.pop(watch, None)
            elif folder is not None:
                changed.append(os.path.join(folder.path, name) if name else folder.path)
                if mask & _IS_FOLDER and name:
                    self._follow(folder.below(name), mask)
        return changed

    def _follow(self, folder: _Folder, mask: int) -> None:
        """Go on with a folder that came, and no longer with one that went."""
        if mask & _MOVED_FROM:
            below = folder.path + os.sep
            for watch, known in list(self._folders.items()):
                if known.path == folder.path or known.path.startswith(below):
                    self._libc.inotify_rm_watch(self._file, watch)
                    del self._folders[watch]
        elif mask & (_CREATE | _MOVED_TO) and folder.is_wanted(folder.parts):
            self._watch(folder)

    def _watch(self, folder: _Folder) -> None:
        seen: set[int] = set()
        waiting = [folder]
        while waiting:
            folder = waiting.pop()
            path = os.fsencode(folder.path)
            watch = self._libc.inotify_add_watch(self._file, path, _WANTED | _ONLY_FOLDERS)
            if watch < 0 and self._errno() in _UNWATCHABLE:
                continue
            known = self._folders.get(self._checked(watch))
            if watch in seen or (known is not None and known.path != folder.path):
                continue  # another way leads here, too: a link, be it one to itself
            seen.add(watch)
            self._folders[watch] = folder
            waiting += [below for below in _below(folder) if below.is_wanted(below.parts)]

    def _events(self) -> Iterator[tuple[int, int, str]]:
        while True:
            try:
                data = os.read(self._file, _ROOM)
            except BlockingIOError:
                return
            at = 0
            while at < len(data):
                watch, mask, _, length = _event.unpack_from(data, at)
                at += _event.size
                yield watch, mask, os.fsdecode(data[at : at + length].rstrip(b"\0"))
                at += length

    def _checked(self, result: int) -> int:
        if result < 0:
            number = self._errno()
            raise OSError(number, os.strerror(number))
        return result

    def _errno(self) -> int:
        import ctypes  # noqa: PLC0415 - was imported

        return ctypes.get_errno()


def _below(folder: _Folder) -> Sequence[_Folder]:
    found: list[_Folder] = []
    with suppress(OSError), os.scandir(folder.path) as entries:
        for entry in entries:
            with suppress(OSError):  # a link to itself, or into where one may not look
                if entry.is_dir():
                    found.append(folder.below(entry.name))
    return found


def _libc() -> Any:
    import ctypes  # noqa: PLC0415 - not on the way to the first paint

    libc = ctypes.CDLL(None, use_errno=True)
    libc.inotify_init1.argtypes = [ctypes.c_int]
    libc.inotify_add_watch.argtypes = [ctypes.c_int, ctypes.c_char_p, ctypes.c_uint32]
    libc.inotify_rm_watch.argtypes = [ctypes.c_int, ctypes.c_int]
    return libc
