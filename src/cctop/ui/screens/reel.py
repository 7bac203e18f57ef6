"""What a replay shows, and where: the session as of the moment, its conversation, its line."""

from time import monotonic
from typing import Final, TypeAlias

from textual import events
from textual.app import ComposeResult
from textual.containers import Container
from textual.geometry import Size
from textual.timer import Timer

from cctop.book.snapshot import Snapshot
from cctop.replay.model import Axis, Deck, Moment
from cctop.ui.alarm import Alarm
from cctop.ui.layout import PANELS, TALK, Focus, Layout, layout_for, replay_parts
from cctop.ui.options import Options
from cctop.ui.panels.ask import Ask, Asks
from cctop.ui.panels.axis import Of
from cctop.ui.panels.foot import REPLAY_HINTS, Foot
from cctop.ui.panels.head import Head, HeadView
from cctop.ui.panels.meter import READING
from cctop.ui.panels.scrubber import AxisView, Scrubber
from cctop.ui.panels.session_line import Look
from cctop.ui.panels.sessions import WIDE_FROM
from cctop.ui.panels.stage import Stage
from cctop.ui.panels.standing import Standing
from cctop.ui.panels.talk import Talk
from cctop.ui.widgets.paint import Painted, Toned
from cctop.ui.words import cost_of

PICTURES_HZ: Final = 10
"""Pictures a second at most, while it plays."""
BLURRED_HZ: Final = 2
"""The same while the user is elsewhere."""
TALL, ROOMY, SHORT = 36, 28, 20
"""Lines from which on there is air between the parts, from which on the line of time has a curve
that says something, and below which it has none.
"""
_Seen: TypeAlias = tuple[str, int, Moment, int, int]
LOOKS: dict[Layout, Look] = {Layout.LINE: "lines", Layout.PANE: "cards"}


class Reel(Toned[None], inherit_bindings=False):
    """The parts of a replay. They show where the deck is when `refresh_picture` is called."""

    AUTO_FOCUS = "#talk"

    def __init__(self, deck: Deck, options: Options) -> None:
        super().__init__()
        self._deck = deck
        self._options = options
        self._axis: Axis = deck.axis()
        self._moment: Moment = deck.moment()
        self._snapshot = Snapshot()
        self._seen: _Seen | None = None
        self._of = Of.COST
        self._sought = ""
        self._word = ""  # what the last key could not do
        self._window = 0  # the largest one known: the scale does not move with the cursor
        self._layout_now = Layout.BOARD
        self._height = 0
        self._focus_now = Focus(TALK)
        self._field: Ask | None = None
        self._ticker: Timer | None = None
        self._alarm: Alarm | None = None
        self._shown_at = 0.0
        self._head = Head()
        self._standing = Standing()
        self._stage = Stage()
        self._stage.meter.say(READING)
        self._talk = Talk()
        self._scrubber = Scrubber()
        self._foot = Foot(REPLAY_HINTS, options.keys)

    def compose(self) -> ComposeResult:
        """Few widgets, which draw their lines themselves."""
        self._lay_out(self.app.size)
        self.refresh_picture()
        yield from (self._head, self._standing)
        with Container(id="body"):
            yield from (self._stage, self._talk)
        yield from (self._scrubber, self._foot)

    # The life of the deck.

    def on_mount(self) -> None:
        """Begin to read."""
        alarm = self._alarm = Alarm(self.app, self.refresh_picture)
        alarm.begin()
        # Never more than so many pictures a second.
        self._deck.start(lambda: alarm.set_from_afar(self._shown_at + 1 / PICTURES_HZ))
        self._tick_at(1.0)

    def on_unmount(self) -> None:
        """End the deck's thread."""
        if self._alarm is not None:
            self._alarm.end()
        self._deck.stop()

    def _tick_at(self, hz: float) -> None:
        if self._ticker is not None:
            self._ticker.stop()
        self._ticker = self.set_interval(1 / hz, self._tick)

    def _tick(self) -> None:
        """The time goes on between two events, too."""
        if self.app.app_focus or monotonic() - self._shown_at >= 1 / BLURRED_HZ:
            self.refresh_picture()

    # The picture.

    def refresh_picture(self) -> bool:
        """Show where the deck is now, as far as that is new; say whether it was."""
        deck, now = self._deck, self._options.now()
        axis, moment, snapshot = deck.axis(), deck.moment(), deck.latest()
        second = now // 1000 if axis.live else 0
        seen = (axis.session, axis.version, moment, snapshot.version, second)
        if seen == self._seen:
            return False
        if moment.playing is not self._moment.playing and self._ticker is not None:
            self._tick_at(PICTURES_HZ if moment.playing else 1.0)
        if moment.at != self._moment.at:
            self._word = ""
        is_new = self._seen is None or snapshot.version != self._snapshot.version
        has_moved = self._seen is None or seen[:3] != self._seen[:3]
        self._seen, self._shown_at = seen, monotonic()
        self._axis, self._moment, self._snapshot = axis, moment, snapshot
        self._show(now, is_new=is_new)
        if has_moved:
            self._show_talk()
        return True

    def _show(self, now: int, *, is_new: bool) -> None:
        snapshot, axis, moment = self._snapshot, self._axis, self._moment
        is_live = axis.live and moment.at_end
        # The picture of a moment that was sought comes a little later: till then it is the one
        # before, and its ages are of its own time.
        at = now if is_live else snapshot.at or moment.at
        notice = "".join(snapshot.notices[-1:])
        self._head.show(HeadView(axis, moment, now, snapshot.progress, self._options.tag, notice))
        if is_new or is_live:
            self._standing.show(snapshot.sessions[:1], at, 1)
        if is_new:
            self._stage.present(snapshot.detail, at)
        elif is_live:
            self._stage.meter.show(snapshot.detail, at)
        self._show_axis()

    def _show_talk(self) -> None:
        is_finding = self._field is not None and self._field.asks is Asks.WORDS
        self._talk.show(self._deck.feed, self._moment.at, self._sought if is_finding else "")

    def _say(self, word: str) -> None:
        """Say something on the line of time, until it moves."""
        self._word = word
        self._show_axis()

    def _show_axis(self) -> None:
        snapshot, axis, moment = self._snapshot, self._axis, self._moment
        cost = ""
        for session in snapshot.sessions[:1]:
            self._window = max(self._window, session.context.window or 0)
            if snapshot.at == moment.at or moment.at_end:
                cost = cost_of(session, 8)
        self._scrubber.show(
            AxisView(axis, moment, self._of, cost, self._window or None, self._word)
        )

    # The places.

    def on_resize(self, event: events.Resize) -> None:
        """Take the layout that the terminal has room for now."""
        self._lay_out(event.size)

    def _lay_out(self, size: Size) -> None:
        self._height = size.height
        layout = self._layout_now = layout_for(*size)
        look: Look = LOOKS.get(layout, "wide" if size.width >= WIDE_FROM else "table")
        self._stage.stacked = layout is Layout.PANE
        if look != self._standing.look:
            self._standing.set_look(look)
            self._standing.show(self._snapshot.sessions[:1], self._snapshot.at, 1)
        self._arrange()

    def _arrange(self) -> None:
        """Display the parts that belong to the layout and to what the user looks at."""
        layout, height = self._layout_now, self._height
        shown = replay_parts(layout, self._focus_now, height)
        classes = {f"-{other}": other is layout for other in Layout}
        classes |= {"-tall": height >= TALL, "-roomy": height >= ROOMY, "-short": height < SHORT}
        classes |= {"-only-talk": shown == (TALK,)}
        self.update_classes(classes, update=self.is_mounted)
        self._foot.display = layout is not Layout.LINE and self._field is None
        self._talk.display = TALK in shown
        self._stage.display_parts(tuple(name for name in shown if name in PANELS))
        lost = self.focused is None or not self.focused.display
        if lost and self.is_mounted and self.app.app_focus and self._field is None:
            self._focus_part(self._focus_now.zoom or self._focus_now.panel)

    @property
    def parts(self) -> dict[str, Painted]:
        """What the focus can be on, by name."""
        return {**self._stage.panels, TALK: self._talk}

    def _look_at(self, panel: str = "", zoom: str | None = None) -> None:
        focus = self._focus_now
        self._focus_now = Focus(panel or focus.panel, focus.zoom if zoom is None else zoom)
        self._arrange()

    def _focus_part(self, name: str) -> None:
        self.set_focus(self.parts[name])

    @property
    def focused_part(self) -> str:
        """The name of the part that has the focus: "talk", "meter", …"""
        name = self.focused.id if self.focused is not None else None
        return name if name in PANELS else TALK
