"""`SessionState` → `Detail`: all that is known of one session."""

from bisect import bisect_left

from cctop.book import milestones
from cctop.book.compactions import marks_of
from cctop.book.course import Course
from cctop.book.places import Paths, duration_of, where_of
from cctop.book.session import SessionState
from cctop.book.snapshot import (
    ApiFailure,
    Detail,
    Failure,
    NextMilestone,
    Session,
    SkippedLine,
    Status,
    ToolCount,
    Turn,
)
from cctop.book.subagents import tree_of
from cctop.book.summary import turn_starts
from cctop.book.threads import NEVER
from cctop.book.tools import ToolCall
from cctop.prices.rates import total_of


def detail_of(
    session: SessionState,
    summary: Session,
    now: int,
    rule: milestones.Rule,
    paths: Paths,
    *,
    course: bool = True,
    known: Course | None = None,
) -> Detail:
    """Return everything about one session at `now`, ms. `paths` names a file by its number.

    Without its `course`, turns and points are left empty: a list of sessions has no use for them.
    What is `known` of it goes on: it is the one that follows this session.
    """
    calls = known or Course(rule)
    calls.follow(session, anew=known is None)
    failures = failures_of(session, paths)
    models = calls.models()
    return Detail(
        session=summary,
        cost=total_of(use.cost for use in models if use.cost is not None),
        models=models,
        tools=_tools(session),
        failures=failures,
        compactions=marks_of(session),
        subagents=tree_of(session, calls.models_of, ended=summary.status is Status.ENDED),
        turns=_turns(session, calls) if course else (),
        milestones=tuple(calls.milestones),
        next_milestone=next_milestone_of(summary, now, rule),
        api_failures=_api_failures(session),
        points=calls.points() if course else (),
        skipped=skipped_of(session, paths),
    )


def failures_of(session: SessionState, paths: Paths) -> tuple[Failure, ...]:
    """Return what went wrong, in order of time."""
    return tuple(_failure(call, paths) for call in session.tools.failed())


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


def next_milestone_of(summary: Session, now: int, rule: milestones.Rule) -> NextMilestone | None:
    """Return the milestone that a session comes to next, at the rate in its line; `now` in ms."""
    total, counted = summary.tokens.total, rule.counted_in(summary.tokens)
    share = counted / total if total else 0.0  # of all tokens, for milestones
    per_minute = summary.rate.tokens_per_minute * share
    return milestones.upcoming(counted, per_minute, now, rule)


def _tools(session: SessionState) -> tuple[ToolCount, ...]:
    counts = session.tools.by_name.items()
    return tuple(
        ToolCount(name, calls, failures)
        for name, (calls, failures) in sorted(counts, key=lambda item: (-item[1][0], item[0]))
    )


def _turns(session: SessionState, course: Course) -> tuple[Turn, ...]:
    """Return the turns; a call belongs to the newest prompt before it, a subagent's too."""
    prompts = turn_starts(session)
    ends = [*(prompt.at for prompt in prompts[1:]), NEVER]
    asked, failed = session.tools.asked_at(), session.tools.failed_at()
    found = []
    for number, (prompt, end) in enumerate(zip(prompts, ends, strict=False), 1):
        calls, last, paid = course.between(prompt.at, end)
        found.append(
            Turn(
                number=number,
                at=prompt.at,
                prompt=prompt.event.text,
                cost=paid.cost,
                tokens=paid.tokens,
                new_tokens=paid.new,
                api_calls=calls,
                tool_calls=bisect_left(asked, end) - bisect_left(asked, prompt.at),
                failures=bisect_left(failed, end) - bisect_left(failed, prompt.at),
                ended_at=last if calls else prompt.at,
                unpriced_tokens=paid.unpriced,
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
