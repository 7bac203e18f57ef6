"""How much of a plan's limits is used: beside the budget, or in its place."""

from collections.abc import Iterator

from cctop import figures
from cctop.book.snapshot import Fleet
from cctop.events import Limit
from cctop.ui import health
from cctop.ui.widgets.draw import bar
from cctop.ui.widgets.parts import Part, Parts, cells_of
from cctop.ui.words import joined, local_time

NARROW = 72  # columns from which on bars have room for more than their figures


def _limits(fleet: Fleet) -> Iterator[tuple[str, Limit, str]]:
    """The limits of a plan that are known: name, limit, when it is reset."""
    for name, limit, when in (
        ("5h", fleet.five_hour, "%H:%M"),
        ("7d", fleet.seven_day, "%a %H:%M"),
    ):
        if limit is not None:
            yield name, limit, local_time(limit.resets_at, when) if limit.resets_at else ""


def limits_parts(fleet: Fleet, *, times: bool = False) -> Parts:
    """How much of the plan's limits is used, with `times` when each is reset."""
    return joined(
        (*_limit_name(name), *_limit_used(limit), *_limit_reset(when if times else ""))
        for name, limit, when in _limits(fleet)
    )


def limit_bars(fleet: Fleet, width: int) -> Parts:
    """The limits as bars side by side, across the line; empty where none is known."""
    limits = list(_limits(fleet))
    if not limits:
        return ()
    gap = 2 if width < NARROW else 4
    share = (width - gap * (len(limits) - 1)) // len(limits)
    line: list[Part] = []
    for name, limit, when in limits:
        before, used = _limit_name(name), (("  ", ""), *_limit_used(limit, 6))
        after = (*used, *_limit_reset(when if share >= NARROW // 2 else ""))
        room = share - cells_of((*before, *after))
        level = health.limit(limit.percent / 100)
        line += [(" " * gap, "")] if line else []
        line += [*before, *bar(limit.percent / 100, room, health.TONE_OF[level]), *after]
    return tuple(line)


def _limit_name(name: str) -> Parts:
    return ((f"{name} ", "dim"),)


def _limit_used(limit: Limit, width: int = 0) -> Parts:
    used = limit.percent / 100
    line: Parts = ((figures.percent(used).rjust(width), ""),)
    level = health.limit(used)
    return (*line, (" ", ""), health.mark(level)) if level != "ok" else line


def _limit_reset(when: str) -> Parts:
    return ((f" resets {when}", "dim"),) if when else ()
