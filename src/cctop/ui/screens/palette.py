"""The palette: type a few letters of an action or a session, and Enter does it."""

from typing import ClassVar, NamedTuple

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Input

from cctop.book.snapshot import Snapshot
from cctop.ui.keys import ACTIONS, BOARD, MOVE, KeyMap, shown
from cctop.ui.theme import THEMES
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.paint import Toned
from cctop.ui.widgets.table import Row, Table

COLUMNS = (Column("name", "", 20, flex=1), Column("keys", "", 12, align="right", drop=1))


class Choice(NamedTuple):
    """Something to choose: its name, its keys, and the Textual action that does it."""

    name: str
    keys: str
    run: str


def choices(where: str, snapshot: Snapshot, keys: KeyMap) -> list[Choice]:
    """What a kind of screen can do, every theme, and on the board every session."""
    found = [
        Choice(action.help, shown(keys[action.id]), action.run)
        for action in ACTIONS
        if action.is_on(where) and action.group != MOVE
    ]
    found += [Choice(f"theme: {name}", "", f"app.theme_named({name!r})") for name in THEMES]
    if where != BOARD:
        return found
    return found + [
        Choice(f"go to {s.project}: {s.title or s.id[:8]}", "", f"select({s.id!r})")
        for s in snapshot.sessions
    ]


def matching(found: list[Choice], typed: str) -> list[Choice]:
    """Those that hold the typed letters in their order; whole words first, then early matches."""
    letters = "".join(typed.casefold().split())
    scored = []
    for place, choice in enumerate(found):
        name = choice.name.casefold()
        if typed.casefold().strip() in name:
            scored.append((name.index(typed.casefold().strip()), place, choice))
        elif _in_order(letters, name):
            scored.append((1000, place, choice))
    return [choice for _, _, choice in sorted(scored, key=lambda entry: entry[:2])]


def _in_order(letters: str, name: str) -> bool:
    rest = iter(name)
    return all(letter in rest for letter in letters)


class Palette(Toned[str | None], ModalScreen[str | None], inherit_bindings=False):
    """A field and what matches it. Its result is the action to run."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "close", show=False),
        Binding("down,ctrl+n", "move(1)", "next", show=False),
        Binding("up,ctrl+p", "move(-1)", "before", show=False),
    ]
    AUTO_FOCUS = "#palette-field"

    def __init__(self, where: str, snapshot: Snapshot, keys: KeyMap) -> None:
        super().__init__()
        self._choices = choices(where, snapshot, keys)
        self._found: list[Choice] = self._choices
        self._table = Table(COLUMNS, headed=False, empty="nothing matches", id="palette-list")

    def compose(self) -> ComposeResult:
        """The field above the list."""
        with Vertical(id="palette"):
            yield Input(placeholder="what to do", compact=True, id="palette-field")
            yield self._table

    def on_mount(self) -> None:
        """List everything."""
        self._table.can_focus = False
        self._show("")

    def _show(self, typed: str) -> None:
        self._found = matching(self._choices, typed)
        self._table.show_rows([f"{place}" for place in range(len(self._found))], self._row)
        self._table.move_to(0)

    def _row(self, place: int) -> Row:
        choice = self._found[place]
        return Row(f"{place}", (choice.name, ((choice.keys, "dim"),)))

    def action_move(self, step: int) -> None:
        """Go along the list."""
        self._table.action_move(step)

    @on(Input.Changed)
    def _typed(self, message: Input.Changed) -> None:
        self._show(message.value)

    @on(Input.Submitted)
    def _entered(self) -> None:
        self._choose(self._table.position)

    @on(Table.RowSelected)
    def _clicked(self, message: Table.RowSelected) -> None:
        self._choose(int(message.row_id))

    def _choose(self, place: int | None) -> None:
        if not self.is_current:  # a second Enter that was on its way
            return
        self.dismiss(None if place is None or not self._found else self._found[place].run)
