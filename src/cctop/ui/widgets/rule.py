"""A titled rule: the kit's only separator."""

from collections.abc import Iterable
from typing import Unpack

from textual.geometry import Size

from cctop.ui.widgets.paint import Face, Names, Painted
from cctop.ui.widgets.parts import Parts, cells_of, fit

LINE = "─"


def rule(width: int, left: Parts = (), right: Parts = ()) -> Parts:
    """Return a line of exactly `width` cells with a title in it: `─ failures 7 ▲ ──── meter ─`.

    Where there is no room for both titles the right one goes, and the left one is cut.
    """
    titles = _titled(left), _titled(right)
    spare = width - 1 - bool(left) - sum(map(cells_of, titles))
    if spare < 1 and right:
        return rule(width, left)
    end: Parts = (*titles[1], (LINE, "rule")) if right else ((LINE, "rule"),)
    line: Parts = ((LINE * bool(left), "rule"), *titles[0])
    return fit((*line, (LINE * max(0, width - cells_of((*line, *end))), "rule"), *end), width)


def _titled(parts: Parts) -> Parts:
    return ((" ", ""), *parts, (" ", "")) if parts else ()


class Rule(Painted):
    """A one-line rule with a title, and perhaps a second one at its right end."""

    DEFAULT_CSS = """
    Rule { height: 1; }
    """

    def __init__(
        self,
        left: Parts = (),
        right: Parts = (),
        **names: Unpack[Names],
    ) -> None:
        self._titles = (left, right)
        super().__init__(**names)

    def update(self, left: Parts, right: Parts = ()) -> None:
        """Show these titles."""
        if (left, right) != self._titles:
            self._titles = (left, right)
            self.repaint()

    def faces(self, size: Size) -> Iterable[Face]:
        """Return the rule."""
        return [Face(rule(size.width, *self._titles))]
