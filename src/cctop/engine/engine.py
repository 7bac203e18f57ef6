"""The engine's thread: wakes up, reads, and puts out a new picture where something changed."""

import threading
from collections.abc import Callable
from time import monotonic
from typing import TYPE_CHECKING

from cctop.book.meter import MINUTE
from cctop.book.snapshot import Failure, Progress, Snapshot
from cctop.clock import now_ms
from cctop.engine.desk import Desk
from cctop.engine.opening import crew_for, open_book
from cctop.engine.painter import Painter
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.sources.transcripts.lookup import WholeCall, read_call
from cctop.sources.watch import PACE, Waker
from cctop.store.faults import StoreError
from cctop.text import clean

if TYPE_CHECKING:
    from cctop.book.proof import Figure, Proof
    from cctop.book.trace import Trace
    from cctop.engine.crew import Crew
    from cctop.engine.prover import Prover
    from cctop.engine.scouts import Scouts

SLICE = 0.1  # seconds of reading between two pictures while history loads
FIRST = 0.25  # seconds in which what runs may become whole before anything is shown of it
BREATH = 0.05  # seconds that the screen has for it, before history takes the processors
PATIENCE = 15.0  # at most a fifteenth of the time goes into the focused session's detail
NICE = 10  # how far workers give way to the screen
LOOK = 1.0  # seconds between two looks for news while history loads
TIDY = 20.0  # seconds between two looks at what is to be kept and who rests


class Engine:
    """Reads all sources in a thread of its own. `clock` returns ms since the epoch, `scouts` have
    begun already.
    """

    def __init__(
        self,
        settings: Settings,
        clock: Callable[[], int] = now_ms,
        scouts: "Scouts | None" = None,
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._latest = Snapshot()
        self._focus: str | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._waker: Waker | None = None
        self._on_change: Callable[[], None] = lambda: None
        self._loaded = False
        self._scouts = scouts
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
            if reader.book.live:
                self._read_running(reader, painter)
            self._crew = crew_for(reader, self._settings, self._clock(), NICE, self._scouts)
            self._send_home()
        more = True
        while more and not self._stopping.is_set():
            more = reader.read(SLICE)
            if self._crew is not None:
                if not self._crew.turn(0.0 if more else SLICE):
                    self._dismiss()
                more = True  # what it gave back is to be read here
            self._desk.serve(reader)
            self._tidy(reader, painter, reading=more)
            self._put_out(reader, painter, reading=more)
            if more:
                changed = self._look_again(reader, painter) or changed
        self._dismiss()
        self._loaded = True
        if self._prover is not None:
            self._prover.forget()
        if not self._stopping.is_set():
            # Figures that move with the time alone do so with the minute.
            minute = (MINUTE - self._clock() % MINUTE) / 1000
            # In a stream what is late waits for the next picture, and needs none of its own.
            late = minute if painter.late is None else max(PACE, painter.late)
            self._waker.wait(min(minute, late), changed)

    def _read_running(self, reader: Reader, painter: Painter) -> None:
        """Read the sessions that run, before anything else: nothing of the past holds them up."""
        seconds, more = FIRST, True
        while more and not self._stopping.is_set():
            deadline = monotonic() + seconds
            if self._scouts is not None and reader.awaits_scouts:
                for outcome in self._scouts.hear(seconds):
                    reader.meet(outcome)
                    if not reader.awaits_scouts:
                        break
            if self._scouts is None or not (self._scouts.are_busy and reader.awaits_scouts):
                more = reader.read(deadline - monotonic(), running=True)
            self._desk.serve(reader)
            self._put_out(reader, painter, reading=True)
            seconds = SLICE
            self._look_again(reader, painter)
        self._stopping.wait(BREATH)

    def _look_again(self, reader: Reader, painter: Painter) -> bool:
        """Look for news while history loads, which can take a minute; say whether there are any."""
        assert self._waker is not None
        is_due = self._waker.is_due() or monotonic() >= self._looked + LOOK
        return is_due and self._look(reader, painter)

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
        self._send_home()
        if self._crew is not None:
            self._crew.close()
            self._crew = None

    def _send_home(self) -> None:
        if self._scouts is not None:
            self._scouts.close()
            self._scouts = None

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
