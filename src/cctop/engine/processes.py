"""Processes of our own that read for this one: how many, how they start, and how they end."""

import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from io import FileIO
from select import POLLIN, poll
from typing import cast

MOST = 3

Process = subprocess.Popen[bytes]


def cores() -> int:
    """Return how many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def started(module: str, *arguments: str) -> Process:
    """Start a module of this room as a process: a worker or a scout."""
    # -P: nothing in the folder where the user happens to be is taken for a module.
    return subprocess.Popen(  # noqa: S603 - a program of our own
        [sys.executable, "-P", "-m", f"cctop.engine.{module}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        bufsize=0,
    )


def several(module: str, wanted: Iterable[Sequence[str]]) -> list[Process]:
    """Start a process for each of these lists of arguments, or as many as the system allows."""
    found: list[Process] = []
    for arguments in wanted:
        with suppress(OSError):  # too many processes or open files: all is read without them, too
            found.append(started(module, *arguments))
    return found


def given_to(process: Process) -> FileIO:
    """Return the pipe that it reads."""
    return cast("FileIO", process.stdin)


def taken_from(process: Process) -> FileIO:
    """Return the pipe that it writes to."""
    return cast("FileIO", process.stdout)


def ready(some: Iterable[Process], seconds: float | None) -> list[Process]:
    """Wait for so long, None: without end, and return those that have something to hand over."""
    of = {taken_from(process).fileno(): process for process in some}
    if not of:
        return []
    poller = poll()
    for number in of:
        poller.register(number, POLLIN)
    return [of[number] for number, _ in poller.poll(seconds and seconds * 1000)]


def end(process: Process) -> None:
    """End a process, and wait until it has ended."""
    process.kill()
    given_to(process).close()
    taken_from(process).close()
    process.wait()
