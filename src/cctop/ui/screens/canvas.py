"""What the board shows, and where: the fleet, the sessions, the panels of the selected one."""

from collections.abc import Sequence

from textual import events
from textual.app import ComposeResult
from textual.geometry import Size

from cctop.book.snapshot import Detail, Session
from cctop.book.source import Source
from cctop.ui.ages import SECOND, STEP
from cctop.ui.choice import Choice
from cctop.ui.layout import PANELS, SESSIONS, Focus, Layout, layout_for, parts_shown
from cctop.ui.options import Options
from cctop.ui.panels.banner import Banner, BannerView
from cctop.ui.panels.field import FilterField
from cctop.ui.panels.fleet import FleetLine, FleetView
from cctop.ui.panels.foot import BOARD_HINTS, Foot
from cctop.ui.panels.meter import EMPTY, READING
from cctop.ui.panels.session_line import Look
from cctop.ui.panels.sessions import WIDE_FROM, Sessions
from cctop.ui.panels.stage import Stage
from cctop.ui.panels.welcome import Welcome, welcome_lines
from cctop.ui.view import View
from cctop.ui.widgets.paint import Toned

LOOKS: dict[Layout, Look] = {
    Layout.LINE: "lines",
    Layout.PANE: "cards",
}
"""How the sessions look where there is no room for a table."""

TALL = 36
"""Lines from which on there is air between the parts."""


class Canvas(Toned[None], inherit_bindings=False):
    """The parts of the board. They show what the source has when `refresh_picture` is called."""

    AUTO_FOCUS = "#sessions"

    def __init__(self, source: Source, options: Options) -> None:
        super().__init__()
        self.view = View(Choice(scope=options.scope))
        self._source = source
        self._options = options
        self._layout_now = Layout.BOARD
        self._room = Size(0, 0)
        self._focus_now = Focus()
        self._field: FilterField | None = None
        self._moment = 0  # the one that is shown, ms since the epoch
        self._looked = 0  # the one of what moves slowly
        self._fleet = FleetLine()
        self._banner = Banner()
        self._sessions = Sessions()
        self._stage = Stage()
        self._welcome = Welcome()
        self._foot = Foot(BOARD_HINTS, options.keys)

    def compose(self) -> ComposeResult:
        """Few widgets: each draws its lines itself. Where they stand is known before the first."""
        self._welcome.display = False
        self._lay_out(self.app.size)
        self._show()
        yield from (self._fleet, self._banner, self._sessions, self._welcome, self._stage)
        yield self._foot

    # The picture.

    @property
    def now(self) -> int:
        """The time that is shown, in ms since the epoch: it stands while the picture is frozen."""
        return self.view.frozen_at or self._options.now()

    @property
    def selected(self) -> str | None:
        """The id of the selected session."""
        return self._sessions.row_id

    def refresh_picture(self) -> bool:
        """Show the newest picture, or the time where only that went on; say if it is a new one."""
        changed = self.view.take(self._source.latest(), self.selected)
        now = self.now
        if changed:
            self._show()
        elif now // self.step != self._moment // self.step:
            self._show_time()
        self._moment = now
        return changed

    @property
    def step(self) -> int:
        """After how many ms the time alone changes what is shown."""
        return SECOND if self._sessions.is_young else STEP

    def _show(self) -> None:
        now, view = self._look(), self.view
        snapshot, listed = view.snapshot, view.listed(now)
        self._fleet.show(FleetView(snapshot.fleet, self._options.daily_budget, self._options.tag))
        self._sessions.set_sort(view.choice.sort, descending=view.choice.descending)
        self._show_sessions(listed, now)
        self._show_banner(len(listed))
        self._stage.present(self._detail(), self._looked)
        self._show_welcome(empty=not listed and snapshot.version > 0)

    def _show_time(self) -> None:
        now = self._look()
        self._show_sessions(self.view.listed(now), now)
        self._stage.meter.show(self._detail(), self._looked)

    def _show_sessions(self, listed: Sequence[Session], now: int) -> None:
        places, unread = self.view.known(now), self.view.snapshot.progress.unread
        self._sessions.show(listed, now, places, looked=self._looked, unread=unread)

    def _detail(self) -> Detail | None:
        """What the panels show: of a session that is not read to its end only that it is not."""
        snapshot = self.view.snapshot
        # Until the details of a newly selected session come, those of the one before stay.
        detail = self.view.detail_of(self.selected) or snapshot.detail
        is_partial = detail is not None and detail.session.id in snapshot.progress.unread
        self._stage.meter.say(READING if is_partial else EMPTY)
        return None if is_partial else detail

    def _look(self) -> int:
        """Look at the time: most of what it moves does so by steps, all at once."""
        now = self.now
        if now // STEP != self._looked // STEP:
            self._looked = now
        return now

    def _show_banner(self, listed: int) -> None:
        view, snapshot = self.view, self.view.snapshot
        banner = BannerView(
            view.choice,
            listed,
            view.known(self.now),
            snapshot.progress,
            snapshot.skipped_lines,
            view.frozen_at,
            "".join(self._options.keys["skipped"][:1]),
        )
        self._banner.show(banner, focused=self._sessions.has_focus)

    def _show_welcome(self, *, empty: bool) -> None:
        if empty:
            self._welcome.show(welcome_lines(self.view.snapshot, self.view.choice))
        if self._welcome.display is not empty:
            self._welcome.display = empty
            self._arrange()

    # The places.

    def on_resize(self, event: events.Resize) -> None:
        """Take the layout that the terminal has room for now."""
        self._lay_out(event.size)

    def _lay_out(self, size: Size) -> None:
        self._room = size
        layout = layout_for(*size)
        look: Look = "wide" if size.width >= WIDE_FROM else "table"
        look = LOOKS.get(layout, look)
        if (layout, look) != (self._layout_now, self._sessions.look):
            self._layout_now = layout
            self._stage.stacked = layout is Layout.PANE
            self._sessions.set_look(look)
            self._show_time()
        self._arrange()

    def _arrange(self) -> None:
        """Display the parts that belong to the layout and to what the user looks at."""
        layout, height = self._layout_now, self._room.height
        shown = parts_shown(layout, self._focus_now, height) if not self._welcome.display else ()
        classes = {f"-{other}": other is layout for other in Layout}
        classes |= {"-zoomed": bool(self._focus_now.zoom), "-tall": height >= TALL}
        self.update_classes(classes, update=self.is_mounted)
        self._sessions.display = SESSIONS in shown
        self._banner.display = SESSIONS in shown and layout is not Layout.LINE
        self._foot.display = layout is not Layout.LINE and self._field is None
        self._stage.display_parts(shown)
        lost = self.focused is None or not self.focused.display
        if lost and self.is_mounted and self.app.app_focus:
            self._focus_part(SESSIONS if SESSIONS in shown else self._focus_now.panel)

    def _look_at(self, panel: str = "", zoom: str | None = None) -> None:
        focus = self._focus_now
        self._focus_now = Focus(panel or focus.panel, focus.zoom if zoom is None else zoom)
        self._arrange()

    def _focus_part(self, name: str) -> None:
        if name == SESSIONS:
            self.set_focus(self._sessions)
        else:
            self.set_focus(self._stage.panels[name])

    @property
    def focused_part(self) -> str:
        """The name of the part that has the focus: "sessions", "meter", …"""
        name = self.focused.id if self.focused is not None else None
        return name if name in PANELS else SESSIONS

    def on_descendant_blur(self) -> None:
        """The title of the sessions shows that the focus is elsewhere."""
        self._show_banner(len(self.view.listed(self.now)))

    def on_descendant_focus(self) -> None:
        """The title of the sessions shows the focus too."""
        if self.focused_part in PANELS:
            self._focus_now = self._focus_now._replace(panel=self.focused_part)
        self._show_banner(len(self.view.listed(self.now)))
