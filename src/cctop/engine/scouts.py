"""Sent ahead: processes that read the running sessions while this one still puts up the screen.

Of those that began since the last time nothing is known, and their rows are what the user waits
for. Nothing depends on scouts: what they do not hand over is read here.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from cctop.engine import processes
from cctop.engine.pipes import receive
from cctop.engine.processes import Process
from cctop.sources.registry import RunningSessions
from cctop.sources.roots import normal

if TYPE_CHECKING:
    from cctop.engine.jobs import Outcome


class Scouts:
    """Each reads its share of the sessions' files. Whoever has them closes them, or takes those
    over that are done.
    """

    def __init__(self, roots: Iterable[str], sessions: Iterable[str], count: int) -> None:
        named = ",".join(sessions)
        shares = [(str(share), str(count), named, *roots) for share in range(count)]
        self._busy = processes.several("scout", shares)
        self._idle: list[Process] = []

    @property
    def are_busy(self) -> bool:
        """Whether any of them has something to hand over yet."""
        return bool(self._busy)

    def hear(self, seconds: float) -> "Iterator[Outcome]":
        """Yield what they have read, file by file, for so long, or until they are done.

        Leaving the iterator early loses nothing.
        """
        deadline = monotonic() + seconds
        while self._busy and (left := deadline - monotonic()) > 0:
            for process in processes.ready(self._busy, left):
                try:
                    outcome: Outcome | None = receive(processes.taken_from(process))
                except (EOFError, OSError):
                    self._busy.remove(process)
                    processes.end(process)
                    continue
                if outcome is not None:
                    yield outcome
                else:
                    self._busy.remove(process)
                    self._idle.append(process)

    def take_over(self, count: int) -> list[Process]:
        """Give away so many of those that are done: they are workers now, as others of a crew."""
        given, self._idle = self._idle[:count], self._idle[count:]
        return given

    def close(self) -> None:
        """End them all, whatever they do."""
        for process in (*self._busy, *self._idle):
            processes.end(process)
        self._busy.clear()
        self._idle.clear()


def sent_ahead(roots: Iterable[Path], since: int) -> Scouts | None:
    """Send scouts to the sessions that run and began after `since`, ms; None where there is none,
    or no processor is free.
    """
    folders = normal(map(str, roots))
    sessions = {one.session for one in RunningSessions(folders).read() if one.began >= since}
    count = min(processes.MOST, processes.cores() - 1, len(sessions))
    return Scouts(folders, sorted(sessions), count) if count > 0 else None
