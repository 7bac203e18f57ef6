"""The conversation of a session: what was said up to a time, and where a word was said."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from operator import attrgetter

from cctop.replay.model import Spoken, SpokenKind

_at = attrgetter("at")
# What is looked through: what was asked, run and answered, not what commands printed.
SEARCHED = frozenset(
    {
        SpokenKind.PROMPT, SpokenKind.TOOL, SpokenKind.FAILURE, SpokenKind.ERROR, SpokenKind.TEXT,
        SpokenKind.SUBAGENT,
    }
)  # fmt: skip


class Talk:
    """Entries in order of time, which one thread adds to while another one reads."""

    def __init__(self) -> None:
        self._entries: list[Spoken] = []

    def add(self, entries: Iterable[Spoken]) -> None:
        """Take in more; of several at one time, those of before come first."""
        new = sorted(entries, key=_at)
        if not new:
            return
        known = self._entries
        if not known or known[-1].at <= new[0].at:
            known.extend(new)
            return
        start = bisect_right(known, new[0].at, key=_at)
        # Whoever reads holds the old list, which stays as it is.
        self._entries = known[:start] + sorted([*known[start:], *new], key=_at)

    def up_to(self, at: int, count: int) -> tuple[Spoken, ...]:
        """Return the last `count` entries up to a time, ms, oldest first."""
        entries = self._entries
        end = bisect_right(entries, at, key=_at)
        return tuple(entries[max(0, end - max(0, count)) : end])

    def find(self, text: str, after: int, *, forward: bool) -> int | None:
        """Return the time of the next entry after a time that holds `text`, in any case.

        Not `forward`: of the last one before it. None where there is none.
        """
        wanted = text.casefold()
        if not wanted:
            return None
        entries = self._entries
        if forward:
            course = range(bisect_right(entries, after, key=_at), len(entries))
        else:
            course = range(bisect_left(entries, after, key=_at) - 1, -1, -1)
        for index in course:
            if _holds(entries[index], wanted):
                return entries[index].at
        return None


def _holds(entry: Spoken, wanted: str) -> bool:
    if entry.kind not in SEARCHED:
        return False
    return any(wanted in line.casefold() for line in entry.text)
