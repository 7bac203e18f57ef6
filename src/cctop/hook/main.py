"""The program `cctop-hook`: what Claude Code starts for each of its hooks.

    cctop-hook [--prompts] [--spool DIR]      a hook's event → a record
    cctop-hook statusline [--spool DIR]       the status line's payload → a copy
    cctop-hook line [--spool DIR]             the same, and a status line of our own

The payload comes on the standard input. It must never slow, block or break a session: whatever
happens, it says nothing (but `line` its line) and ends with 0, within two seconds. Only a disk that
holds a process where nothing can end it can hold this one.
"""

import os
import sys
import time
from _thread import start_new_thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NoReturn

    from cctop.hook.stdin import Payload

READ_S = 1.5
"""How long the payload is waited for, in seconds."""
LIMIT_S = 2.0
"""How long all of it may take, in seconds."""

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def entry() -> "NoReturn":
    """Be the program."""
    run(sys.argv[1:])


def run(words: "Sequence[str]") -> "NoReturn":
    """Do what the words of the command line say, and end the process with 0."""
    began = time.time_ns()
    try:
        start_new_thread(_end_in_time, ())
        os.umask(0o077)  # what is made is for the user alone, whatever the session's umask is
        _run(words, began)
    except BaseException:  # noqa: BLE001, S110 - a hook has nobody to tell
        pass
    os._exit(0)  # at once: there is nothing to tidy up


def _end_in_time() -> None:
    time.sleep(LIMIT_S)
    os._exit(0)


# What the forms need is imported by them: the clock is read before, and none needs all of it.
# ruff: noqa: PLC0415


def _run(words: "Sequence[str]", began: int) -> None:
    from cctop.hook.stdin import read

    payload = read(READ_S)
    form = words[0] if words else ""
    if form in {"statusline", "line"}:
        _status(words, payload, began // 1_000_000, shown=form == "line")
    else:
        _record(words, payload, began)


def _status(words: "Sequence[str]", payload: "Payload", now: int, *, shown: bool) -> None:
    """Keep a copy of the status line's payload, and show our line. Raises OSError."""
    from cctop.hook import status

    content = payload.content()
    if content is None:
        return
    try:
        folder = _spool(words)
    except OSError:
        folder = ""  # nothing can be kept, and the line can be shown
    kept = status.reduced(content)
    samples = status.kept_samples(folder, kept.get("session_id"), now)
    samples = status.with_sample(samples, now, status.cost_of(kept))
    if shown:
        _show(kept, samples, now)
    status.store(folder, kept, samples, now)


def _show(status: "dict[str, object]", samples: "list[tuple[int, float]]", now: int) -> None:
    from cctop.hook.line import drawn

    columns = os.environ.get("COLUMNS", "")
    text = drawn(
        status,
        samples,
        now,
        int(columns) if columns.isdecimal() and len(columns) < 6 else 0,
        coloured=not os.environ.get("NO_COLOR"),
    )
    try:
        os.write(1, f"{text}\n".encode())
    except OSError:
        return  # nobody looks


def _record(words: "Sequence[str]", payload: "Payload", began: int) -> None:
    """Append the record of an event to the spool. Raises OSError."""
    from cctop.hook.reduce import line, reduced
    from cctop.hook.spool import UNREADABLE, VERSION, append

    content = payload.content()
    record: dict[str, object] = {
        "v": VERSION,
        "id": f"{_base36(began)}-{os.getpid()}-0",
        "at": began // 1_000_000,
    }
    if content is None:
        record["event"] = UNREADABLE
        record["why"] = payload.why
    else:
        record |= reduced(content, prompts="--prompts" in words)
    record["bytes"] = len(payload.data)
    append(_spool(words), line(record))


def _spool(words: "Sequence[str]") -> str:
    """Return the spool's folder. Raises OSError where there is no way to tell."""
    from cctop.hook.place import spool_folder

    return spool_folder(_value_of("--spool", words))


def _value_of(option: str, words: "Sequence[str]") -> str:
    """Return what follows an option, or stands behind its `=`; "" where there is nothing."""
    for word, following in zip(words, [*words, ""][1:], strict=True):
        if word == option:
            return following
        if word.startswith(f"{option}="):
            return word[len(option) + 1 :]
    return ""


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits
