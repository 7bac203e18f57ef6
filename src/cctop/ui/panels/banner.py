"""The rule above the sessions: what is listed, in which order, and what is out of the ordinary."""

from collections.abc import Iterable
from typing import NamedTuple

from textual.geometry import Size

from cctop.book.snapshot import Progress
from cctop.ui.choice import Choice
from cctop.ui.panels.frame import HEAVY_LINE, title
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Part, Parts, cells_of, merge
from cctop.ui.widgets.rule import LINE
from cctop.ui.words import clock, count, joined


class BannerView(NamedTuple):
    """What the rule says; `frozen_at` is 0 while the picture moves."""

    choice: Choice = Choice()
    listed: int = 0
    known: int = 0
    progress: Progress = Progress()
    skipped_lines: int = 0
    frozen_at: int = 0
    skipped_key: str = "!"


def banner(view: BannerView, width: int, *, focused: bool) -> Parts:
    """The rule; while history loads, its heavy start shows how far that has come."""
    choice = view.choice
    order = f"by {choice.order.word} {'↓' if choice.descending else '↑'}"
    number = f"{view.listed:,}"
    if view.listed != view.known:
        number += f" of {view.known:,}"
    details: list[Parts] = [((number, ""),), ((choice.scope, "dim"),), ((order, "dim"),)]
    if choice.filter:
        details.append((("filter ", "dim"), (choice.filter, "accent")))
    right = joined(_unusual(view, short=width < 72), min(2 * width // 3, width - 20))
    parts = title(width, "0", "sessions", details, right, focused=focused).parts
    if view.progress.reading:
        return _progress(parts, _done(view.progress))
    return parts


def _unusual(view: BannerView, *, short: bool) -> list[Parts]:
    """What is out of the ordinary, the most important first."""
    marks: list[Parts] = []
    if view.frozen_at:
        marks.append(((f"frozen {clock(view.frozen_at)}", "warning"),))
    if view.progress.reading:
        left = view.progress.files_left
        words = "reading" if short else "reading history"
        line: Parts = ((f"{words} {int(100 * _done(view.progress)):>2} %", "dim"),)
        more: Parts = ((f", {count(left, 'file')} left", "dim"),) if left and not short else ()
        marks.append((*line, *more))
    if view.skipped_lines:
        words = f"{view.skipped_lines:,} skipped" if short else _skipped(view.skipped_lines)
        marks.append(((f"{words} ", "warning"), (view.skipped_key, "dim")))
    return marks


def _done(progress: Progress) -> float:
    return 1 - progress.bytes_left / max(1, progress.bytes)


def _skipped(lines: int) -> str:
    return f"{count(lines, 'line')} could not be read"


def _progress(parts: Parts, done: float) -> Parts:
    """The rule's lines left of where the reading has come to become heavy."""
    reached = round(cells_of(parts) * min(1.0, max(0.0, done)))
    line: list[Part] = []
    x = 0
    for text, tone in parts:
        size = cells_of(((text, tone),))
        if set(text) <= {LINE, HEAVY_LINE} and text:
            heavy = min(size, max(0, reached - x))
            line += [(HEAVY_LINE * heavy, "accent"), (text[heavy:], tone)]
        else:
            line.append((text, tone))
        x += size
    return merge(line)


class Banner(Painted):
    """The rule above the sessions."""

    def __init__(self) -> None:
        self._view = BannerView()
        self._focused = False
        super().__init__(id="banner")

    def show(self, view: BannerView, *, focused: bool) -> None:
        """Show this."""
        if (view, focused) != (self._view, self._focused):
            self._view, self._focused = view, focused
            self.repaint()

    def faces(self, size: Size) -> Iterable[Face]:
        """One line."""
        yield Face(banner(self._view, size.width, focused=self._focused))
