"""`cctop sessions` as a table: as many columns as the terminal has room for."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from cctop import figures
from cctop.book.snapshot import Session, Snapshot
from cctop.report import parts
from cctop.report.grid import Cell, Column, grid
from cctop.report.sums import Sums, sums_of

SHORT_ID = 8


class Field(NamedTuple):
    """A column, and what stands in it."""

    column: Column
    cell: Callable[[Session, int], Cell]  # of a session, now (ms)
    total: Callable[[Sums], str] = lambda _: ""


def _context(session: Session, _: int) -> str:
    context = session.context
    if not context.tokens:
        return figures.MISSING
    return figures.percent(context.fraction) if context.window else figures.tokens(context.tokens)


def _age(session: Session, now: int) -> str:
    at = session.last_activity_at
    return figures.duration(now - at) if at else figures.MISSING


def _cost(session: Session, _: int) -> str:
    return parts.cost(session.cost, session.unpriced_tokens, bound=session.lower_bounds > 0)


def _count(number: int) -> str:
    return f"{number:,}" if number else figures.MISSING


FIELDS = (
    Field(Column("status", 1), lambda s, _: parts.status(s)),
    Field(Column("id", 4), lambda s, _: s.id[:SHORT_ID]),
    Field(
        Column("project", longest=24),
        lambda s, _: s.project,
        lambda t: parts.counted(t.sessions, "session"),
    ),
    Field(Column("title", 3, longest=60), lambda s, _: s.title),
    Field(Column("model", 7), lambda s, _: parts.short_model(s.model)),
    Field(Column("context", 6, right=True), _context),
    Field(
        Column("in", 10, right=True),
        lambda s, _: figures.tokens(s.tokens.total - s.tokens.output),
        lambda t: figures.tokens(t.tokens.total - t.tokens.output),
    ),
    Field(
        Column("out", 9, right=True),
        lambda s, _: figures.tokens(s.tokens.output),
        lambda t: figures.tokens(t.tokens.output),
    ),
    Field(
        Column("cached", 11, right=True),
        lambda s, _: figures.percent(s.tokens.cache_hit_ratio),
        lambda t: figures.percent(t.tokens.cache_hit_ratio),
    ),
    Field(
        Column("cost", right=True),
        _cost,
        lambda t: parts.cost(t.cost, t.unpriced_tokens, bound=t.lower_bounds > 0),
    ),
    Field(
        Column("unpriced"),
        lambda s, _: parts.more(s.unpriced_tokens),
        lambda t: parts.more(t.unpriced_tokens),
    ),
    Field(
        Column("failed", 5, right=True),
        lambda s, _: parts.share(s.tool_failures, s.tool_calls),
        lambda t: parts.share(t.tool_failures, t.tool_calls),
    ),
    Field(
        Column("compactions", 13, right=True),
        lambda s, _: _count(s.compactions),
        lambda t: _count(t.compactions),
    ),
    Field(
        Column("agents", 12, right=True),
        lambda s, _: _count(s.subagents),
        lambda t: _count(t.subagents),
    ),
    Field(Column("last", 2, right=True), _age),
)
COLUMNS = tuple(field.column for field in FIELDS)


def listing(picture: Snapshot, listed: list[Session], width: int) -> Iterator[RenderableType]:
    """Yield the table of the `listed` sessions for a terminal of `width` columns, and its notes."""
    if listed:
        sums = sums_of(listed)
        rows = [[field.cell(session, picture.at) for field in FIELDS] for session in listed]
        yield grid(COLUMNS, rows, width, totals=[field.total(sums) for field in FIELDS])
        yield Text()
        yield parts.price_note(picture)
        if sums.lower_bounds:
            yield parts.bound_note(sums.lower_bounds)
    if hidden := len(picture.sessions) - len(listed):
        none_listed = "" if listed else "No such sessions. "
        rest = parts.counted(hidden, "session")
        yield Text(f"{none_listed}{rest} not listed; --all lists all.", parts.DIM)
    elif not listed:
        yield Text("No sessions yet.", parts.DIM)
    if picture.skipped_lines:
        lines = parts.counted(picture.skipped_lines, "line")
        files = parts.counted(picture.skipped_files, "file")
        yield Text(f"{lines} in {files} could not be read; --json says which.", parts.WARN)
