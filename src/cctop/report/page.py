"""`cctop show` as a page: everything about one session, section by section."""

from collections.abc import Iterator

from rich.console import RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from cctop import figures
from cctop.book.snapshot import Detail, Session, Snapshot, Status
from cctop.report import lists, parts
from cctop.report.grid import Column, grid
from cctop.report.times import local
from cctop.text import clean

INDENT = 2


def page(picture: Snapshot, detail: Detail, width: int) -> Iterator[RenderableType]:
    """Yield the page about the session that `detail` tells of, for `width` columns."""
    session = detail.session
    yield _headline(session)
    yield Padding(_facts(session, picture.at), (0, 0, 0, INDENT))
    room = width - INDENT
    cost_and_tokens = [("cost", _cost(detail)), ("tokens", _tokens(detail, room))]
    sections = [*cost_and_tokens, *lists.sections(detail, room)]
    for name, content in sections:
        if content is not None:
            yield Text()
            yield Text(name, parts.STRONG)
            yield Padding(content, (0, 0, 0, INDENT))
    yield Text()
    yield parts.price_note(picture)
    if session.lower_bounds:
        yield parts.bound_note(session.lower_bounds)


def _headline(session: Session) -> Text:
    line = parts.status(session)
    line.append("  ")
    line.append(session.project or clean(session.id, 255), parts.STRONG)
    if session.title:
        line.append(f"  {session.title}")
    return line


def _facts(session: Session, now: int) -> Table:
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style=parts.DIM, no_wrap=True)
    table.add_column(overflow="fold")
    for name, value in _named(session, now):
        if value:
            table.add_row(name, Text(value))
    return table


def _named(session: Session, now: int) -> Iterator[tuple[str, str]]:
    yield "id", clean(session.id, 255)
    yield "folder", session.cwd
    yield "branch", session.branch
    earlier = [parts.short_model(model) for model in session.models if model != session.model]
    before = f", before {', '.join(earlier)}" if earlier else ""
    yield "model", f"{parts.short_model(session.model)}{before}" if session.model else ""
    yield "effort", session.effort
    yield "permissions", session.permission_mode
    yield "started", local(session.started_at)
    last = session.last_activity_at
    ago = f", {figures.duration(now - last)} ago" if last else ""
    yield "last active", f"{local(last)}{ago}"
    if session.status is not Status.ENDED:
        inferred = "its state is inferred, no list of running sessions names it"
        yield "inferred", inferred if session.status_inferred else ""
        yield "doing", session.asks or session.activity
        yield "prompt cache", _cache(session, now)
    yield "context", _context(session)
    yield "turns", f"{session.turns:,}"
    retries = f", {session.api_retries:,} of them retried" if session.api_retries else ""
    errors = f", {session.api_errors:,} failed{retries}" if session.api_errors else ""
    yield "API calls", f"{session.api_calls:,}{errors}"
    if session.transcript_gone:
        yield "transcript", "deleted"


def _cache(session: Session, now: int) -> str:
    if not session.cache_expires_at:
        return ""
    left = session.cache_expires_at - now
    return f"warm for {figures.duration(left)}" if left > 0 else "cold"


def _context(session: Session) -> str:
    context = session.context
    if not context.tokens:
        return ""
    if not context.window:
        return f"{context.tokens:,} tokens"
    share = figures.percent(context.fraction)
    return f"{context.tokens:,} of {context.window:,} tokens, {share}"


def _cost(detail: Detail) -> Table:
    session, books = detail.session, detail.session.books
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column(style=parts.DIM, overflow="fold")
    bound = "≥ " if session.lower_bounds else ""
    metered = f"{bound}{parts.exact(session.cost, session.unpriced_tokens)}"
    without = f" {parts.unpriced(session.unpriced_tokens)}" if session.unpriced_tokens else ""
    table.add_row("metered", metered, f"what the transcript's lines cost{without}")
    if books is not None:
        told = f", told {local(books.told_at)} to its status line" if books.told_at else ""
        table.add_row("official", parts.exact(books.official), f"Claude Code's own books{told}")
        besides = ", what is unpriced here" if session.unpriced_tokens else ""
        unlogged = f"only in its books: compactions, titles, side calls{besides}"
        if books.unlogged < 0:
            unlogged = "only in the transcript: a process that is killed closes no books"
        table.add_row("unlogged", parts.exact(books.unlogged), unlogged)
    if session.inherited_tokens:
        tokens = figures.tokens(session.inherited_tokens)
        copied = f"copies of another session's {tokens} tokens, counted there"
        table.add_row("inherited", parts.exact(session.inherited_cost), copied)
    return table


def _tokens(detail: Detail, width: int) -> Table:
    tokens, cost, unpriced = detail.session.tokens, detail.cost, detail.session.unpriced_tokens
    rows = [
        (name, f"{count:,}", parts.exact(pico, unpriced))
        for name, count, pico in (
            ("input", tokens.input, cost.input),
            ("output", tokens.output, cost.output),
            ("cache read", tokens.cache_read, cost.cache_read),
            ("cache write, 5 min", tokens.cache_write_5m, cost.cache_write_5m),
            ("cache write, 1 h", tokens.cache_write_1h, cost.cache_write_1h),
        )
    ]
    rows.append(("total", f"{tokens.total:,}", ""))
    rows.append(("thinking, in output", f"{tokens.thinking:,}", ""))
    if searches := detail.session.web_searches:
        rows.append(("web searches", f"{searches:,}", parts.exact(cost.web_search)))
    rows.append(("from the cache", figures.percent(tokens.cache_hit_ratio), ""))
    columns = (Column("kind", longest=40), lists.TOKENS, lists.COST)
    return grid(columns, rows, width)
