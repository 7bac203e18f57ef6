"""Writing the user's file so that nothing of theirs is ever lost."""

import os
from contextlib import suppress
from itertools import count
from pathlib import Path


def replace_file(path: Path, text: str) -> None:
    """Put `text` at `path` in one step: readers see the old file or the new one, never a part.

    Keeps the file's permissions, and a symbolic link as a link (dotfile managers make them).
    Makes missing folders. Raises `OSError`, with the old file untouched.
    """
    target = Path(os.path.realpath(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            draft.chmod(target.stat().st_mode & 0o7777)
        draft.replace(target)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise


def keep_backup(path: Path) -> Path:
    """Copy the file beside itself, as `.bak` or the first free `.bakN`, and return the copy.

    Raises `OSError`. An earlier backup is never overwritten: it may hold the only comments.
    """
    original = path.read_bytes()
    for number in count(1):
        backup = path.with_name(f"{path.name}.bak{number if number > 1 else ''}")
        with suppress(FileExistsError), backup.open("xb") as file:
            file.write(original)
            return backup
    raise AssertionError("unreachable: there is always a next number")
