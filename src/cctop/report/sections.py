"""One session's detail → its part of the JSON document."""

from collections.abc import Iterable

from msgspec import UNSET, Raw
from msgspec.structs import asdict

from cctop.book import snapshot as book
from cctop.events import Limit
from cctop.prices.rates import PICO, Cost
from cctop.report import items, model
from cctop.report.times import iso
from cctop.text import clean

_ZERO = Raw(b"0")


def usd(pico: int) -> Raw:
    """Return pico-USD as a JSON number of USD: all its digits and no more."""
    if not pico:  # most of them, in a list of all sessions
        return _ZERO
    whole, rest = divmod(abs(pico), PICO)
    digits = f"{whole}.{rest:012}".rstrip("0").rstrip(".")
    return Raw(f"{'-' if pico < 0 else ''}{digits}".encode())


def token_counts(tokens: book.Tokens) -> items.TokenCounts:
    """Return tokens by kind with their total."""
    return items.TokenCounts(**asdict(tokens), total=tokens.total)


def session_report(detail: book.Detail, *, whole: bool = False) -> model.SessionReport:
    """Return what the document says of one session; `whole` adds its turns and API errors."""
    session = detail.session
    books = session.books
    return model.SessionReport(
        id=clean(session.id, 255),
        root=session.root,
        project=session.project,
        cwd=session.cwd,
        title=session.title,
        branch=session.branch,
        status=session.status,
        status_inferred=session.status_inferred,
        waiting_for=session.waiting_for,
        activity=session.activity,
        compacting_since=iso(session.compacting_since),
        cache_expires_at=iso(session.cache_expires_at),
        started_at=iso(session.started_at),
        last_activity_at=iso(session.last_activity_at),
        models=list(session.models),
        model=session.model,
        effort=session.effort,
        permission_mode=session.permission_mode,
        turns=session.turns,
        api_calls=session.api_calls,
        api_errors=session.api_errors,
        api_retries=session.api_retries,
        tokens=token_counts(session.tokens),
        unpriced_tokens=session.unpriced_tokens,
        cost_usd=usd(session.cost),
        cost_by_kind=_costs(detail.cost),
        inherited=_inherited(session),
        official_cost_usd=usd(books.official) if books else None,
        unlogged_cost_usd=usd(books.unlogged) if books else None,
        official_told_at=iso(books.told_at) if books else None,
        lower_bound=session.lower_bounds > 0,
        lower_bound_calls=session.lower_bounds,
        web_searches=session.web_searches,
        tool_calls=session.tool_calls,
        tool_failures=session.tool_failures,
        denials=session.denials,
        interruptions=session.interruptions,
        tools={tool.name: items.ToolUse(tool.calls, tool.failures) for tool in detail.tools},
        failures=[_failure(failure) for failure in detail.failures],
        compactions=[_compaction(mark) for mark in detail.compactions],
        subagents=[_subagent(agent) for agent in detail.subagents],
        milestones=[_milestone(reached) for reached in detail.milestones],
        next_milestone=_next_milestone(detail.next_milestone),
        context=_context(session.context),
        cache_hit_ratio=_rounded(session.tokens.cache_hit_ratio, 4),
        rate=model.RateNow(usd(session.rate.cost_per_hour), session.rate.tokens_per_minute),
        model_usage=[_model_use(use) for use in detail.models],
        skipped_lines=session.skipped_lines,
        transcript_gone=session.transcript_gone,
        loop=loop(session.streak) if session.streak is not None else None,
        turn_list=[_turn(turn) for turn in detail.turns] if whole else UNSET,
        api_error_list=_api_errors(detail.api_failures) if whole else UNSET,
    )


def limits(fleet: book.Fleet) -> model.Limits:
    """Return the limits of the account's plan."""
    return model.Limits(_limit(fleet.five_hour), _limit(fleet.seven_day))


def loop(streak: book.Streak) -> items.Loop:
    """Return what the document says of one tool that fails again and again."""
    return items.Loop(
        tool=streak.tool,
        agent_id=clean(streak.agent_id),
        same="input" if streak.same == "input" else "error",
        what=streak.what,
        failures=streak.count,
        first_at=iso(streak.first_at),
        last_at=iso(streak.last_at),
        cost_usd=usd(streak.cost),
    )


def _limit(limit: Limit | None) -> model.Limit | None:
    return None if limit is None else model.Limit(limit.percent, iso(limit.resets_at))


def _costs(cost: Cost) -> items.Costs:
    return items.Costs(**{kind: usd(pico) for kind, pico in asdict(cost).items()})


def _inherited(session: book.Session) -> model.Inherited:
    official = session.books.inherited if session.books else 0
    return model.Inherited(session.inherited_tokens, usd(session.inherited_cost), usd(official))


def _context(context: book.Context) -> model.Context:
    fraction = context.fraction
    percent = None if fraction is None else round(fraction * 100, 2)
    return model.Context(context.tokens, context.window, percent)


def _model_use(use: book.ModelUse) -> items.ModelUse:
    cost = None if use.cost is None else usd(use.cost.total)
    return items.ModelUse(use.model, use.calls, token_counts(use.tokens), cost)


def _failure(failure: book.Failure) -> items.Failure:
    return items.Failure(
        at=iso(failure.at),
        tool=failure.tool,
        tool_use_id=clean(failure.tool_use_id),
        kind=failure.kind,
        error=failure.error,
        agent_id=clean(failure.agent_id),
        target=failure.target,
        duration_ms=failure.duration_ms,
    )


def _compaction(mark: book.CompactionMark) -> items.Compaction:
    return items.Compaction(
        at=iso(mark.at),
        trigger=mark.trigger,
        tokens_before=mark.tokens_before,
        tokens_after=mark.tokens_after,
        duration_ms=mark.duration_ms,
        agent_id=clean(mark.agent_id),
        dropped=mark.dropped,
        cost_usd=None if mark.cost is None else usd(mark.cost),
        touched=list(mark.touched),
        unnamed=list(mark.unnamed),
    )


def _subagent(agent: book.Subagent) -> items.Subagent:
    return items.Subagent(
        id=clean(agent.id),
        type=agent.type,
        description=agent.description,
        model=agent.model,
        tokens=agent.tokens.total,
        cost_usd=usd(agent.cost),
        state=agent.state,
        parent_id=clean(agent.parent),
        depth=agent.depth,
        started_at=iso(agent.started_at),
        last_activity_at=iso(agent.last_activity_at),
        tokens_by_kind=token_counts(agent.tokens),
        unpriced_tokens=agent.unpriced_tokens,
        tool_calls=agent.tool_calls,
        tool_failures=agent.tool_failures,
    )


def _milestone(reached: book.Milestone) -> items.Milestone:
    return items.Milestone(reached.tokens, iso(reached.at), usd(reached.cost))


def _next_milestone(coming: book.NextMilestone | None) -> items.NextMilestone | None:
    if coming is None:
        return None
    return items.NextMilestone(coming.tokens, iso(coming.eta or 0))


def _turn(turn: book.Turn) -> items.Turn:
    return items.Turn(
        number=turn.number,
        at=iso(turn.at),
        ended_at=iso(turn.ended_at),
        prompt=turn.prompt,
        api_calls=turn.api_calls,
        tokens=turn.tokens,
        unpriced_tokens=turn.unpriced_tokens,
        cost_usd=usd(turn.cost),
        tool_calls=turn.tool_calls,
        tool_failures=turn.failures,
    )


def _api_errors(errors: Iterable[book.ApiFailure]) -> list[items.ApiError]:
    return [
        items.ApiError(iso(e.at), e.status, e.message, e.retry, clean(e.agent_id)) for e in errors
    ]


def _rounded(fraction: float | None, digits: int) -> float | None:
    return None if fraction is None else round(fraction, digits)
