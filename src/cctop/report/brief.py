"""`cctop status`: the fleet and one session in ten lines of plain text.

Made for a slash command and a shell prompt: no colours, no boxes, no width to fit, and no Rich,
for whose import a prompt would have to wait. Texts of others come from the snapshot, cleaned; here
they are only cut.
"""

from collections.abc import Iterator

from cctop import figures
from cctop.book.snapshot import Session, Snapshot, Status
from cctop.events import Limit
from cctop.text import clean

DOT = " · "
NAME_WIDTH = 10
USD_WIDTH = 12
TEXT_LIMIT = 72  # characters of a title or a command


def brief(picture: Snapshot, session: Session | None) -> Iterator[str]:
    """Yield the lines about all sessions and, if there is one, about `session`."""
    yield from fleet_lines(picture)
    if session is not None:
        for name, value in _told(session, picture.at):
            yield _line(name, value)


def fleet_lines(picture: Snapshot) -> Iterator[str]:
    """Yield the lines about all sessions together."""
    fleet = picture.fleet
    counts = (
        f"{number:,} {status.value}"
        for status, number in (
            (Status.BUSY, fleet.busy),
            (Status.WAITING, fleet.waiting),
            (Status.IDLE, fleet.idle),
        )
    )
    rate = f"burn {figures.rate(fleet.cost_per_hour)}" if fleet.cost_per_hour else ""
    today = f"today {_amount(fleet.today_cost, fleet.today_unpriced_tokens)}"
    yield _line("fleet", _joined(", ".join(counts), today, rate))
    limits = (("5 h", fleet.five_hour), ("7 d", fleet.seven_day))
    if told := [_limit(name, limit, picture.at) for name, limit in limits if limit is not None]:
        yield _line("limits", _joined(*told))


def _limit(name: str, limit: Limit, now: int) -> str:
    """Return how much of a plan's limit is used: `5 h 42 %, reset in 2 h 04`."""
    used = f"{name} {figures.percent(limit.percent / 100)}"
    return (
        f"{used}, reset in {figures.duration(limit.resets_at - now)}" if limit.resets_at else used
    )


def _told(session: Session, now: int) -> Iterator[tuple[str, str]]:
    """Yield what is to be said of a session, as a name and a value."""
    title = clean(session.title, TEXT_LIMIT)
    yield "session", _joined(session.project, title, clean(session.id, 64))
    yield "doing", _doing(session, now)
    model = session.model.removeprefix("claude-") or "none yet"
    yield "model", _joined(model, _context(session))
    yield "cost", _cost(session)
    yield "tokens", _tokens(session)
    yield "failures", _failures(session)
    compactions = _counted(session.compactions, "compaction")
    subagents = _counted(session.subagents, "subagent")
    if running := session.subagents_running:
        subagents += f", {running:,} running"
    yield "besides", _joined(compactions, subagents)


def _doing(session: Session, now: int) -> str:
    """Return the status, for how long, and what it does or waits for."""
    if session.status is Status.ENDED:
        last = session.last_activity_at
        return f"ended, last active {figures.duration(now - last)} ago" if last else "ended"
    since = session.status_since
    words = f"{session.status.value} {figures.duration(now - since)}" if since else session.status
    inferred = "inferred" if session.status_inferred else ""
    if session.status is Status.WAITING:
        told = f"{words} for {clean(session.asks, TEXT_LIMIT)}" if session.asks else words
        return _joined(told, inferred)
    busy = session.status is Status.BUSY
    return _joined(words, clean(session.activity, TEXT_LIMIT) if busy else "", inferred)


def _context(session: Session) -> str:
    context = session.context
    if not context.tokens:
        return ""
    used = f"context {figures.tokens(context.tokens)}"
    if not context.window:
        return f"{used} tokens"
    share = figures.percent(context.fraction)
    return f"{used} of {figures.tokens(context.window)} tokens, {share}"


def _cost(session: Session) -> str:
    """Return what is metered, and Claude Code's own total where it has told one."""
    bound = "≥ " if session.lower_bounds else ""
    metered = f"{bound}{_amount(session.cost, session.unpriced_tokens)} metered at list price"
    books = session.books
    if books is None:
        return metered
    official = f"{figures.usd(books.official, USD_WIDTH)} official"
    return _joined(metered, official, f"{figures.usd(books.unlogged, USD_WIDTH)} unlogged")


def _tokens(session: Session) -> str:
    tokens = session.tokens
    kinds = (
        ("input", tokens.input),
        ("output", tokens.output),
        ("cache read", tokens.cache_read),
        ("cache write", tokens.cache_write_5m + tokens.cache_write_1h),
    )
    shown = ", ".join(f"{name} {figures.tokens(count)}" for name, count in kinds)
    return f"{figures.tokens(tokens.total)}: {shown}" if tokens.total else "none yet"


def _failures(session: Session) -> str:
    """Return failed calls of all, and beside them what the user denied or interrupted."""
    calls = _counted(session.tool_calls, "tool call")
    share = figures.percent(session.failure_ratio, fine=True) if session.tool_failures else ""
    failed = f"{session.tool_failures:,} of {calls}{', ' if share else ''}{share}"
    denied = f"{session.denials:,} denied" if session.denials else ""
    interrupted = f"{session.interruptions:,} interrupted" if session.interruptions else ""
    return _joined(failed, denied, interrupted)


def _amount(pico: int, unpriced_tokens: int) -> str:
    """Return pico-USD, and beside it the tokens that have no price: those are not free."""
    without = f" + {figures.tokens(unpriced_tokens)} tokens unpriced" if unpriced_tokens else ""
    amount = figures.MISSING if unpriced_tokens and not pico else figures.usd(pico, USD_WIDTH)
    return amount + without


def _counted(number: int, one: str) -> str:
    return f"{number:,} {one}" if number == 1 else f"{number:,} {one}s"


def _joined(*texts: str) -> str:
    return DOT.join(text for text in texts if text)


def _line(name: str, value: str) -> str:
    return f"{name:{NAME_WIDTH}}{value}".rstrip()
