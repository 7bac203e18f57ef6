"""The status line's payload: the newest one of each session stays in the spool, as a file."""

import os
import time

from cctop.hook.jsonlite import BrokenError, decode, encode, utf8
from cctop.hook.mask import mask
from cctop.hook.spool import STATUS, VERSION, make

FILES = 200
"""The most files that are kept; the oldest go first."""
AGE_S = 30 * 24 * 3600
"""How long a file is kept after its session's last status line, in seconds."""
SAMPLES = 60
SAMPLE_EVERY_MS = 10_000
SAMPLES_SPAN_MS = 15 * 60_000

KEPT = (
    "session_id",
    "session_name",
    "transcript_path",
    "cwd",
    "version",
    "model",
    "effort",
    "cost",
    "context_window",
    "exceeds_200k_tokens",
    "prompt_cache",
    "rate_limits",
    "fast_mode",
)
"""What is kept of the payload."""
LEFT_OUT = frozenset({"current_usage"})
"""What is not kept of it, wherever it lies: the context's parts, which the transcript has."""

_TEXT, _PATH, _ITEMS, _DEPTH = 300, 1024, 40, 3
_FILE_BYTES = 64 * 1024  # far more than any has; one that has more is none of ours
_TEMPORARY_S = 3600.0  # a file half written as long ago will not be finished
_SAFE = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")

Samples = list[tuple[int, float]]
"""What the session had cost when: ms since the epoch, USD."""


def reduced(payload: "dict[str, object]") -> "dict[str, object]":
    """Return what is kept of a payload, cut to a size that no session reaches."""
    return {key: _plain(payload[key]) for key in KEPT if key in payload}


def number(value: object) -> float | None:
    """Return a finite number, None for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or value - value != 0:
        return None
    return float(value)


def cost_of(status: "dict[str, object]") -> float | None:
    """Return what the session has cost so far, USD; None where that is not said."""
    cost = status.get("cost")
    return number(cost.get("total_cost_usd")) if isinstance(cost, dict) else None


def kept_samples(folder: str, session: object, now: int) -> Samples:
    """Return the samples that the session's file holds and that are young enough at `now` (ms)."""
    path = _path(folder, session)
    if not path:
        return []
    try:
        with open(path, "rb") as file:
            content = decode(file.read(_FILE_BYTES).decode("utf-8", "replace"))
    except (OSError, BrokenError):
        return []
    listed = content.get("samples") if isinstance(content, dict) else None
    return [
        (sample[0], sample[1])
        for sample in (listed if isinstance(listed, list) else [])
        if isinstance(sample, list)
        and len(sample) == 2
        and isinstance(sample[0], int)
        and number(sample[1]) is not None
        and now - SAMPLES_SPAN_MS <= sample[0] <= now
    ]


def with_sample(samples: Samples, now: int, cost: float | None) -> Samples:
    """Return the samples and this one: `now` in ms, `cost` in USD.

    Where the cost fell, the session began to count anew, and what was before is let go.
    """
    if cost is None:
        return samples
    since = max((i + 1 for i, (_, before) in enumerate(samples) if before > cost), default=0)
    samples = samples[since:]
    if samples and now - samples[-1][0] < SAMPLE_EVERY_MS:
        return samples
    return [*samples, (now, cost)][-SAMPLES:]


def store(folder: str, status: "dict[str, object]", samples: Samples, now: int) -> None:
    """Replace the session's file. Raises OSError."""
    path = _path(folder, status.get("session_id"))
    if not path:
        return
    content = {
        "v": VERSION,
        "at": now,
        "samples": [list(sample) for sample in samples],
        "status": status,
    }
    data = utf8(encode(content))
    if len(data) > _FILE_BYTES:
        return  # readers would take it for none of ours
    parent, name = os.path.split(path)
    make(folder)
    os.makedirs(parent, 0o700, exist_ok=True)
    is_new = not os.path.lexists(path)
    temporary = f"{parent}/.{name}.{os.getpid()}.tmp"
    file = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        with open(file, "wb") as writer:
            writer.write(data)
        os.replace(temporary, path)
    except OSError:
        os.unlink(temporary)
        raise
    if is_new:
        prune(folder)


def prune(folder: str, now: float | None = None) -> None:
    """Remove the files of old sessions, and of the oldest where there are too many.

    What has another name than we give is not ours to remove, nor what a link leads to. `now` is in
    seconds since the epoch. Raises nothing.
    """
    now = time.time() if now is None else now
    ages: list[tuple[float, str]] = []  # seconds
    parent = f"{folder}/{STATUS}"
    if os.path.islink(parent):
        return
    try:
        with os.scandir(parent) as entries:
            for entry in entries:
                if not _is_ours(entry.name):
                    continue
                age = now - entry.stat(follow_symlinks=False).st_mtime
                if not entry.name.startswith(".") or age > _TEMPORARY_S:
                    ages.append((AGE_S + age if entry.name[:1] == "." else age, entry.path))
    except OSError:
        return  # another one prunes at this very moment
    ages.sort()
    for place, (age, path) in enumerate(ages):
        if place >= FILES or age > AGE_S:
            try:
                os.unlink(path)
            except OSError:
                continue


def _is_ours(name: str) -> bool:
    """Whether it can be a file's name that `store` gave, or that of one half written."""
    if name.startswith("."):
        return name.endswith(".tmp")
    return name.endswith(".json") and _SAFE.issuperset(name[:-5])


def _path(folder: str, session: object) -> str:
    """Return the path of a session's file, "" for an id that can be no file's name."""
    fits = isinstance(session, str) and 0 < len(session) <= 128 and _SAFE.issuperset(session)
    return f"{folder}/{STATUS}/{session}.json" if folder and fits else ""


def _plain(value: object, depth: int = _DEPTH) -> object:
    if isinstance(value, str):
        limit = _PATH if value.startswith("/") else _TEXT
        return mask(value[:limit])
    if isinstance(value, dict):
        items = [(key, item) for key, item in value.items() if key not in LEFT_OUT][:_ITEMS]
        return {key[:_TEXT]: _plain(item, depth - 1) for key, item in items if depth}
    return None if isinstance(value, list) else value
