"""The lists on the page of one session. The newest rows are shown; `--json` has all."""

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from rich.console import Group, RenderableType
from rich.text import Text

from cctop import figures
from cctop.book.snapshot import Detail
from cctop.report import parts
from cctop.report.grid import Cell, Column, grid
from cctop.report.times import local
from cctop.text import clean

MAX_ROWS = 20
LONG = 400  # columns: as long as a text gets
WHEN = Column("when", 2)
CALLS = Column("calls", 1, right=True)
TOKENS = Column("tokens", right=True)
COST = Column("cost", right=True)
FAILED = Column("failed", 3, right=True)
MODEL = Column("model", 4)
T = TypeVar("T")
Section = tuple[str, RenderableType | None]


def sections(detail: Detail, width: int) -> Iterator[Section]:
    """Yield the sections by name, for `width` columns; None where there is nothing to list."""
    yield "models", _models(detail, width)
    yield "tools", _tools(detail, width)
    yield "failures", _failures(detail, width)
    yield "API errors", _api_errors(detail, width)
    yield "compactions", _compactions(detail, width)
    yield "subagents", _subagents(detail, width)
    yield "turns", _turns(detail, width)
    yield "milestones", _milestones(detail, width)
    yield "lines that could not be read", _skipped(detail, width)


def _models(detail: Detail, width: int) -> RenderableType | None:
    figures_ = [Column(heading, 1, right=True) for heading in ("calls", "in", "out")]
    columns = (Column("model", longest=LONG), *figures_, COST)
    rows = [
        (
            use.model,
            f"{use.calls:,}",
            f"{use.tokens.total - use.tokens.output:,}",
            f"{use.tokens.output:,}",
            "unpriced" if use.cost is None else parts.exact(use.cost.total),
        )
        for use in detail.models
    ]
    return grid(columns, rows, width) if rows else None


def _tools(detail: Detail, width: int) -> RenderableType | None:
    session = detail.session
    columns = (Column("tool", longest=LONG), CALLS, Column("failed", right=True))
    rows = [(t.name, f"{t.calls:,}", parts.share(t.failures, t.calls)) for t in detail.tools]
    if not rows:
        return None
    made = grid(columns, rows, width)
    besides = [
        f"{count:,} {word}"
        for count, word in ((session.denials, "denied"), (session.interruptions, "interrupted"))
        if count
    ]
    return Group(made, Text(f"besides: {', '.join(besides)}", parts.DIM)) if besides else made


def _failures(detail: Detail, width: int) -> RenderableType | None:
    columns = (WHEN, Column("tool", longest=40), Column("kind"), Column("what", longest=LONG))

    def what(target: str, error: str) -> Text:
        return Text.assemble(target, "  " if target and error else "", (error, parts.DIM))

    return _newest(
        detail.failures,
        lambda f: (_when(f.at), f.tool, parts.failure_kind(f.kind), what(f.target, f.error)),
        columns,
        width,
    )


def _api_errors(detail: Detail, width: int) -> RenderableType | None:
    status, retry = Column("status", right=True), Column("retry", 1, right=True)
    columns = (WHEN, status, retry, Column("message", longest=LONG))
    return _newest(
        detail.api_failures,
        lambda e: (
            _when(e.at),
            str(e.status or figures.MISSING),
            str(e.retry) if e.retry else "final",
            e.message,
        ),
        columns,
        width,
    )


def _compactions(detail: Detail, width: int) -> RenderableType | None:
    before, after = Column("before", right=True), Column("after", right=True)
    took, unnamed = Column("took", 4, right=True), Column("not in the summary", 5, longest=LONG)
    return _newest(
        detail.compactions,
        lambda mark: (
            _when(mark.at),
            mark.trigger,
            figures.tokens(mark.tokens_before),
            figures.tokens(mark.tokens_after),
            figures.took(mark.duration_ms),
            parts.exact(mark.cost),
            ", ".join(path.rpartition("/")[2] for path in mark.unnamed),
        ),
        (WHEN, Column("trigger"), before, after, took, Column("cost", 1, right=True), unnamed),
        width,
    )


def _subagents(detail: Detail, width: int) -> RenderableType | None:
    type_, state = Column("type", longest=40), Column("state", 1)
    columns = (type_, MODEL, state, TOKENS, COST, FAILED, Column("description", 2, longest=LONG))
    rows = [
        (
            f"{'  ' * min(agent.depth - 1, 8)}{agent.type or clean(agent.id, 12)}",
            parts.short_model(agent.model),
            agent.state,
            figures.tokens(agent.tokens.total),
            parts.exact(agent.cost, agent.unpriced_tokens),
            parts.share(agent.tool_failures, agent.tool_calls),
            agent.description,
        )
        for agent in detail.subagents
    ]
    return grid(columns, rows, width) if rows else None


def _turns(detail: Detail, width: int) -> RenderableType | None:
    number, prompt = Column("", right=True), Column("prompt", longest=LONG)
    return _newest(
        detail.turns,
        lambda turn: (
            str(turn.number),
            _when(turn.at),
            f"{turn.api_calls:,}",
            figures.tokens(turn.tokens),
            parts.exact(turn.cost, turn.unpriced_tokens),
            parts.share(turn.failures, turn.tool_calls),
            turn.prompt,
        ),
        (number, WHEN, CALLS, TOKENS, COST, FAILED, prompt),
        width,
    )


def _milestones(detail: Detail, width: int) -> RenderableType | None:
    unpriced, coming = detail.session.unpriced_tokens, detail.next_milestone
    columns = (TOKENS, Column("reached", longest=40), Column("cost by then", 1, right=True))
    rows: list[Sequence[Cell]] = [
        (f"{reached.tokens:,}", _when(reached.at), parts.exact(reached.cost, unpriced))
        for reached in detail.milestones
    ]
    if not rows:
        return None
    if coming is not None:
        eta = f"about {local(coming.eta)}" if coming.eta else "next"
        rows.append((Text(f"{coming.tokens:,}", parts.DIM), Text(eta, parts.DIM), ""))
    return grid(columns, rows, width)


def _skipped(detail: Detail, width: int) -> RenderableType | None:
    byte, reason = Column("byte", right=True), Column("reason", longest=80)
    return _newest(
        detail.skipped,
        lambda line: (
            f"{line.offset:,}",
            "in part" if line.used else "no",
            line.reason,
            clean(line.path, LONG),
        ),
        (byte, Column("counted", 1), reason, Column("file", 2, longest=LONG)),
        width,
    )


def _newest(
    items: Sequence[T],
    row: Callable[[T], Sequence[Cell]],
    columns: Sequence[Column],
    width: int,
) -> RenderableType | None:
    """Return the newest items as a table, with a word on what it leaves out; None for none."""
    if not items:
        return None
    made = grid(columns, [row(item) for item in items[-MAX_ROWS:]], width)
    rest = len(items) - MAX_ROWS
    return Group(made, Text(f"{rest:,} earlier: --json has all", parts.DIM)) if rest > 0 else made


def _when(at: int) -> str:
    return local(at, seconds=True)
