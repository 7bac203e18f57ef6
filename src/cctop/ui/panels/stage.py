"""The panels of the selected session, side by side or one above the other."""

from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Region
from textual.strip import Strip

from cctop.book.snapshot import Detail
from cctop.ui.layout import pane_rows
from cctop.ui.panels.compactions import Compactions
from cctop.ui.panels.failures import Failures
from cctop.ui.panels.meter import Meter
from cctop.ui.panels.subagents import Subagents
from cctop.ui.panels.turns import Turns
from cctop.ui.widgets.paint import Painted, ground_lines


class Stage(Container):
    """All panels; which of them are displayed, and where, the board and the style sheet say.

    Where they are `stacked` in one column each is as high as it needs to be.
    """

    def __init__(self) -> None:
        self.meter = Meter()
        self.failures = Failures()
        self.compactions = Compactions()
        self.subagents = Subagents()
        self.turns = Turns()
        self.stacked = False
        self._rows: dict[str, int] = {}
        super().__init__(id="stage")

    @property
    def panels(self) -> dict[str, Painted]:
        """All panels by name, row by row of the full board."""
        return {
            "meter": self.meter,
            "failures": self.failures,
            "compactions": self.compactions,
            "subagents": self.subagents,
            "turns": self.turns,
        }

    def compose(self) -> ComposeResult:
        """The panels."""
        yield from self.panels.values()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The background between the panels."""
        return ground_lines(self, crop)

    def present(self, detail: Detail | None, now: int) -> None:
        """Show a session in all panels."""
        self.meter.show(detail, now)
        for listing in (self.failures, self.compactions, self.subagents, self.turns):
            listing.present(detail)
        self.share_rows()

    def display_parts(self, shown: tuple[str, ...]) -> None:
        """Display these panels and no others."""
        for name, panel in self.panels.items():
            panel.display = name in shown
        self.display = any(panel.display for panel in self.panels.values())
        single = sum(panel.display for panel in self.panels.values()) == 1
        self.update_classes({"-single": single}, update=self.is_mounted)
        self.share_rows()

    def on_resize(self) -> None:
        """Share the new height."""
        self.share_rows()

    def share_rows(self) -> None:
        """Give each stacked panel its lines; side by side the style sheet does."""
        shown = {name: panel for name, panel in self.panels.items() if panel.display}
        rows: dict[str, int] = {}
        if self.stacked and len(shown) > 1 and self.size.height:
            wanted = {name: panel.lines_wanted() for name, panel in shown.items()}
            rows = pane_rows(self.size.height, wanted)
        if rows != self._rows:
            self._rows = rows
            for name, panel in self.panels.items():
                panel.styles.height = rows.get(name)
