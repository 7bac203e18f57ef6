"""Several sessions added up. Each API call counts once: it belongs to one session only."""

from collections.abc import Iterable

from msgspec import Struct

from cctop.book.snapshot import Session, Tokens


class Sums(Struct, frozen=True):
    """Figures of all listed sessions; `cost` in pico-USD."""

    sessions: int = 0
    turns: int = 0
    api_calls: int = 0
    api_errors: int = 0
    tokens: Tokens = Tokens()
    unpriced_tokens: int = 0
    cost: int = 0
    lower_bounds: int = 0
    web_searches: int = 0
    tool_calls: int = 0
    tool_failures: int = 0
    denials: int = 0
    interruptions: int = 0
    compactions: int = 0
    subagents: int = 0

    @property
    def failure_ratio(self) -> float | None:
        """Failed share of the tool calls, 0 to 1; None where there was none."""
        return self.tool_failures / self.tool_calls if self.tool_calls else None


_TOKENS = Tokens.__struct_fields__
_PLAIN = [name for name in Sums.__struct_fields__ if name not in {"sessions", "tokens"}]


def sums_of(sessions: Iterable[Session]) -> Sums:
    """Return the sums over `sessions`."""
    listed = list(sessions)
    tokens = {name: sum(getattr(s.tokens, name) for s in listed) for name in _TOKENS}
    plain = {name: sum(getattr(s, name) for s in listed) for name in _PLAIN}
    return Sums(sessions=len(listed), tokens=Tokens(**tokens), **plain)
