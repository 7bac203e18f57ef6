"""The first line of a replay: now or the past, what there is to find, and how much is known."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from textual.geometry import Size

from cctop import figures
from cctop.book.snapshot import Progress
from cctop.replay.model import Axis, MarkKind, Moment
from cctop.ui.moment import standing
from cctop.ui.panels.marks import MARK
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Parts, cells_of, fit
from cctop.ui.words import clock, local_time

NAMED_FROM = 60
"""Cells from which on the line begins with the name of the program."""


class HeadView(NamedTuple):
    """What the line says; `now` is the time where the user is, ms."""

    axis: Axis
    moment: Moment
    now: int
    progress: Progress = Progress()
    tag: str = ""
    notice: str = ""  # what went wrong


def head_line(view: HeadView, counts: Mapping[MarkKind, int], width: int) -> Parts:
    """The state, what there is to find; at the right when it was, or how far it has been read."""
    name: Parts = (("cctop", "heading"), ("  ", "")) if width >= NAMED_FROM else ()
    if view.tag:
        name = (*name, (view.tag, "accent"), ("  ", ""))
    left: Parts = (*name, standing(view.axis, view.moment, view.now))
    right = _right(view)
    while right and cells_of((*left, *right)) + 2 > width:
        right = right[:-1]
    room = width - cells_of((*left, *right)) - 8
    legend = legend_parts(counts, room, words=True) or legend_parts(counts, room, words=False)
    if legend:
        left = (*left, ("    ", ""), *legend)
    gap = max(1, width - cells_of((*left, *right)))
    return fit((*left, (" " * gap, ""), *right), width)


def legend_parts(counts: Mapping[MarkKind, int], room: int, *, words: bool) -> Parts:
    """Each kind of mark with its number; nothing where there is no room for all of them."""
    line: Parts = ()
    for kind, sign in MARK.items():
        if kind is MarkKind.PROMPT or not counts.get(kind):
            continue
        number = counts[kind]
        said = f" {number:,} {sign.word}{'s' * (number != 1)}" if words else f" {number:,}"
        line += (*((("   ", ""),) if line else ()), (sign.glyph, sign.tone), (said, "dim"))
    return line if cells_of(line) <= room else ()


def _right(view: HeadView) -> Parts:
    axis, progress = view.axis, view.progress
    if not axis.complete:
        done = (
            f" {int(100 * (1 - progress.bytes_left / progress.bytes))} %" if progress.bytes else ""
        )
        reached: Parts = ((f", up to {clock(axis.end)}", "dim"),) if axis.end else ()
        return ((f"reading{done}", "warning"), *reached)
    if not axis.start:
        return ()
    took = figures.duration(axis.end - axis.start)
    return ((local_time(axis.start, "%a %d %b %Y"), ""), (f", {took}", "dim"))


class Head(Painted):
    """The first line, and a second one where something is missing."""

    def __init__(self) -> None:
        self._view: HeadView | None = None
        self._counts: Counter[MarkKind] = Counter()
        self._counted: tuple[str, int] | None = None
        super().__init__(id="head")

    def show(self, view: HeadView) -> None:
        """Show this."""
        axis = view.axis
        if (axis.session, axis.version) != self._counted:
            self._counted = (axis.session, axis.version)
            self._counts = Counter(mark.kind for mark in axis.marks)
        self._view = view
        self.repaint()

    def lines_wanted(self) -> int:
        """One line, and one for what is missing."""
        return 1 + bool(self._view and _trouble(self._view))

    def faces(self, size: Size) -> Iterator[Face]:
        """The line, and what is missing."""
        if (view := self._view) is None:
            return
        yield Face(head_line(view, self._counts, size.width))
        if said := _trouble(view):
            yield Face(fit(((f"! {said}", "warning"),), size.width))


def _trouble(view: HeadView) -> str:
    return view.notice or view.axis.missing
