"""One file's events, each with the time at which it belongs on the axis. See `timeline`."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from cctop.events import AgentMeta, Gone, Malformed, Reset, TranscriptEvent
from cctop.replay.timeline import Item


class Sheet:
    """What one file said so far. Times are ms."""

    def __init__(self, file: int) -> None:
        self._file = file
        self._waiting: list[TranscriptEvent] = []  # before the first time
        self._count = 0
        self.first = 0
        self.last = 0  # of the newest record
        self.newest = 0  # the greatest

    def take(self, events: Iterable[TranscriptEvent]) -> list[Item]:
        """Return what is placed by now, in the file's order."""
        items: list[Item] = []
        for event in events:
            if isinstance(event, Reset | Gone):
                continue
            # What is said of a line too long to be read has no time, in the midst of a file.
            at = self.last if isinstance(event, Malformed) and not event.at else event.at
            if not at:
                self._waiting.append(event)
                continue
            items += self.settle(at)
            self.last = at
            self.newest = max(self.newest, at)
            items.append(self._item(at, event))
        return items

    def settle(self, at: int) -> list[Item]:
        """Place what had no time before it, at `at`, and return it."""
        if not self.first:
            self.first = self.last = self.newest = at
        waiting, self._waiting = self._waiting, []
        return [self._item(at, event) for event in waiting]

    def describe(self, event: AgentMeta, first: int, last: int) -> Iterator[Item]:
        """Yield what a subagent's document says: what it is, and at its end that it has finished.

        `first` and `last` are the times of its transcript.
        """
        yield self._item(first, replace(event, finished=False))
        if event.finished:
            yield self._item(last, event)

    def _item(self, at: int, event: TranscriptEvent) -> Item:
        self._count += 1
        return Item(at, self._file, self._count, 0, event)
