"""How waits and loops reach the user outside the screen: title, bell, notification."""

from collections.abc import Callable, Mapping
from typing import cast

from textual.driver import Driver

from cctop.alerts import loops, sequences, words
from cctop.alerts.loops import Loops
from cctop.alerts.terminal import Way, has_title, relay, resolve
from cctop.alerts.waits import Waits
from cctop.book.snapshot import Session, Snapshot
from cctop.text import Clean
from cctop.ui.options import Options


class Attention:
    """Watches for sessions that come to wait, and tells the terminal.

    It writes as the driver of the terminal it was built into (`driver`), and is silent without
    one: in tests and pictures there is none.
    """

    def __init__(self, options: Options, environ: Mapping[str, str]) -> None:
        self._now = options.now
        self._has_title = options.title and has_title(environ)
        self._way = resolve(options.desktop, environ)
        self._has_bell = options.bell or self._way is Way.BELL
        self._relay = relay(environ)
        self._waits = Waits(options.now(), options.tell_after)
        self._loops = Loops(options.now())
        self._tells_loops = options.tell_loops
        self._is_muted = False
        self._write: Callable[[str], None] | None = None
        self._title = ""  # the one that we set; empty while the terminal has its own

    def driver(self, base: type[Driver]) -> type[Driver]:
        """A driver that lends us its `write`, and gives the terminal its title back at the end.

        `App` writes to the terminal by its `_driver`, which is private, and offers only the bell.
        A driver's class is the app's to choose and its `write` is public; and since it is the
        driver that leaves the terminal, the title comes back after crashes and signals too.
        """

        def start(driver: Driver) -> None:
            base.start_application_mode(driver)
            self._write = driver.write

        def stop(driver: Driver) -> None:
            self._write = None
            if self._title:
                self._title = ""
                driver.write(sequences.RESTORE_TITLE)
            base.stop_application_mode(driver)

        methods = {"start_application_mode": start, "stop_application_mode": stop}
        return cast("type[Driver]", type(f"Attentive{base.__name__}", (base,), methods))

    def look(self, snapshot: Snapshot) -> list[Session]:
        """Tell the terminal what is new, and return the sessions that have come to wait."""
        news = self._waits.of(snapshot, self._now())
        if self._write is not None:
            self._set_title(self._write, words.title(snapshot))
            if news and not self._is_muted:
                self._call(self._write, [(words.line(session), session.id) for session in news])
        return news

    @property
    def next_due(self) -> int | None:
        """When there may be something to tell though nothing changes, in ms since the epoch."""
        return self._waits.next_due

    def look_for_loops(self, snapshot: Snapshot) -> list[Session]:
        """Tell the terminal of new loops, if the user wants that; return the sessions in them."""
        found = self._loops.of(snapshot)
        if found and self._tells_loops and self._write is not None and not self._is_muted:
            lines = [(loops.news(s, s.streak), s.id) for s in found if s.streak is not None]
            self._call(self._write, lines)
        return found

    def toggle(self) -> str:
        """Mute bell and notifications, or let them go on; return the state in words."""
        self._is_muted = not self._is_muted
        if not self._has_bell and self._way is Way.OFF:
            state = "muted" if self._is_muted else "not muted"
            return f"{state}; the config has neither notify.bell nor notify.desktop on"
        return "muted: no bell, no notifications" if self._is_muted else "bell and notifications on"

    def _set_title(self, write: Callable[[str], None], title: str) -> None:
        if not self._has_title or title == self._title:
            return
        if not self._title:
            write(sequences.SAVE_TITLE)
        write(sequences.set_title(title))
        self._title = title

    def _call(self, write: Callable[[str], None], news: list[tuple[Clean, str]]) -> None:
        """Ring, and notify of each line; a later one of a session may replace an earlier one."""
        for text, session in news:
            if note := sequences.notification(self._way, text, session, self._relay):
                write(note)
        if self._has_bell:
            write(sequences.BEL)
