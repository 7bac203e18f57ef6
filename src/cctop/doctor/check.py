"""A check: what was looked at, what was found, and what to do about it."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from msgspec import Struct

from cctop.text import Clean, clean

TEXT_LIMIT = 1000  # characters: a path is only useful whole


class State(StrEnum):
    """How a check came out. Only BROKEN keeps cctop from doing its work."""

    OK = "ok"
    ATTENTION = "attention"
    BROKEN = "broken"
    INFO = "info"


class Check(Struct, frozen=True):
    """One check. `notes` are more lines about it, `word` is what the shortest report says of it.

    All texts are clean, those in `details` too.
    """

    id: str
    state: State
    finding: Clean
    remedy: Clean = Clean("")
    notes: tuple[Clean, ...] = ()
    word: Clean = Clean("")
    details: dict[str, Any] = {}


def check(
    id: str,
    state: State,
    finding: str,
    remedy: str = "",
    *,
    notes: Iterable[str] = (),
    word: str = "",
    **details: Any,
) -> Check:
    """Return a check, with every text in it cleaned."""
    return Check(
        id,
        state,
        clean(finding, TEXT_LIMIT),
        clean(remedy, TEXT_LIMIT),
        tuple(clean(note, TEXT_LIMIT) for note in notes),
        clean(word, TEXT_LIMIT),
        cleaned(details),
    )


def cleaned(value: Any) -> Any:
    """Return a value of JSON's kinds with every text in it cleaned."""
    if isinstance(value, str):
        return clean(value, TEXT_LIMIT)
    if isinstance(value, dict):
        return {clean(key, TEXT_LIMIT): cleaned(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(item) for item in value]
    return value
