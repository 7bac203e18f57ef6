"""The subagents of the selected session, as a tree: the newest first, children beneath parents."""

from collections.abc import Iterator

from cctop import figures
from cctop.book.snapshot import Detail, Subagent
from cctop.ui.panels.frame import columns_line
from cctop.ui.panels.listing import Listing
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.parts import Cell, Parts
from cctop.ui.words import SUBAGENT, UNKNOWN_STATE, short_model

COLUMNS = (
    Column("state", "", 1),
    Column("name", "", 22, flex=2),
    Column("doing", "", 14, flex=2, drop=9),
    Column("model", "", 10, drop=5),
    Column("tools", "", 9, align="right", drop=7),
    Column("failed", "", 9, align="right", drop=8),
    Column("took", "", 7, align="right", drop=4),
    Column("tokens", "", 6, align="right", drop=6),
    Column("cost", "", 8, align="right"),
)


def tree(subagents: tuple[Subagent, ...]) -> Iterator[Subagent]:
    """Parents before their children, siblings newest first; orphans stand at the top level."""
    known = {agent.id for agent in subagents}
    children: dict[str, list[Subagent]] = {}
    for agent in sorted(subagents, key=lambda agent: (agent.started_at, agent.id)):
        parent = agent.parent if agent.parent in known and agent.parent != agent.id else ""
        children.setdefault(parent, []).append(agent)
    waiting = children.pop("", [])
    while waiting:
        agent = waiting.pop()
        yield agent
        waiting += children.pop(agent.id, [])
    for circle in children.values():  # agents that claim to be each other's parents
        yield from circle


def subagent_line(agent: Subagent, width: int) -> Parts:
    """Its state, type and task, and what it took."""
    sign = SUBAGENT.get(agent.state, UNKNOWN_STATE)
    indent = "  " * (agent.depth - 2) + "└ " if agent.depth > 1 else ""
    running = agent.state == "running"
    took = max(0, agent.last_activity_at - agent.started_at) if agent.started_at else None
    more = "+" if agent.unpriced_tokens else ""
    cells: tuple[Cell, ...] = (
        ((sign.glyph, sign.tone),),
        ((indent, "rule"), (agent.type or "agent", "heading"), (f"  {agent.description}", "")),
        ((agent.activity if running else sign.word, "" if running else "dim"),),
        ((short_model(agent.model), "dim"),),
        ((f"{agent.tool_calls:,} tools", "dim"),) if agent.tool_calls else "",
        ((f"{agent.tool_failures:,} failed", "warning"),) if agent.tool_failures else "",
        ((figures.duration(took), "dim"),),
        ((figures.tokens(agent.tokens.total), "dim"),),
        figures.usd(agent.cost, 8 - len(more)) + more,
    )
    return columns_line(COLUMNS, cells, width)


class Subagents(Listing[Subagent]):
    """The subagents."""

    KEY, NAME = "4", "subagents"
    EMPTY = "no subagents"

    def items_of(self, detail: Detail) -> tuple[Subagent, ...]:
        """All subagents, the first line's last, as a listing has its newest item on top."""
        return tuple(tree(detail.subagents))[::-1]

    def item_line(self, item: Subagent, width: int) -> Parts:
        """One subagent."""
        return subagent_line(item, width)

    def details_of(self, detail: Detail) -> list[Parts]:
        """How many, how many of them run, and what they cost together."""
        agents = detail.subagents
        if not agents:
            return []
        running = sum(agent.state == "running" for agent in agents)
        cost = figures.usd(sum(agent.cost for agent in agents))
        busy: Parts = ((f"{running:,} running", "accent"),) if running else ()
        return [((f"{len(agents):,}", ""),), busy, ((cost, "dim"),)]
