"""A titled rule: the kit's only separator."""

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
