"""`SessionState` → `Session`: the line of the table."""

from bisect import bisect_left
from typing import TYPE_CHECKING

from cctop.book import milestones, status, streaks
from cctop.book.meter import MINUTE, Meter, Minutes
from cctop.book.official import books_of
from cctop.book.session import SessionState
from cctop.book.snapshot import Context, Milestone, Rate, Session, Status, Tokens
from cctop.book.threads import NEVER
from cctop.events import FailureKind, Live, Liveness, TitleKind
from cctop.prices.models import context_window
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.calls import Call
    from cctop.book.notes import CompactionNote, PromptNote

# Strongest first. Claude Code makes up agent names by itself: they say less than a prompt.
TITLES = (TitleKind.CUSTOM, TitleKind.AI, TitleKind.SUMMARY)
RATE_MINUTES = 10
TREND_MINUTES = 60
TREND_WIDTH = 5
COMPACTION_AGENT = "acompact"


def tokens_of(meter: Meter) -> Tokens:
    """Return a meter's tokens by kind."""
    return Tokens(
        meter.input,
        meter.output,
        meter.cache_read,
        meter.cache_write_5m,
        meter.cache_write_1h,
        meter.thinking,
    )


def summarise(
    session: SessionState,
    live: Live | None,
    now: int,
    rule: milestones.Rule,
    windows: dict[str, int],
) -> Session:
    """Return the picture of one session at `now`, ms. `windows`: the user's context windows."""
    session.refresh()
    state, since = status.status_of(session, live, now)
    kinds = session.tools.kinds
    agents = subagents_of(session)
    ended = state is Status.ENDED
    running = [id for id in agents if status.agent_state(session.agents[id], ended) == "running"]
    latest = session.latest
    models = session.timeline.models()
    compacting, trigger = status.compacting(session, live, now)
    told = session.heard.status
    born = session.born
    return Session(
        id=session.id,
        version=session.version,
        root=Clean(session.root),
        project=_project(session, live),
        cwd=session.cwd or (live.cwd if live else Clean("")),
        title=title_of(session, live),
        branch=Clean("") if session.branch == "HEAD" else session.branch,
        status=state,
        status_inferred=status.is_inferred(live) and not ended,
        status_since=since,
        waiting_for=status.waits_for(session, live, now) if state is Status.WAITING else Clean(""),
        activity=Clean(f"compacting… {trigger}") if compacting else _activity(session, live),
        started_at=born,
        last_activity_at=session.last_at or (live.since if live else 0),
        model=latest.model if latest else (models[-1] if models else Clean("")),
        models=models,
        effort=session.effort,
        permission_mode=session.mode,
        turns=turns_of(session),
        api_calls=session.meter.calls,
        api_errors=len(session.api_errors),
        api_retries=session.retries,
        tokens=tokens_of(session.meter),
        unpriced_tokens=session.meter.unpriced,
        cost=session.meter.cost,
        inherited_tokens=session.inherited.tokens,
        inherited_cost=session.inherited.cost,
        books=books_of(session),
        lower_bounds=session.meter.lower_bounds,
        web_searches=session.meter.web_searches,
        tool_calls=session.tools.calls,
        tool_failures=session.tools.faults,
        denials=kinds[FailureKind.DENIED],
        interruptions=kinds[FailureKind.INTERRUPTED],
        compactions=_compactions(session),
        subagents=len(agents),
        subagents_running=len(running),
        context=_context(session, windows),
        rate=rate_of(session.minutes, born, session.last_at, now, ended=ended),
        skipped_lines=len(session.skipped),
        milestone=_milestone(session, rule),
        transcript_gone=len(session.gone) == len(session.files),
        compacting_since=compacting,
        compacting_trigger=Clean(trigger),
        cache_expires_at=told.cache_expires_at if told else 0,
        streak=None if ended else streaks.live_streak(session, turn_starts),
    )


def subagents_of(session: SessionState) -> list[str]:
    """Return the subagents' ids.

    The API call of a compaction is stored like one, but is none; nor is one that a fork only
    knows from a copied answer.
    """
    return [
        id
        for id, agent in session.agents.items()
        if (agent.meta or agent.turn.at or agent.meter.calls)
        and not id.startswith(COMPACTION_AGENT)
    ]


def own_compactions(session: SessionState) -> "list[CompactionNote]":
    """Return the compactions of the session itself, in order of time."""
    born = _own_since(session)
    own = [note for note in session.compactions if note.at >= born or note.agent]
    return sorted(own, key=lambda note: (note.at, note.event.uuid))


def _compactions(session: SessionState) -> int:
    if not session.inherited_calls:
        return len(session.compactions)
    return len(own_compactions(session))


def _own_since(session: SessionState) -> int:
    """Return from when on records are its own, ms: the prompts that a fork copied are not."""
    return session.born if session.inherited_calls else 0


def turns_of(session: SessionState) -> int:
    """Return how many turns there are."""
    born = _own_since(session)
    known = session.turns.count(born)
    if known is not None:
        return known
    starts = turn_starts(session)
    newest = next((p for p in session.prompts_in_order[-1:] if p.at >= born), None)
    if newest is None:
        session.turns.learn(born, None, 0, 0, is_open=False)
        return 0
    # The newest prompt may be answered at any moment; of those before it is known.
    before = len(starts) - (bool(starts) and starts[-1] is newest)
    behind = sum(at >= newest.at for at in _answers(session))
    is_open = not newest.event.command
    session.turns.learn(born, newest.at, before, behind, is_open=is_open)
    return len(starts)


def turn_starts(session: SessionState) -> "list[PromptNote]":
    """Return the prompts that started a turn, in order of time.

    A prompt the model never answered is none (a local command, one taken back), but for the
    newest: its answer is yet to come. Subagents that still work answer no prompt.
    """
    born = _own_since(session)
    prompts = [prompt for prompt in session.prompts_in_order if prompt.at >= born]
    if not prompts:
        return []
    answers = sorted(_answers(session))
    found = []
    for prompt, after in zip(prompts, [*(p.at for p in prompts[1:]), NEVER], strict=True):
        answered = bisect_left(answers, after) > bisect_left(answers, prompt.at)
        if answered or (after == NEVER and not prompt.event.command):
            found.append(prompt)
    return found


def _answers(session: SessionState) -> list[int]:
    """Return when the main thread was answered, be it by an error, in ms."""
    return session.timeline.main() + [note.at for note in session.api_errors if not note.agent]


def title_of(session: SessionState, live: Live | None) -> Clean:
    """Return the title: the user's own, the newest made up by Claude Code, or the first prompt."""
    for kind in TITLES:
        if title := session.title(kind):
            return title
    if session.prompts:
        return Clean(session.prompts_in_order[0].event.text)
    return session.title(TitleKind.AGENT) or (live.name if live else Clean(""))


def _project(session: SessionState, live: Live | None) -> Clean:
    home = session.home or (live.cwd if live else "")
    name = home.replace("\\", "/").rstrip("/").rpartition("/")[2]
    # The folder's name is the path with every sign as "-": its end is the best there is.
    return Clean(name or session.slug.rpartition("-")[2])


def _activity(session: SessionState, live: Live | None) -> Clean:
    if live is not None and live.status is Liveness.SHELL:
        return Clean("shell")
    return status.activity(session, "")


def _context(session: SessionState, windows: dict[str, int]) -> Context:
    latest = session.latest
    if latest is None:
        return Context()
    names = (latest.booked or latest.model, latest.model)
    window = next((windows[name] for name in names if name in windows), None)
    window = window or _told_window(session, names)
    window = window or context_window(names[0]) or context_window(names[1])
    packed_at, left = session.packed
    return Context(left if packed_at > latest.at else latest.context, window)


def _told_window(session: SessionState, models: tuple[Clean, ...]) -> int:
    """Return the context window that the status line told of one of the models, tokens; else 0.

    "[1m]" behind a model's name there is how one with a long window is chosen.
    """
    told = session.heard.status
    return told.window if told and told.model.partition("[")[0] in models else 0


def rate_of(paid: Minutes, born: int, last_at: int, now: int, *, ended: bool) -> Rate:
    """Return how fast a session goes; one that ended costs nothing more, and its trend runs out.

    All but `paid` are in ms.
    """
    if now - last_at > TREND_MINUTES * MINUTE:
        return Rate()
    last = now // MINUTE
    trend = paid.costs(last - TREND_MINUTES + 1, last, TREND_WIDTH)
    if ended:
        return Rate(trend=trend)
    cost, total, *_ = paid.sum(last - RATE_MINUTES + 1, last)
    # Up to the end of this minute, as the sums are, so that not every look finds another rate.
    minutes = min(RATE_MINUTES, max(1.0, last + 1 - born / MINUTE))
    return Rate(round(cost * 60 / minutes), round(total / minutes), trend)


def _milestone(session: SessionState, rule: milestones.Rule) -> Milestone | None:
    count = rule.passed(rule.counted_by(session.meter))
    if count != session.milestone_count:
        session.milestone_count = count
        calls = session.timeline.backwards()
        session.milestone = milestones.newest(calls, session.meter, rule) if count else None
    return session.milestone


def in_order(session: SessionState) -> "list[Call]":
    """Return the session's own calls in order of time: not to be changed."""
    return session.timeline.in_order()
