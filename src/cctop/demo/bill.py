"""What the demo's responses cost, and the books that are kept of them.

This is the other side of the meter: what was really billed, kept while the records are written, so
that tests can hold cctop's own count and prices against it. For that reason nothing here comes from
`cctop.prices`. Money is integer pico-USD at list price; a rate in USD per million tokens, times
1e6, is pico-USD per token.
"""

from dataclasses import dataclass, field
from typing import Any

from msgspec import Struct

from cctop.events import FailureKind, Usage

PICO = 1_000_000_000_000
WEB_SEARCH = PICO // 100  # 10 USD per 1,000


class Rates(Struct, frozen=True):
    """List prices of one model, in pico-USD per token."""

    input: int
    output: int
    cache_read: int
    cache_write_5m: int
    cache_write_1h: int
    small_prompt: int = 0  # tokens: a longer prompt costs `large_factor` times as much
    large_factor: int = 1


RATES = {
    "claude-opus-5-5": Rates(4_000_000, 20_000_000, 200_000, 5_000_000, 8_000_000),
    "claude-sonnet-5-5": Rates(2_000_000, 10_000_000, 100_000, 2_500_000, 4_000_000),
    "claude-sonnet-4-6": Rates(3_000_000, 15_000_000, 300_000, 3_750_000, 6_000_000),
    "claude-haiku-5-5": Rates(100_000, 500_000, 10_000, 125_000, 200_000, 100_000, 5),
}
UNKNOWN_AS = "claude-opus-5-5"  # at whose rates the CLI books a model that it does not know


def price(model: str, usage: Usage) -> int | None:
    """The list price of one response in pico-USD, None for a model without one."""
    rates = RATES.get(model)
    if rates is None:
        return None
    cost = (
        usage.input * rates.input
        + usage.output * rates.output
        + usage.cache_read * rates.cache_read
        + usage.cache_write_5m * rates.cache_write_5m
        + usage.cache_write_1h * rates.cache_write_1h
    )
    large = rates.small_prompt and usage.prompt > rates.small_prompt
    return cost * (rates.large_factor if large else 1) + usage.web_searches * WEB_SEARCH


def booked(model: str, usage: Usage) -> int:
    """What the CLI's own books say one response cost, in pico-USD: never nothing."""
    cost = price(model, usage)
    return price(UNKNOWN_AS, usage) or 0 if cost is None else cost


def plus(one: Usage, other: Usage) -> Usage:
    """Field-wise sum."""
    return Usage(*(getattr(one, name) + getattr(other, name) for name in Usage.__struct_fields__))


def total(usage: Usage) -> int:
    """Every token that was read or written."""
    return usage.prompt + usage.output


@dataclass(slots=True)
class Spend:
    """What went to one model: tokens, and pico-USD as the CLI books them."""

    usage: Usage = field(default_factory=Usage)
    cost: int = 0

    def add(self, usage: Usage, cost: int) -> None:
        """Add one call, or the sum of several."""
        self.usage = plus(self.usage, usage)
        self.cost += cost


@dataclass(slots=True)
class Account:
    """The truth about a session or one subagent; a session's includes its subagents.

    By model: `logged` is what the transcript's lines say, `unlogged` what was billed besides and
    stands in no line (titles, compactions): Claude Code's own books hold both. `inherited` is what
    a fork copied from the session that paid for it.
    """

    logged: dict[str, Spend] = field(default_factory=dict)
    unlogged: dict[str, Spend] = field(default_factory=dict)
    inherited: dict[str, Spend] = field(default_factory=dict)
    agents: dict[str, "Account"] = field(default_factory=dict)
    failures: dict[FailureKind, int] = field(default_factory=dict)
    tools: dict[str, int] = field(default_factory=dict)
    turns: int = 0
    api_calls: int = 0
    api_retries: int = 0
    api_failures: int = 0
    compactions: int = 0

    def bill(self, model: str, usage: Usage) -> None:
        """Count one API response that the transcript shows."""
        self.api_calls += 1
        self._spend(self.logged, model, usage)

    def bill_unlogged(self, model: str, usage: Usage) -> None:
        """Count one API response that only Claude Code's own books know of."""
        self._spend(self.unlogged, model, usage)

    @staticmethod
    def _spend(book: dict[str, Spend], model: str, usage: Usage) -> None:
        book.setdefault(model, Spend()).add(usage, booked(model, usage))

    @property
    def usage(self) -> Usage:
        """Tokens by kind, of all models."""
        tokens = Usage()
        for spend in self.logged.values():
            tokens = plus(tokens, spend.usage)
        return tokens

    @property
    def cost(self) -> int:
        """What a meter can find in the lines: pico-USD of the models that have a price."""
        return sum(spend.cost for model, spend in self.logged.items() if model in RATES)

    @property
    def unpriced_tokens(self) -> int:
        """Tokens of the models that have none."""
        return sum(total(spend.usage) for model, spend in self.logged.items() if model not in RATES)


@dataclass(slots=True)
class Book:
    """Claude Code's own books of a session: what a `cost-state` record holds."""

    models: dict[str, Spend] = field(default_factory=dict)

    def with_account(self, account: Account) -> "Book":
        """These books and all that the account was billed."""
        models = {model: Spend(spend.usage, spend.cost) for model, spend in self.models.items()}
        for part in (account.logged, account.unlogged):
            for model, spend in part.items():
                models.setdefault(model, Spend()).add(spend.usage, spend.cost)
        return Book(models)

    @property
    def cost(self) -> int:
        """Pico-USD."""
        return sum(spend.cost for spend in self.models.values())

    @property
    def has_unknown_model(self) -> bool:
        """Whether a part of it is a guess."""
        return any(model not in RATES for model in self.models)

    def model_usage(self) -> dict[str, Any]:
        """The `modelUsage` object of a `cost-state` record."""
        return {
            model: {
                "inputTokens": spend.usage.input,
                "outputTokens": spend.usage.output,
                "thinkingTokens": spend.usage.thinking,
                "cacheReadInputTokens": spend.usage.cache_read,
                "cacheCreationInputTokens": spend.usage.cache_write_5m + spend.usage.cache_write_1h,
                "cacheCreationEphemeral5mInputTokens": spend.usage.cache_write_5m,
                "cacheCreationEphemeral1hInputTokens": spend.usage.cache_write_1h,
                "webSearchRequests": spend.usage.web_searches,
                "costUSD": spend.cost / PICO,
            }
            for model, spend in self.models.items()
        }
