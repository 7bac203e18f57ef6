"""What the screen is told when it opens."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from cctop.alerts.terminal import Way
from cctop.book.source import Source
from cctop.ui.choice import Scope
from cctop.ui.keys import DEFAULT_KEYS, KeyMap
from cctop.ui.theme import DEFAULT_THEME

if TYPE_CHECKING:
    from cctop.book.proof import Proof
    from cctop.replay.model import Deck

SLOWEST_HZ, FASTEST_HZ = 0.2, 10.0


def now_ms() -> int:
    """Now, in ms since the epoch."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """How the screen looks and behaves.

    `daily_budget` is in pico-USD, 0 for none; `refresh_hz` the pictures a second while the
    terminal has the focus; `pictures` the folder for screenshots, by default the current one.
    `tag` is a word beside the name: "demo". When a session comes to wait, `bell` rings and
    `desktop` shows a notification, after `tell_after` ms; with `tell_loops` they do so for a tool
    that fails again and again, too. `write_proof` gives a proof as "csv" or "json", to be copied or
    saved. `replay` opens a session, by its id, to be played again; it may take its time, and raise
    an error that says why it cannot.
    """

    theme: str = DEFAULT_THEME
    refresh_hz: float = 4.0
    mouse: bool = True
    scope: Scope = Scope.TODAY
    keys: KeyMap = field(default_factory=lambda: DEFAULT_KEYS)
    daily_budget: int = 0
    tag: str = ""
    pictures: Path | None = None
    title: bool = True
    bell: bool = False
    desktop: Way = Way.OFF
    tell_after: int = 0
    tell_loops: bool = False
    write_proof: "Callable[[Proof, str], bytes] | None" = None
    now: Callable[[], int] = now_ms
    replay: "Callable[[str], Deck] | None" = None


def is_deck(source: Source) -> "TypeGuard[Deck]":
    """Whether a source is a session that is played again, and can be moved in time."""
    return hasattr(source, "axis")
