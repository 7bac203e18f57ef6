"""The small words of the findings: amounts, ages, times."""

from datetime import UTC, datetime

from cctop import figures

_UNITS = ((1 << 30, "GB"), (1 << 20, "MB"), (1 << 10, "kB"))


def counted(number: int, one: str, many: str = "") -> str:
    """Return `1 file`, `2,000 files`."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {many or f'{one}s'}"


def size(count: int) -> str:
    """Return a number of bytes: `812 bytes`, `3.4 MB`."""
    for unit, name in _UNITS:
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return counted(count, "byte")


def ago(now: int, at: int) -> str:
    """Return how long ago a time (ms) was: `2 min ago`, `just now`, `never` for 0."""
    if not at:
        return "never"
    return f"{figures.duration(now - at)} ago" if now - at >= 1000 else "just now"


def iso(at: int) -> str | None:
    """Return a time (ms since the epoch) as ISO 8601 in UTC; None for 0 and what is no time."""
    if not at:
        return None
    try:
        time = datetime.fromtimestamp(at / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def some(items: list[str], most: int = 3) -> str:
    """Return the first few of a list: `a, b, c and 4 more`."""
    rest = len(items) - most
    return ", ".join(items[:most]) + (f" and {rest:,} more" if rest > 0 else "")
