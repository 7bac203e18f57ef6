"""Times as a user writes them: "14:05", "+20m", "50%"."""

import re
from datetime import datetime, timedelta

from cctop.replay.model import Axis
from cctop.text import clean

EXAMPLES = '"14:05", "14:05:30", "+20m", "-1h30m" or "50%"'
_clock = re.compile(r"(?:(\d{4})-(\d\d)-(\d\d)[ T]+)?(\d{1,2}):(\d\d)(?::(\d\d))?")
_shift = re.compile(r"([+-])((?:\d+[dhms])+)")
_unit = re.compile(r"(\d+)([dhms])")
_share = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")
_lengths = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_MOST_DAYS = 3_660  # that are looked through for a time of day


def parse_time(text: str, axis: Axis, now_at: int) -> int:
    """Return the time that is meant, ms, within the axis; `now_at` is where the replay stands.

    A time of day is the first such time from `now_at` on, or where the session has none any more,
    the last one of it: local time, with its date before it where the user wishes. A share is one of
    the line as it is drawn, idle gaps short. Raises ValueError with a clean sentence.
    """
    words = text.strip()
    if match := _share.fullmatch(words):
        share = float(match[1])
        if share > 100:
            raise ValueError("there is no more than 100% of a session")
        return axis.time(share / 100)
    if match := _shift.fullmatch(words.replace(" ", "").lower()):
        length = sum(int(count) * _lengths[unit] for count, unit in _unit.findall(match[2]))
        return _within(now_at + (length if match[1] == "+" else -length), axis)
    if match := _clock.fullmatch(words):
        return _within(_moment(match, axis, now_at), axis)
    raise ValueError(f"{clean(words, 40)!r} is no time: write {EXAMPLES}")


def _within(at: int, axis: Axis) -> int:
    return min(max(at, axis.start), axis.end)


def _moment(match: re.Match[str], axis: Axis, now_at: int) -> int:
    year, month, day, hour, minute, second = match.groups(default="0")
    try:
        if match[1]:
            date = (int(year), int(month), int(day), int(hour), int(minute), int(second))
            return _ms(datetime(*date))  # noqa: DTZ001 - local, as all that is shown
        first = datetime.fromtimestamp(axis.start / 1000)  # noqa: DTZ006
        start = first.replace(hour=int(hour), minute=int(minute), second=int(second), microsecond=0)
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(f"{clean(match[0], 40)!r} is no time of any day") from error
    days = min(_MOST_DAYS, (axis.end - axis.start) // _lengths["d"] + 2)
    times = [_ms(start + timedelta(days=day)) for day in range(days)]
    inside = [at for at in times if _second(axis.start) <= at <= axis.end]
    if not inside:
        return min(times, key=lambda at: min(abs(at - axis.start), abs(at - axis.end)))
    return next((at for at in inside if at >= now_at), inside[-1])


def _second(at: int) -> int:
    """Return the whole second in which a time lies, ms."""
    return at // 1000 * 1000


def _ms(local: datetime) -> int:
    return round(local.astimezone().timestamp() * 1000)
