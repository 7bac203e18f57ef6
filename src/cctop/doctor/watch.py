"""`cctop doctor --watch`: every event as it arrives, so that one can see whether any does."""

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from stat import S_ISREG

from msgspec.structs import asdict

from cctop.clock import now_ms
from cctop.doctor.raw import event_line, shown, status_of
from cctop.doctor.words import iso
from cctop.events import Live
from cctop.hook.spool import STATUS
from cctop.sources.registry import RunningSessions
from cctop.sources.spool.follow import Spool
from cctop.text import Clean

NEWEST = 5  # events of before that are shown at the start
EVERY = 0.1  # seconds between two looks
QUIET = 10.0  # seconds without anything after which it is said what is waited for
_LARGEST = 1 << 16  # bytes of a status file that are read: no true one has as many


class Watch:
    """What is new at each look, as lines to print."""

    def __init__(self, folder: str, roots: Iterable[str]) -> None:
        self._spool = Spool(folder, tuple(roots))
        self._status = StatusFiles(os.path.join(folder, STATUS))  # noqa: PTH118 - as below
        self._running = RunningSessions(roots)
        self._live: dict[tuple[str, int], Live] = {}
        self._begun = False

    def look(self) -> Iterator[Clean]:
        """Yield what is new; at the first look, the newest events that were there already."""
        lines: Iterable[bytes] = self._spool.lines()
        if not self._begun:
            lines = deque(lines, maxlen=NEWEST)
        yield from map(event_line, lines)
        told, changes = list(self._status.changes()), list(self._changes())
        if self._begun:
            yield from told
            yield from changes
        self._begun = True

    def _changes(self) -> Iterator[Clean]:
        """Yield what is new in the registry of running sessions."""
        before, self._live = self._live, {(x.session, x.pid): x for x in self._running.read()}
        for key in before.keys() | self._live.keys():
            was, now = before.get(key), self._live.get(key)
            if was != now:
                yield shown(_change(was, now))


class StatusFiles:
    """The files of `status/`, and what changed in them since the last look."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._stamps: dict[str, tuple[int, int, int]] = {}
        self._said: dict[str, dict[str, object]] = {}

    def changes(self) -> Iterator[Clean]:
        """Yield a line for each session's status line that came anew: the keys that changed."""
        try:
            files = [file for file in os.scandir(self._folder) if file.name.endswith(".json")]
        except OSError:
            return
        for file in files:
            try:
                info = file.stat(follow_symlinks=False)
                stamp = info.st_size, info.st_mtime_ns, info.st_ino
                if file.name[0] == "." or self._stamps.get(file.name) == stamp:
                    continue
                self._stamps[file.name] = stamp
                if not S_ISREG(info.st_mode):
                    continue
                with open(file.path, "rb") as opened:  # noqa: PTH123
                    found = status_of(opened.read(_LARGEST))
            except OSError:
                continue  # replaced or pruned just now
            if found is not None:
                yield self._line(file.name, *found)

    def _line(self, name: str, at: object, said: dict[str, object]) -> Clean:
        before = self._said.get(name, {})
        self._said[name] = said
        new = {key: value for key, value in said.items() if before.get(key, ...) != value}
        gone = sorted(before.keys() - said.keys())
        new.pop("session_id", None)
        return shown(
            {
                "event": "status line",
                "at": (iso(at) if isinstance(at, int) else None) or at,
                "session": said.get("session_id"),
                **new,
                **({"gone": gone} if gone else {}),
            }
        )


def follow(
    watch: Watch,
    say: Callable[[str], None],
    remark: Callable[[str], None],
    is_heard: Callable[[], bool],
    waits_for: str,
    quiet: float = QUIET,
) -> None:
    """Print what is new until nobody hears it any more.

    `say` prints a line and flushes it, `is_heard` tells whether there is still a reader. Where
    nothing has come for `quiet` seconds, `remark` tells once what is waited for.
    """
    last, said = time.monotonic(), False
    while is_heard():
        for line in watch.look():
            say(line)
            last, said = time.monotonic(), False
        if not said and time.monotonic() - last >= quiet:
            remark(waits_for)
            said = True
        time.sleep(EVERY)


def _change(was: Live | None, now: Live | None) -> dict[str, object]:
    one = now or was
    assert one is not None
    fields = asdict(one)
    if was is not None and now is not None:
        before = asdict(was)
        fields = {key: value for key, value in fields.items() if value != before[key]}
    change = "changes" if was and now else "begins" if now else "ends"
    head = {"event": f"session {change}", "at": iso(now_ms()), "session": one.session}
    return head | (fields if now else {"pid": one.pid})
