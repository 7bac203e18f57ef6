"""What is on the board at which size: decided here, drawn by the style sheet."""

from enum import StrEnum
from typing import NamedTuple

SESSIONS = "sessions"
SESSION = "session"
"""Zoom on the selected session: all its panels, without the table."""
PANELS = ("meter", "failures", "compactions", "subagents", "turns")
PARTS = (SESSIONS, *PANELS)


class Layout(StrEnum):
    """The four ways to fill a terminal."""

    LINE = "line"
    PANE = "pane"
    DECK = "deck"
    BOARD = "board"


def layout_for(width: int, height: int) -> Layout:
    """The layout for a terminal of this size, in cells."""
    if width < 40 or height < 12:
        return Layout.LINE
    if width < 72:
        return Layout.PANE
    return Layout.BOARD if width >= 120 and height >= 28 else Layout.DECK


class Focus(NamedTuple):
    """What the user looks at: `panel` is the last panel gone to, `zoom` what fills the board."""

    panel: str = "meter"
    zoom: str = ""


def parts_shown(layout: Layout, focus: Focus, height: int) -> tuple[str, ...]:
    """The parts on the board, in their order."""
    if focus.zoom and focus.zoom != SESSION:
        return (focus.zoom,)
    single = layout in {Layout.LINE, Layout.DECK}
    if focus.zoom:
        return (focus.panel,) if single else PANELS
    match layout:
        case Layout.LINE:
            return (SESSIONS,)
        case Layout.DECK:
            return (SESSIONS, focus.panel)
        case Layout.BOARD:
            return PARTS
    # One column: the last place changes, and goes where there are too few lines for it.
    third = focus.panel if focus.panel in PANELS[2:] else PANELS[2]
    room = 1 if height < 24 else 2 if height < 34 else 3
    stack = [focus.panel, *(name for name in ("meter", "failures", third) if name != focus.panel)]
    kept = set(stack[:room])
    return (SESSIONS, *(name for name in PANELS if name in kept))


TALK = "talk"
"""The conversation of a replay."""


def replay_parts(layout: Layout, focus: Focus, height: int) -> tuple[str, ...]:
    """The panels of a replay: the conversation stays beside them where there is any room."""
    if focus.zoom:
        return (focus.zoom,)
    match layout:
        case Layout.LINE:
            return (focus.panel,)
        case Layout.BOARD:
            return (*PANELS, TALK)
    if layout is Layout.PANE and height < 24:
        return (focus.panel,)
    panel = focus.panel if focus.panel in PANELS else PANELS[0]
    if layout is Layout.DECK or height < 40:
        return (panel, TALK)
    return (*(name for name in PANELS if name in {PANELS[0], panel}), TALK)


MOST_ROWS = 8
FEWEST_ROWS = 4
GRAPH_ROWS = 4
"""Lines of a list panel in one column at most and at least, and of the meter's graph."""


def pane_rows(height: int, wanted: dict[str, int]) -> dict[str, int]:
    """Share the lines of one column among panels that want so many each, the first one first.

    What is left goes to a graph in the meter, and then to the last panel.
    """
    rows: dict[str, int] = {}
    left = height
    for place, (name, lines) in enumerate(wanted.items()):
        others = FEWEST_ROWS * (len(wanted) - place - 1)
        most = lines if name == "meter" else min(lines, MOST_ROWS)
        rows[name] = max(1, min(most, left - others))
        left -= rows[name]
    if "meter" in rows and left >= GRAPH_ROWS:
        rows["meter"] += GRAPH_ROWS
        left -= GRAPH_ROWS
    if rows and left > 0:
        rows[list(rows)[-1]] += left
    return rows
