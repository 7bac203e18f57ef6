"""What became of failures, and what compactions lost: made when asked for, for one session.

Units are those of `snapshot`: money is integer pico-USD, times are ms since the epoch (UTC).
"""

from enum import StrEnum

from msgspec import Struct

from cctop.book.snapshot import Streak
from cctop.events import FailureKind, Trigger, Where
from cctop.text import Clean


class Outcome(StrEnum):
    """How a chain ended."""

    RECOVERED = "recovered"
    GIVEN_UP = "given up"
    STEPPED_IN = "user stepped in"
    OPEN = "still open"


class Attempt(Struct, frozen=True, gc=False):
    """One call of a chain: `kind` says why it failed, None where it went well or still runs."""

    at: int
    ended_at: int  # when its answer came; 0 without one
    tool_use_id: str
    target: Clean
    kind: FailureKind | None
    error: Clean
    duration_ms: int | None
    where: Where


class Chain(Struct, frozen=True, gc=False):
    """A failure, the retries after it, and how it ended.

    `words` are what the model said before it, in that turn. `cost` and `unpriced_tokens` are of the
    responses on its thread from the first failure to the recovery; where there was none to the last
    try, and while it is open up to now. `paid_until`: when that is, ms.
    """

    tool: Clean
    agent_id: str
    words: Clean
    attempts: tuple[Attempt, ...]
    outcome: Outcome
    cost: int
    unpriced_tokens: int
    paid_until: int = 0

    @property
    def first(self) -> Attempt:
        """The failure it began with."""
        return self.attempts[0]

    @property
    def failures(self) -> int:
        """How many calls failed in it."""
        return sum(attempt.kind is not None for attempt in self.attempts)

    @property
    def retries(self) -> int:
        """How often it was tried again: calls that were made together with the first are none."""
        return sum(attempt.at >= self.first.ended_at for attempt in self.attempts[1:])

    @property
    def took_ms(self) -> int:
        """From the first failure to the recovery, or to the last try."""
        last = self.attempts[-1]
        return max(0, (last.ended_at or last.at) - self.first.ended_at)


class Item(Struct, frozen=True, gc=False):
    """A file or a command before a compaction: how often it was used, and whether the summary
    names it; None where that is not known.
    """

    text: Clean
    count: int
    named: bool | None


class Reread(Struct, frozen=True, gc=False):
    """A file that was in the context before a compaction, and had to be read again after it.

    `tokens` are estimated from the growth of the context, None where that does not tell them.
    `cost` is their price when they came in, None without one.
    """

    path: Clean
    at: int
    tool_use_id: str
    tokens: int | None
    cost: int | None


class Loss(Struct, frozen=True, gc=False):
    """What a compaction took out of the context, and what was fetched again.

    Files and commands are those since the last compaction that left a summary, `rereads` those
    until the next one of any kind. `summarised`: there is a summary in the transcript.
    """

    at: int
    trigger: Trigger
    agent_id: str
    summarised: bool
    read: tuple[Item, ...]
    edited: tuple[Item, ...]
    commands: tuple[Item, ...]
    rereads: tuple[Reread, ...]

    @property
    def tokens(self) -> int:
        """Tokens that were fetched again, as far as they are known."""
        return sum(reread.tokens or 0 for reread in self.rereads)

    @property
    def cost(self) -> int:
        """What they cost, as far as that is known."""
        return sum(reread.cost or 0 for reread in self.rereads)


class Trace(Struct, frozen=True, gc=False):
    """All of it, each in order of time; `losses` stand beside the session's compactions.

    `cost` and `unpriced_tokens` are of all responses that lie in a chain, each once, for chains
    overlap.
    """

    session: str
    chains: tuple[Chain, ...] = ()
    streaks: tuple[Streak, ...] = ()
    losses: tuple[Loss, ...] = ()
    cost: int = 0
    unpriced_tokens: int = 0
