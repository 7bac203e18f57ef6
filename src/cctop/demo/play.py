"""The demo on disk: a Claude config dir that lives as long as a `with` block.

    with Demo() as demo:
        watch(demo.root)

Nothing outside of that folder is touched, and nothing of it is left behind.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Self

from cctop.clock import now_ms
from cctop.demo.bill import Account
from cctop.demo.day import Clock, Day
from cctop.demo.feed import SPOOL
from cctop.demo.presence import Process, this_process


class Demo:
    """A made-up day that plays on while it is watched.

    `speed` is how many times faster than naturally it plays. With `freeze_at` (ms since the epoch)
    all up to then is written and nothing moves: the same time and `process` give the same bytes.
    The folder is the owner's alone and goes with the block, on an exception too, and on SIGTERM and
    SIGHUP, which become a SystemExit where nobody else handles them.
    """

    def __init__(
        self,
        *,
        speed: float = 1.0,
        freeze_at: int | None = None,
        clock: Clock = now_ms,
        process: Process | None = None,
        seed: int = 7,
    ) -> None:
        self._speed = speed
        self._is_frozen = freeze_at is not None
        self._clock = clock if freeze_at is None else _stopped_at(freeze_at)
        self._process = process
        self._seed = seed
        self._over = threading.Event()
        self._failed: OSError | None = None
        self._exits = ExitStack()
        self._day: Day | None = None
        self._root: Path | None = None

    @property
    def root(self) -> Path:
        """The Claude config dir. Raises RuntimeError outside of the block."""
        if self._root is None:
            raise RuntimeError("the demo's folder exists only inside of its `with` block")
        return self._root

    @property
    def spool(self) -> Path:
        """Where the status lines' feed lies. Raises RuntimeError outside of the block."""
        return self.root / SPOOL

    def truth(self) -> dict[str, Account]:
        """What each session really used so far, by session id."""
        return self._day.truth() if self._day else {}

    def __enter__(self) -> Self:
        """Make the folder and write the day's history; raises OSError, with no space say."""
        with ExitStack() as exits:
            exits.enter_context(_signals_as_exits())
            folder = TemporaryDirectory(prefix="cctop-demo-", ignore_cleanup_errors=True)
            root = Path(exits.enter_context(folder)).resolve()
            day = Day(root, self._process or this_process(), self._seed)
            day.history(self._clock)
            if not self._is_frozen:
                player = threading.Thread(target=self._play, args=(day,), daemon=True)
                exits.callback(player.join)
                exits.callback(self._over.set)
                player.start()
            self._day, self._root = day, root
            self._exits = exits.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop and remove everything; raises the OSError that ended the play before its time."""
        self._root = None
        self._exits.close()
        if self._failed:
            raise self._failed

    def _play(self, day: Day) -> None:
        try:
            for seconds in day.live(self._clock):
                if self._over.wait(seconds / self._speed):
                    return
        except OSError as error:
            self._failed = error


def _stopped_at(at: int) -> Clock:
    return lambda: at


@contextmanager
def _signals_as_exits() -> Iterator[None]:
    """Let the signals that end a terminal's programs unwind the stack, as Ctrl-C does."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers
        return
    endings = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    unhandled = [number for number in endings if signal.getsignal(number) is signal.SIG_DFL]
    for number in unhandled:
        signal.signal(number, _exit)
    try:
        yield
    finally:
        for number in unhandled:
            if signal.getsignal(number) is _exit:
                signal.signal(number, signal.SIG_DFL)


def _exit(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
