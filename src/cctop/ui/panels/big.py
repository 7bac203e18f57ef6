"""Figures three lines high, for the one that matters most."""

from functools import lru_cache

from rich.segment import Segment
from rich.style import Style
from textual.renderables.digits import Digits

HEIGHT = 3


@lru_cache(64)
def big(text: str) -> tuple[str, ...]:
    """Three lines that spell `text` in line-drawn digits, each as wide as the others."""
    segments = Digits(text).render(Style.null())
    spelt = "".join(segment.text for segment in segments if isinstance(segment, Segment))
    return tuple(spelt.splitlines()[:HEIGHT])
