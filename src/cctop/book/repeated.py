"""Which failures repeat each other: by what was asked, and by what went wrong.

Kept by the fold, so that looking for a loop costs nothing where there is none.
"""

import re
from bisect import bisect_left, insort
from functools import lru_cache
from typing import TYPE_CHECKING

from cctop.events import FailureKind

if TYPE_CHECKING:
    from cctop.book.tools import ToolCall

LEAST = 3
"""So many failures of one kind are a streak."""

INPUT, ERROR = "input", "error"
Key = tuple[str, str, str, str]
"""The thread's agent, the tool, whether by its input or its error, and which one that is."""

# Changes from one time to the next, and does not make another error of it.
_CHANGING = (
    r"(?P<path>(?:[A-Za-z]:)?[\w.~@+-]*(?:[/\\][\w.~@+-]+)+[/\\]?)"
    r"|(?P<hex>\b0x[0-9a-fA-F]+\b|\b(?=[0-9a-fA-F-]*\d)[0-9a-fA-F]{4,}(?:-[0-9a-fA-F]+)*\b)"
    r"|(?P<number>\d+(?:[.,:]\d+)*)"
)
# What says nothing of its cause: any command may end so.
_BARE = r"(?i:(?:error: )?exit code -?#\W*|\(no message\)|error\W*|\W*)"


@lru_cache(1024)
def masked(error: str) -> str:
    """Return an error without what changes from one time to the next: paths become "…", numbers
    and hex numbers "#"; "" for one that says nothing of its cause.
    """
    # Compiled when the first call fails: the start need not wait for that.
    text = " ".join(re.sub(_CHANGING, _mask, error).split())
    return "" if re.fullmatch(_BARE, text) else text


def _mask(found: re.Match[str]) -> str:
    return "…" if found.lastgroup == "path" else "#"


def asked(call: "ToolCall") -> str:
    """Return the input of a call, as far as it is kept: one line of it."""
    return " ".join(call.target.split())


def keys_of(call: "ToolCall") -> tuple[Key, ...]:
    """Return what a failed call repeats, if another one has the same."""
    if call.failure is None or call.failure is FailureKind.INTERRUPTED:
        return ()
    keys = []
    if target := asked(call):
        keys.append((call.agent, call.name, INPUT, target))
    if call.failure is not FailureKind.DENIED and (error := masked(call.error)):
        keys.append((call.agent, call.name, ERROR, error))
    return tuple(keys)


class Repeated:
    """When the failures of one session were called, by what they repeat: times in order, ms."""

    __slots__ = ("hot", "of")

    def __init__(self) -> None:
        self.of: dict[Key, list[int]] = {}
        self.hot: set[Key] = set()  # with so many that they may be a streak

    def add(self, call: "ToolCall", sign: int) -> None:
        """Take in a failed call, or with `sign` -1 take it away."""
        for key in keys_of(call):
            times = self.of.setdefault(key, [])
            if sign > 0:
                insort(times, call.at)
                if len(times) == LEAST:
                    self.hot.add(key)
                continue
            place = bisect_left(times, call.at)
            if times[place : place + 1] == [call.at]:
                del times[place]
            if len(times) < LEAST:
                self.hot.discard(key)
            if not times:
                del self.of[key]
