"""The wake-up: says when it is worth looking again. What there is to see, a scan tells.

File system events are only a hint: they are lost in brand-new nested folders, when a root is
replaced, on network file systems. So `wait` also ends by itself, soon while things change and
later while they rest, and the result is the same with and without events.
"""

import os
import threading
from collections.abc import Iterable, Sequence
from time import monotonic

from cctop.sources.roots import PATH_LIMIT, normal, projects_dir, sessions_dir
from cctop.text import Clean, clean

FAST = 0.25  # seconds between two looks while things change
SLOW = 2.0  # seconds at rest, where events would wake us
SLOW_BLIND = 1.0  # seconds at rest without events
GAP = 0.05  # seconds between two wake-ups by events, however many there are
_REARM_MS = 1000  # how often the watcher checks that its folders are still the same ones
# How often the watcher asks whether something changed, ms: it costs a little of a core to ask, so
# it asks often while things change, and seldom at rest. What comes together is told together.
_STEP_MS, _STEP_AT_REST_MS = 10, 40
_DEBOUNCE_MS = 30
_ACTIVE = 5.0  # seconds after a change in which more is expected
_MAX_CHANGED = 1000

_Folders = dict[str, tuple[int, int]]


class Waker:
    """Waits for changes below the roots, and in `spool`, where there is one. `poll` goes without
    file system events.
    """

    def __init__(
        self, roots: Iterable[str], poll: bool = False, spool: str | os.PathLike[str] | None = None
    ) -> None:
        self._roots = normal(roots)
        self._spool = os.fspath(spool) if spool is not None else ""
        self._event = threading.Event()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._notice = Clean("")
        self._interval = FAST
        self._woken = 0.0
        self._thread: threading.Thread | None = None
        if not poll:
            self._thread = threading.Thread(target=self._watch, name="cctop-watch", daemon=True)
            self._thread.start()

    @property
    def notice(self) -> Clean:
        """Why there are no file system events though they were wanted, and the remedy; or ""."""
        return self._notice

    @property
    def watches(self) -> bool:
        """Whether file system events are used."""
        return self._thread is not None and not self._notice

    def wait(self, timeout: float = SLOW, changed: bool = False) -> bool:
        """Wait until looking is worth while: True when something woke us, False when time is up.

        `timeout` is in seconds; `changed` says whether the last look found anything new, and the
        wait is the shorter the less long that is ago.
        """
        slow = SLOW if self.watches else SLOW_BLIND
        self._interval = FAST if changed else min(self._interval * 2, slow)
        woken = self._event.wait(min(timeout, self._interval))
        if woken:
            self._stop.wait(self._woken + GAP - monotonic())
            self._woken = monotonic()
            self._event.clear()
        return woken

    def take(self) -> set[str]:
        """Paths that changed since the last call: hints, not all of them."""
        with self._lock:
            changed, self._changed = self._changed, set()
        return changed

    def wake(self) -> None:
        """End the wait that is on, or the next one. From any thread."""
        self._event.set()

    def close(self) -> None:
        """Stop watching, and end the wait that is on. May be called twice."""
        self._stop.set()
        self._event.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _watch(self) -> None:
        try:
            while not self._stop.is_set():
                folders = self._folders()
                if not folders:
                    self._stop.wait(_REARM_MS / 1000)
                else:
                    self._watch_folders(folders)
        except (ImportError, OSError, RuntimeError) as error:
            # The limit of watches is reached, the file system has no events, …
            remedy = "--poll asks for polling."
            if "decode" not in str(error):  # a name that is no text has nothing to do with limits
                remedy = f"Raising fs.inotify.max_user_watches may help, {remedy}"
            self._notice = clean(
                f"No file system events ({error}): polling instead. {remedy}", PATH_LIMIT
            )

    def _watch_folders(self, folders: _Folders) -> None:
        """Watch until other folders are to be watched.

        `watchfiles.watch` is this loop with one step for all times.
        """
        # Not on the way to the first paint.
        from watchfiles._rust_notify import RustNotify  # noqa: PLC0415

        try:
            watcher = RustNotify(list(folders), False, False, 0, True, True)
        except FileNotFoundError:
            return  # one went away just now
        with watcher:
            heard = 0.0
            while not self._stop.is_set():
                step = _STEP_MS if monotonic() - heard < _ACTIVE else _STEP_AT_REST_MS
                changes = watcher.watch(_DEBOUNCE_MS, step, _REARM_MS, self._stop)
                if not isinstance(changes, str):
                    heard = monotonic()
                    self._hear([path for _, path in changes])
                if self._folders() != folders:
                    self.wake()
                    return

    def _hear(self, paths: Sequence[str]) -> None:
        with self._lock:
            if len(self._changed) < _MAX_CHANGED:
                self._changed.update(paths)
        self._event.set()

    def _folders(self) -> _Folders:
        """The folders to watch that exist now, each with what tells it from its successor."""
        folders: _Folders = {}
        paths = [path for root in self._roots for path in (projects_dir(root), sessions_dir(root))]
        for path in (*paths, *([self._spool] if self._spool else ())):
            try:
                stat = os.stat(path)
            except OSError:
                continue
            folders[path] = stat.st_dev, stat.st_ino
        return folders
