"""The tool failures of the selected session, newest first."""

from cctop import figures
from cctop.book.snapshot import Detail, Failure, Streak
from cctop.ui import health
from cctop.ui.panels.frame import columns_line
from cctop.ui.panels.listing import Listing
from cctop.ui.widgets.cells import clip
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.parts import Cell, Parts
from cctop.ui.words import FAILURE, LOOP, clock

COLUMNS = (
    Column("at", "", 8, drop=2),
    Column("kind", "", 1),
    Column("word", "", 12, drop=9),
    Column("tool", "", 8),
    Column("target", "", 12, flex=3),
    Column("error", "", 14, flex=4, drop=1),
    Column("took", "", 7, align="right", drop=8),
)


def failure_line(failure: Failure, width: int) -> Parts:
    """When, which tool, what it was to do, and the first line of the error."""
    sign = FAILURE[failure.kind]
    cells: tuple[Cell, ...] = (
        ((clock(failure.at), "dim"),),
        ((sign.glyph, sign.tone),),
        ((sign.word, sign.tone),),
        ((failure.tool, "heading"),),
        failure.target,
        ((failure.error, "dim"),),
        ((figures.took(failure.duration_ms), "dim"),),
    )
    return columns_line(COLUMNS, cells, width)


def loop_words(streak: Streak) -> Parts:
    """A loop in few words: "↻ Bash 9x in 4 min, $2.10"."""
    lasted = figures.duration(streak.last_at - streak.first_at)
    cost = f", {figures.usd(streak.cost)}" if streak.cost else ""
    return ((f"{LOOP} {clip(streak.tool, 20)} {streak.count:,}x in {lasted}{cost}", "alarm"),)


class Failures(Listing[Failure]):
    """The failures."""

    KEY, NAME = "2", "failures"
    EMPTY = "no tool call failed"

    def items_of(self, detail: Detail) -> tuple[Failure, ...]:
        """All failures, oldest first."""
        return detail.failures

    def item_line(self, item: Failure, width: int) -> Parts:
        """One failure."""
        return failure_line(item, width)

    def details_of(self, detail: Detail) -> list[Parts]:
        """How many of how many, and what to think of it."""
        session = detail.session
        if not session.tool_calls:
            return [(("no tool calls", "dim"),)]
        ratio = figures.percent(session.failure_ratio, fine=True)
        counted = f"{session.tool_failures:,} of {session.tool_calls:,}"
        details: list[Parts] = [
            ((counted, ""),),
            ((f"{ratio} ", "dim"), health.mark(health.failures(session))),
        ]
        if session.denials:
            details.append(((f"{session.denials:,} denied", "dim"),))
        if session.streak is not None:
            details.insert(0, loop_words(session.streak))
        return details
