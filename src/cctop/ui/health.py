"""Which figures are good, to be watched, or bad: the ranges, once, for glyphs and for help."""

from typing import Final, Literal, NamedTuple

from cctop.book.snapshot import Session
from cctop.ui.widgets.parts import Part, Tone

Level = Literal["ok", "watch", "bad"]

TONE_OF: Final[dict[Level, Tone]] = {"ok": "fill", "watch": "warning", "bad": "alarm"}
# The level is never told by colour alone.
GLYPH_OF: Final[dict[Level, str]] = {"ok": "✓", "watch": "△", "bad": "▲"}


class Range(NamedTuple):
    """How one figure is judged; the bounds are where `watch` and `bad` begin."""

    name: str
    good: str
    watch: str
    bad: str


RANGES: tuple[Range, ...] = (
    Range("tool failure rate", "below 3 %", "3 to 7 %", "above 7 %"),
    Range("compactions of a session", "0 or 1", "2 or 3", "4 and more"),
    Range("cache hit", "above 60 %", "30 to 60 %", "below 30 %"),
    Range("output to input", "below 15 %", "15 to 30 %", "above 30 %"),
    Range("context used", "below 75 %", "75 to 90 %", "above 90 %"),
    Range("daily budget", "below 75 %", "75 to 100 %", "used up"),
    Range("5 h and 7 d limits", "below 75 %", "75 to 90 %", "above 90 %"),
)


def failures(session: Session) -> Level | None:
    """Judge the share of tool calls that failed; None where there was no call."""
    ratio = session.failure_ratio
    return None if ratio is None else _rising(ratio, 0.03, 0.07)


def compactions(count: int) -> Level:
    """Judge how often a session was compacted."""
    return "ok" if count <= 1 else "watch" if count <= 3 else "bad"


def cache_hit(ratio: float | None) -> Level | None:
    """Judge the share of the prompt that came from the cache; None where nothing was sent."""
    if ratio is None:
        return None
    return "ok" if ratio > 0.6 else "watch" if ratio >= 0.3 else "bad"


def output_share(output: int, prompt: int) -> Level | None:
    """Judge the output tokens by the input tokens (cached ones included)."""
    return _rising(output / prompt, 0.15, 0.3) if prompt else None


def context(fraction: float | None) -> Level | None:
    """Judge how full the context window is; None where the window is not known."""
    if fraction is None:
        return None
    return "ok" if fraction < 0.75 else "watch" if fraction < 0.9 else "bad"


def budget(used: float) -> Level:
    """Judge how much of the day's budget is used."""
    return "ok" if used < 0.75 else "watch" if used < 1 else "bad"


def limit(used: float) -> Level:
    """Judge how much of a plan's limit is used."""
    return "ok" if used < 0.75 else "watch" if used < 0.9 else "bad"


def mark(level: Level | None, *, good: bool = True) -> Part:
    """A judgement as one glyph in its tone; `good=False` leaves a blank where all is well."""
    if level is None:
        return (" ", "")
    if level == "ok":
        return (GLYPH_OF[level], "dim") if good else (" ", "")
    return (GLYPH_OF[level], TONE_OF[level])


def _rising(value: float, watch: float, bad: float) -> Level:
    return "ok" if value < watch else "watch" if value <= bad else "bad"
