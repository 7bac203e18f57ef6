"""The engine's thread: wakes up, reads, and puts out a new picture where something changed."""

import threading
from collections.abc import Callable
from time import monotonic

from cctop.book.snapshot import Detail, Failure, Progress, Snapshot
from cctop.clock import now_ms
from cctop.engine.painter import Painter
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.sources.transcripts.lookup import WholeCall, read_call
from cctop.sources.watch import Waker
from cctop.text import clean

SLICE = 0.1  # seconds of reading between two pictures while history loads
PATIENCE = 15.0  # at most a fifteenth of the time goes into the focused session's detail
TICK = 1.0  # seconds after which time alone may have moved a figure


class Engine:
    """Reads all sources in a thread of its own. `clock` returns ms since the epoch."""

    def __init__(self, settings: Settings, clock: Callable[[], int] = now_ms) -> None:
        self._settings = settings
        self._clock = clock
        self._latest = Snapshot()
        self._focus: str | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._waker: Waker | None = None
        self._on_change: Callable[[], None] = lambda: None
        self._loaded = False

    def start(self, on_change: Callable[[], None]) -> None:
        """Begin to read; `on_change` is called from the engine's thread for each new picture."""
        self._on_change = on_change
        roots = [str(root) for root in self._settings.roots]
        self._waker = Waker(roots, self._settings.poll, self._settings.spool)
        self._thread = threading.Thread(target=self._run, name="cctop-engine", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread."""
        self._stopping.set()
        if self._waker is not None:
            self._waker.close()
        if self._thread is not None:
            self._thread.join(timeout=2)

    def latest(self) -> Snapshot:
        """Return the newest picture, at once."""
        return self._latest

    def focus(self, session: str | None) -> None:
        """Say whose detail the next pictures shall hold."""
        if session != self._focus:
            self._focus = session
            if self._waker is not None:
                self._waker.wake()

    def read_call(self, failure: Failure) -> WholeCall:
        """Read a tool call from disk, whole. Raises OSError where its file is gone."""
        return read_call(failure.where, failure.tool_use_id)

    def _run(self) -> None:
        try:
            reader, painter = open_book(self._settings, PATIENCE)
            while not self._stopping.is_set():
                self._round(reader, painter)
        except Exception as error:  # noqa: BLE001 - the screen stays, and says what happened
            self._put_out_failure(error)

    def _round(self, reader: Reader, painter: Painter) -> None:
        assert self._waker is not None
        changed = reader.look(self._waker.take())
        if reader.is_told and self._loaded:
            # Reading can take its time: the first call of a model has its price looked up.
            self._put_out(reader, painter, reading=False)
        more = True
        while more and not self._stopping.is_set():
            more = reader.read(SLICE)
            self._put_out(reader, painter, reading=more)
        self._loaded = True
        due = monotonic() + TICK
        while not self._stopping.is_set():
            woken = self._waker.wait(max(0.0, due - monotonic()), changed)
            if woken or monotonic() >= due or self._waker.watches is False:
                return

    def _put_out(self, reader: Reader, painter: Painter, reading: bool) -> None:
        assert self._waker is not None
        notices = reader.notices()
        if self._waker.notice:
            notices = (*notices, self._waker.notice)
        # Once history is read, what is left of a line just being written is no news.
        progress = reader.progress() if reading and not self._loaded else Progress()
        picture = painter.paint(
            self._clock(),
            self._focus,
            progress,
            reader.existing_roots(),
            notices,
            (reader.prices.source, reader.prices.version),
        )
        if picture is not self._latest:
            self._latest = picture
            self._on_change()

    def _put_out_failure(self, error: Exception) -> None:
        import traceback  # noqa: PLC0415 - only where it is needed

        where = traceback.extract_tb(error.__traceback__)[-1]
        said = f"cctop stopped reading: {type(error).__name__}: {error} ({where.name})"
        last = self._latest
        names = last.__struct_fields__
        fields = {name: getattr(last, name) for name in names}
        fields |= {"version": last.version + 1, "notices": (*last.notices, clean(said, 400))}
        self._latest = Snapshot(**fields)
        self._on_change()


def open_book(settings: Settings, patience: float = 0.0) -> tuple[Reader, Painter]:
    """Return a reader with an empty book, and what makes pictures of it."""
    reader = Reader(settings)
    paths = reader.follower.path_of
    painter = Painter(
        reader.book,
        paths,
        settings.rule,
        settings.windows,
        patience,
        settings.daily_budget,
    )
    return reader, painter


def read_all(
    settings: Settings,
    clock: Callable[[], int] = now_ms,
    on_progress: Callable[[Progress], None] | None = None,
) -> "Reading":
    """Read everything there is, once."""
    from cctop.engine import cold  # noqa: PLC0415 - 25 ms that the screen never needs

    reader, painter = open_book(settings)
    reader.look()
    cold.read_all(reader, lambda: on_progress(reader.progress()) if on_progress else None)
    return Reading(reader, painter, clock())


class Reading:
    """The book as it stood at one moment, for reports: its picture, and every session's detail."""

    def __init__(self, reader: Reader, painter: Painter, now: int) -> None:
        self._painter = painter
        self._now = now
        self.snapshot = painter.paint(
            now,
            roots=reader.existing_roots(),
            notices=reader.notices(),
            prices=(reader.prices.source, reader.prices.version),
        )

    def detail(self, session: str, *, course: bool = True) -> Detail:
        """Return everything about a session of the picture. Raises KeyError for another.

        Without its `course` it has no turns and points.
        """
        detail = self._painter.detail(session, self._now, course=course)
        if detail is None:
            raise KeyError(session)
        return detail
