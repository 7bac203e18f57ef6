"""Tool calls: each counts once, whichever of the call and its answer was read first."""

from bisect import bisect_left
from collections.abc import Iterable
from operator import attrgetter
from typing import TYPE_CHECKING

from cctop.book.claims import Entry
from cctop.book.ordered import Ordered
from cctop.book.repeated import Repeated
from cctop.book.shelf import Shelf, Stock
from cctop.events import (
    Continued,
    FailureKind,
    Hook,
    HookKind,
    Origin,
    Response,
    ToolResult,
    ToolUse,
)
from cctop.text import Clean

if TYPE_CHECKING:
    from array import array
    from collections.abc import Iterator

    from cctop.book.packed import ToolBlock
    from cctop.book.session import SessionState

# Kinds that say something of the tool; a denial or an interruption says something of the user.
FAULTS = frozenset({FailureKind.ERROR, FailureKind.HOOK_BLOCKED})
# Hooks after which a call runs no longer.
ENDS = frozenset(
    {HookKind.POST_TOOL_USE, HookKind.POST_TOOL_USE_FAILURE, HookKind.PERMISSION_DENIED}
)


_time = attrgetter("at")
_age = attrgetter("at", "id")
_failed_at = attrgetter("answered_at", "at", "id", "agent")


class ToolCall(Entry):
    """One tool call and its answer, whichever of the two was read first.

    Hooks are witnesses of the same call: what they say holds until the transcript says it, but
    for the duration, which is theirs alone.
    """

    __slots__ = (
        "agent", "answered", "answered_at", "asked", "begun", "call_place", "child", "child_state",
        "duration_ms", "ended", "error", "failure", "id", "name", "path", "result_place", "size",
        "target",
    )  # fmt: skip

    def __init__(self, id: str) -> None:
        super().__init__(0)
        self.id = id
        self.agent = ""
        self.name = Clean("")  # "" until the call itself is read
        self.target = Clean("")
        self.path = Clean("")
        self.asked = False  # the transcript has the call
        self.answered = False  # … and its answer
        self.answered_at = 0
        self.begun = (0, "")  # when the first hook told of it, ms, and which
        self.ended = (0, "")  # when a hook said so, ms, and which
        self.duration_ms: int | None = None  # of the call alone: without the wait for a permission
        self.failure: FailureKind | None = None
        self.error = Clean("")
        self.size = 0  # of the answer, in bytes
        self.child = ""  # the subagent it started
        self.child_state = ""
        self.call_place: tuple[Origin, int] | None = None
        self.result_place: tuple[Origin, int] | None = None

    def enter(self, owner: "SessionState") -> None:
        """Count for `owner`."""
        owner.tools.add(self, 1)

    def leave(self, owner: "SessionState") -> None:
        """Count no longer."""
        owner.tools.add(self, -1)

    def ask(self, use: ToolUse, event: Response | Continued) -> None:
        """Take in the call."""
        self.name, self.target, self.path = use.name, use.target, use.path
        at = self.at if self.asked else 0
        self.at = min(event.at, at) if event.at and at else event.at or at
        self.asked = True
        self.agent = max(event.origin.agent, self.agent)

    def answer(self, event: ToolResult) -> None:
        """Take in the answer."""
        self.answered, self.answered_at = True, event.at
        self.failure, self.error, self.size = event.failure, event.error, event.size
        self.child, self.child_state = event.agent_id, event.agent_state

    def tells(self, hook: Hook) -> bool:
        """Return whether a hook says more than is known of this call."""
        begins = not self.asked and (not self.name or (hook.at, hook.id) < self.begun)
        return begins or (hook.kind in ENDS and (hook.at, hook.id) > self.ended)

    def hear(self, hook: Hook) -> None:
        """Take in a hook that names the call. Of several the first says what it is, and of those
        that end it the last one how it ended.
        """
        if not self.asked:
            if not self.name or (hook.at, hook.id) < self.begun:
                self.begun, self.at = (hook.at, hook.id), hook.at
                self.name, self.target, self.path = hook.tool, hook.target, hook.path
            self.agent = max(hook.agent, self.agent)
        if hook.kind not in ENDS or (hook.at, hook.id) <= self.ended:
            return
        self.ended, self.duration_ms = (hook.at, hook.id), hook.duration_ms
        if not self.answered:
            self.answered_at, self.failure, self.error = hook.at, hook.failure, hook.error

    @property
    def is_plain(self) -> bool:
        """Whether pictures want no more of it than its times and its file."""
        return bool(self.name) and self.failure is None and not self.child and self.claims is None

    @property
    def over(self) -> bool:
        """Whether the call has an answer, be it that only a hook told of it."""
        return self.answered or bool(self.ended[0])

    def called_in(self, origin: Origin, offset: int) -> None:
        """Take in where the call stands: of several copies, always the same one is shown."""
        self.call_place = _first(self.call_place, origin, offset)

    def answered_in(self, origin: Origin, offset: int) -> None:
        """Take in where the answer stands."""
        self.result_place = _first(self.result_place, origin, offset)


Place = tuple[Origin, int]


def _first(known: Place | None, origin: Origin, offset: int) -> Place:
    if known is None:
        return origin, offset
    return min(known, (origin, offset), key=_order)


def _order(place: Place) -> tuple[str, str, str, str, int]:
    origin, offset = place
    return origin.session, origin.agent, origin.root, origin.slug, offset


class Tools:
    """The tool calls of one session, and their counts."""

    __slots__ = (
        "_failed", "_open", "_opened", "_woken", "by_agent", "by_name", "calls", "kinds", "of",
        "repeated", "unasked",
    )  # fmt: skip

    def __init__(self, stock: Stock[ToolCall]) -> None:
        self.of = Shelf(stock)
        self._open: dict[str, dict[ToolCall, None]] = {}  # by agent
        self._opened: dict[str, Ordered[ToolCall]] = {}  # the same in order of time
        self._woken = 0  # how many had been packed, when these were gathered
        self.unasked: list[ToolCall] = []  # whose answer was read before any call
        self._failed: dict[ToolCall, None] = {}
        self.calls = 0
        self.by_agent: dict[str, list[int]] = {}  # calls, failures
        self.by_name: dict[Clean, list[int]] = {}  # calls, failures
        self.kinds: dict[FailureKind, int] = dict.fromkeys(FailureKind, 0)
        self.repeated = Repeated()

    def add(self, call: ToolCall, sign: int) -> None:
        """Count a tool call, or with `sign` -1 take it back. An answer alone is not yet a call."""
        if sign > 0:
            self.of.live[call] = None
        else:
            self.of.live.pop(call, None)
            self._failed.pop(call, None)
            self._close(call)
        if not call.name:
            return
        if sign > 0 and not call.over:
            self._reopen(call)
        self.calls += sign
        counts = self.by_name.setdefault(call.name, [0, 0])
        of_agent = self.by_agent.setdefault(call.agent, [0, 0])
        counts[0] += sign
        of_agent[0] += sign
        if call.failure is not None:
            self.kinds[call.failure] += sign
            counts[1] += sign * (call.failure in FAULTS)
            self.repeated.add(call, sign)
            of_agent[1] += sign * (call.failure in FAULTS)
            if sign > 0:
                self._failed[call] = None
        if not counts[0]:
            del self.by_name[call.name]

    def close(self, calls: Iterable[ToolCall]) -> None:
        """Take in that calls are answered, or packed."""
        for call in calls:
            self._close(call)

    def _reopen(self, call: ToolCall) -> None:
        of = self._open.setdefault(call.agent, {})
        if call.agent not in self._opened:
            self._opened[call.agent] = Ordered(of, _age)
        of[call] = None
        self._opened[call.agent].add(call)

    def _close(self, call: ToolCall) -> None:
        of = self._open.get(call.agent)
        if of is not None and call in of:
            del of[call]
            self._opened[call.agent].remove(call)

    def open_since(self, agent: str, began: int) -> tuple[ToolCall | None, int]:
        """Return the newest call of a thread that has no answer, and how many there are; `began` is
        when the thread's turn did, ms: those of before are lost, not open.
        """
        if self._woken != self.of.woken:
            self._gather()
        calls = self._opened[agent].get() if agent in self._opened else []
        count = len(calls) - bisect_left(calls, began, key=_time)
        newest = calls[-1] if count else None
        for block in self._blocks:
            times = block.open.get(agent)
            if times is None or times[-1] < began:
                continue
            count += len(times) - bisect_left(times, began)
            if newest is None or newest.at <= times[-1]:
                waiting = [c for c in block.entries() if c.agent == agent and not c.over]
                newest = max(waiting if newest is None else [newest, *waiting], key=_age)
        return newest, count

    def _gather(self) -> None:
        """Gather anew who is open of those that are not packed: some are so no longer."""
        self._woken = self.of.woken
        self._open.clear()
        self._opened.clear()
        for call in self.of.live:
            if call.name and not call.over:
                self._reopen(call)

    def failed(self) -> list[ToolCall]:
        """Return those that failed, were denied, interrupted or blocked, in order of time."""
        return sorted(self._failed, key=_failed_at)

    def asked_at(self) -> list[int]:
        """Return when each was asked for, in order of time, ms."""
        times = [call.at for call in self.of.live if call.name]
        for block in self._blocks:
            times += block.at
        return sorted(times)

    def packed_touches(self) -> "Iterator[tuple[str, array[int], tuple[Clean, ...]]]":
        """Yield which files the packed ones touched, and when, ms in order: by agent."""
        for block in self._blocks:
            for agent, (times, paths) in block.touched.items():
                yield agent, times, paths

    @property
    def _blocks(self) -> "list[ToolBlock]":
        return self.of.blocks  # type: ignore[return-value]

    def failed_at(self) -> list[int]:
        """Return when each was asked for that failed by a fault, in order of time, ms."""
        return sorted(call.at for call in self._failed if call.failure in FAULTS)

    @property
    def faults(self) -> int:
        """Calls that failed: without what the user denied or interrupted."""
        return sum([self.kinds[kind] for kind in FAULTS])
