"""A page that shows what became of failures, too: it asks the engine, which may take a while."""

from time import monotonic

from cctop.book.snapshot import Session, Status
from cctop.book.source import Source
from cctop.book.trace import Trace
from cctop.text import Clean, clean
from cctop.ui.keys import KeyMap
from cctop.ui.screens.page import ItemPage

AGAIN = 2.0  # seconds after which what is still going on is asked for again
PATIENCE = 20.0  # … or so many times as many as the answer took: the engine has other work to do


class TracePage(ItemPage):
    """A page of one of several items of a session. `trace` is None until the engine has answered;
    `no_trace` says why it never will.
    """

    def __init__(
        self, session: Session, count: int, index: int, source: Source, keys: KeyMap
    ) -> None:
        super().__init__(count, index, keys)
        self._session = session
        self._source = source
        self.trace: Trace | None = None
        self.no_trace = Clean("")

    @property
    def goes_on(self) -> bool:
        """Whether what is shown can change yet."""
        return False

    def on_mount(self) -> None:
        """Begin to ask."""
        super().on_mount()
        self._ask()

    def _ask_again(self) -> None:
        if self._session.status is not Status.ENDED and self.goes_on:
            self._ask()
        else:
            self.set_timer(AGAIN, self._ask_again)

    def _ask(self) -> None:
        """Ask in a thread: the engine may be reading."""
        self.run_worker(self._wait, thread=True, exclusive=True, group="trace")

    def _wait(self) -> None:
        trace, trouble = None, Clean("")
        began = monotonic()
        try:
            trace = self._source.trace(self._session.id)
        except OSError as error:
            trouble = clean(error.strerror or error)
        self.app.call_from_thread(self._take, trace, trouble, monotonic() - began)

    def _take(self, trace: Trace | None, trouble: Clean, took: float) -> None:
        if not trouble:
            self.set_timer(max(AGAIN, PATIENCE * took), self._ask_again)
        if trace is None or trace != self.trace:
            self.trace, self.no_trace = trace, trouble
            self.refresh_page()
