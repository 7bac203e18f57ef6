"""Times as reports write and read them."""

import re
from datetime import date, datetime, timedelta
from functools import lru_cache

_EPOCH = date(1970, 1, 1)
_DAY = 86_400_000  # ms
_UNITS = {"m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 7 * 86_400_000}  # ms


def iso(at: int) -> str | None:
    """Return a time (ms since the epoch) as ISO 8601 in UTC: `2026-11-22T11:05:33.219Z`.

    None where it is not known (0), and where it is of no calendar.
    """
    if not at:
        return None
    day, ms = divmod(at, _DAY)
    if (written := _date(day)) is None:
        return None
    minutes, ms = divmod(ms, 60_000)
    hour, minute = divmod(minutes, 60)
    second, ms = divmod(ms, 1000)
    return f"{written}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z"


@lru_cache(maxsize=512)
def _date(day: int) -> str | None:
    """Return the date so many days after the epoch; None for what is of no calendar."""
    try:
        return (_EPOCH + timedelta(days=day)).isoformat()
    except OverflowError:  # a number that others wrote
        return None


def local(at: int, *, seconds: bool = False) -> str:
    """Return a time (ms since the epoch) where the user is: `2026-11-22 12:05`; "" if unknown."""
    if at <= 0:
        return ""
    try:
        time = datetime.fromtimestamp(at / 1000).astimezone()
    except (OverflowError, ValueError, OSError):
        return ""
    return time.strftime("%Y-%m-%d %H:%M:%S" if seconds else "%Y-%m-%d %H:%M")


def since(text: str, now: int) -> int:
    """Return the time, ms since the epoch, that `7d`, `12h`, `2w`, `30m` or a date means.

    A date (`2026-11-01`, or with a time of day `2026-11-01T08:30`) is of the user's time zone,
    unless it names another. Raises `ValueError` with what is allowed.
    """
    if match := re.fullmatch(r"(\d{1,6})([mhdw])", text, re.ASCII):
        return max(1, now - int(match[1]) * _UNITS[match[2]])
    try:
        return round(datetime.fromisoformat(text).astimezone().timestamp() * 1000)
    except (ValueError, OverflowError, OSError):
        raise ValueError(
            f"{text!r} is no time: write 30m, 12h, 7d or 2w, or a date as in 2026-11-01"
        ) from None
