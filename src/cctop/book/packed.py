"""Calls and tool calls, packed: what pictures ask of them lies in columns, the rest is compressed.

A column is an array of numbers of 64 bits, in order of time.
"""

from array import array
from bisect import bisect_left
from functools import cache
from operator import attrgetter
from typing import Any

import msgspec
from msgspec.structs import astuple

from cctop.book.calls import Call, plus
from cctop.book.shelf import Block, Shelf
from cctop.book.tools import ToolCall
from cctop.events import FailureKind, Origin, SideCall, Usage
from cctop.prices.rates import Cost
from cctop.text import Clean

_Amounts = tuple[int, int, int, int, int, int]
_Place = tuple[int, int] | None

_CALL = (
    "key", "at", "agent", "model", "booked", "speed", "geo", "finished", "sidechain", "context",
    "cost", "unpriced", "usage", "parts", "side_calls",
)  # fmt: skip
_call = attrgetter(*_CALL)
_CallRow = tuple[
    tuple[str, ...], int, str, str, str, str, str, bool, bool, int,
    int, int, Usage, tuple[Usage, ...], tuple[SideCall, ...], tuple[_Amounts | None, ...],
]  # fmt: skip

_TOOL = (
    "key", "at", "agent", "answered", "answered_at", "asked", "begun", "child", "child_state",
    "duration_ms", "ended", "error", "failure", "id", "name", "path", "size", "target",
)  # fmt: skip
_tool = attrgetter(*_TOOL)
_ToolRow = tuple[
    tuple[str, ...], int, str, bool, int, bool, tuple[int, str], str, str,
    int | None, tuple[int, str], str, FailureKind | None, str, str, str, int, str, _Place, _Place,
]  # fmt: skip


@cache
def _decoder(row: Any) -> Any:
    """Return what reads rows: made when the first are read, which a start need not wait for."""
    return msgspec.msgpack.Decoder(list[row])


class CallBlock(Block[Call]):
    """Calls. `newest_of` is when each agent made its last one, `first_of` when each model was used
    first, ms; `main` the times of those of the main thread.
    """

    __slots__ = ("_at", "_costs", "cost", "first_of", "main", "newest_of")

    def __init__(self, shelf: Shelf[Call], entries: list[Call]) -> None:
        """Pack calls in order of time. Raises `UNPACKABLE`."""
        super().__init__(shelf, entries)
        self._at = array("q", [call.at for call in entries])
        self._costs = array("q", [call.cost for call in entries])
        self.cost = sum(self._costs)
        self.main = array("q", [c.at for c in entries if not (c.agent or c.sidechain)])
        self.newest_of = {call.agent: call.at for call in entries}
        self.first_of = {call.model: call.at for call in reversed(entries)}

    def cost_since(self, at: int) -> int:
        """Return what those from `at` on cost, pico-USD."""
        if self.first >= at:
            return self.cost
        return sum(self._costs[bisect_left(self._at, at) :]) if self.last >= at else 0

    def next_after(self, at: int) -> int | None:
        """Return when the first one after `at` was, ms."""
        place = bisect_left(self._at, at + 1)
        return self._at[place] if place < self.count else None

    def _rows(self, entries: list[Call]) -> list[Any]:
        return [
            (*_call(call), tuple(cost and astuple(cost) for cost in call.costs)) for call in entries
        ]

    def _entries(self, data: bytes) -> list[Call]:
        return [_call_of(row) for row in _decoder(_CallRow).decode(data)]


def _call_of(row: tuple[Any, ...]) -> Call:
    call = Call.__new__(Call)
    for name, value in zip(_CALL, row, strict=False):
        setattr(call, name, value)
    call.costs = tuple(amounts and Cost(*amounts) for amounts in row[-1])
    call.total = call.usage
    for side in call.side_calls:
        call.total = plus(call.total, side.usage)
    call.claims = None
    return call


class ToolBlock(Block[ToolCall]):
    """Tool calls. `at` is when they were asked for, `open` the same of those without an answer by
    agent, and `touched` when which file was touched, by agent: ms, in order.
    """

    __slots__ = ("_origins", "at", "open", "touched")

    def __init__(self, shelf: Shelf[ToolCall], entries: list[ToolCall]) -> None:
        """Pack tool calls in order of time. Raises `UNPACKABLE`."""
        self._origins: list[Origin] = []
        super().__init__(shelf, entries)
        self.at = array("q", [call.at for call in entries])
        self.open: dict[str, array[int]] = {}
        self.touched: dict[str, tuple[array[int], tuple[Clean, ...]]] = {}
        for agent in {call.agent for call in entries}:
            own = [call for call in entries if call.agent == agent]
            if waiting := [call.at for call in own if not call.over]:
                self.open[agent] = array("q", waiting)
            if paths := [call for call in own if call.path]:
                # Sessions touch the same files over and over: one text for all of them.
                names = tuple(shelf.names.setdefault(call.path, call.path) for call in paths)
                self.touched[agent] = array("q", [call.at for call in paths]), names

    def _rows(self, entries: list[ToolCall]) -> list[Any]:
        numbers: dict[int, int] = {}
        return [
            (
                *_tool(call),
                self._number(call.call_place, numbers),
                self._number(call.result_place, numbers),
            )
            for call in entries
        ]

    def _number(self, place: tuple[Origin, int] | None, numbers: dict[int, int]) -> _Place:
        """Return the number of an origin and the offset. `numbers` are known, by identity."""
        if place is None:
            return None
        origin, offset = place
        number = numbers.get(id(origin))
        if number is None:
            number = numbers[id(origin)] = len(self._origins)
            self._origins.append(origin)
        return number, offset

    def _entries(self, data: bytes) -> list[ToolCall]:
        return [self._tool_of(row) for row in _decoder(_ToolRow).decode(data)]

    def _tool_of(self, row: tuple[Any, ...]) -> ToolCall:
        call = ToolCall.__new__(ToolCall)
        for name, value in zip(_TOOL, row, strict=False):
            setattr(call, name, value)
        *_, asked, answered = row
        call.call_place = asked and (self._origins[asked[0]], asked[1])
        call.result_place = answered and (self._origins[answered[0]], answered[1])
        call.claims = None
        return call
