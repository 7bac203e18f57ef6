"""The time of day, in one place, so that everything else can be given another one."""

import time
from datetime import datetime, timedelta


def now_ms() -> int:
    """Return the time, ms since the epoch (UTC)."""
    return time.time_ns() // 1_000_000


def local_day(at: int) -> tuple[int, int]:
    """Return when the local day of `at` begins and when the next one does, all in ms."""
    today = datetime.fromtimestamp(at / 1000).astimezone().date()
    return _midnight(today.isoformat()), _midnight((today + timedelta(days=1)).isoformat())


def _midnight(day: str) -> int:
    return round(datetime.fromisoformat(day).astimezone().timestamp() * 1000)
