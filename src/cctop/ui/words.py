"""What the screen calls things: glyphs, words and short forms that several panels share."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from cctop import figures
from cctop.book.snapshot import Session, Status, Tokens
from cctop.events import FailureKind, Trigger
from cctop.ui.widgets.parts import Part, Parts, Tone, cells_of

LIST_PRICE = "list price: an API equivalent, not a bill"
DOT = " · "
LOOP = "↻"


class Sign(NamedTuple):
    """A state as a glyph, a word and a tone."""

    glyph: str
    word: str
    tone: Tone


STATUS: dict[Status, Sign] = {
    Status.WAITING: Sign("◐", "waiting", "warning"),
    Status.BUSY: Sign("●", "busy", "accent"),
    Status.IDLE: Sign("○", "idle", "dim"),
    Status.ENDED: Sign("·", "ended", "dim"),
}

FAILURE: dict[FailureKind, Sign] = {
    FailureKind.ERROR: Sign("✕", "error", "alarm"),
    FailureKind.DENIED: Sign("⊘", "denied", "warning"),
    FailureKind.INTERRUPTED: Sign("‖", "interrupted", "dim"),
    FailureKind.HOOK_BLOCKED: Sign("⊠", "hook-blocked", "warning"),
}

TRIGGER: dict[Trigger, Sign] = {
    Trigger.AUTO: Sign("▼", "auto", "warning"),
    Trigger.MANUAL: Sign("▽", "manual", "accent"),
    Trigger.MICRO: Sign("▿", "micro", "dim"),
}

SUBAGENT: dict[str, Sign] = {
    "running": Sign("●", "running", "accent"),
    "finished": Sign("✓", "finished", "dim"),
    "failed": Sign("✕", "failed", "alarm"),
    "stopped": Sign("◼", "stopped", "warning"),
}
UNKNOWN_STATE = Sign("·", "", "dim")


def short_model(model: str) -> str:
    """A model's name without what all of them share: "claude-opus-5-5" is "opus-5-5"."""
    return model.removeprefix("claude-")


def clock(ms: int, *, seconds: bool = True) -> str:
    """A time of day where the user is: "12:03:11"; a dash where it is not known."""
    if ms <= 0:
        return figures.MISSING
    return _local(ms).strftime("%H:%M:%S" if seconds else "%H:%M")


def local_time(ms: int, form: str) -> str:
    """A time where the user is, as `strftime` writes it."""
    return _local(ms).strftime(form)


def day_and_clock(ms: int) -> str:
    """A day and time where the user is: "2026-11-22 12:03:11"."""
    return figures.MISSING if ms <= 0 else _local(ms).strftime("%Y-%m-%d %H:%M:%S")


def file_time(ms: int) -> str:
    """A day and time where the user is, as a part of a file's name: "20261122-120311"."""
    return _local(ms).strftime("%Y%m%d-%H%M%S")


def midnight(now: int) -> int:
    """When the user's day began, in ms since the epoch."""
    start = _local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return int(start.timestamp() * 1000)


def cost_of(session: Session, width: int = figures.USD_WIDTH) -> str:
    """A session's cost: `≥` marks a lower bound, a `+` that some tokens have no price."""
    if session.unpriced_tokens and not session.cost:
        return "unpriced"
    more = "+" if session.unpriced_tokens else ""
    return bounded_cost(session, width - len(more)) + more


def bounded_cost(session: Session, width: int = figures.USD_WIDTH) -> str:
    """A session's cost, with a `≥` where it is a lower bound."""
    bound = "≥" if session.lower_bounds else ""
    return bound + figures.usd(session.cost, width - len(bound))


def amount(cost: int, unpriced_tokens: int, width: int = figures.USD_WIDTH) -> str:
    """A cost; "–" where there is none because nothing has a price: that is not $0."""
    return figures.usd(cost, width) if cost or not unpriced_tokens else figures.MISSING


def unpriced(tokens: int) -> Parts:
    """The tokens that have no price, to stand behind a cost: " + 1.2M unpriced"."""
    return ((f" + {figures.tokens(tokens)} unpriced", "warning"),) if tokens else ()


def prompt_tokens(tokens: Tokens) -> int:
    """Everything that was sent to the model."""
    return tokens.total - tokens.output


def doing(session: Session) -> Part:
    """What a session does or waits for, in words."""
    match session.status:
        case Status.WAITING:
            return (session.asks, "warning")
        case Status.BUSY if session.streak is not None:
            return (f"{LOOP} {session.streak.count:,}x {session.activity}".rstrip(), "alarm")
        case Status.BUSY:
            return (session.activity, "")
    return (session.activity, "dim")


def count(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 turn", "2 turns"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def short_count(number: int) -> str:
    """A number in four cells at most: "7", "999", "1.2k", "12k"."""
    if number < 1_000:
        return f"{number}"
    return f"{number / 1_000:.1f}k" if number < 9_950 else f"{min(number, 999_000) / 1_000:.0f}k"


def joined(parts: Iterable[Parts], width: int | None = None) -> Parts:
    """Parts one after the other; empty ones are left out, and so are those that do not fit."""
    line: Parts = ()
    for part in parts:
        longer = (*line, (DOT, "dim"), *part) if line else part
        if part and (not line or width is None or cells_of(longer) <= width):
            line = longer
    return line


def round_tokens(count: int) -> str:
    """A round number of tokens, as milestones are: "25k", "500k", "2M"."""
    for unit, suffix in ((1_000_000, "M"), (1_000, "k")):
        if count >= unit and count % unit == 0:
            return f"{count // unit:,}{suffix}"
    return figures.tokens(count)


def _local(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000).astimezone()
