"""The wake-up: says when it is worth looking again. What there is to see, a scan tells.

File system events are only a hint: they are lost in brand-new nested folders, when a root is
replaced, on network file systems. So `wait` also ends by itself, and the result is the same with
and without events. How soon, depends on whether events can be trusted: as long as every change was
heard of, a look without one is rare; once a look finds something that nobody told, it is looked
soon and often for a while.
"""

import os
from collections.abc import Iterable
from time import monotonic

from cctop.sources.ears import Ear, IsWanted, ear_here
from cctop.sources.roots import PATH_LIMIT, normal, projects_dir, sessions_dir
from cctop.sources.transcripts.layout import leads_on
from cctop.text import Clean, clean

FAST = 0.25  # seconds between two looks while things change of which events do not tell
SLOW = 5.0  # seconds at rest, where events would wake us
SLOW_BLIND = 1.0  # seconds at rest without events
DOUBT = 60.0  # seconds for which events that missed something are not trusted
TOGETHER = 0.008  # seconds to wait for more of what begins to change: it is shown together
# Seconds between two wake-ups by events when these do not end; after a pause the first ones may
# come sooner, as many as that pause had room for.
PACE = 0.2
# A look that finds much takes its time: then they come at most so much later, so that it is this
# part of the time that goes into looking.
CALM = 0.28
PART = 1 / 25
HASTY = 3  # wake-ups
GAP = 0.05  # seconds between these at least

_Folders = dict[str, tuple[int, int]]


class Waker:
    """Waits for changes below the roots, and in `spool`, where there is one. `poll` goes without
    file system events.

    `wake` and `close` may come from any thread, the others are for one thread alone.
    """

    def __init__(
        self, roots: Iterable[str], poll: bool = False, spool: str | os.PathLike[str] | None = None
    ) -> None:
        self._roots = normal(roots)
        self._spool = os.fspath(spool) if spool is not None else ""
        self._listens = not poll
        self._heard: _Folders = {}  # the folders that are listened to
        self._notice = Clean("")
        self._interval = FAST
        self._by_event = True  # the look that is on was asked for
        self._doubt_until = 0.0
        self._saved = 0.0  # seconds without a wake-up, of which each takes PACE
        self._woken = 0.0
        self._looked = monotonic()  # when the look that is on began
        self._pace = PACE
        self._ear = Ear() if poll else ear_here()

    @property
    def notice(self) -> Clean:
        """Why there are no file system events though they were wanted, and the remedy; or ""."""
        return self._notice

    @property
    def watches(self) -> bool:
        """Whether file system events are used."""
        return self._listens

    def wait(self, timeout: float = SLOW, changed: bool = False) -> bool:
        """Wait until looking is worth while: True when something woke us, False when time is up.

        `timeout` is in seconds; `changed` says whether the last look found anything new.
        """
        if self._listen() or (changed and self._is_told_late()):
            self._by_event = True
            return True
        self._interval = self._next_interval(changed)
        self._pace = min(CALM, max(PACE, (monotonic() - self._looked) / PART))
        self._by_event = self._ear.wait(min(timeout, self._interval))
        if self._by_event and not self._ear.was_called:
            self._keep_distance()
        self._looked = monotonic()
        return self._by_event

    def is_due(self) -> bool:
        """Say whether something changed, or someone called, since the last look. Never waits."""
        return self._listen() or self._ear.wait(0)

    def take(self) -> set[str]:
        """Paths that changed since the last call: hints, not all of them."""
        try:
            changed = self._ear.take()
        except OSError as error:
            self._fail(error)
            return set()
        self._by_event = self._by_event or bool(changed)
        return changed

    def wake(self) -> None:
        """End the wait that is on, or the next one."""
        self._ear.call()

    def close(self) -> None:
        """Stop watching, and end the wait that is on. May be called twice."""
        self._ear.close()

    def _next_interval(self, changed: bool) -> float:
        """Return after how long to look though nothing is heard."""
        if self._listens:
            now = monotonic()
            if changed and not self._by_event:
                self._doubt_until = now + DOUBT
            if now >= self._doubt_until:
                return SLOW
        return FAST if changed else min(self._interval * 2, SLOW_BLIND)

    def _keep_distance(self) -> None:
        """Wait for what comes together, the longer the more came lately."""
        now = monotonic()
        since = now - self._woken
        saved = min(self._saved + since, HASTY * self._pace)
        rest = max(TOGETHER, self._pace - saved, GAP - since)
        self._ear.rest(rest)
        self._saved = saved + rest - self._pace
        self._woken = now + rest

    def _is_told_late(self) -> bool:
        """Say whether what was found, although nobody had called, is told of now."""
        return self._listens and not self._by_event and self._ear.wait(0)

    def _listen(self) -> bool:
        """Listen to the folders that are there now; say whether these are others than before."""
        if self._ear.fault is not None:
            self._fail(self._ear.fault)
        if not self._listens:
            return False
        folders = self._folders()
        if folders == self._heard:
            return False
        self._heard = folders
        try:
            self._ear.listen({path: self._wanted_below(path) for path in folders})
        except (ImportError, OSError, RuntimeError, AttributeError) as error:
            self._fail(error)
        return True

    def _fail(self, error: Exception) -> None:
        """Go on without events: the limit of watches is reached, the file system has none, …"""
        self._listens = False
        remedy = "--poll asks for polling."
        if "decode" not in str(error):  # a name that is no text has nothing to do with limits
            remedy = f"Raising fs.inotify.max_user_watches may help, {remedy}"
        self._notice = clean(
            f"No file system events ({error}): polling instead. {remedy}", PATH_LIMIT
        )

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

    def _wanted_below(self, path: str) -> IsWanted:
        is_projects = any(path == projects_dir(root) for root in self._roots)
        return leads_on if is_projects else lambda _: True
