"""Reads the book once, for the commands that report on it."""

from cctop.commands import lean  # noqa: F401 # isort: skip

import argparse
import gc
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from cctop.book.snapshot import Session
from cctop.clock import now_ms
from cctop.commands.fault import FAILED, MISUSED, Fault
from cctop.commands.options import roots_of
from cctop.commands.progress import ProgressLine
from cctop.commands.settings import load_config, settings_of
from cctop.engine.reading import Reading, read_all
from cctop.report.select import UnknownSessionError, find
from cctop.report.times import local
from cctop.text import clean

MAX_CANDIDATES = 10


@contextmanager
def book_of(args: argparse.Namespace) -> Iterator[Reading]:
    """Give what the folders of the command line, else the usual ones, hold.

    What was read is kept for the next time when the block is left, and its output is out. Says on
    stderr what could not be read. Raises `Fault` for a config that cannot be used and for
    a `--root` that is not there: a typo must not read as "no sessions".
    """
    gc.disable()  # the book is kept to the end: there is no garbage to look for
    given = roots_of(args)
    settings = settings_of(load_config(), given, poll=args.poll, store=not args.no_store)
    missing = [root for root in settings.roots if given and not root.is_dir()]
    if missing:
        raise Fault(MISUSED, *(f"--root {clean(root, 500)}: no such folder" for root in missing))
    with ProgressLine() as line:
        reading = read_all(settings, now_ms, line.show if line.visible else None)
    for notice in reading.snapshot.notices:
        remark(notice)
    if not reading.snapshot.roots:
        looked = ", ".join(clean(root, 500) for root in settings.roots)
        remark(f"no Claude config folder found: there is no {looked}")
    try:
        yield reading
        sys.stdout.flush()
    finally:
        if notice := reading.keep():
            remark(notice)


def meant(sessions: Sequence[Session], wanted: str) -> Session:
    """Return the session that the user means. Raises `Fault`, with those it might be."""
    try:
        return find(sessions, wanted)
    except UnknownSessionError as error:
        shown = lines_of(error.candidates[:MAX_CANDIDATES])
        more = len(error.candidates) - len(shown)
        rest = [f"  and {more} more"] if more else []
        raise Fault(FAILED, f"{error}{':' if shown else ''}", *shown, *rest) from error


def remark(text: str) -> None:
    """Say something on stderr."""
    sys.stderr.write(f"cctop: {text}\n")


def lines_of(sessions: Iterable[Session]) -> list[str]:
    """Return each session on a line of plain text: id, last activity, project, title."""
    return [
        f"  {clean(s.id, 255)}  {local(s.last_activity_at):16}  {s.project}  {clean(s.title, 60)}"
        for s in sessions
    ]
