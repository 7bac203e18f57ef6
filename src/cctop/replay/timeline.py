"""The events of a session and of its family in order of time, and the book as of any moment.

The book at a time is the fold of exactly the events up to it. When an event happened:

- at the time it says;
- without one, at the time of the record before it in its file, or before the first time in a file,
  at that;
- what a subagent's `.meta.json` says is true from the subagent's first record on, and that it has
  finished from its last;
- what a fork copied is as of its birth;
- of several at one time, those of one file in its order.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from cctop.book.calls import Prices
from cctop.events import (
    CostState,
    Hook,
    Prompt,
    Seen,
    SpoolEvent,
    StatusLine,
    TranscriptEvent,
)
from cctop.replay.memento import Checkpoints, Recorded

INTERVAL = 1_000
"""Events between two checkpoints: as many are folded in some 15 ms."""
MOST = 64
"""Checkpoints, each of up to a megabyte or two: where there would be more, every other one goes."""


class Item(NamedTuple):
    """An event with its place: when (ms), in which file, the how manieth of it, and how often."""

    at: int
    file: int
    number: int
    again: int
    event: TranscriptEvent | SpoolEvent


class Timeline:
    """Events in order, and the book at one place among them, which can be moved.

    `warm` is called before a checkpoint is made, to work out what else would have to be worked out
    whenever the book has been put back to it.
    """

    def __init__(self, prices: Prices, warm: Callable[[Recorded], None] = lambda _: None) -> None:
        self.book = Recorded(prices)
        self.items: list[Item] = []
        self.position = 0  # so many of the items are in the book
        self._times: list[int] = []
        self._closings: dict[int, list[Item]] = {}  # file → `cost-state` records
        self._goings_on: dict[int, list[Item]] = {}  # file → what tells that it goes on
        self._own_times: dict[tuple[int, int], int] = {}  # of events that were shifted: ms
        self._warm = warm
        self._checkpoints = Checkpoints(self.book)
        self._saved = [(0, self._checkpoints.save())]
        self._interval = INTERVAL

    @property
    def end(self) -> int:
        """The time of the last event, ms; 0 where there is none."""
        return self._times[-1] if self._times else 0

    def add(self, items: Iterable[Item]) -> None:
        """Take in more events, in any order. The book may go back by that."""
        new: list[Item] = []
        for item in items:
            new += (item, *self._repeated(item))
        new.sort()
        if not new:
            return
        start = bisect_left(self.items, new[0])
        if start < len(self.items):
            self._cut(start)
            new = sorted([*self.items[start:], *new])
            del self.items[start:], self._times[start:]
        self.items += new
        self._times += [item.at for item in new]

    def main_files(self, sessions: Collection[str]) -> list[tuple[int, list[TranscriptEvent]]]:
        """Return the events of the main files of some sessions, in each file's order."""
        files: dict[int, list[Item]] = {}
        for item in self.items if sessions else ():
            event = item.event
            if isinstance(event, Hook | StatusLine) or item.again or event.origin.agent:
                continue
            if event.origin.session in sessions:
                files.setdefault(item.file, []).append(item)
        found: list[tuple[int, list[TranscriptEvent]]] = []
        for file, items in files.items():
            items.sort(key=lambda item: item.number)
            found.append((file, [item.event for item in items]))  # type: ignore[misc]
        return found

    def shift(self, file: int, count: int, at: int) -> bool:
        """Let the first `count` events of a file be as of `at`, ms, where they are older, and the
        others as of their own time; say whether that changes anything.
        """
        old, new = [], []
        for item in self.items:
            if item.file != file or item.again:
                continue
            own = self._own_times.get((file, item.number), item.at)
            then = max(own, at) if item.number <= count else own
            if then != item.at:
                self._own_times[file, item.number] = own
                old.append(item)
                new.append(item._replace(at=then))
        if new:
            self._replace(file, set(old), new)
        return bool(new)

    def _replace(self, file: int, old: set[Item], new: list[Item]) -> None:
        mine = [item for item in self.items if item.file == file and not item.again]
        self._cut(bisect_left(self.items, min(*mine, *new)))
        self.items = [item for item in self.items if item.file != file]
        self._times = [item.at for item in self.items]
        # The file is taken in again as a whole: what is to be repeated depends on all of it.
        self._closings.pop(file, None)
        self._goings_on.pop(file, None)
        self.add([item for item in mine if item not in old] + new)

    def _repeated(self, item: Item) -> Iterable[Item]:
        """Yield what has to be folded a second time, where a file's times do not rise.

        When Claude Code's books were closed shows in the record behind them. Where that is older,
        it comes first here: so it comes again after them. Folding twice changes nothing else.
        """
        if isinstance(item.event, CostState):
            self._closings.setdefault(item.file, []).append(item)
            for after in self._goings_on.get(item.file, ()):
                if after.number > item.number and after.at < item.at:
                    yield _again(after, item)
        elif isinstance(item.event, Seen | Prompt):
            self._goings_on.setdefault(item.file, []).append(item)
            for before in self._closings.get(item.file, ()):
                if before.number < item.number and before.at > item.at:
                    yield _again(item, before)

    def _cut(self, start: int) -> None:
        """Forget the book behind a place: something else comes there now."""
        while self._saved[-1][0] > start:
            self._saved.pop()
        self.position, serial = self._saved[-1]
        self._checkpoints.restore(serial)
        self._checkpoints.forget_after(serial)

    def _back_to(self, position: int) -> None:
        self.position, serial = self._saved[bisect_right(self._saved, (position, 1 << 62)) - 1]
        self._checkpoints.restore(serial)

    def count(self, at: int) -> int:
        """Return how many events there were up to a time, ms."""
        return bisect_right(self._times, at)

    def go(self, at: int) -> Recorded:
        """Return the book as of a time, ms."""
        wanted = self.count(at)
        near = self._saved[bisect_right(self._saved, (wanted, 1 << 62)) - 1][0]
        if wanted < self.position or near > self.position:
            self._back_to(wanted)
        while self.position < wanted:
            last = self._saved[-1][0]
            goal = wanted
            if self.position >= last:
                goal = min(wanted, last + self._interval)
            self._fold(goal)
            if goal == last + self._interval:
                self._save()
        return self.book

    def _fold(self, goal: int) -> None:
        said: list[TranscriptEvent] = []
        told: list[SpoolEvent] = []
        for item in self.items[self.position : goal]:
            event = item.event
            if isinstance(event, Hook | StatusLine):
                told.append(event)
            else:
                said.append(event)
        self.book.apply(said)
        self.book.apply_spool(told)
        self.position = goal

    def _save(self) -> None:
        self._warm(self.book)
        self._saved.append((self.position, self._checkpoints.save()))
        if len(self._saved) > MOST:
            self._interval *= 2
            del self._saved[1::2]


def _again(item: Item, after: Item) -> Item:
    return Item(after.at, item.file, after.number, item.number, item.event)
