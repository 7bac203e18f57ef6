"""The blocks that made-up transcripts are put together from: one step of a session each.

A step is a response of the API with all that goes with it: request bookkeeping, a line per content
block with the usage repeated, tool results, now and then an API error, an attachment, a title. Its
bytes are made once; what differs from use to use (ids, times, the growing context) is filled in.
That is what makes gigabytes cheap.
"""

import json
import random
import re
from dataclasses import dataclass, field
from typing import Any

SPAN_MS = 14_000  # a step's records lie within this time
QUARTERS = 4  # of a minute: a step begins at one of them
TOKENS = ("input", "output", "cache_read", "cache_write")
COUNTED = (
    "calls", "tool_calls", "tool_failures", "denials", "api_errors", "compactions",
)  # fmt: skip
_SLOT = re.compile(r'"@\{#(\w+)\}"|@\{(\w+)\}')
VERSION = "2.1.330"


@dataclass(frozen=True, eq=False)
class Step:
    """The bytes around the slots, the slots' names, and what a meter must count in it.

    `times` are milliseconds since the step began; `tails` the same as the end of a timestamp, by
    the quarter of the minute. `written` are the tokens by which it lets the context grow.
    """

    parts: tuple[bytes, ...]
    slots: tuple[str, ...]
    size: int
    counts: dict[str, int]
    tokens: dict[str, int]
    written: int
    last: int  # number of its last record
    tails: tuple[tuple[bytes, ...], ...]

    def fill(self, values: dict[str, bytes], minute: bytes, quarter: int) -> bytes:
        """Return its lines, with these values in the slots, in this minute and quarter."""
        for number, tail in enumerate(self.tails[quarter]):
            values[f"t{number}"] = minute + tail
        out = list(self.parts)
        out[1::2] = [values[name] for name in self.slots]
        return b"".join(out)


@dataclass
class Draft:
    """Collects the records of one step."""

    rng: random.Random
    text: str
    agent: bool
    records: list[dict[str, Any]] = field(default_factory=list)
    times: list[int] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(COUNTED, 0))
    tokens: dict[str, int] = field(default_factory=lambda: dict.fromkeys(TOKENS, 0))
    enveloped: int = 0

    def words(self, length: int) -> str:
        """Return text of that many characters, with line ends and quotes."""
        begin = self.rng.randrange(len(self.text) - length)
        return self.text[begin : begin + length]

    def hex(self, length: int) -> str:
        return f"{self.rng.getrandbits(length * 4):0{length}x}"

    def stamp(self) -> str:
        """Return the slot of a new timestamp."""
        self.times.append(self.times[-1] + self.rng.randrange(40, 900) if self.times else 20)
        return f"@{{t{len(self.times) - 1}}}"

    def add(self, kind: str, more: dict[str, Any]) -> None:
        """Add a record of the conversation."""
        number, self.enveloped = self.enveloped, self.enveloped + 1
        parent = f"@{{u}}-4000-8000-{number - 1:012x}" if number else "@{parent}"
        record = {
            "parentUuid": parent, "isSidechain": self.agent,
            **({"agentId": "@{agent}"} if self.agent else {}),
            **more, "type": kind, "uuid": f"@{{u}}-4000-8000-{number:012x}",
            "timestamp": self.stamp(), "userType": "external", "entrypoint": "cli",
            "cwd": "@{cwd}", "sessionId": "@{sid}", "version": VERSION, "gitBranch": "main",
        }  # fmt: skip
        self.records.append(record)

    def step(self) -> Step:
        """Return what was collected, ready to be filled."""
        lines = [json.dumps(r, ensure_ascii=False, separators=(",", ":")) for r in self.records]
        found = _SLOT.split("\n".join(lines) + "\n")
        # Split by a pattern of two groups: text, one or the other, text, …
        names = [number or name for number, name in zip(found[1::3], found[2::3], strict=True)]
        parts = [b""] * (2 * len(names) + 1)
        parts[::2] = [text.encode() for text in found[::3]]
        shrink = min(1.0, SPAN_MS / self.times[-1]) if self.times else 1.0
        times = [int(ms * shrink) for ms in self.times]
        starts = [quarter * 60_000 // QUARTERS for quarter in range(QUARTERS)]
        tails = tuple(tuple(map(_tail, (start + ms for ms in times))) for start in starts)
        written = self.tokens["cache_write"]
        size = sum(map(len, parts)) + 24 * len(names)
        return Step(
            tuple(parts), tuple(names), size, self.counts, self.tokens, written,
            max(0, self.enveloped - 1), tails,
        )  # fmt: skip


def _tail(ms: int) -> bytes:
    return f":{ms // 1000:02}.{ms % 1000:03}Z".encode()
