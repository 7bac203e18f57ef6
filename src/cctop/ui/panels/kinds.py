"""Tokens and cost by kind: the figures of the meter."""

from collections.abc import Iterator
from typing import NamedTuple

from cctop import figures
from cctop.book.snapshot import Detail, Session, Status, Tokens
from cctop.ui import health
from cctop.ui.panels.frame import columns_line
from cctop.ui.widgets.columns import Column, arrange
from cctop.ui.widgets.draw import bar
from cctop.ui.widgets.parts import Cell, Parts, Tone
from cctop.ui.words import bounded_cost, prompt_tokens, unpriced

COLUMNS = (
    Column("name", "", 14),
    Column("tokens", "", 7, align="right"),
    Column("cost", "", 8, align="right"),
    Column("note", "", 16, drop=1),
    Column("share", "", 8, flex=1, drop=2),
)
SHARE = 4
LONGEST_SHARE = 24


class Kind(NamedTuple):
    """One kind of token; `part` of the kind above it, so that no sum holds it twice."""

    name: str
    tokens: int
    cost: int
    note: Parts = ()
    part: bool = False


def kinds_of(detail: Detail) -> Iterator[Kind]:
    """What was paid for, in the order in which a price list has it."""
    tokens, cost = detail.session.tokens, detail.cost
    yield Kind("input", tokens.input, cost.input)
    share = health.output_share(tokens.output, prompt_tokens(tokens))
    ratio = tokens.output / prompt_tokens(tokens) if prompt_tokens(tokens) else None
    note: Parts = ((f"{figures.percent(ratio)} of input ", "dim"), health.mark(share))
    yield Kind("output", tokens.output, cost.output, note if tokens.output else ())
    if tokens.thinking:
        yield Kind("thinking", tokens.thinking, thinking_cost(detail), _of_output(tokens), True)
    hit = tokens.cache_hit_ratio
    hit_note: Parts = (
        (f"hit {figures.percent(hit)} ", "dim"),
        health.mark(health.cache_hit(hit)),
    )
    yield Kind("cache read", tokens.cache_read, cost.cache_read, hit_note if hit else ())
    yield Kind("cache write 5m", tokens.cache_write_5m, cost.cache_write_5m)
    yield Kind("cache write 1h", tokens.cache_write_1h, cost.cache_write_1h)


def thinking_cost(detail: Detail) -> int:
    """What the thinking part of the output cost, in pico-USD, model by model."""
    return sum(
        use.cost.output * use.tokens.thinking // use.tokens.output
        for use in detail.models
        if use.cost is not None and use.tokens.output
    )


def kinds_lines(detail: Detail, width: int, height: int = 99) -> list[Parts]:
    """A line for each kind, web searches where there were any, and what is metered in all.

    Where that is higher than `height` the smallest kinds go: never what is metered.
    """
    session = detail.session
    kinds = list(kinds_of(detail))
    if session.web_searches:
        kinds.append(Kind("web search", session.web_searches, detail.cost.web_search))
    while kinds and len(kinds) >= height:
        kinds.remove(min(kinds, key=lambda kind: (not kind.part, kind.cost, kind.tokens)))
    room = min(LONGEST_SHARE, _share_width(width))
    priced = bool(session.cost or not session.unpriced_tokens)
    lines = [_line(kind, detail.cost.total if priced else None, room, width) for kind in kinds]
    cost: Parts = ((bounded_cost(session, 8) if priced else figures.MISSING, "heading"),)
    more = tuple((text.strip(), tone) for text, tone in unpriced(session.unpriced_tokens))
    tokens: Parts = ((figures.tokens(session.tokens.total), "heading"),)
    metered: tuple[Cell, ...] = ((("metered", "heading"),), tokens, cost, more, "")
    return [*lines, columns_line(COLUMNS, metered, width)]


def books_lines(session: Session, width: int) -> list[Parts]:
    """What Claude Code's own books hold beyond the metered, and in all; empty where it has none.

    It writes them when it exits and tells them to a status line meanwhile: a note says which, or
    how much was metered since. For a model without a price they hold Claude Code's guess.
    """
    books = session.books
    if books is None:
        return []
    since = "live" if books.told_at and session.status is not Status.ENDED else ""
    if books.later:
        since = f"{figures.usd(books.later)} since".strip()
    guess = "incl. its guess" if books.guessed else ""
    rows = (("unlogged", books.unlogged, guess), ("official", books.official, since))
    return [
        columns_line(COLUMNS, (((name, "dim"),), "", figures.usd(amount), ((note, "dim"),)), width)
        for name, amount, note in rows
    ]


def _line(kind: Kind, total: int | None, room: int, width: int) -> Parts:
    """One kind, of a `total` in pico-USD; None where nothing has a price."""
    name = f"  {kind.name}" if kind.part else kind.name
    tone: Tone = "dim" if kind.part or not kind.tokens else ""
    share = kind.cost / total if total and kind.cost > 0 and not kind.part else None
    cells: tuple[Cell, ...] = (
        ((name, "dim"),),
        ((figures.tokens(kind.tokens), tone),),
        ((figures.MISSING if total is None else figures.usd(kind.cost), tone),),
        kind.note,
        bar(share, room, "fill")[:1] if share else "",
    )
    return columns_line(COLUMNS, cells, width)


def _share_width(width: int) -> int:
    """The cells there are for the bars that show each kind's share of the cost."""
    return next((slot.width for slot in arrange(COLUMNS, width) if slot.column == SHARE), 0)


def _of_output(tokens: Tokens) -> Parts:
    share = tokens.thinking / tokens.output if tokens.output else None
    return ((f"{figures.percent(share)} of output", "dim"),)
