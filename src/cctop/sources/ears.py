"""Ways to hear of changes: by inotify on Linux, by a watcher's thread elsewhere, or not at all.

All of them end a wait when they are called from another thread, too.
"""

import os
import select
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from time import monotonic

from cctop.sources.inotify import Inotify

# How often the watcher's thread asks whether something changed, ms: it costs a little of a core to
# ask, so it asks often while things change, and seldom at rest. What comes together is told
# together.
_STEP_MS, _STEP_AT_REST_MS = 10, 40
_DEBOUNCE_MS = 30
_TIMEOUT_MS = 1000  # how often it looks whether it shall end
_ACTIVE = 5.0  # seconds after a change in which more is expected
_MAX_CHANGED = 1000

IsWanted = Callable[[tuple[str, ...]], bool]
Folders = Mapping[str, IsWanted]
"""The folders to listen to, each with whether one below it is worth it, told by its names."""


class Ear:
    """Hears nothing, but for calls. The base of those that do.

    `call` and `close` may come from any thread, the others are for one thread alone.
    """

    def __init__(self) -> None:
        self.was_called = False  # the last wait was ended by a call
        self._event = threading.Event()
        self._called = threading.Event()

    def listen(self, folders: Folders) -> None:
        """Listen to these folders from now on. Raises OSError, ImportError or RuntimeError."""

    @property
    def fault(self) -> Exception | None:
        """What ended the listening later on."""
        return None

    def wait(self, seconds: float) -> bool:
        """Wait for a change or a call; say whether there was one. Calls are over then."""
        woken = self._event.wait(seconds)
        self.was_called = self._called.is_set()
        if woken:
            self._event.clear()
            self._called.clear()
        return woken

    def rest(self, seconds: float) -> None:
        """Let time pass, whatever changes, unless there is a call."""
        if seconds > 0:
            self._called.wait(seconds)

    def take(self) -> set[str]:
        """Give the paths that changed, once each: hints, not all of them. May raise OSError."""
        return set()

    def call(self) -> None:
        """End the wait that is on, or the next one."""
        self._called.set()
        self._event.set()

    def close(self) -> None:
        """Hear no more, and end the wait that is on. May be called twice."""
        self.call()


class LinuxEar(Ear):
    """Hears by inotify, in the thread that waits."""

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._closed = False
        self._waiting = False
        self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._inotify: Inotify | None = None

    def listen(self, folders: Folders) -> None:
        """Listen to these folders, and no longer to others."""
        inotify = Inotify()
        try:
            for folder, is_wanted in folders.items():
                inotify.watch(folder, is_wanted)
        except OSError:
            inotify.close()
            raise
        with self._lock:
            before, self._inotify = self._inotify, inotify
            if before is not None:
                before.close()
            if self._closed:
                inotify.close()

    def wait(self, seconds: float) -> bool:
        """Wait for a change or a call."""
        inotify = self._inotify
        return self._poll(seconds, *((inotify.fileno(),) if inotify is not None else ()))

    def rest(self, seconds: float) -> None:
        """Let time pass; a call stays one for the next wait."""
        if seconds > 0 and self._poll(seconds):
            self.call()

    def _poll(self, seconds: float, *files: int) -> bool:
        with self._lock:
            if self._closed:
                return True
            self._waiting = True
        poller = select.poll()
        for file in (self._bell, *files):
            poller.register(file, select.POLLIN)
        # Rounded up: a poll of 0 ms would come back at once, again and again.
        ready = poller.poll(-int(-1000 * max(0.0, seconds) // 1))
        with self._lock:
            self._waiting = False
            self.was_called = any(file == self._bell for file, _ in ready)
            if self._closed:
                self._shut()
            elif self.was_called:
                os.eventfd_read(self._bell)
        return bool(ready)

    def take(self) -> set[str]:
        """Give the paths that changed."""
        with self._lock:
            if self._closed or self._inotify is None:
                return set()
            return set(self._inotify.read())

    def call(self) -> None:
        """End a wait."""
        with self._lock:
            if not self._closed:
                os.eventfd_write(self._bell, 1)

    def close(self) -> None:
        """Hear no more. Who waits closes the descriptors: to close them under a poll is no way."""
        with self._lock:
            if self._closed:
                return
            self._closed = True
            if self._waiting:
                os.eventfd_write(self._bell, 1)
            else:
                self._shut()

    def _shut(self) -> None:
        os.close(self._bell)
        if self._inotify is not None:
            self._inotify.close()


class ThreadEar(Ear):
    """Hears by `watchfiles`, in a thread of its own."""

    def __init__(self) -> None:
        super().__init__()
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._changed: set[str] = set()
        self._fault: Exception | None = None
        self._thread: threading.Thread | None = None

    @property
    def fault(self) -> Exception | None:
        """What ended its thread."""
        return self._fault

    def listen(self, folders: Folders) -> None:
        """Listen to these folders, and no longer to others."""
        self._end()
        if not folders:
            return
        self._stop = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(list(folders), self._stop), name="cctop-watch", daemon=True
        )
        self._thread.start()

    def take(self) -> set[str]:
        """Give the paths that changed."""
        with self._lock:
            changed, self._changed = self._changed, set()
        return changed

    def close(self) -> None:
        """End the thread."""
        super().close()
        self._end()

    def _end(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def _run(self, folders: Sequence[str], stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._listen(folders, stop)
            except FileNotFoundError:
                stop.wait(_STEP_AT_REST_MS / 1000)  # one went away just now
            except (ImportError, OSError, RuntimeError) as error:
                self._fault = error
                self._event.set()
                return

    def _listen(self, folders: Sequence[str], stop: threading.Event) -> None:
        """Listen. `watchfiles.watch` is this loop with one step for all times."""
        # Not on the way to the first paint.
        from watchfiles._rust_notify import RustNotify  # noqa: PLC0415

        with RustNotify(list(folders), False, False, 0, True, True) as watcher:
            heard = 0.0
            while not stop.is_set():
                step = _STEP_MS if monotonic() - heard < _ACTIVE else _STEP_AT_REST_MS
                changes = watcher.watch(_DEBOUNCE_MS, step, _TIMEOUT_MS, stop)
                if not isinstance(changes, str):
                    heard = monotonic()
                    self._hear([path for _, path in changes])

    def _hear(self, paths: Sequence[str]) -> None:
        with self._lock:
            if len(self._changed) < _MAX_CHANGED:
                self._changed.update(paths)
        self._event.set()


def ear_here() -> Ear:
    """Return the best ear of this system."""
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):  # no descriptor is left, or none of this kind
            return LinuxEar()
    return ThreadEar()
