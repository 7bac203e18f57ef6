"""Who uses the store: several cctops may, and only one that is alone may move the file away.

SQLite locks every transaction by itself. But it finds its log by the file's name: a file that was
moved while another process had it open would spoil the one that took its place.
"""

import fcntl
import os
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep

PATIENCE = 2.0  # seconds that another one may take to set a file aside
_PAUSE = 0.01


class Lock:
    """Held, shared with others, until it is closed, forgotten, or the process ends.

    Where the folder or its file system has no locks, it is held by nobody, and nobody is alone.
    """

    def __init__(self, path: Path) -> None:
        self._descriptor: int | None = None
        with suppress(OSError):
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
            self._descriptor = os.open(path, flags, 0o600)
        self._take(fcntl.LOCK_SH, PATIENCE)

    def alone(self) -> bool:
        """Take it for this process alone; say whether that was to be had."""
        return self._take(fcntl.LOCK_EX, 0.0)

    def share(self) -> None:
        """Share it again."""
        self._take(fcntl.LOCK_SH, PATIENCE)

    def close(self) -> None:
        """Let go of it."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __del__(self) -> None:
        self.close()

    def _take(self, kind: int, patience: float) -> bool:
        deadline = monotonic() + patience
        while self._descriptor is not None:
            try:
                fcntl.flock(self._descriptor, kind | fcntl.LOCK_NB)
            except BlockingIOError:
                if monotonic() >= deadline:
                    return False
                sleep(_PAUSE)
            except OSError:
                return False
            else:
                return True
        return False
