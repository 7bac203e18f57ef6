"""The spool's segments: how a record gets in, and how old ones go. docs/spool.md has the format.

Writers never lock: a record is one `write` to a file opened for appending, so thousands of them may
write at once. Readers follow the segments by byte offset and change nothing, so nothing here needs
to know who reads.
"""

import os
import time
from stat import S_ISREG

VERSION = 1
"""The format of a record; a reader passes over what is newer than it knows."""

SEGMENT = r"events-[0-9]{6}\.jsonl"
"""The pattern of a segment's name; the highest number is the newest."""
STATUS = "status"
"""The folder of the status lines, inside the spool."""
ASIDE = "aside"
"""The folder where readers put what is not of the spool, inside it."""
DROPPED = "dropped"
"""The event of the record that says how many records went with an old segment."""
UNREADABLE = "unreadable"
"""The event of the record that stands for a payload that was no JSON object."""

RECORD_BYTES = 8 * 1024
"""The most a record may have."""
SEGMENT_BYTES = 1024 * 1024
"""A segment that has as many is full: the next record begins another."""
SPOOL_BYTES = 16 * 1024 * 1024
"""The most that all segments may have together when a new one begins."""
SEGMENT_AGE_S = 7 * 24 * 3600
"""How long a segment is kept after its last record, in seconds."""

_PREFIX, _SUFFIX, _DIGITS = "events-", ".jsonl", 6
_TRIES = 20  # of finding the newest segment while others begin and remove some
# Not blocking, so that a pipe by a segment's name cannot hold us up; no link out of the spool.
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW


def append(folder: str, record: bytes) -> None:
    """Append a record, a JSON object in one line, to the spool at `folder`.

    Makes the folder if need be. Raises OSError where that cannot be done.
    """
    file, begun = _newest(folder)
    try:
        _write(file, record)
    finally:
        os.close(file)
    if begun:
        prune(folder)


def make(folder: str) -> None:
    """Make the spool's folder where there is none. Raises OSError.

    The folder for foreign things is made with it: by that readers know that the folder was made to
    be a spool, and that what else lies in it may be moved. One that was there before, be it the
    user's home by a slip of a variable, has none.
    """
    try:
        os.makedirs(folder, 0o700)
    except FileExistsError:
        return
    os.mkdir(f"{folder}/{ASIDE}", 0o700)


def prune(folder: str, now: float | None = None) -> None:
    """Remove the oldest segments where all are too large together, and those that are too old.

    The newest stays, whatever it is, and gets a record about each that goes, which tells readers
    how much they cannot have seen. `now` is in seconds since the epoch. Any number of writers and
    readers may do this at once. Raises nothing: what cannot be removed stays.
    """
    oldest = (time.time() if now is None else now) - SEGMENT_AGE_S
    try:
        indexes = _indexes(folder)
        every = [(index, os.lstat(path_of(folder, index))) for index in indexes]
    except OSError:
        return  # another one prunes at this very moment
    # What only looks like a segment, a pipe or a link, is not ours to open.
    found = [(index, info) for index, info in every if S_ISREG(info.st_mode)]
    total = sum(info.st_size for _, info in found)
    for index, info in found[:-1]:
        if total > SPOOL_BYTES or info.st_mtime < oldest:
            try:
                _drop(folder, index, found[-1][0])
            except OSError:
                continue
            total -= info.st_size


def path_of(folder: str, index: int) -> str:
    """Return the path of a segment."""
    return f"{folder}/{_PREFIX}{index:0{_DIGITS}}{_SUFFIX}"


def _indexes(folder: str) -> list[int]:
    """Return the numbers of all segments, the newest last."""
    first, last = len(_PREFIX), len(_PREFIX) + _DIGITS
    return sorted(
        int(name[first:last])
        for name in os.listdir(folder)
        if name[:first] == _PREFIX
        and name[last:] == _SUFFIX
        and name[first:last].isdecimal()
        and name.isascii()
    )


def _newest(folder: str) -> tuple[int, bool]:
    """Open the segment to write to, and tell whether it is begun by that."""
    for _ in range(_TRIES):
        try:
            last = max(_indexes(folder), default=0)
        except FileNotFoundError:
            make(folder)
            last = 0
        try:
            file = _opened(path_of(folder, last)) if last else None
            if file is not None:
                return file, False
            # Of all that find the last one full, one begins the next, and the others find that.
            following = path_of(folder, last + 1)
            return os.open(following, _APPEND | os.O_CREAT | os.O_EXCL, 0o600), True
        except (FileExistsError, FileNotFoundError):
            continue
    raise OSError("the spool changes too fast")


def _opened(path: str) -> int | None:
    """Open a segment for appending; None where it is full, or cannot be one.

    Raises FileNotFoundError where it was removed just now.
    """
    try:
        file = os.open(path, _APPEND)
    except FileNotFoundError:
        raise
    except OSError:
        return None
    info = os.fstat(file)
    if S_ISREG(info.st_mode) and info.st_size < SEGMENT_BYTES:
        return file
    os.close(file)
    return None


def _write(file: int, record: bytes) -> None:
    # One write, so that records of others cannot come between; a line break before it, too, so that
    # one that was cut short by a full disk or a killed writer spoils no other.
    os.write(file, b"\n%b\n" % record)


def _drop(folder: str, index: int, newest: int) -> None:
    """Remove a segment, after saying so in the newest one. Raises OSError."""
    path = path_of(folder, index)
    with open(path, "rb") as lines:
        count = sum(not line.isspace() for line in lines)
    # Two that do this at once write the same id, and readers count it once.
    note = (
        f'{{"v":{VERSION},"id":"dropped-{_PREFIX}{index:0{_DIGITS}}"'
        f',"at":{time.time_ns() // 1_000_000},"event":"{DROPPED}","count":{count}}}'
    )
    file = os.open(path_of(folder, newest), _APPEND)
    try:
        _write(file, note.encode())
    finally:
        os.close(file)
    os.unlink(path)
