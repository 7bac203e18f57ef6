"""The board: what its keys do, on what the canvas shows."""

from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from cctop.ui.choice import ORDERS, Choice, Scope
from cctop.ui.keys import BOARD, EVERYWHERE, LISTS, STAGE, bindings
from cctop.ui.layout import PANELS, PARTS, SESSION, SESSIONS, Layout
from cctop.ui.panels.field import FilterField
from cctop.ui.screens.canvas import Canvas
from cctop.ui.screens.open import item_page, open_replay, proof_page
from cctop.ui.widgets.feed import Feed
from cctop.ui.widgets.table import Table


class Board(Canvas, inherit_bindings=False):
    """The main screen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(BOARD),
        *bindings(STAGE),
        *bindings(LISTS),
        *bindings(EVERYWHERE),
    ]
    where: ClassVar[str] = BOARD

    # What the keys do.

    def action_move(self, step: int) -> None:
        """Go to another session, where the focus is on nothing that has lines."""
        self._sessions.action_move(step)

    def action_page(self, step: int) -> None:
        """Go a page of sessions further."""
        self._sessions.action_page(step)

    def action_edge(self, side: int) -> None:
        """Go to the first or the last session."""
        self._sessions.action_edge(side)

    def action_panel(self, name: str) -> None:
        """Go to a part of the board, and show it where it is hidden."""
        zoom = self._focus_now.zoom
        if name == SESSIONS:
            self._look_at(zoom=zoom if zoom == SESSIONS else "")
        elif zoom in PARTS:
            self._look_at(name, zoom=name)
        else:
            self._look_at(name, zoom=SESSION if self._layout_now is Layout.LINE else zoom)
        self._focus_part(name)

    def action_cycle(self, step: int) -> None:
        """Go to the next part."""
        parts = list(PARTS) if not self._focus_now.zoom else list(PANELS)
        here = parts.index(self.focused_part) if self.focused_part in parts else 0
        self.action_panel(parts[(here + step) % len(parts)])

    def action_zoom(self) -> None:
        """Fill the board with the part that has the focus, or go back."""
        self._look_at(zoom="" if self._focus_now.zoom == self.focused_part else self.focused_part)

    def action_back(self) -> None:
        """Undo one step: the field, the zoom, the focus, the filter."""
        if self._field is not None:
            self._close_filter("")
        elif self._focus_now.zoom:
            self._look_at(zoom="")
            self._focus_part(SESSIONS)
        elif self.focused_part != SESSIONS:
            self._focus_part(SESSIONS)
        elif self.view.choice.filter:
            self._choose(self.view.choice.filtered(""))

    def action_open(self) -> None:
        """Open the session, where the focus is on nothing that opens by itself."""
        if self.focused_part != SESSIONS:
            self.action_zoom()

    def action_filter(self) -> None:
        """Begin to type a filter."""
        if self._field is None:
            self._field = FilterField(self.view.choice.filter)
            self.mount(self._field)
            self._arrange()
            self.set_focus(self._field)

    def action_scope(self) -> None:
        """List the next scope of sessions."""
        self._choose(replace(self.view.choice, scope=self.view.choice.scope.next()))

    def action_sort(self, key: str) -> None:
        """Sort by a column, or turn its order round."""
        self._choose(self.view.choice.sorted_by(key))

    def action_sort_step(self, step: int) -> None:
        """Sort by the column beside."""
        self._choose(self.view.choice.stepped(step))

    def action_reverse(self) -> None:
        """Turn the order round."""
        self._choose(replace(self.view.choice, reverse=not self.view.choice.reverse))

    def action_freeze(self) -> None:
        """Freeze the picture, or let it go on."""
        self.view.frozen_at = 0 if self.view.frozen_at else self._options.now()
        self.view.take(self._source.latest(), self.selected)
        self._show()

    def action_replay(self, turns: int) -> None:
        """Replay the selected session: from its start, where it runs from now, or turns before."""
        if self.selected is not None:
            open_replay(self.app, self.selected, self._options, turns)

    def action_copy(self) -> None:
        """Copy the selected failure's text, or the session's id."""
        failures = self._stage.failures
        failure = failures.selected if failures.has_focus else None
        if failure is not None:
            self._copy(f"{failure.tool} {failure.target}\n{failure.error}", "the failure")
        elif self.selected is not None:
            self._copy(self.selected, "the session id")

    def action_proof(self) -> None:
        """Open the proof of what the focused part shows."""
        sessions, part = self.view.snapshot.sessions, self.focused_part
        session = next((each for each in sessions if each.id == self.selected), None)
        page = proof_page(self._stage, part, session, self._source, self._options)
        self.app.push_screen(page)

    def action_select(self, session: str) -> None:
        """Go to a session, in all of them where the scope or the filter hides it."""
        if all(listed.id != session for listed in self.view.listed(self.now)):
            self._choose(replace(self.view.choice.filtered(""), scope=Scope.ALL))
        self._sessions.set_cursor(session)

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"copied: {what}")

    def _choose(self, choice: Choice) -> None:
        self.view.choice = choice
        self._show()

    def _close_filter(self, text: str) -> None:
        if (field := self._field) is not None:
            self._field = None
            field.remove()
        self._choose(self.view.choice.filtered(text))
        self._arrange()
        self._focus_part(SESSIONS)

    # What the parts tell.

    @on(Input.Changed, "#filter")
    def _filter_typed(self, message: Input.Changed) -> None:
        if self._field is not None:
            self._choose(self.view.choice.filtered(message.value))

    @on(Input.Submitted, "#filter")
    def _filter_done(self, message: Input.Submitted) -> None:
        self._close_filter(message.value)

    @on(Table.RowHighlighted, "#sessions")
    def _session_selected(self, message: Table.RowHighlighted) -> None:
        self._source.focus(message.row_id)
        if self.view.take(self._source.latest(), message.row_id):
            self._show()

    @on(Table.RowSelected, "#sessions")
    def _session_opened(self) -> None:
        self._look_at(zoom=SESSION)
        self._focus_part(self._focus_now.panel)

    @on(Table.HeaderSelected, "#sessions")
    def _column_selected(self, message: Table.HeaderSelected) -> None:
        key = "context" if message.key == "bar" else message.key
        if any(order.key == key for order in ORDERS):
            self.action_sort(key)

    @on(Feed.RowSelected)
    def _item_opened(self, message: Feed.RowSelected) -> None:
        name = message.feed.id or ""
        keys = self._options.keys
        self.app.push_screen(item_page(self._stage, name, message.index, self._source, keys))
