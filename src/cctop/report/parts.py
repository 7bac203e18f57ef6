"""The small words of the tables: signs, amounts, notes. All text of others goes through `Text`.

Colours are the terminal's own and never say anything alone.
"""

from rich.text import Text

from cctop import figures
from cctop.book.snapshot import Session, Snapshot, Status
from cctop.events import FailureKind

DIM = "dim"
STRONG = "bold"
WARN = "yellow"
ALARM = "red"
ACCENT = "cyan"
USD_WIDTH = 12

_STATUS = {
    Status.WAITING: ("◐", WARN),
    Status.BUSY: ("●", ACCENT),
    Status.IDLE: ("○", DIM),
    Status.ENDED: ("·", DIM),
}
_FAILURES = {
    FailureKind.ERROR: ALARM,
    FailureKind.HOOK_BLOCKED: WARN,
    FailureKind.DENIED: WARN,
    FailureKind.INTERRUPTED: DIM,
}


def status(session: Session) -> Text:
    """Return a status as glyph and word."""
    glyph, style = _STATUS[session.status]
    return Text(f"{glyph} {session.status}", style)


def failure_kind(kind: FailureKind) -> Text:
    """Return why a tool call failed."""
    return Text(kind, _FAILURES[kind])


def short_model(model: str) -> str:
    """Return a model's name without what they all share: `opus-5-5`."""
    return model.removeprefix("claude-")


def cost(pico: int, unpriced_tokens: int = 0, *, bound: bool = False) -> str:
    """Return pico-USD as `$12.41`; `≥` for a `bound`, a dash where no token has a price."""
    if unpriced_tokens and not pico:
        return figures.MISSING
    return ("≥ " if bound else "") + figures.usd(pico, USD_WIDTH)


def exact(pico: int | None, unpriced_tokens: int = 0) -> str:
    """Return pico-USD with hundredths of a cent: `$0.0283`.

    A dash for None, and for nothing where some tokens have no price.
    """
    if pico is None or (unpriced_tokens and not pico):
        return figures.MISSING
    if 0 < pico < figures.PICO // 20_000:
        return "<$0.0001"
    units = (2 * abs(pico) * 10_000 + figures.PICO) // (2 * figures.PICO)
    return f"{'-' if pico < 0 else ''}${units // 10_000:,}.{units % 10_000:04}"


def unpriced(tokens: int) -> str:
    """Return what a cost lacks: `+ 1.2M unpriced`; "" for nothing."""
    return f"+ {figures.tokens(tokens)} unpriced" if tokens else ""


def more(unpriced_tokens: int) -> str:
    """Return what a cost lacks, below a heading that says what it is: `+ 1.2M`; "" for nothing."""
    return f"+ {figures.tokens(unpriced_tokens)}" if unpriced_tokens else ""


def counted(number: int, one: str) -> str:
    """Return a number with its noun: `1 line`, `2 lines`."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def share(failures: int, calls: int) -> str:
    """Return failed calls of all: `7, 7.9 %`; a dash without calls."""
    if not calls:
        return figures.MISSING
    return f"{failures}, {figures.percent(failures / calls, fine=True)}" if failures else "0"


def price_note(picture: Snapshot) -> Text:
    """Return what an amount means."""
    source = f"{picture.prices_source} {picture.prices_version}".strip()
    return Text(f"Costs at list price ({source}): an API equivalent, not a bill.", DIM)


def bound_note(responses: int) -> Text:
    """Return what `≥` means."""
    what = "a response was" if responses == 1 else f"{responses:,} responses were"
    return Text(f"≥ at least: the end of {what} never written down.", DIM)
