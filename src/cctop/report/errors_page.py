"""`cctop errors` as a page: the loops, the chains, and what compactions lost."""

from collections import Counter
from collections.abc import Iterator, Sequence
from textwrap import wrap

from rich.text import Text

from cctop import figures
from cctop.alerts import loops
from cctop.book.snapshot import Session, Snapshot, Streak
from cctop.book.trace import Attempt, Chain, Item, Loss, Outcome, Trace
from cctop.events import Trigger
from cctop.report import parts
from cctop.report.times import local
from cctop.text import clean

INDENT, NAME = 2, 9
FIRST, LAST = 10, 30  # tries of a chain that has more
MOST_ITEMS = 12  # files or commands of one compaction
OUTCOMES = {
    Outcome.RECOVERED: ("✓", ""),
    Outcome.GIVEN_UP: ("✕", parts.ALARM),
    Outcome.STEPPED_IN: ("‖", parts.WARN),
    Outcome.OPEN: ("●", parts.ACCENT),
}


def errors_page(
    picture: Snapshot, session: Session, trace: Trace, width: int, most: int | None = None
) -> Iterator[Text]:
    """Yield the page about a session of the picture, for `width` columns, to which all but its
    figures is cut; with at `most` so many chains, the newest.
    """
    for line in _lines(picture, session, trace, width, most):
        if line.no_wrap:
            line.truncate(width, overflow="ellipsis")
        yield line


def _lines(
    picture: Snapshot, session: Session, trace: Trace, width: int, most: int | None
) -> Iterator[Text]:
    yield _headline(session)
    for name, value in _summary(session, trace):
        yield from _fact(name, value, width)
    if trace.streaks:
        yield from _heading("loops")
        for streak in trace.streaks:
            yield from _loop(streak, width)
    shown = trace.chains if most is None else trace.chains[-most:]
    if shown:
        yield from _heading("failures")
        if hidden := len(trace.chains) - len(shown):
            yield _line(INDENT, (f"{hidden:,} earlier: --all shows them", parts.DIM))
        for chain in shown:
            yield from _chain(chain)
    if trace.losses:
        yield from _heading("compactions")
        for loss in trace.losses:
            yield from _loss(loss)
    yield Text()
    yield parts.price_note(picture)
    if any(reread.tokens for loss in trace.losses for reread in loss.rereads):
        yield Text("≈ estimated from the growth of the context.", parts.DIM)


def _headline(session: Session) -> Text:
    line = parts.status(session)
    name = session.project or clean(session.id, 255)
    return _cut(Text.assemble(line, "  ", (name, parts.STRONG), f"  {session.title}"))


def _heading(name: str) -> Iterator[Text]:
    yield Text()
    yield Text(name, parts.STRONG)


def _summary(session: Session, trace: Trace) -> Iterator[tuple[str, str]]:
    """Yield how many failures there were and what became of them."""
    failed = parts.share(session.tool_failures, session.tool_calls)
    yield "failed", f"{failed} of {parts.counted(session.tool_calls, 'tool call')}"
    besides = [
        f"{number:,} {word}"
        for number, word in ((session.denials, "denied"), (session.interruptions, "interrupted"))
        if number
    ]
    if besides:
        yield "besides", ", ".join(besides)
    if trace.chains:
        counts = Counter(chain.outcome for chain in trace.chains)
        ended = ", ".join(f"{counts[o]:,} {o}" for o in Outcome if counts[o])
        yield "chains", f"{len(trace.chains):,}: {ended}"
        cost = parts.exact(trace.cost, trace.unpriced_tokens)
        yield "cost", f"{cost} from first failures to the ends of their chains"


def _fact(name: str, value: str, width: int) -> Iterator[Text]:
    lines = wrap(value, max(20, width - INDENT - NAME))
    for number, line in enumerate(lines):
        yield _line(INDENT, (f"{'' if number else name:<{NAME}}", parts.DIM), line)


def _loop(streak: Streak, width: int) -> Iterator[Text]:
    agent = f" in subagent {clean(streak.agent_id, 40)}" if streak.agent_id else ""
    first, *rest = wrap(loops.line(streak), max(20, width - INDENT - 2))
    yield _line(INDENT, ("↻ ", parts.WARN), (first, parts.STRONG))
    for more in rest:
        yield _line(INDENT + 2, (more, parts.STRONG))
    when = f"{local(streak.first_at, seconds=True)}, {loops.cause(streak)}{agent}"
    yield _line(INDENT + 2, (when, parts.DIM))
    yield _line(INDENT + 2, streak.what)


def _chain(chain: Chain) -> Iterator[Text]:
    glyph, style = OUTCOMES[chain.outcome]
    agent = (f"  subagent {clean(chain.agent_id, 40)}", parts.DIM) if chain.agent_id else ""
    tool = (chain.tool, parts.STRONG)
    when = (f"{local(chain.first.ended_at, seconds=True)}  ", parts.DIM)
    yield _line(INDENT, when, tool, f"  {chain.first.target}", agent)
    yield _line(INDENT + 2, (f"{glyph} ", style), (_ending(chain), style))
    if chain.words:
        yield _line(INDENT + 2, ("said  ", parts.DIM), chain.words)
    tries = chain.attempts
    if hidden := max(0, len(tries) - FIRST - LAST):
        for attempt in tries[:FIRST]:
            yield _attempt(attempt, chain)
        yield _line(INDENT + 2, (f"… {hidden:,} more tries: --json has all", parts.DIM))
        tries = tries[-LAST:]
    for attempt in tries:
        yield _attempt(attempt, chain)


def _ending(chain: Chain) -> str:
    """Say how a chain ended, after how many tries, how long it took and what it cost."""
    tries = ""
    if chain.retries:
        tries = ", 1 retry" if chain.retries == 1 else f", {chain.retries:,} retries"
    if not tries and not chain.cost:
        return f"{chain.outcome}, not tried again"
    took = f", {figures.took(chain.took_ms)}" if chain.retries else ""
    return f"{chain.outcome}{tries}{took}, {parts.exact(chain.cost, chain.unpriced_tokens)}"


def _attempt(attempt: Attempt, chain: Chain) -> Text:
    clock = local(attempt.ended_at or attempt.at, seconds=True)[-8:] or figures.MISSING
    target = f"  {attempt.target}" if attempt.target != chain.first.target else ""
    if attempt.kind is not None:
        kind = parts.failure_kind(attempt.kind)
        return _line(INDENT + 2, (f"{clock}  ", parts.DIM), kind, f"  {attempt.error}",
                     (target, parts.DIM))  # fmt: skip
    word = "ok" if attempt.ended_at else "runs"
    return _line(INDENT + 2, (f"{clock}  ", parts.DIM), word, (target, parts.DIM))


def _loss(loss: Loss) -> Iterator[Text]:
    agent = f"  subagent {clean(loss.agent_id, 40)}" if loss.agent_id else ""
    when = local(loss.at, seconds=True)
    what = _counts(loss)
    yield _line(INDENT, (f"{when}  ", parts.DIM), (loss.trigger, parts.STRONG), agent, f"  {what}")
    if not loss.summarised and loss.trigger is not Trigger.MICRO:
        yield _line(INDENT + 2, ("its summary is not in the transcript", parts.DIM))
    lists = (("read", loss.read), ("edited", loss.edited), ("ran", loss.commands))
    unnamed = [line for name, items in lists for line in _unnamed(name, items)]
    if unnamed:
        yield _line(INDENT + 2, ("its summary does not name", parts.DIM))
        yield from unnamed
    if loss.rereads:
        yield _line(INDENT + 2, ("read again", parts.DIM))
    for reread in loss.rereads:
        tokens, cost = figures.tokens(reread.tokens), parts.exact(reread.cost)
        known = f"  ≈ {tokens} tokens, {cost}" if reread.tokens is not None else ""
        yield _line(INDENT + 4, reread.path, (known, parts.DIM))


def _counts(loss: Loss) -> str:
    files = len({item.text for item in (*loss.read, *loss.edited)})
    words = [parts.counted(files, "file"), parts.counted(len(loss.commands), "command")]
    if loss.rereads:
        cost = f" ≈ {parts.exact(loss.cost)}" if loss.cost else ""
        words.append(f"{len(loss.rereads):,} read again{cost}")
    return ", ".join(words)


def _unnamed(name: str, items: Sequence[Item]) -> Iterator[Text]:
    """Yield what the summary does not name, the last used ones."""
    unnamed = [item for item in items if item.named is False]
    for item in unnamed[-MOST_ITEMS:]:
        times = f"  {item.count:,}x" if item.count > 1 else ""
        yield _line(INDENT + 4, (f"{name:<6}  ", parts.DIM), item.text, (times, parts.DIM))
    hidden = len(unnamed) - MOST_ITEMS
    if hidden > 0:
        yield _line(INDENT + 12, (f"and {hidden:,} more: --json has all", parts.DIM))


def _line(indent: int, *pieces: str | Text | tuple[str, str]) -> Text:
    return _cut(Text.assemble(" " * indent, *pieces))


def _cut(text: Text) -> Text:
    text.no_wrap = True
    return text
