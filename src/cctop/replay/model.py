"""What a replay is made of: one time axis with marks, and what was said.

Times are ms since the epoch (UTC), money is pico-USD.
"""

from bisect import bisect_right
from enum import StrEnum
from typing import Final, Protocol

from msgspec import Struct

from cctop.book.source import Source
from cctop.text import Clean

GAP_SHARE: Final = 0.02
"""What a gap takes of the line, as a share of the time in which something happened."""
MOST_GAPS: Final = 0.5
"""What all gaps together take of it at most, as a share of the same."""


class MarkKind(StrEnum):
    """What can be jumped to."""

    PROMPT = "prompt"
    FAILURE = "failure"
    COMPACTION = "compaction"
    API_ERROR = "api error"
    SUBAGENT = "subagent"
    MILESTONE = "milestone"
    FORK = "fork"
    RESUME = "resume"


class Mark(Struct, frozen=True, gc=False):
    """Something to jump to. `text` is one clean line."""

    at: int
    kind: MarkKind
    text: Clean


class Gap(Struct, frozen=True, gc=False):
    """A time in which nothing happened, drawn short: ms."""

    start: int
    end: int


class Level(Struct, frozen=True, gc=False):
    """The meter at a moment: cost so far (pico-USD), context of the main thread (tokens)."""

    at: int
    cost: int
    context: int


class Axis(Struct, frozen=True, gc=False):
    """The whole session on one line. `version` changes with anything in it (a running one grows).

    `gaps` are in order, lie between `start` and `end` and do not overlap.
    """

    version: int
    session: str
    start: int
    end: int
    live: bool  # the session still runs: its end moves
    complete: bool  # all of it has been read
    gaps: tuple[Gap, ...]
    marks: tuple[Mark, ...]  # by time
    steps: tuple[int, ...]  # times of all events, sorted, without repetitions
    turns: tuple[int, ...]  # when prompts were given
    levels: tuple[Level, ...]
    missing: Clean  # what is not there (deleted transcripts), or ""

    def place(self, at: int) -> float:
        """Where a time stands on the line, 0 to 1: gaps are short, all other time is even."""
        at = min(max(at, self.start), self.end)
        short = self._gap_length()
        after = bisect_right(self.gaps, at, key=_start)
        saved = sum(_saved(gap, short) for gap in self.gaps[: max(0, after - 1)])
        if after:
            gap = self.gaps[after - 1]
            inside = (min(at, gap.end) - gap.start) / max(1, gap.end - gap.start)
            saved += inside * _saved(gap, short)
        length = self._length(short)
        return min(1.0, max(0.0, (at - self.start - saved) / length)) if length > 0 else 0.0

    def time(self, place: float) -> int:
        """The time at a place on the line: the inverse of `place`, to the ms outside of gaps."""
        short = self._gap_length()
        left = min(1.0, max(0.0, place)) * self._length(short)
        at = self.start
        for gap in self.gaps:
            length = gap.end - gap.start
            drawn = length - _saved(gap, short)
            if left <= gap.start - at:
                break
            left -= gap.start - at
            at = gap.start
            if left < drawn:
                return min(self.end, at + round(left / drawn * length))
            left -= drawn
            at = gap.end
        return min(self.end, at + round(left))

    def _gap_length(self) -> float:
        """What a gap is drawn as, in ms of other time."""
        if not self.gaps:
            return 0.0
        busy = self.end - self.start - sum(gap.end - gap.start for gap in self.gaps)
        return max(1.0, busy * min(GAP_SHARE, MOST_GAPS / len(self.gaps)))

    def _length(self, short: float) -> float:
        """The whole line, in ms of other time."""
        return self.end - self.start - sum(_saved(gap, short) for gap in self.gaps)


def _start(gap: Gap) -> int:
    return gap.start


def _saved(gap: Gap, short: float) -> float:
    """By how much a gap is drawn shorter than it was."""
    return max(0.0, gap.end - gap.start - short)


class SpokenKind(StrEnum):
    """What the conversation is made of."""

    PROMPT = "prompt"
    TEXT = "text"
    TOOL = "tool"
    RESULT = "result"
    FAILURE = "failure"
    COMPACTION = "compaction"
    ERROR = "error"
    SUBAGENT = "subagent"


class Spoken(Struct, frozen=True, gc=False):
    """One entry of the conversation; every line of it is clean."""

    at: int
    kind: SpokenKind
    text: tuple[Clean, ...]  # first lines
    agent: Clean  # who spoke: "" the main thread, else the subagent's id


class Moment(Struct, frozen=True, gc=False):
    """Where the replay stands. `speed` 0 means as fast as it reads."""

    at: int
    playing: bool
    speed: float
    at_end: bool  # at the live end of a running session: the picture is the newest


SPEEDS: Final = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 0)


class Deck(Source, Protocol):
    """What the screen drives: a source of pictures as of a moment that can be moved.

    `Snapshot.at` is that moment; the picture holds exactly one session, and its detail always.
    """

    def axis(self) -> Axis:
        """The whole session on one line, as far as it has been read."""
        ...

    def moment(self) -> Moment:
        """Where the replay stands."""
        ...

    def seek(self, at: int) -> None:
        """Go to a time: never blocks for long; `on_change` is called when the picture is there."""

    def step(self, count: int) -> None:
        """Go some events on, or back."""

    def play(self) -> None:
        """Let the time go on from here."""

    def pause(self) -> None:
        """Stay at this moment."""

    def set_speed(self, speed: float) -> None:
        """Play so many times as fast as it was; 0 as fast as it reads."""

    def feed(self, at: int, count: int) -> tuple[Spoken, ...]:
        """The last `count` entries up to a time, oldest first: from memory, never waits."""
        ...

    def find(self, text: str, after: int, forward: bool) -> int | None:
        """The time of the next entry that holds `text`, in any case; None where there is none."""
        ...
