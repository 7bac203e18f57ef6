"""What the engine has to know of the user's wishes."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from cctop.book.milestones import Rule


class Settings(Struct, frozen=True):
    """`roots`: Claude config directories. `poll`: do without file notifications.

    `prices`: USD per million tokens by model and kind. `windows`: context windows by model, tokens.
    `cache`: a directory for what can be looked up again, None for none. `daily_budget`: pico-USD,
    0 for none. `spool`: where hooks leave their events, None for not to look.
    `store`: the file in which history is kept, None for keeping none.
    """

    roots: tuple[Path, ...]
    poll: bool = False
    prices: Mapping[str, Mapping[str, float | None]] = {}
    windows: Mapping[str, int] = {}
    rule: Rule = Rule()
    cache: Path | None = None
    daily_budget: int = 0
    spool: Path | None = None
    store: Path | None = None
