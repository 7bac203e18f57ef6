"""A process sent ahead: it tells unasked what it reads of some sessions, and is a worker then.

    python -P -m cctop.engine.scout SHARE COUNT SESSION,... ROOT...

What it has read goes to stdout, as a worker's does; None is the end of it.
"""

import gc
import signal
import sys
import threading
from contextlib import suppress
from io import FileIO
from queue import SimpleQueue

from cctop.engine.jobs import Outcome
from cctop.engine.pipes import send
from cctop.engine.survey import survey


def main() -> None:
    """Tell what the sessions have said, and wait for jobs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it is for the one who sent it
    share, count, sessions, *roots = sys.argv[1:]
    gc.disable()
    found: SimpleQueue[Outcome | None] = SimpleQueue()
    with open(1, "wb", buffering=0, closefd=False) as taken:
        teller = threading.Thread(target=_tell, args=(taken, found))
        teller.start()
        try:
            for outcome in survey(roots, sessions.split(","), int(share), int(count)):
                found.put(outcome)
        finally:
            found.put(None)
            teller.join()
    gc.enable()
    from cctop.engine import worker  # noqa: PLC0415 - 30 ms, for which nobody waits any more

    worker.main()


def _tell(taken: FileIO, found: "SimpleQueue[Outcome | None]") -> None:
    """Hand over what was found, as soon as it is wanted: reading on does not wait for that."""
    with suppress(OSError):
        while (outcome := found.get()) is not None:
            send(taken, outcome)
        send(taken, None)


if __name__ == "__main__":
    main()
