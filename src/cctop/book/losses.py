"""Losses: what compactions took out of the context, and what was read again after them.

A thread's files and commands count for the next compaction on it that leaves a summary. A file that
was read or edited before a compaction, and is read after it, before the next one, is a re-read: the
first time. Only calls that went well count, and only file tools: what a shell command prints of a
file is not known.

What a re-read cost is not told by the API, and is estimated from what it does tell: the prompt of
the next response on the thread is longer than that of the response before by the latter's own
output and by the answers of its tools. That growth is shared among the answers by their size, and
priced as what was new in that prompt was, on the average. Where the context did not grow, or no
response followed, nothing is estimated. That later responses carry the tokens along, as cache
reads, is not counted: they would have done so without the compaction.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable

from cctop.book.calls import Call
from cctop.book.compactions import is_named
from cctop.book.hindsight import in_order
from cctop.book.notes import CompactionNote
from cctop.book.session import SessionState
from cctop.book.subjects import EDITORS, READERS, SHELLS, command_of, file_of
from cctop.book.summary import own_compactions
from cctop.book.threads import NEVER
from cctop.book.tools import ToolCall
from cctop.book.trace import Item, Loss, Reread
from cctop.events import CompactSummary, Trigger
from cctop.phrases import is_said
from cctop.prices.rates import Cost
from cctop.text import Clean


def losses_of(session: SessionState) -> tuple[Loss, ...]:
    """Return what each compaction lost, in the order of the compactions."""
    notes = own_compactions(session)
    if not notes:
        return ()
    used = _used(session)
    growth = _Growth(session)
    next_at = _next_of(notes)
    since: dict[str, int] = defaultdict(int)
    found = []
    for note, until in zip(notes, next_at, strict=True):
        calls = used.get(note.agent, [])
        before = _between(calls, since[note.agent], note.at)
        after = _between(calls, note.at, until)
        found.append(_loss(session, note, before, _rereads(before, after, growth)))
        if note.event.trigger is not Trigger.MICRO:
            since[note.agent] = note.at
    return tuple(found)


def _next_of(notes: list[CompactionNote]) -> list[int]:
    """Return when the next compaction on the same thread came, ms, for each."""
    coming: dict[str, int] = {}
    found = []
    for note in reversed(notes):
        found.append(coming.get(note.agent, NEVER))
        coming[note.agent] = note.at
    return found[::-1]


def _used(session: SessionState) -> dict[str, list[ToolCall]]:
    """Return the calls of each thread that touched a file or ran a command, and went well."""
    used: dict[str, list[ToolCall]] = defaultdict(list)
    for call in session.tools.of:
        if call.over and call.failure is None and (call.name in SHELLS or file_of(call)):
            used[call.agent].append(call)
    return {agent: in_order(calls) for agent, calls in used.items()}


def _between(calls: list[ToolCall], since: int, until: int) -> list[ToolCall]:
    """Return the calls made after `since` and up to `until`, ms."""
    first = bisect_right(calls, since, key=_at)
    return calls[first : bisect_right(calls, until, key=_at)]


def _at(call: ToolCall) -> int:
    return call.at


def _loss(
    session: SessionState,
    note: CompactionNote,
    before: list[ToolCall],
    rereads: tuple[Reread, ...],
) -> Loss:
    summary = session.summaries.get(note.event.uuid)
    files = [call for call in before if call.name not in SHELLS]
    return Loss(
        at=note.at,
        trigger=note.event.trigger,
        agent_id=note.agent,
        summarised=summary is not None,
        read=_files((call for call in files if call.name not in EDITORS), summary),
        edited=_files((call for call in files if call.name in EDITORS), summary),
        commands=_commands((call for call in before if call.name in SHELLS), summary),
        rereads=rereads,
    )


def _files(calls: Iterable[ToolCall], summary: CompactSummary | None) -> tuple[Item, ...]:
    counts = Counter(call.path for call in calls)
    return tuple(
        Item(path, count, None if summary is None else is_named(path, summary.names))
        for path, count in counts.items()
    )


def _commands(calls: Iterable[ToolCall], summary: CompactSummary | None) -> tuple[Item, ...]:
    """Return the commands, each once. One is named by the words by which it is known."""
    marks = summary.phrases if summary is not None else b""
    counts = Counter(Clean(" ".join(call.target.split())) for call in calls if call.target)
    return tuple(
        Item(line, count, is_said(command_of(line), marks) if marks else None)
        for line, count in counts.items()
    )


def _rereads(
    before: list[ToolCall], after: list[ToolCall], growth: "_Growth"
) -> tuple[Reread, ...]:
    known = {path for call in before if (path := file_of(call))}
    found = []
    for call in after:
        if call.path in known and call.name in READERS:
            known.discard(call.path)
            tokens, cost = growth.of(call)
            found.append(Reread(call.path, call.at, call.id, tokens, cost))
    return tuple(found)


class _Growth:
    """By how much the answers of tools made the context of their threads grow."""

    def __init__(self, session: SessionState) -> None:
        self._responses: dict[str, list[Call]] = defaultdict(list)
        for call in session.calls:
            if call.context and (call.agent or not call.sidechain):
                self._responses[call.agent].append(call)
        for calls in self._responses.values():
            calls.sort(key=_when)
        self._answers: dict[str, list[ToolCall]] = defaultdict(list)
        for tool in session.tools.of:
            if tool.answered:
                self._answers[tool.agent].append(tool)
        for tools in self._answers.values():
            tools.sort(key=_answered)

    def of(self, tool: ToolCall) -> tuple[int | None, int | None]:
        """Return how many tokens an answer took, and their price in pico-USD; None: not known."""
        calls = self._responses.get(tool.agent, [])
        place = bisect_left(calls, tool.answered_at, key=_sent)
        # The response that asked is the last one before the answer.
        if not 0 < place < len(calls):
            return None, None
        asked, next_ = calls[place - 1], calls[place]
        grown = next_.context - asked.context - asked.usage.output
        together = self._between(tool.agent, asked.at, next_.at)
        size = sum(other.size for other in together)
        if grown <= 0 or not size:
            return None, None
        tokens = min(grown * tool.size // size, tool.size)
        return tokens, _price(next_, tokens)

    def _between(self, agent: str, since: int, until: int) -> list[ToolCall]:
        tools = self._answers[agent]
        first = bisect_left(tools, since, key=_answered)
        return tools[first : bisect_right(tools, until, key=_answered)]


def _price(call: Call, tokens: int) -> int | None:
    """Return what so many new tokens of a response's prompt cost, on the average; None without
    a price.
    """
    cost: Cost | None = call.costs[0] if call.costs else None
    new = call.usage.input + call.usage.cache_writes
    if cost is None or not new:
        return None
    return tokens * (cost.input + cost.cache_write_5m + cost.cache_write_1h) // new


def _sent(call: Call) -> int:
    return call.at


def _when(call: Call) -> tuple[int, int, str, int]:
    return call.at, call.context, call.model, call.usage.output


def _answered(tool: ToolCall) -> int:
    return tool.answered_at
