"""The line at the foot of a replay: where it stands, how it plays, and all there is to go to."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final, NamedTuple

from textual import events
from textual.geometry import Size
from textual.message import Message

from cctop import figures
from cctop.replay.model import Axis, Mark, Moment
from cctop.ui.moment import level_at, speed_word, turn_at
from cctop.ui.panels.axis import Ground, Of, axis_lines, ground_of
from cctop.ui.panels.marks import MARK, RANK
from cctop.ui.widgets.cells import truncate
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Part, Parts, cells_of
from cctop.ui.widgets.rule import rule
from cctop.ui.words import clock, count

PLAYING: Final[Part] = ("▶", "accent")
PAUSED: Final[Part] = ("‖", "dim")
LIVE: Final[Part] = ("●", "accent")
EDGES: Final = 4  # cells of a rule around its title
LEAST_MARK: Final = 12  # cells of a mark's words that still say something


class AxisView(NamedTuple):
    """What the line shows. `cost` is as the session's own line has it, "" to take the level's;
    `window` the size of the context, None where it is not known. `word` is what a key could not do.
    """

    axis: Axis
    moment: Moment
    of: Of = Of.COST
    cost: str = ""
    window: int | None = None
    word: str = ""


def status_line(view: AxisView, ground: Ground, width: int) -> Parts:
    """How it plays, when that is, the turn, the cost, and what stands beneath the cursor."""
    axis, moment = view.axis, view.moment
    level = level_at(axis, moment.at)
    is_live = axis.live and moment.at_end
    glyph, tone = LIVE if is_live else PLAYING if moment.playing else PAUSED
    pace = "" if is_live else f" {speed_word(moment.speed)}"
    turns = f"{turn_at(axis, moment.at):,} of {count(len(axis.turns), 'turn')}"
    said: list[Parts] = [
        ((f"{glyph}{pace}", tone),),
        ((clock(moment.at), "heading"),),
        ((turns, ""),),
        ((view.cost or figures.usd(level.cost), "heading"),),
    ]
    if view.of is Of.CONTEXT:
        said.append(((f"context {figures.tokens(level.context)}", ""),))
    line = _joined(said)
    if cells_of(line) > width - EDGES:
        line = _joined([((glyph, tone),), *said[1:]])
    full = figures.usd(ground.full) if view.of is Of.COST else figures.tokens(ground.full)
    right: Parts = ((view.of, ""), (f" of {full}", "dim"))
    if view.word and cells_of(line) + len(view.word) + 2 > width - EDGES:
        line = _joined(said[1:2])
    room = width - EDGES - cells_of((*line, *right)) - 5
    return rule(width, (*line, *_said(view, ground, room)), right)


def _said(view: AxisView, ground: Ground, room: int) -> Parts:
    """What a key could not do, else what is beneath the cursor, where there is room for it."""
    if view.word:
        return (("  ", ""), (view.word, "warning"))
    mark = mark_at(view.axis, ground, view.moment.at)
    if mark is None or room < LEAST_MARK:
        return ()
    sign = MARK[mark.kind]
    words = truncate(mark.text or sign.word, room - 2)
    return (("  ", ""), (f"{sign.glyph} ", sign.tone), (words, ""))


def mark_at(axis: Axis, ground: Ground, at: int) -> Mark | None:
    """The mark of this very moment, else the one on its cell, once it has been passed."""
    first = bisect_left(axis.marks, at, key=_time)
    exact = axis.marks[first : bisect_right(axis.marks, at, key=_time)]
    if exact:
        return min(exact, key=lambda mark: RANK[mark.kind])
    seen = ground.mark(ground.ruler.cell(at))
    return seen if seen is not None and seen.at <= at else None


class Scrubber(Painted):
    """The line. A click or a drag goes to a time."""

    class Dragged(Message):
        """The mouse asks for a time, ms; of several the last one counts."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

        def can_replace(self, message: Message) -> bool:
            """A seek that nobody waits for any more is left out."""
            return isinstance(message, Scrubber.Dragged)

    def __init__(self) -> None:
        self._view: AxisView | None = None
        self._ground: Ground | None = None
        self._ground_of: object = None
        self._dragging = False
        self._line = -1  # the one on which a drag began
        super().__init__(id="scrubber")

    def show(self, view: AxisView) -> None:
        """Show this."""
        self._view = view
        self.repaint()

    def faces(self, size: Size) -> Iterator[Face]:
        """The status, and the line beneath it."""
        if (view := self._view) is None:
            return
        width, height = size
        ground = self._made(view, Size(width, height - 1))
        yield Face(status_line(view, ground, width))
        if height > 1:
            yield from map(Face, axis_lines(ground, view.moment.at, height - 1))

    def _made(self, view: AxisView, size: Size) -> Ground:
        """The ground, made anew when more than the cursor is another."""
        axis = view.axis
        wanted = (axis.session, axis.version, view.of, view.window, size)
        if self._ground is None or wanted != self._ground_of:
            self._ground = ground_of(axis, view.of, view.window, *size)
            self._ground_of = wanted
        return self._ground

    # The mouse.

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Go to a time, and further while the button is down."""
        if event.button == 1 and event.y > 0:
            self._dragging, self._line = True, event.y - 1
            self.capture_mouse()
            self._drag(event.x)
        event.stop()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go where the mouse goes."""
        if self._dragging:
            self._drag(event.x)

    def on_mouse_up(self) -> None:
        """Stay there."""
        self._dragging = False
        self.release_mouse()

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """A cell on."""
        self._scroll(event, 1)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """A cell back."""
        self._scroll(event, -1)

    def _scroll(self, event: events.MouseEvent, cells: int) -> None:
        event.stop()
        if self._view is not None and self._ground is not None:
            self._line = -1
            self._drag(self._ground.ruler.cell(self._view.moment.at) + cells)

    def _drag(self, cell: int) -> None:
        if self._ground is not None:
            cell = min(self.size.width - 1, max(0, cell))
            self.post_message(self.Dragged(self._ground.time(cell, self._line)))


def _joined(said: list[Parts]) -> Parts:
    line: Parts = ()
    for parts in said:
        line += (("  ", ""), *parts) if line else parts
    return line


def _time(mark: Mark) -> int:
    return mark.at
