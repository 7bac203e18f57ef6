"""The replay: what its keys and the mouse do."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.binding import BindingType
from textual.widgets import Input

from cctop.replay.model import Deck, MarkKind
from cctop.ui.keys import REPLAY, replay_bindings
from cctop.ui.layout import PANELS, TALK
from cctop.ui.moment import beside, speed_beside
from cctop.ui.options import Options
from cctop.ui.panels.ask import Ask, Asks
from cctop.ui.panels.axis import Of
from cctop.ui.panels.scrubber import Scrubber
from cctop.ui.panels.talk import Talk
from cctop.ui.screens.open import item_page
from cctop.ui.screens.reel import Reel
from cctop.ui.widgets.feed import Feed


class Replay(Reel, inherit_bindings=False):
    """A session as it was at any moment, and as it is now where it still runs.

    `alone`: it is all that the app shows, and closing it ends the app. It opens `turns` turns
    later than where the deck stands, or with a negative number before.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*replay_bindings()]
    where: ClassVar[str] = REPLAY

    def __init__(
        self, deck: Deck, options: Options, *, alone: bool = False, turns: int = 0
    ) -> None:
        super().__init__(deck, options)
        self._alone = alone
        self._turns = turns

    def on_mount(self) -> None:
        """Go where it was asked to open."""
        super().on_mount()
        if self._turns:
            self.action_turn(self._turns)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002
        """Leave the keys to the field while something is typed into it."""
        return self._field is None or action in {"move", "back"}

    # Through time.

    def action_play(self) -> None:
        """Play or pause; a finished session that has come to its end begins anew."""
        axis, moment = self._deck.axis(), self._deck.moment()
        if axis.live and moment.at_end:
            self._say("live: go back first, and play from there")
        elif moment.playing:
            self._deck.pause()
        else:
            if axis.complete and not axis.live and moment.at >= axis.end:
                self._deck.seek(axis.start)
            self._deck.play()
        self.refresh_picture()

    def action_speed(self, step: int) -> None:
        """Play faster or slower."""
        self._deck.set_speed(speed_beside(self._deck.moment().speed, step))
        self.refresh_picture()

    def action_event(self, step: int) -> None:
        """Go an event on or back."""
        self._deck.step(step)
        self.refresh_picture()

    def action_turn(self, step: int) -> None:
        """Go to where the next turn begins, or this one or the one before."""
        self._go_beside(self._deck.axis().turns, step, "turn")

    def action_jump(self, kind: str, step: int) -> None:
        """Go to the next mark of a kind, or to the one before."""
        marks = self._deck.axis().marks
        times = [mark.at for mark in marks if mark.kind is MarkKind(kind)]
        self._go_beside(times, step, kind)

    def action_start(self) -> None:
        """Go to the start."""
        self._go(self._deck.axis().start)

    def action_end(self) -> None:
        """Go to the end: of a session that still runs, to what is now."""
        axis = self._deck.axis()
        self._go(max(axis.end, self._options.now()) if axis.live else axis.end)

    def _go_beside(self, times: Sequence[int], step: int, what: str) -> None:
        at = beside(times, self._deck.moment().at, step)
        if at is None:
            where = "later" if step > 0 else "earlier"
            self._say(f"no {where} {what}" if times else f"no {what}")
        else:
            self._go(at)

    def _go(self, at: int) -> None:
        """Go to a time: the line and the conversation follow at once, the panels when they can."""
        self._deck.seek(at)
        self.refresh_picture()

    @on(Scrubber.Dragged)
    def _dragged(self, message: Scrubber.Dragged) -> None:
        self._go(message.at)

    @on(Talk.Chosen)
    def _entry_chosen(self, message: Talk.Chosen) -> None:
        self._go(message.at)

    # The field.

    def action_goto(self) -> None:
        """Ask for a time to go to."""
        self._ask(Asks.TIME)

    def action_find(self) -> None:
        """Ask for words to find."""
        self._ask(Asks.WORDS, self._sought)

    def _ask(self, asks: Asks, text: str = "") -> None:
        if self._field is None:
            self._field = Ask(asks, text)
            self.mount(self._field)
            self._arrange()
            self.set_focus(self._field.field)

    def _close_field(self) -> None:
        if (field := self._field) is not None:
            self._field = None
            field.remove()
            self._arrange()
            self._say("")
            self._show_talk()
            self._focus_part(self._focus_now.zoom or self._focus_now.panel)

    @on(Input.Submitted, "#asked")
    def _answered(self, message: Input.Submitted) -> None:
        if self._field is None or not message.value.strip():
            self._close_field()
        elif self._field.asks is Asks.WORDS:
            self._find(message.value, forward=True)
        elif self._go_to(message.value):
            self._close_field()

    def _go_to(self, text: str) -> bool:
        """Go to a time as a person writes it; say what is wrong with it where it is none."""
        from cctop.replay.times import parse_time  # noqa: PLC0415 - when it is asked for

        try:
            at = parse_time(text, self._deck.axis(), self._deck.moment().at)
        except ValueError as error:
            self._say(f"{error}")
            return False
        self._go(at)
        return True

    def _find(self, text: str, *, forward: bool) -> None:
        self._sought = text
        at = self._deck.find(text, self._deck.moment().at, forward)
        if at is None:
            where = "later" if forward else "earlier"
            self._say(f"nothing {where} has these words")
            self._show_talk()
        else:
            self._go(at)

    # The parts.

    def action_move(self, step: int) -> None:
        """Find the next or the one before; scroll, where the focus is on nothing that has lines."""
        if self._field is None:
            self._talk.scroll_lines(-step)
        elif self._field.asks is Asks.WORDS and self._field.field.value.strip():
            self._find(self._field.field.value, forward=step > 0)

    def action_page(self, step: int) -> None:
        """Scroll the conversation by pages."""
        self._talk.scroll_lines(-step * self._talk.page)

    def action_edge(self, side: int) -> None:
        """Scroll the conversation to the moment again."""
        if side > 0:
            self._talk.scroll_to_moment()

    def action_panel(self, name: str) -> None:
        """Go to a part, and show it where it is hidden."""
        self._look_at(name, zoom=name if self._focus_now.zoom else "")
        self._focus_part(name)

    def action_cycle(self, step: int) -> None:
        """Go to the next part."""
        parts = (*PANELS, TALK)
        self.action_panel(parts[(parts.index(self.focused_part) + step) % len(parts)])

    def action_zoom(self) -> None:
        """Fill the screen with the part that has the focus, or go back."""
        self._look_at(zoom="" if self._focus_now.zoom == self.focused_part else self.focused_part)

    def action_open(self) -> None:
        """Zoom, where the focus is on nothing that opens by itself."""
        self.action_zoom()

    def action_back(self) -> None:
        """Undo one step: the field, the zoom; then close the replay."""
        if self._field is not None:
            self._close_field()
        elif self._focus_now.zoom:
            self._look_at(zoom="")
        else:
            self.action_close()

    def action_close(self) -> None:
        """Close the replay, and with it the app where there is nothing else."""
        if self._alone:
            self.app.exit()
        else:
            self.dismiss()

    def action_curve(self) -> None:
        """Show the context over time, or the cost."""
        self._of = Of.CONTEXT if self._of is Of.COST else Of.COST
        self._show_axis()

    def action_copy(self) -> None:
        """Copy the selected failure's text, or the session's id."""
        failures = self._stage.failures
        failure = failures.selected if failures.has_focus else None
        if failure is not None:
            self._copy(f"{failure.tool} {failure.target}\n{failure.error}", "the failure")
        else:
            self._copy(self._axis.session, "the session id")

    def _copy(self, text: str, what: str) -> None:
        self.app.copy_to_clipboard(text)
        self.notify(f"copied: {what}")

    @on(Feed.RowSelected)
    def _item_opened(self, message: Feed.RowSelected) -> None:
        name, keys = message.feed.id or "", self._options.keys
        self.app.push_screen(item_page(self._stage, name, message.index, self._deck, keys))
