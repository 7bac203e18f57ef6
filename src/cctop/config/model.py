"""The user's settings as frozen structs: every key, its type, its default, what is allowed.

The text in each `Meta(description=...)` completes "must be ..." in an error message and is what
the documentation says of the key; a test holds the three together.
"""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Theme = Literal["dark", "light", "high-contrast", "colour-blind", "terminal"]
Scope = Literal["active", "today", "all"]
MilestoneKind = Literal["new", "total", "output"]
Desktop = Literal["off", "auto", "osc9", "osc777", "osc99"]

_MAX_USD = 1_000_000.0
_MAX_TOKENS = 10**12

Name = Annotated[str, Meta(min_length=1)]
Tokens = Annotated[
    int, Meta(ge=1, le=_MAX_TOKENS, description="a whole number of tokens, 1 or more")
]
UsdPerMillion = Annotated[
    float, Meta(ge=0, le=_MAX_USD, description="a number of USD per million tokens, 0 or more")
]
FolderPath = Annotated[str, Meta(min_length=1, pattern="^[^\x00]+$")]
KeyNames = Annotated[
    Name | list[Name],
    Meta(description='a key, as in "f", or a list of keys, as in ["f", "ctrl+f"]'),
]


class Budget(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[budget]`: what a day may cost, in USD at list price; none by default."""

    daily_usd: (
        Annotated[
            float,
            Meta(gt=0, le=_MAX_USD, description="a number of USD above 0, at most 1000000"),
        ]
        | None
    ) = None


class Milestones(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[milestones]`: the token counts of a session that are worth a word.

    `new` tokens are input + cache writes + output, `total` adds cache reads.
    """

    kind: MilestoneKind = "new"
    tokens: Annotated[
        tuple[Tokens, ...],
        Meta(max_length=100, description="a list of at most 100 rising whole numbers, 1 or more"),
    ] = (1_000, 5_000, 10_000, 25_000, 50_000, 100_000, 250_000, 500_000, 1_000_000)
    then_every: Annotated[
        int,
        Meta(ge=0, le=_MAX_TOKENS, description="a whole number of tokens from 1000, or 0 for none"),
    ] = 1_000_000

    def __post_init__(self) -> None:
        if list(self.tokens) != sorted(set(self.tokens)):
            raise ValueError("tokens must rise from each number to the next")
        if 0 < self.then_every < 1_000:
            raise ValueError("then_every must be 1000 or more, or 0 for none")


class Price(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[prices."model-id"]`: a model's price in USD per million tokens, before the listed ones.

    Cache rates left out are the price table's to derive from the input rate.
    """

    input: UsdPerMillion
    output: UsdPerMillion
    cache_read: UsdPerMillion | None = None
    cache_write_5m: UsdPerMillion | None = None
    cache_write_1h: UsdPerMillion | None = None


class Display(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[display]`: how the screen looks and how often it is drawn."""

    theme: Theme = "dark"
    refresh_hz: Annotated[
        float, Meta(ge=0.2, le=10, description="a number of times a second, from 0.2 to 10")
    ] = 4.0
    mouse: Annotated[bool, Meta(description="true or false")] = True
    scope: Scope = "today"
    title: Annotated[bool, Meta(description="true or false")] = True


class Notify(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[notify]`: how to tell that a session has come to wait for its user, or is in a loop."""

    bell: Annotated[bool, Meta(description="true or false")] = False
    desktop: Desktop = "off"
    after_seconds: Annotated[
        int, Meta(ge=0, le=3600, description="a whole number of seconds, from 0 to 3600")
    ] = 0
    loops: Annotated[bool, Meta(description="true or false")] = False


class Context(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[context.windows]`: context windows in tokens by model id, before the known ones."""

    windows: dict[Name, Tokens] = {}


class Roots(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`[roots]`: Claude config dirs to watch besides the ones found by themselves."""

    paths: Annotated[
        tuple[FolderPath, ...], Meta(description='a list of folders, as in ["~/.claude-work"]')
    ] = ()


class Config(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Everything a user can set. `Config()` is what holds without a file."""

    budget: Budget = Budget()
    milestones: Milestones = Milestones()
    prices: dict[Name, Price] = {}
    display: Display = Display()
    notify: Notify = Notify()
    context: Context = Context()
    keys: dict[Name, KeyNames] = {}
    roots: Roots = Roots()
