"""`SessionState` → `Detail`: all that is known of one session."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable

from cctop.book import milestones
from cctop.book.calls import Call
from cctop.book.compactions import marks_of
from cctop.book.meter import Meter
from cctop.book.places import Paths, duration_of, where_of
from cctop.book.session import SessionState
from cctop.book.snapshot import (
    ApiFailure,
    Detail,
    Failure,
    ModelUse,
    Point,
    Session,
    SkippedLine,
    Status,
    ToolCount,
    Turn,
)
from cctop.book.subagents import tree_of
from cctop.book.summary import in_order, tokens_of, turn_starts
from cctop.book.threads import NEVER
from cctop.book.tools import FAULTS, ToolCall
from cctop.prices.rates import Cost, total_of
from cctop.text import Clean


def detail_of(
    session: SessionState,
    summary: Session,
    now: int,
    rule: milestones.Rule,
    paths: Paths,
    *,
    course: bool = True,
) -> Detail:
    """Return everything about one session at `now`, ms. `paths` names a file by its number.

    Without its `course`, turns and points are left empty: a list of sessions has no use for them.
    """
    calls = in_order(session)
    failures = failures_of(session, paths)
    per_minute = summary.rate.tokens_per_minute * _share(session, rule)
    models = _models(calls)
    return Detail(
        session=summary,
        cost=total_of(use.cost for use in models if use.cost is not None),
        models=models,
        tools=_tools(session),
        failures=failures,
        compactions=marks_of(session),
        subagents=tree_of(session, ended=summary.status is Status.ENDED),
        turns=_turns(session, calls) if course else (),
        milestones=tuple(milestones.reached(calls, rule)),
        next_milestone=milestones.upcoming(rule.counted_by(session.meter), per_minute, now, rule),
        api_failures=_api_failures(session),
        points=_points(calls) if course else (),
        skipped=skipped_of(session, paths),
    )


def failures_of(session: SessionState, paths: Paths) -> tuple[Failure, ...]:
    """Return what went wrong, in order of time."""
    failed = [call for call in session.tools.of if call.failure is not None and call.name]
    failed.sort(key=lambda call: (call.answered_at, call.at, call.id, call.agent))
    return tuple(_failure(call, paths) for call in failed)


def _failure(call: ToolCall, paths: Paths) -> Failure:
    assert call.failure is not None
    return Failure(
        call.answered_at,
        call.name,
        call.id,
        call.target,
        call.failure,
        call.error,
        call.agent,
        duration_of(call),
        where_of(call, paths),
    )


def skipped_of(session: SessionState, paths: Paths) -> tuple[SkippedLine, ...]:
    """Return the lines that could not be read as they should be."""
    lines = (
        SkippedLine(paths(file), offset, event.reason, event.used)
        for (file, offset), event in session.skipped.items()
    )
    return tuple(sorted(lines, key=lambda line: (line.path, line.offset)))


def _share(session: SessionState, rule: milestones.Rule) -> float:
    """Return which part of all tokens counts for milestones."""
    total = session.meter.tokens
    return rule.counted_by(session.meter) / total if total else 0.0


def _models(calls: Iterable[Call]) -> tuple[ModelUse, ...]:
    """Return the use of each model, the dearest first; side calls count under their own."""
    meters: dict[Clean, Meter] = defaultdict(Meter)
    costs: dict[Clean, list[Cost]] = defaultdict(list)
    for call in calls:
        names = (call.model, *(Clean(side.model) for side in call.side_calls))
        meters[call.model].calls += 1
        for name, cost, usage in zip(names, call.costs, call.usages, strict=True):
            meters[name].use(usage)
            if cost is not None:
                costs[name].append(cost)
    uses = [
        ModelUse(
            name, meter.calls, tokens_of(meter), total_of(costs[name]) if name in costs else None
        )
        for name, meter in meters.items()
    ]
    return tuple(sorted(uses, key=lambda use: (-(use.cost.total if use.cost else 0), use.model)))


def _tools(session: SessionState) -> tuple[ToolCount, ...]:
    counts = session.tools.by_name.items()
    return tuple(
        ToolCount(name, calls, failures)
        for name, (calls, failures) in sorted(counts, key=lambda item: (-item[1][0], item[0]))
    )


def _turns(session: SessionState, calls: list[Call]) -> tuple[Turn, ...]:
    """Return the turns; a call belongs to the newest prompt before it, a subagent's too."""
    prompts = turn_starts(session)
    ends = [*(prompt.at for prompt in prompts[1:]), NEVER]
    times = [call.at for call in calls]
    tools = sorted((t.at, t.failure in FAULTS) for t in session.tools.of if t.name)
    found = []
    for number, (prompt, end) in enumerate(zip(prompts, ends, strict=False), 1):
        own = calls[bisect_left(times, prompt.at) : bisect_left(times, end)]
        used = tools[bisect_left(tools, (prompt.at,)) : bisect_left(tools, (end,))]
        found.append(
            Turn(
                number=number,
                at=prompt.at,
                prompt=prompt.event.text,
                cost=sum(call.cost for call in own),
                tokens=sum(call.total.prompt + call.total.output for call in own),
                new_tokens=sum(
                    call.total.prompt - call.total.cache_read + call.total.output for call in own
                ),
                api_calls=len(own),
                tool_calls=len(used),
                failures=sum(failed for _, failed in used),
                ended_at=own[-1].at if own else prompt.at,
                unpriced_tokens=sum(call.unpriced for call in own),
            )
        )
    return tuple(found)


def _api_failures(session: SessionState) -> tuple[ApiFailure, ...]:
    notes = sorted(
        session.api_errors,
        key=lambda note: (note.at, note.event.retry, note.event.status, note.event.message),
    )
    return tuple(
        ApiFailure(
            note.at,
            note.event.status,
            note.event.message,
            note.event.retry,
            note.agent,
        )
        for note in notes
    )


def _points(calls: list[Call]) -> tuple[Point, ...]:
    points = []
    cost = tokens = 0
    for call in calls:
        cost += call.cost
        tokens += call.total.prompt - call.total.cache_read + call.total.output
        context = 0 if call.agent or call.sidechain else call.context
        points.append(Point(call.at, cost, tokens, context))
    return tuple(points)
