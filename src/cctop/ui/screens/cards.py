"""Cards: a compaction, a subagent or a turn, with all that is known of it."""

from collections.abc import Sequence

from cctop import figures
from cctop.book.snapshot import CompactionMark, Failure, Session, Subagent, Turn
from cctop.book.source import Source
from cctop.text import Clean
from cctop.ui.keys import KeyMap
from cctop.ui.panels.failures import failure_line
from cctop.ui.screens.loss import loss_lines, loss_of
from cctop.ui.screens.page import INDENT, Headline, ItemPage, fact, section, wrapped
from cctop.ui.screens.tracing import TracePage
from cctop.ui.widgets.draw import bar
from cctop.ui.widgets.parts import Parts
from cctop.ui.words import (
    SUBAGENT,
    TRIGGER,
    UNKNOWN_STATE,
    clock,
    count,
    day_and_clock,
    short_model,
    unpriced,
)

LONGEST_BAR = 40
BEFORE_BAR = 30


class CompactionPage(TracePage):
    """A compaction: what it dropped, what it took, what its summary no longer names, and what was
    read again after it.
    """

    def __init__(
        self,
        session: Session,
        marks: tuple[CompactionMark, ...],
        index: int,
        source: Source,
        keys: KeyMap,
    ) -> None:
        super().__init__(session, len(marks), index, source, keys)
        self._marks = marks

    @property
    def goes_on(self) -> bool:
        """Whether files may be read again yet."""
        return self.index == self.count - 1

    def headline(self) -> Headline:
        """What started it, and when."""
        mark = self._marks[self.index]
        sign = TRIGGER[mark.trigger]
        details: Parts = ((f"{sign.glyph} {sign.word}", sign.tone), (f"  {clock(mark.at)}", "dim"))
        return Headline("compaction", details, self.place)

    def lines(self, width: int) -> list[Parts]:
        """The facts, then the files, and more of them when the engine has told."""
        mark = self._marks[self.index]
        loss = loss_of(self.trace, mark) if self.trace is not None else None
        named = [path for path in mark.touched if path not in set(mark.unnamed)]
        lines = [(), *_sizes(mark, width), ()]
        lines += [
            fact("at", day_and_clock(mark.at)),
            fact("took", figures.took(mark.duration_ms)),
            fact("cost", _cost_words(mark)),
            fact("of", f"subagent {mark.agent_id}" if mark.agent_id else "the main thread"),
        ]
        if loss is not None:
            return lines + loss_lines(loss, width, self._session.cwd)
        if self.no_trace:
            lines += [(), *wrapped(self.no_trace, width, "warning")]
        lines += section("the summary does not name", width, _files(mark.unnamed))
        lines += _paths(mark.unnamed, width, "every file is named")
        lines += section("the summary names", width, _files(named))
        return lines + _paths(named, width, "none")


class SubagentPage(ItemPage):
    """A subagent: what it was sent to do, and what it took."""

    def __init__(self, agents: tuple[Subagent, ...], index: int, keys: KeyMap) -> None:
        super().__init__(len(agents), index, keys)
        self._agents = agents

    def headline(self) -> Headline:
        """Its type and its state."""
        agent = self._agents[self.index]
        sign = SUBAGENT.get(agent.state, UNKNOWN_STATE)
        details: Parts = (
            (agent.type or "agent", ""),
            (f"  {sign.glyph} {sign.word or agent.state}", sign.tone),
        )
        return Headline("subagent", details, self.place)

    def lines(self, width: int) -> list[Parts]:
        """The facts, then the tokens by kind."""
        agent, tokens = self._agents[self.index], self._agents[self.index].tokens
        parent = next((a for a in self._agents if a.id == agent.parent), None)
        lasted = max(0, agent.last_activity_at - agent.started_at)
        cost: Parts = ((figures.usd(agent.cost), ""), *unpriced(agent.unpriced_tokens))
        failed = f", {agent.tool_failures:,} failed" if agent.tool_failures else ""
        lines = [
            (),
            *_wrapped_fact("task", agent.description or "–", width),
            fact("model", short_model(agent.model) or "–"),
            fact("started", day_and_clock(agent.started_at)),
            fact("active for", figures.duration(lasted)),
            fact("sent by", (parent.type or parent.id) if parent else "the main thread"),
            fact("tool calls", f"{agent.tool_calls:,}{failed}"),
            fact("last", agent.activity or "–"),
            fact("cost", cost),
            fact("id", agent.id),
        ]
        lines += section("tokens", width)
        for name, number in (
            ("input", tokens.input),
            ("output", tokens.output),
            ("  thinking", tokens.thinking),
            ("cache read", tokens.cache_read),
            ("write 5m", tokens.cache_write_5m),
            ("write 1h", tokens.cache_write_1h),
            ("total", tokens.total),
        ):
            lines.append(fact(name, f"{figures.tokens(number):>7}"))
        return lines


class TurnPage(ItemPage):
    """A turn: the prompt, what it took, and what failed in it."""

    def __init__(
        self,
        turns: tuple[Turn, ...],
        index: int,
        failures: tuple[Failure, ...],
        keys: KeyMap,
    ) -> None:
        super().__init__(len(turns), index, keys)
        self._turns = turns
        self._failures = failures

    def headline(self) -> Headline:
        """Its number and when it began."""
        turn = self._turns[self.index]
        details: Parts = ((f"{turn.number}", ""), (f"  {clock(turn.at)}", "dim"))
        return Headline("turn", details, self.place)

    def lines(self, width: int) -> list[Parts]:
        """The facts, the prompt, the failures."""
        turn = self._turns[self.index]
        took = turn.ended_at - turn.at if turn.ended_at > turn.at > 0 else None
        cost: Parts = ((figures.usd(turn.cost), ""), *unpriced(turn.unpriced_tokens))
        lines = [
            (),
            fact("at", day_and_clock(turn.at)),
            fact("took", figures.took(took)),
            fact("cost", cost),
            fact("tokens", f"{figures.tokens(turn.tokens)}, {figures.tokens(turn.new_tokens)} new"),
            fact("calls", f"{count(turn.api_calls, 'API call')}, {turn.tool_calls:,} of tools"),
            *section("prompt", width),
            *wrapped(turn.prompt or "(no prompt)", width),
        ]
        failed = [f for f in self._failures if turn.at <= f.at <= (turn.ended_at or f.at)]
        if turn.failures and failed:
            lines += section("failures", width, f"{turn.failures:,}")
            lines += [((INDENT, ""), *failure_line(f, width - len(INDENT))) for f in failed]
        return lines


def _sizes(mark: CompactionMark, width: int) -> list[Parts]:
    """Before and after as bars of one scale, and what was dropped."""
    before = mark.tokens_before
    room = min(LONGEST_BAR, width - BEFORE_BAR)
    lines: list[Parts] = [_size("before", before, 1.0, room)]
    if mark.tokens_after is None or mark.dropped is None:
        return [*lines, fact("after", "not written by this version of Claude Code")]
    lines.append(_size("after", mark.tokens_after, mark.tokens_after / max(1, before), room))
    share = figures.percent(mark.dropped / before if before else None)
    dropped: Parts = (
        (f"{figures.tokens(mark.dropped):>7}", "heading"),
        (f" tokens, {share}", "dim"),
    )
    return [*lines, fact("dropped", dropped)]


def _size(name: str, tokens: int, share: float, room: int) -> Parts:
    figure: Parts = ((f"{figures.tokens(tokens):>7}", ""), (" tokens  ", "dim"))
    return fact(name, (*figure, *bar(share, room, "fill")))


def _cost_words(mark: CompactionMark) -> Parts:
    if mark.cost is not None:
        return ((figures.usd(mark.cost), ""),)
    return (("not on disk: it is in the unlogged part of the session", "dim"),)


def _wrapped_fact(name: str, value: str, width: int) -> list[Parts]:
    indent = len(INDENT) + 12
    lines = wrapped(value, width, indent=" " * indent)
    return [fact(name, lines[0][1:]), *lines[1:]]


def _files(paths: Sequence[Clean]) -> str:
    return count(len(paths), "file") if paths else ""


def _paths(paths: Sequence[Clean], width: int, none: str) -> list[Parts]:
    if not paths:
        return [((INDENT, ""), (none, "dim"))]
    return [line for path in paths for line in wrapped(path, width)]
