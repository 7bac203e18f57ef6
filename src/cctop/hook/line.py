"""A status line of our own, for those who have none.

    Opus 5.5  ▕██▎·······▏ 22 %  $12.41  $6.40/h  5h 42 % → 17:30  7d 12 % → Tue  cache → 12:56

Times are times of the day, not countdowns: Claude Code draws the line when something happens, and a
countdown that stands still would be wrong.
"""

import time

from cctop.hook.status import cost_of, number

BAR = 10
"""Cells of the context bar."""
CONTEXT_WARNS, LIMIT_WARNS = 75, 80
"""Per cent above which a figure warns."""
MODEL = 24
MARGIN = 4
"""Cells that Claude Code keeps for itself, of those it says there are."""
BURN_FROM_MS = 60_000
"""What a burn rate must be measured over."""

MISSING = "–"
_EIGHTHS = " ▏▎▍▌▋▊▉"
_DAY_S = 24 * 3600
_DIM, _WARN, _PLAIN = "\x1b[2m", "\x1b[33m", "\x1b[0m"


class Part:
    """A piece of the line: `rank` says how long it stays where room is short, 0 the longest."""

    __slots__ = ("glue", "rank", "style", "text")

    def __init__(self, rank: int, text: str, style: str = "", glue: str = "  ") -> None:
        self.rank = rank
        self.text = text
        self.style = style
        self.glue = glue  # between it and what stands before it


def drawn(
    status: "dict[str, object]",
    samples: "list[tuple[int, float]]",
    now: int,
    columns: int = 0,
    *,
    coloured: bool = True,
) -> str:
    """Return the line, without a line break. `now` is in ms; `columns` is 0 where not known."""
    cost = cost_of(status)
    parts = [Part(1, safe(_of(status, "model", "display_name")))]
    parts += _context(number(_of(status, "context_window", "used_percentage")))
    if cost is not None:
        parts.append(Part(2, usd(cost)))
        if (burn := burn_rate(samples, now, cost)) is not None:
            parts.append(Part(6, f"{usd(burn)}/h"))
    for label, key, rank in (("5h", "five_hour", 3), ("7d", "seven_day", 4)):
        parts += _limit(label, _of(status, "rate_limits", key), rank, now)
    parts += _cache(status.get("prompt_cache"), now)
    parts = [part for part in parts if part.text]
    while columns and parts and len(_joined(parts, coloured=False)) > max(0, columns - MARGIN):
        least = max(part.rank for part in parts)
        parts = [part for part in parts if part.rank != least]
    return _joined(parts, coloured=coloured)


def safe(value: object, limit: int = MODEL) -> str:
    """Return a text without what a terminal would obey: printable characters alone."""
    text = value if isinstance(value, str) else ""
    return "".join([char for char in text[: 4 * limit] if char.isprintable()]).strip()[:limit]


def usd(amount: float) -> str:
    """Return an amount of USD: `$0.08`, `$12.41`, `$1,234`."""
    amount = max(-999_999, min(amount, 999_999))
    if 0 < amount < 0.005:
        return "<$0.01"
    return f"${amount:,.0f}" if amount >= 1000 else f"${amount:.2f}"


def burn_rate(samples: "list[tuple[int, float]]", now: int, cost: float) -> float | None:
    """Return what the session costs an hour, USD; None where that was not watched long enough."""
    if not samples or now - samples[0][0] < BURN_FROM_MS:
        return None
    return max(0.0, cost - samples[0][1]) * 3_600_000 / (now - samples[0][0])


def moment(seconds: float, now: int) -> str:
    """Return a time (s since the epoch) where the user is: `17:30`, and `Tue` if it is far."""
    far = seconds - now / 1000 > _DAY_S
    try:
        return time.strftime("%a" if far else "%H:%M", time.localtime(seconds))
    except (OverflowError, ValueError, OSError):  # in no calendar
        return MISSING


def _joined(parts: "list[Part]", *, coloured: bool) -> str:
    line = ""
    for part in parts:
        text = f"{part.style}{part.text}{_PLAIN}" if part.style and coloured else part.text
        line += f"{part.glue}{text}" if line else text
    return line


def _of(status: object, *keys: str) -> object:
    for key in keys:
        status = status.get(key) if isinstance(status, dict) else None
    return status


def _context(percent: float | None) -> "list[Part]":
    filled = round(min(100, max(0, percent or 0)) * BAR * 8 / 100)
    bar = "█" * (filled // 8) + _EIGHTHS[filled % 8].strip()
    bar = f"▕{bar:·<{BAR}}▏"
    return [Part(5, bar), *_percent(0, percent, CONTEXT_WARNS, " ")]


def _percent(rank: int, percent: float | None, warns: int, glue: str) -> "list[Part]":
    if percent is None:
        return [Part(rank, MISSING, _DIM, glue)]
    text = f"{min(999, max(0, percent)):.0f} %"
    # The mark is for those who see no colours.
    return [Part(rank, f"{text} ▲", _WARN, glue) if percent > warns else Part(rank, text, "", glue)]


def _limit(label: str, limit: object, rank: int, now: int) -> "list[Part]":
    percent = number(_of(limit, "used_percentage"))
    resets = number(_of(limit, "resets_at"))
    if percent is None or (resets is not None and resets * 1000 <= now):
        return []  # it began anew, and nobody said since how much of it is used
    parts = [Part(rank, label, _DIM), *_percent(rank, percent, LIMIT_WARNS, " ")]
    if resets is not None:
        parts.append(Part(rank + 5, f"→ {moment(resets, now)}", _DIM, " "))
    return parts


def _cache(cache: object, now: int) -> "list[Part]":
    """Return until when the prompt is cached; what comes later is paid for anew."""
    if not isinstance(cache, dict):
        return []
    expires = number(cache.get("expires_at"))
    if cache.get("warm") is False or (expires is not None and expires * 1000 <= now):
        return [Part(7, "cache cold", _WARN)]
    if expires is None:
        return []
    return [Part(7, f"cache → {moment(expires, now)}", _DIM)]
