"""Reading much at once: processes of their own read the past, while this one reads what moves.

A session that is over and stands alone never comes into this process's book: a worker folds it and
makes its picture, and only that and its packed events are handed over. Where anything speaks
against it (a copy, a hook, a store that cannot keep it), its events are folded here, as if they had
been read here.
"""

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic

from msgspec import Struct

from cctop.engine import processes
from cctop.engine.jobs import LARGEST, Job, Outcome, Terms
from cctop.engine.kept import REST
from cctop.engine.pipes import receive, send
from cctop.engine.processes import MOST, Process, cores
from cctop.engine.reader import Reader
from cctop.engine.scouts import Scouts
from cctop.engine.settings import Settings

AHEAD = 2  # jobs that a worker has before it, so that it never waits for one
TOGETHER = 0.25  # seconds in which what they hand over is gathered


class _Hand(Struct, eq=False):
    """A worker and the jobs it has."""

    process: Process
    jobs: deque[Job]


class Crew:
    """The workers of one reader. `jobs` are those that nobody has yet, the newest first, `scouts`
    that are done go on as workers.
    """

    def __init__(
        self,
        reader: Reader,
        jobs: list[Job],
        settings: Settings,
        nice: int,
        scouts: Scouts | None,
    ) -> None:
        self._reader = reader
        self.jobs = deque(jobs)
        terms = Terms(settings.prices, settings.windows, settings.rule, settings.cache, nice)
        self._done: list[Outcome] = []  # and not taken in yet
        self._due = 0.0  # when they are to be, monotonic seconds
        count = min(MOST, max(1, cores() - 1), len(jobs))
        ready = scouts.take_over(count) if scouts is not None else []
        ready += processes.several("worker", [()] * (count - len(ready)))
        self._hands = [_hired(process, terms) for process in ready]
        self._feed()

    @property
    def is_busy(self) -> bool:
        """Whether anything is left to be read by it."""
        return bool(self.jobs) or any(hand.jobs for hand in self._hands)

    def turn(self, seconds: float | None = 0.0) -> bool:
        """Hand jobs out and take in what is done, waiting for it for so long; say whether any is
        left. Raises `StoreError`.
        """
        self._feed()
        self._done += self._collect(seconds)
        self._feed()  # before anything else: they shall not wait while this one folds
        if not self.is_busy or monotonic() >= self._due:  # each time costs a transaction
            self._due = monotonic() + TOGETHER
            done, self._done = self._done, []
            self._reader.welcome(done)
        return self.is_busy

    def next_own(self) -> Job | None:
        """Return a job for this process, of those that the workers would come to last."""
        return self.jobs.pop() if self.jobs else None

    def close(self) -> None:
        """End the workers; what they have not done is left to the reader."""
        for outcome in self._done:
            self._reader.follower.take_back(piece.file for piece in outcome.pieces)
        self._done.clear()
        for hand in self._hands:
            self._lose(hand)
        for job in self.jobs:
            self._give_back(job)
        self.jobs.clear()
        self._hands.clear()

    def _feed(self) -> None:
        for hand in self._hands:
            while self.jobs and len(hand.jobs) < AHEAD:
                job = self.jobs.popleft()
                hand.jobs.append(job)
                with suppress(OSError):  # if it has died, its end of the other pipe tells
                    send(processes.given_to(hand.process), job)

    def _collect(self, seconds: float | None) -> Iterator[Outcome]:
        at_work = {hand.process: hand for hand in self._hands if hand.jobs}
        for process in processes.ready(at_work, seconds):
            hand = at_work[process]
            try:
                outcome: Outcome = receive(processes.taken_from(process))
            except (EOFError, OSError):
                self._hands.remove(hand)
                self._lose(hand)
                continue
            job = hand.jobs.popleft()
            if outcome.pieces:
                yield outcome
            else:
                self._give_back(job)
        if not self._hands:  # nobody is left to do them
            for job in self.jobs:
                self._give_back(job)
            self.jobs.clear()

    def _lose(self, hand: _Hand) -> None:
        for job in hand.jobs:
            self._give_back(job)
        hand.jobs.clear()
        processes.end(hand.process)

    def _give_back(self, job: Job) -> None:
        self._reader.follower.take_back(job.numbers)


def hired(
    reader: Reader, settings: Settings, now: int, nice: int, scouts: Scouts | None
) -> Crew | None:
    """Have workers read what `reader` has found and is of the past at `now`, ms; None where that
    is a single session, or none.
    """
    jobs = [
        Job(session, tuple(files), now)
        for session, files in reader.of_the_past(now - REST)
        if sum(found.size for _, found in files) <= LARGEST
    ]
    if len(jobs) < 2:
        return None
    reader.follower.lend(number for job in jobs for number in job.numbers)
    return Crew(reader, jobs, settings, nice, scouts)


def _hired(process: Process, terms: Terms) -> _Hand:
    hand = _Hand(process, deque())
    with suppress(OSError):
        send(processes.given_to(hand.process), terms)
    return hand
