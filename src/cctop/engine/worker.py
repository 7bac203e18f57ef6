"""A process that reads sessions of the past, one a job: bytes → events → book → picture.

    python -P -m cctop.engine.worker

What it shall read comes on stdin, what it has read goes to stdout, both as pickles with their
length before them. It ends when its stdin does, and says nothing else.
"""

import gc
import os
import signal
import threading
from io import FileIO
from queue import SimpleQueue

from cctop.book.book import Book
from cctop.engine.jobs import Job, Outcome, Piece, Terms
from cctop.engine.kept import REST, keys_of, pictures_of
from cctop.engine.painter import Painter
from cctop.engine.pipes import receive, send
from cctop.engine.survey import read_whole
from cctop.prices.table import PriceTable
from cctop.store import packing


class Worker:
    """Does jobs, one after the other."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        self._prices = PriceTable(terms.prices, terms.cache)

    def do(self, job: Job) -> Outcome:
        """Read a session; what cannot be read here is left to who gave the job."""
        try:
            return self._read(job)
        except (OSError, *packing.UNKEEPABLE):
            return Outcome(job.session)

    def _read(self, job: Job) -> Outcome:
        book = Book(self._prices)
        pieces = []
        for origin, found in job.files:
            events, standing = read_whole(origin, found)
            book.apply(events)
            pieces.append(Piece(origin.file, standing, packing.events(events)))
        book.settle()
        session = book.sessions.get(job.session)
        if session is None or len(book.sessions) > 1 or job.now - session.last_at < REST:
            return Outcome(job.session, tuple(pieces))
        paths = {origin.file: found.path for origin, found in job.files}
        painter = Painter(book, paths.__getitem__, self._terms.rule, self._terms.windows)
        kept = pictures_of({session}, job.now, lambda id: painter.describe(id, job.now))
        return Outcome(
            job.session, tuple(pieces), kept[0] if kept else None, tuple(keys_of(session))
        )


def main() -> None:
    """Do the jobs that come on stdin."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the one who gave the jobs
    jobs: SimpleQueue[Job | None] = SimpleQueue()
    with open(0, "rb", buffering=0) as given, open(1, "wb", buffering=0) as taken:
        try:
            terms = receive(given)
            os.nice(terms.nice)
            worker = Worker(terms)
            threading.Thread(target=_fetch, args=(given, jobs), daemon=True).start()
            gc.freeze()
            while (job := jobs.get()) is not None:
                send(taken, worker.do(job))
                gc.collect()  # a book holds itself, and goes as a whole
        except (EOFError, OSError):
            pass  # who gave the jobs is gone
        os._exit(0)


def _fetch(given: FileIO, jobs: SimpleQueue[Job | None]) -> None:
    """Take jobs off the pipe at once: who gives them must never wait while we do."""
    try:
        while True:
            jobs.put(receive(given))
    except (EOFError, OSError, ValueError):
        jobs.put(None)


if __name__ == "__main__":
    main()
