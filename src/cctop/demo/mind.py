"""A thread's context: what each response reads from the cache, writes to it, and adds to it."""

from collections.abc import Iterator
from copy import copy
from random import Random

from cctop.demo.compaction import Compacted
from cctop.demo.records import Record
from cctop.demo.writer import Session
from cctop.events import Usage

_SYSTEM = 14_000  # tokens of system prompt and tools that are warm from other sessions
_OPENING = 5_500  # of the project's own files and the first prompt
_HOUR = 3_600_000


class Mind:
    """The context of one thread, in tokens.

    `dice` decide all that the thread does; `growth` is what a response and its tool results add on
    average; `pace` how many times slower than naturally it works; `fills_at` the size at which the
    CLI compacts by itself. `hour_cache` writes the cache for an hour, as main threads do, else for
    five minutes; after a longer silence the whole of it is written anew.
    """

    def __init__(
        self,
        dice: Random,
        growth: int,
        *,
        pace: float = 1.0,
        fills_at: int = 960_000,
        hour_cache: bool = True,
    ) -> None:
        self.dice = dice
        self.growth = growth
        self.pace = pace
        self.fills_at = fills_at
        self.size = 0
        self.extra = 0  # tokens that the next response adds besides
        self.touched: list[str] = []  # files since the last compaction
        self._hour_cache = hour_cache
        self._last_at = 0

    def copy(self, dice: Random) -> "Mind":
        """The mind of a fork: it knows the same, and goes its own way."""
        twin = copy(self)
        twin.dice = dice
        twin.touched = list(self.touched)
        return twin

    @property
    def is_full(self) -> bool:
        """Whether the CLI would compact before the next response."""
        return self.size >= self.fills_at

    def touch(self, arguments: Record) -> None:
        """Remember the file that a tool call names."""
        path = arguments.get("file_path")
        if path and path not in self.touched:
            self.touched.append(path)

    def usage(self, now: int, *, thinks: bool = False) -> Usage:
        """What the next response is billed; `now` is in ms since the epoch."""
        dice = self.dice
        lifetime = _HOUR if self._hour_cache else _HOUR // 12
        warm = self.size if self.size and now - self._last_at < lifetime else _SYSTEM
        grown = round(self.growth * dice.uniform(0.35, 1.65)) + self.extra
        prompt = max(self.size, _SYSTEM + _OPENING) + grown
        self.extra = 0
        thinking = dice.randint(120, 900) if thinks else 0
        output = thinking + 90 + round(dice.expovariate(1 / 380))
        new = dice.randint(3, 14)
        written = prompt - warm
        self.size, self._last_at = prompt, now
        return Usage(
            input=new,
            output=output,
            cache_read=warm,
            cache_write_1h=written if self._hour_cache else 0,
            cache_write_5m=0 if self._hour_cache else written,
            thinking=thinking,
        )

    def compact(self, session: Session, trigger: str) -> Iterator[int]:
        """Sum the context up, which takes half a minute or so."""
        dice = self.dice
        lasts = dice.randint(24_000, 41_000)
        yield lasts
        after = dice.randint(9_000, 14_000)
        told = dice.randint(2_600, 4_200)
        session.compact(
            Compacted(
                trigger=trigger,
                before=self.size,
                after=after,
                duration_ms=lasts,
                summary=self._summary(),
                call=Usage(input=20, cache_read=self.size, output=told),
            )
        )
        self.size = _SYSTEM + after
        self._last_at = 0  # a new prefix: only the system prompt is still warm
        self.touched.clear()

    def _summary(self) -> str:
        """What the model kept in mind: most of the files it had touched, not all."""
        named = [path for path in self.touched if self.dice.random() < 0.6]
        files = "\n".join(f"- {path}" for path in named)
        return (
            f"Summary of the conversation so far.\n\nFiles:\n{files}\n\nNext: go on with the task."
        )
