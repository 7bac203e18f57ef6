"""A bar with a limit: a budget, a context window."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal, Unpack

from textual.geometry import Size

from cctop.ui.widgets.draw import bar
from cctop.ui.widgets.paint import Face, Names, Painted
from cctop.ui.widgets.parts import Parts, Tone, cells_of, fit

Level = Literal["ok", "watch", "bad"]

TONE_OF: Final[dict[Level, Tone]] = {"ok": "fill", "watch": "warning", "bad": "alarm"}
# The level is never told by colour alone.
GLYPH_OF: Final[dict[Level, str]] = {"ok": " ", "watch": "△", "bad": "▲"}
SHORTEST_BAR: Final = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """What a gauge shows: a fraction of one, text on both sides, and where it gets serious.

    `fraction` is `None` while it is not known; it may exceed one.
    """

    fraction: float | None = None
    before: Parts = ()
    after: Parts = ()
    watch: float = 0.75
    bad: float = 0.9

    @property
    def level(self) -> Level:
        """How serious it is."""
        if self.fraction is None or self.fraction < self.watch:
            return "ok"
        return "watch" if self.fraction < self.bad else "bad"


def gauge(reading: Reading, width: int, *, framed: bool = False) -> Parts:
    """Return a gauge of exactly `width` cells: text, bar, the level's glyph, text.

    The figures matter most: on a narrow line first the bar shrinks and goes, then the text before
    it, and only then the text after it is cut.
    """
    tone = TONE_OF[reading.level]
    glyph: Parts = ((f" {GLYPH_OF[reading.level]} ", tone),)
    before: Parts = (*reading.before, (" ", "")) if reading.before else ()
    room = width - cells_of((*before, *glyph, *reading.after))
    if room >= SHORTEST_BAR:
        drawn = bar(reading.fraction, room, tone, framed=framed)
        return (*before, *drawn, *glyph, *reading.after)
    glyph = ((f"{GLYPH_OF[reading.level]} ", tone),)
    short = (*before, *glyph, *reading.after)
    return fit(short if cells_of(short) <= width else (*glyph, *reading.after), width)


class Gauge(Painted):
    """A gauge on one line."""

    DEFAULT_CSS = """
    Gauge { height: 1; }
    """

    def __init__(
        self,
        reading: Reading | None = None,
        *,
        framed: bool = False,
        **names: Unpack[Names],
    ) -> None:
        self._reading = reading or Reading()
        self._framed = framed
        super().__init__(**names)

    def update(self, reading: Reading) -> None:
        """Show a reading."""
        if reading != self._reading:
            self._reading = reading
            self.repaint()

    def faces(self, size: Size) -> Iterable[Face]:
        """Return the gauge."""
        return [Face(gauge(self._reading, size.width, framed=self._framed))]
