"""The registry of running sessions: `sessions/<pid>.json`, one file an interactive session.

Claude Code (seen in 2.1.330) writes its entry at start without a status, rewrites it in place on
every change of status, and deletes it on exit; a killed process leaves its entry behind. So an
entry counts only while its process lives. `-p` and SDK runs need not write one (2.1.330
does for `-p`). The `*.key` files beside the entries are never opened.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from stat import S_ISREG
from time import strptime, time
from typing import Any

import msgspec
from msgspec import Struct

from cctop.events import Live, Liveness
from cctop.sources.roots import PATH_LIMIT, normal, sessions_dir
from cctop.text import Clean, clean

FRESH = 30 * 60 * 1000  # ms an entry counts whose process cannot be checked from here
_SIZE_LIMIT = 1 << 16  # bytes: real entries have under a thousand
_DEAD = ("Z", "X")  # states in /proc/<pid>/stat: a zombie runs nothing
_START = 19  # of `starttime`, field 22, among the fields after the command's name
_START_TOLERANCE = 2.0  # seconds: `ps` cuts them, and boot times are adjusted
_MAX_PID = (1 << 31) - 1
_MAX_NUMBER = 253_402_300_799_999  # ms: the end of the year 9999, the last that dates can show
_decoder = msgspec.json.Decoder()


class _Entry(Struct, frozen=True, gc=False):
    live: Live
    proc_start: str
    domain: str
    written: int


class RunningSessions:
    """Reads the registries of all roots; made to be asked several times a second.

    `proc` is where process information is mounted, `now` gives the time in seconds.
    """

    def __init__(
        self, roots: Iterable[str], proc: str = "/proc", now: Callable[[], float] = time
    ) -> None:
        self.roots = normal(roots)
        self._proc = proc
        self._now = now
        self._known: dict[str, tuple[tuple[int, ...], _Entry | None]] = {}
        self._dead: dict[str, int] = {}
        self._has_proc = os.path.exists(os.path.join(proc, "self", "stat"))
        self._domain = _own_domain(proc)

    def read(self) -> tuple[Live, ...]:
        """The sessions that run now, sorted by session, then process. Raises nothing."""
        known = self._known
        self._known = {}
        live: dict[tuple[str, int], Live] = {}
        dead: set[str] = set()
        for root in self.roots:
            for path, stamp in _entries(sessions_dir(root)):
                entry = self._entry(root, path, stamp, known.get(path))
                if entry is not None and self._lives(entry):
                    live.setdefault((entry.live.session, entry.live.pid), entry.live)
                elif entry is not None:
                    dead.add(entry.live.session)
        self._bury(dead - {session for session, _ in live})
        return tuple(live[key] for key in sorted(live))

    @property
    def dead(self) -> tuple[tuple[str, int], ...]:
        """The sessions whose process left its entry behind, and when that was first seen, ms."""
        return tuple(sorted(self._dead.items()))

    def _bury(self, sessions: set[str]) -> None:
        now = round(self._now() * 1000)
        self._dead = {session: self._dead.get(session, now) for session in sessions}

    def _entry(
        self,
        root: str,
        path: str,
        stamp: tuple[int, ...],
        last: tuple[tuple[int, ...], _Entry | None] | None,
    ) -> _Entry | None:
        """What a file says: read again only when it changed."""
        if last is not None and last[0] == stamp:
            self._known[path] = last
            return last[1]
        try:
            with open(path, "rb") as file:
                record = _decoder.decode(file.read(_SIZE_LIMIT))
        except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            # Torn, as it is being rewritten: what it said before holds until the next look.
            entry = last[1] if last is not None else None
            self._known[path] = ((), entry)
            return entry
        entry = _parse(record, root, path, stamp[0])
        self._known[path] = (stamp, entry)
        return entry

    def _lives(self, entry: _Entry) -> bool:
        if sys.platform == "win32" or self._is_elsewhere(entry.domain):
            # Its pid means nothing here (another machine or container, or no way to ask).
            return self._now() * 1000 - entry.written < FRESH
        if self._has_proc:
            return self._runs_since(entry.live.pid, entry.proc_start)
        return _runs_by_psutil(entry.live.pid, entry.proc_start)

    def _is_elsewhere(self, domain: str) -> bool:
        """Whether `pidDomain` ("linux:<machine id>:pid:[<namespace>]") is surely not ours."""
        own = self._domain.split(":", 2)
        other = domain.split(":", 2)
        if len(own) < 3 or len(other) < 3:
            return False
        return any(a and b and a != b for a, b in zip(own[1:], other[1:], strict=True))

    def _runs_since(self, pid: int, proc_start: str) -> bool:
        """Whether process `pid` runs and started at `proc_start` (clock ticks since boot)."""
        try:
            with open(os.path.join(self._proc, str(pid), "stat"), "rb") as file:
                stat = file.read(4096).decode("ascii", "replace")
        except OSError:
            return False
        # The name stands in parentheses and may itself hold spaces and parentheses.
        fields = stat.rpartition(")")[2].split()
        if len(fields) <= _START or fields[0] in _DEAD:
            return False
        return not proc_start or fields[_START] == proc_start


def _entries(folder: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """The entries' paths with what changes when they do: mtime (ms) first."""
    try:
        with os.scandir(folder) as files:
            for file in files:
                if not file.name.endswith(".json"):
                    continue
                try:
                    stat = os.stat(file.path)
                except OSError:
                    continue
                if not S_ISREG(stat.st_mode):  # to open a pipe would wait for ever
                    continue
                ns = stat.st_mtime_ns
                yield file.path, (ns // 1_000_000, ns, stat.st_size, stat.st_ino)
    except OSError:
        return


def _parse(record: Any, root: str, path: str, written: int) -> _Entry | None:
    """Make an entry of what a file holds; None where it names no session or process."""
    if not isinstance(record, dict):
        return None
    session = _text(record.get("sessionId"), 255)
    pid = _number(record.get("pid")) or _pid_in(path)
    if not session or not 0 < pid <= _MAX_PID:
        return None
    status, since = _status(record)
    live = Live(
        session=session,
        root=clean(root, PATH_LIMIT),
        pid=pid,
        cwd=_text(record.get("cwd"), PATH_LIMIT),
        name=_text(record.get("name")),
        status=status,
        since=since,
        waiting_for=_text(record.get("waitingFor")),
        began=_number(record.get("startedAt")),
    )
    start = record.get("procStart")
    domain = record.get("pidDomain")
    return _Entry(
        live,
        proc_start=str(start) if isinstance(start, str | int) else "",
        domain=domain if isinstance(domain, str) else "",
        written=max(written, _number(record.get("updatedAt"))),
    )


def _status(record: dict[str, Any]) -> tuple[Liveness, int]:
    """The status and since when (ms).

    Where none is said (just started, or an older version) or an unknown one (a newer version),
    the session is idle since 0: it lives, and what it does only its transcript can tell.
    """
    try:
        status = Liveness(str(record.get("status")))
    except ValueError:
        return Liveness.IDLE, 0
    times = (_number(record.get(name)) for name in ("statusUpdatedAt", "updatedAt", "startedAt"))
    return status, next(filter(None, times), 0)


def _text(value: object, limit: int = 200) -> Clean:
    return clean(value, limit) if isinstance(value, str) else Clean("")


def _number(value: object) -> int:
    """A time in ms or a pid as a whole number; 0 where it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return 0
    try:
        number = int(value)
    except (ValueError, OverflowError):
        return 0
    return number if 0 <= number <= _MAX_NUMBER else 0


def _pid_in(path: str) -> int:
    """The pid in a file's name: `<pid>.json`, or `pid-<pid>.json` as older versions wrote."""
    return _number(os.path.basename(path).removesuffix(".json").removeprefix("pid-"))


def _runs_by_psutil(pid: int, proc_start: str) -> bool:
    """Whether process `pid` runs and started at `proc_start`, where there is no `/proc`.

    There Claude Code asks `ps -o lstart=` in UTC: "Wed Nov  5 21:38:04 2026" (2.1.330).
    """
    from calendar import timegm  # noqa: PLC0415

    import psutil  # noqa: PLC0415 - 10 ms that Linux never needs

    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        begun = process.create_time()
    except psutil.AccessDenied:
        return True  # it is someone else's, but it is
    except psutil.Error:
        return False
    try:
        told = timegm(strptime(proc_start, "%a %b %d %H:%M:%S %Y"))
    except ValueError:
        return True  # none was written, or in another way: then the pid alone must do
    return abs(told - begun) < _START_TOLERANCE


def _own_domain(proc: str) -> str:
    """This process's `pidDomain`; a part that cannot be told is "" and agrees with any."""
    try:
        with open("/etc/machine-id", encoding="ascii") as file:
            machine = file.read().strip()
    except (OSError, ValueError):
        machine = ""
    try:
        namespace = os.readlink(os.path.join(proc, "self", "ns", "pid"))
    except OSError:
        namespace = ""
    return f"linux:{machine}:{namespace}"
