"""Everything read once, for a report: the book as it stood at one moment."""

from collections.abc import Callable, Iterable
from time import monotonic
from typing import TYPE_CHECKING

from msgspec.structs import replace

from cctop.book.course import Course
from cctop.book.snapshot import Detail, Progress, Session
from cctop.clock import now_ms
from cctop.engine import cold
from cctop.engine.opening import crew_for, open_book
from cctop.engine.painter import Painter
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.store.faults import StoreError
from cctop.store.rows import Frozen
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.proof import Figure, Proof
    from cctop.book.trace import Trace

_FLUSH = 1 << 20  # bytes of what was written that may wait in memory before they are kept
PROGRESS = 0.1  # seconds between two words of how far a reading has come


def read_all(
    settings: Settings,
    clock: Callable[[], int] = now_ms,
    on_progress: Callable[[Progress], None] | None = None,
) -> "Reading":
    """Read everything there is, once."""
    broken: StoreError | None = None
    now = clock()
    while True:
        reader, painter = open_book(settings, broken=broken, at=now)
        try:
            return _read(settings, reader, painter, now, on_progress)
        except StoreError as error:
            assert reader.history is not None
            reader.history.abandon()
            # A store that is made anew and fails again is left alone.
            broken = error if broken is None else StoreError(str(error))


def _read(
    settings: Settings,
    reader: Reader,
    painter: Painter,
    now: int,
    on_progress: Callable[[Progress], None] | None,
) -> "Reading":
    reader.look()
    history = reader.history
    told_at = 0.0

    def on_step() -> None:
        nonlocal told_at
        if history is not None and history.is_full:
            history.rest(now, lambda session: painter.describe(session, now))
        if on_progress is not None and monotonic() - told_at > PROGRESS:
            told_at = monotonic()
            on_progress(reader.progress())

    crew = crew_for(reader, settings, now)
    try:
        cold.read_all(reader, crew, on_step)
    finally:
        if crew is not None:
            crew.close()
    reader.finish(on_step)
    return Reading(settings, reader, painter, now)


class Reading:
    """The book as it stood at one moment: its picture, and every session's detail."""

    def __init__(self, settings: Settings, reader: Reader, painter: Painter, now: int) -> None:
        self._settings = settings
        self._reader = reader
        self._history = reader.history
        self._painter = painter
        self._now = now
        self._error: StoreError | None = None  # with which the store failed after the reading
        self._courses: dict[str, Course] = {}  # of the sessions in the book
        self._second: Reading | None = None  # without it
        self._written: list[tuple[Session, str, bytes]] = []  # and not kept yet
        self._unkept = 0  # bytes of it
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
            known = self._course_of(session)
            detail = self._painter.detail(session, self._now, course=course, known=known)
        except StoreError as error:
            self._error = self._error or error
            detail = None
        return detail or self._detail_on_disk(session, course=course)

    def renditions(self, sessions: Iterable[str], form: str) -> dict[str, bytes]:
        """Return what an earlier run wrote of sessions in a form, where that holds: they rest."""
        if self._history is None or self._error is not None:
            return {}
        try:
            return self._history.gallery.renditions(sessions, form)
        except StoreError as error:
            self._error = error
            return {}

    def keep_rendition(self, line: Session, form: str, text: bytes) -> None:
        """Remember what was written of a session's line and detail, for later runs.

        The name of the `form` stands for all rules by which it was written. It may tell nothing
        that moves with the time, or depends on other sessions.
        """
        if self._history is not None and self._history.gallery.rests(line):
            self._written.append((line, form, text))
            self._unkept += len(text)
            if self._unkept >= _FLUSH and self._error is None:
                try:
                    self._keep_written()
                except StoreError as error:
                    self._error = error

    def _keep_written(self) -> None:
        if self._history is not None:
            self._history.gallery.keep_renditions(self._written)
        self._written.clear()
        self._unkept = 0

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
        return self._history.gallery.resting()

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
            self._keep_written()
            history.doze(self._now, self._describe)
        except StoreError as error:
            return Clean(history.fail(error))
        said = Clean(history.close())
        return said if said not in self.snapshot.notices else Clean("")

    def _rest(self) -> None:
        assert self._history is not None
        self._history.rest(self._now, self._describe)

    def _describe(self, session: str) -> tuple[Session, Detail] | None:
        return self._painter.describe(session, self._now, self._course_of(session))

    def _course_of(self, session: str) -> Course | None:
        """Return what follows a session of the book: a report tells of it, and then it is kept."""
        if self._history is None or session not in self._reader.book.sessions:
            return None
        return self._courses.setdefault(session, Course(self._settings.rule))
