"""The engine's thread: wakes up, reads, and puts out a new picture where something changed."""

import threading
from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cctop.book.meter import MINUTE
from cctop.book.snapshot import Detail, Failure, Progress, Snapshot
from cctop.clock import now_ms
from cctop.engine import cold
from cctop.engine.desk import Desk
from cctop.engine.painter import Painter
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.sources.transcripts.lookup import WholeCall, read_call
from cctop.sources.watch import Waker
from cctop.store.faults import StoreError
from cctop.store.rows import Frozen
from cctop.text import Clean, clean

if TYPE_CHECKING:
    from cctop.book.proof import Figure, Proof
    from cctop.book.trace import Trace
    from cctop.engine.crew import Crew
    from cctop.engine.prover import Prover

SLICE = 0.1  # seconds of reading between two pictures while history loads
PATIENCE = 15.0  # at most a fifteenth of the time goes into the focused session's detail
WORTHWHILE = 24 << 20  # bytes to read: for less, a worker is not worth its start
NICE = 10  # how far workers give way to the screen
PROGRESS = 0.1  # seconds between two words of how far a reading has come
LOOK = 1.0  # seconds between two looks for news while history loads
TIDY = 20.0  # seconds between two looks at what is to be kept and who rests


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
        self._crew: Crew | None = None  # while history loads
        self._looked = 0.0  # when it was looked for news, monotonic seconds
        self._tidy_at = 0.0
        self._failures = 0  # of the store
        self._desk: Desk[Reader] = Desk(
            lambda: self._thread is not None and self._thread.is_alive()
        )
        self._prover: Prover | None = None

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
        self._desk.close()

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

    def proof(self, session: str, figure: "Figure") -> "Proof":
        """Return every call behind a figure. Takes its time: for a thread of the asker's own.

        Raises `ProofError` where none can be made now.
        """
        from cctop.engine.prover import Prover  # noqa: PLC0415 - only where it is needed

        if self._prover is None:
            wake = self._waker.wake if self._waker is not None else lambda: None
            self._prover = Prover(
                self._settings,
                lambda question: self._desk.ask(question, wake),
                self._clock,
                self._stopping.is_set,
            )
        return self._prover.prove(session, figure)

    def trace(self, session: str) -> "Trace | None":
        """Return what became of a session's failures, None for an unknown session.

        Waits for the engine's thread. Raises OSError where that does not answer.
        """
        from cctop.engine.traces import trace  # noqa: PLC0415 - 5 ms that the start need not wait

        wake = self._waker.wake if self._waker is not None else lambda: None
        try:
            return self._desk.ask(lambda reader: trace(reader, session, self._clock()), wake)
        except OSError:
            raise
        except Exception as error:
            raise OSError(f"{type(error).__name__}: {error}") from error

    def _run(self) -> None:
        try:
            reader, painter = open_book(self._settings, PATIENCE)
            try:
                while not self._stopping.is_set():
                    try:
                        self._round(reader, painter)
                    except StoreError as error:
                        reader, painter = self._begin_anew(reader, painter, error)
            finally:
                self._dismiss()
                if reader.history is not None:
                    reader.history.close()
        except Exception as error:  # noqa: BLE001 - the screen stays, and says what happened
            self._put_out_failure(error)
        finally:
            self._desk.close()

    def _begin_anew(
        self, reader: Reader, painter: Painter, error: StoreError
    ) -> tuple[Reader, Painter]:
        """Read everything again: with the store went what it alone held."""
        assert reader.history is not None
        self._dismiss()
        reader.history.abandon()
        self._failures += 1
        self._loaded = False
        new_reader, new_painter = open_book(
            self._settings, PATIENCE, error if self._failures == 1 else StoreError(str(error))
        )
        new_painter.follow(painter)
        return new_reader, new_painter

    def _round(self, reader: Reader, painter: Painter) -> None:
        assert self._waker is not None
        changed = self._look(reader, painter)
        if not self._loaded:
            self._crew = _crew_for(reader, self._settings, self._clock(), NICE)
        more = True
        while more and not self._stopping.is_set():
            more = reader.read(SLICE)
            if self._crew is not None:
                more = self._crew.turn(0.0 if more else SLICE) or more
            self._desk.serve(reader)
            self._tidy(reader, painter, reading=more)
            self._put_out(reader, painter, reading=more)
            # History can take a minute: what happens meanwhile does not wait for its end.
            if more and (self._waker.is_due() or monotonic() >= self._looked + LOOK):
                changed = self._look(reader, painter)
        self._dismiss()
        self._loaded = True
        if self._prover is not None:
            self._prover.forget()
        if not self._stopping.is_set():
            # Figures that move with the time alone do so with the minute.
            minute = (MINUTE - self._clock() % MINUTE) / 1000
            late = painter.late
            self._waker.wait(minute if late is None else min(minute, late), changed)

    def _look(self, reader: Reader, painter: Painter) -> bool:
        """Look for news, and say whether there is anything new."""
        assert self._waker is not None
        self._looked = monotonic()
        changed = reader.look(self._waker.take())
        if reader.is_told and self._loaded:
            # Reading can take its time: the first call of a model has its price looked up.
            self._put_out(reader, painter, reading=False)
        return changed

    def _dismiss(self) -> None:
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def _tidy(self, reader: Reader, painter: Painter, *, reading: bool) -> None:
        """Keep what was read, and let go who rests: at once while history loads, then seldom."""
        history = reader.history
        if history is None or (not reading and self._loaded and monotonic() < self._tidy_at):
            return
        self._tidy_at = monotonic() + TIDY
        now = self._clock()
        history.rest(now, lambda session: painter.describe(session, now))

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


def open_book(
    settings: Settings, patience: float = 0.0, broken: StoreError | None = None
) -> tuple[Reader, Painter]:
    """Return a reader with an empty book, and what makes pictures of it.

    `broken` is why an earlier one could not go on.
    """
    reader = Reader(settings, broken)
    paths = reader.follower.path_of
    painter = Painter(
        reader.book,
        paths,
        settings.rule,
        settings.windows,
        patience,
        settings.daily_budget,
        reader.history,
    )
    return reader, painter


def read_all(
    settings: Settings,
    clock: Callable[[], int] = now_ms,
    on_progress: Callable[[Progress], None] | None = None,
) -> "Reading":
    """Read everything there is, once."""
    broken: StoreError | None = None
    while True:
        reader, painter = open_book(settings, broken=broken)
        try:
            return _read(settings, reader, painter, clock, on_progress)
        except StoreError as error:
            assert reader.history is not None
            reader.history.abandon()
            # A store that is made anew and fails again is left alone.
            broken = error if broken is None else StoreError(str(error))


def _read(
    settings: Settings,
    reader: Reader,
    painter: Painter,
    clock: Callable[[], int],
    on_progress: Callable[[Progress], None] | None,
) -> "Reading":
    reader.look()
    history, now = reader.history, clock()

    told_at = 0.0

    def on_step() -> None:
        nonlocal told_at
        if history is not None and history.is_full:
            history.rest(now, lambda session: painter.describe(session, now))
        if on_progress is not None and monotonic() - told_at > PROGRESS:
            told_at = monotonic()
            on_progress(reader.progress())

    crew = _crew_for(reader, settings, now)
    try:
        cold.read_all(reader, crew, on_step)
    finally:
        if crew is not None:
            crew.close()
    reader.finish(on_step)
    return Reading(settings, reader, painter, now)


def _crew_for(reader: Reader, settings: Settings, now: int, nice: int = 0) -> "Crew | None":
    """Return workers for what is of the past, None where it is too little for them."""
    if reader.follower.pending().bytes_left < WORTHWHILE:
        return None
    from cctop.engine.crew import hired  # noqa: PLC0415 - nearly every start does without

    return hired(reader, settings, now, nice)


class Reading:
    """The book as it stood at one moment: its picture, and every session's detail."""

    def __init__(self, settings: Settings, reader: Reader, painter: Painter, now: int) -> None:
        self._settings = settings
        self._reader = reader
        self._history = reader.history
        self._painter = painter
        self._now = now
        self._error: StoreError | None = None  # with which the store failed after the reading
        self._second: Reading | None = None  # without it
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
        try:
            detail = self._painter.detail(session, self._now, course=course)
        except StoreError as error:
            self._error = self._error or error
            detail = None
        return detail or self._detail_on_disk(session, course=course)

    def proof(self, session: str, figure: "Figure") -> "Proof":
        """Return every call behind a figure of a session, or with `Figure.TODAY` of all of them.

        Raises `ProofError` where none can be made now.
        """
        from cctop.engine.prover import Prover  # noqa: PLC0415 - only where it is needed

        prover = Prover(self._settings, lambda question: question(self._reader), lambda: self._now)
        return prover.prove(session, figure)

    def trace(self, session: str) -> "Trace":
        """Return what became of the failures of a session of the picture, and what its compactions
        lost. Raises KeyError for another.
        """
        from cctop.book.trace import Trace  # noqa: PLC0415 - 5 ms that the screen seldom needs
        from cctop.engine.traces import trace  # noqa: PLC0415

        try:
            found = trace(self._reader, session, self._now)
        except StoreError as error:
            self._error = self._error or error
            found = None
        if found is None and any(one.id == session for one in self.snapshot.sessions):
            found = trace(self._from_disk()._reader, session, self._now)
            found = found or Trace(session, (), (), ())
        if found is None:
            raise KeyError(session)
        return found

    def _detail_on_disk(self, session: str, *, course: bool) -> Detail:
        """Return the same from the transcripts, where the store does not give it any more."""
        line = next((one for one in self.snapshot.sessions if one.id == session), None)
        if line is None:
            raise KeyError(session)
        detail = self._from_disk()._painter.detail(session, self._now, course=course)
        return detail or Detail.of_nothing(line)

    def _from_disk(self) -> "Reading":
        if self._second is None:
            self._second = read_all(replace(self._settings, store=None), lambda: self._now)
        return self._second

    def resting(self) -> dict[str, Frozen]:
        """Keep what was read, and return the sessions that rest. Raises `StoreError`."""
        if self._history is None:
            raise StoreError("there is no store that could be used")
        self._rest()
        return dict(self._history.frozen)

    def forget(self, sessions: Iterable[str]) -> bool:
        """Delete sessions from the store for good; say whether that took. Raises `StoreError`."""
        return self._history is not None and self._history.forget(sessions)

    def keep(self) -> Clean:
        """Keep what was read for the next start; the picture stays as it is.

        Returns what has gone wrong since it was made, or "".
        """
        history = self._history
        if history is None:
            return Clean("")
        try:
            if self._error is not None:
                raise self._error
            self._rest()
        except StoreError as error:
            return Clean(history.fail(error))
        said = Clean(history.close())
        return said if said not in self.snapshot.notices else Clean("")

    def _rest(self) -> None:
        assert self._history is not None
        self._history.rest(self._now, lambda id: self._painter.describe(id, self._now))
