"""Bars as lines: heavy as far as something has come, light for the rest."""

from math import floor

from cctop.ui.widgets.parts import Parts, Tone

DONE, HALF, AHEAD, REST = "━", "╸", "╍", "─"


def line_bar(fraction: float | None, width: int, tone: Tone, ahead: float | None = None) -> Parts:
    """A bar exactly `width` cells long, in half cells; None is not known and shows no bar.

    `ahead` is where it will have come to, dashed. What is above nothing shows, and what is below
    all leaves a rest: a bar never claims either by rounding.
    """
    width = max(0, width)
    halves = 0 if fraction is None else floor(min(1.0, max(0.0, fraction)) * 2 * width)
    if fraction is not None and fraction > 0:
        halves = max(1, halves)
        if fraction < 1:
            halves = min(2 * width - 1, halves)
    whole, half = divmod(halves, 2)
    done = DONE * whole + HALF * half
    until = round(min(1.0, max(0.0, ahead or 0.0)) * width)
    dashed = AHEAD * max(0, until - len(done))
    rest = REST * (width - len(done) - len(dashed))
    parts: Parts = ((done, tone), (dashed, tone), (rest, "rule"))
    return tuple(part for part in parts if part[0])
