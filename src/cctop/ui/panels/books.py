"""What is said beside the figures: whose books they are, what was inherited, what comes next."""

from cctop import figures
from cctop.book.snapshot import Detail, ModelUse, Session, Status, ToolCount
from cctop.ui.panels.frame import columns_line
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.parts import Cell, Part, Parts
from cctop.ui.words import DOT, clock, count, joined, round_tokens, short_model


def about(detail: Detail, width: int) -> Parts:
    """The session in a line: its model and how it is run, and when it began."""
    s = detail.session
    parts: list[Parts] = [((short_model(s.model), ""),)] if s.model else []
    if len(s.models) > 1:
        before = ", ".join(short_model(model) for model in s.models if model != s.model)
        parts.append(((f"before: {before}", "dim"),))
    parts += [((word, "dim"),) for word in (s.effort, s.permission_mode) if word]
    parts.append(((f"since {clock(s.started_at, seconds=False)}", "dim"),))
    if s.branch:
        parts.append(((s.branch, "dim"),))
    return joined(parts, width)


def pace(session: Session, now: int, width: int) -> Parts:
    """How fast it goes now, how long its prompt cache holds, and how much was done."""
    rate = session.rate
    return joined(
        [
            ((figures.rate(rate.cost_per_hour or None), ""),),
            ((f"{figures.tokens(rate.tokens_per_minute)}", ""), (" tokens/min", "dim")),
            _cache(session, now),
            ((count(session.turns, "turn"), "dim"),),
            ((count(session.api_calls, "call"), "dim"),),
        ],
        width,
    )


def _cache(session: Session, now: int) -> Parts:
    """How long the prompt cache holds: a prompt that comes later pays for the context anew."""
    if not session.cache_expires_at or session.status is Status.ENDED:
        return ()
    left = session.cache_expires_at - now
    if left <= 0:
        return (("cache cold", "warning"),)
    return (("cache ", "dim"), (figures.duration(left), "" if left > 60_000 else "warning"))


def qualifications(session: Session) -> list[Parts]:
    """What is to be known of the figures: what they leave out, and what failed."""
    lines: list[Parts] = []
    if session.inherited_cost or session.inherited_tokens:
        lines.append(
            (
                ("inherited ", "dim"),
                (figures.usd(session.inherited_cost), ""),
                (f", {figures.tokens(session.inherited_tokens)} tokens: ", "dim"),
                ("its parent's, not counted here", "dim"),
            )
        )
    if session.lower_bounds:
        ends = count(session.lower_bounds, "response")
        lines.append((("≥ lower bound: ", "warning"), (f"{ends} without an end", "dim")))
    if session.api_errors or session.api_retries:
        errors = count(session.api_errors, "API error")
        retries = count(session.api_retries, "retry", "retries")
        lines.append(
            ((errors, "warning" if session.api_errors else "dim"), (f"{DOT}{retries}", "dim"))
        )
    return lines


def next_milestone(detail: Detail, now: int, width: int) -> Parts:
    """The milestone to come and when; the last one reached."""
    parts: list[Parts] = []
    coming = detail.next_milestone
    if coming is not None:
        when = f" in ~{figures.duration(coming.eta - now)}" if coming.eta is not None else ""
        parts.append((("next ", "dim"), (round_tokens(coming.tokens), "accent"), (when, "dim")))
    if detail.milestones:
        last = detail.milestones[-1]
        at = f" at {clock(last.at, seconds=False)}"
        reached: tuple[Part, ...] = ((round_tokens(last.tokens), ""), (at, "dim"))
        if last.cost:
            reached += ((" for ", "dim"), (figures.usd(last.cost), ""))
        parts.append(reached)
    return joined(parts, width)


def milestone_lines(detail: Detail, room: int) -> list[Parts]:
    """The newest milestones, when each was reached and for how much."""
    return [
        (
            (f"  {round_tokens(reached.tokens):>6}", ""),
            (f"  {clock(reached.at)}  ", "dim"),
            (f"{figures.usd(reached.cost or None):>7}", ""),
        )
        for reached in reversed(detail.milestones[-room:])
    ]


MODELS = (
    Column("model", "", 10, flex=1),
    Column("tokens", "", 6, align="right"),
    Column("cost", "", 8, align="right"),
    Column("calls", "", 11, align="right", drop=1),
)
TOOLS = (
    Column("tool", "", 10, flex=1),
    Column("calls", "", 6, align="right"),
    Column("failed", "", 11, align="right", drop=1),
)
WIDEST_LIST = 48


def model_lines(detail: Detail, width: int) -> list[Parts]:
    """What each model was used for, where there were several."""
    if len(detail.models) < 2:
        return []
    return [_columns(MODELS, _model_cells(use), width) for use in detail.models]


def tool_lines(detail: Detail, width: int) -> list[Parts]:
    """Calls by tool, the most used first."""
    tools = sorted(detail.tools, key=lambda tool: (-tool.calls, tool.name))
    return [_columns(TOOLS, _tool_cells(tool), width) for tool in tools]


def _columns(columns: tuple[Column, ...], cells: tuple[Cell, ...], width: int) -> Parts:
    return (("  ", ""), *columns_line(columns, cells, min(WIDEST_LIST, width) - 2))


def _model_cells(use: ModelUse) -> tuple[Cell, ...]:
    cost: Cell = (("unpriced", "warning"),) if use.cost is None else figures.usd(use.cost.total)
    calls = count(use.calls, "call")
    tokens = figures.tokens(use.tokens.total)
    return ((short_model(use.model), "dim"),), tokens, cost, ((calls, "dim"),)


def _tool_cells(tool: ToolCount) -> tuple[Cell, ...]:
    failed: Cell = ((f"{tool.failures:,} failed", "dim"),) if tool.failures else ""
    return ((tool.name, "dim"),), f"{tool.calls:,}", failed
