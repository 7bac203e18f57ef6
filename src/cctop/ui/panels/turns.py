"""The turns of the selected session, newest first, with the cost of each."""

from cctop import figures
from cctop.book.snapshot import Detail, Turn
from cctop.ui.panels.frame import columns_line
from cctop.ui.panels.listing import Listing
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.parts import Cell, Parts
from cctop.ui.words import amount, clock, count

COLUMNS = (
    Column("number", "", 4, align="right"),
    Column("at", "", 8, drop=4),
    Column("prompt", "", 14, flex=1),
    Column("took", "", 7, align="right", drop=6),
    Column("calls", "", 10, align="right", drop=7),
    Column("tools", "", 9, align="right", drop=8),
    Column("failed", "", 9, align="right", drop=3),
    Column("tokens", "", 6, align="right", drop=5),
    Column("cost", "", 8, align="right"),
)


def turn_line(turn: Turn, width: int) -> Parts:
    """Its number, when, the prompt, and what it took."""
    took = turn.ended_at - turn.at if turn.ended_at > turn.at > 0 else None
    more = "+" if turn.unpriced_tokens else ""
    cells: tuple[Cell, ...] = (
        ((f"{turn.number}", "dim"),),
        ((clock(turn.at), "dim"),),
        turn.prompt or (("(no prompt)", "dim"),),
        ((figures.took(took), "dim"),),
        ((count(turn.api_calls, "call"), "dim"),),
        ((count(turn.tool_calls, "tool"), "dim"),) if turn.tool_calls else "",
        ((f"{turn.failures:,} failed", "warning"),) if turn.failures else "",
        ((figures.tokens(turn.tokens), "dim"),),
        amount(turn.cost, turn.unpriced_tokens, 8 - len(more)) + (more if turn.cost else ""),
    )
    return columns_line(COLUMNS, cells, width)


class Turns(Listing[Turn]):
    """The turns."""

    KEY, NAME = "5", "turns"
    EMPTY = "no turn yet"

    def items_of(self, detail: Detail) -> tuple[Turn, ...]:
        """All turns, oldest first."""
        return detail.turns

    def item_line(self, item: Turn, width: int) -> Parts:
        """One turn."""
        return turn_line(item, width)

    def details_of(self, detail: Detail) -> list[Parts]:
        """How many, and what one cost on the average."""
        turns = detail.turns
        if not turns:
            return []
        said: list[Parts] = [((f"{len(turns):,}", ""),)]
        mean = sum(turn.cost for turn in turns) // len(turns)
        return [*said, ((f"{figures.usd(mean)} on average", "dim"),)] if mean else said
