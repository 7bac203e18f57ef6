"""A case folded once more, under a witness, and the proofs that come of it. For any thread."""

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from time import monotonic

from msgspec.structs import replace

from cctop.book.book import Book
from cctop.book.evidence import Evidence, File
from cctop.book.meter import Minutes
from cctop.book.proof import Figure, Place, Proof, ProofError, Standing
from cctop.book.prove import prove, prove_day
from cctop.book.session import SessionState
from cctop.book.shelf import Stock
from cctop.book.snapshot import Session
from cctop.book.witness import Witness
from cctop.engine.case import Case, Day, Exhibit, is_there
from cctop.engine.settings import Settings
from cctop.events import SpoolEvent, TranscriptEvent
from cctop.prices.table import PriceTable
from cctop.sources.spool.follow import Spool
from cctop.sources.transcripts.decode import Decoder
from cctop.sources.transcripts.numbering import line_numbers
from cctop.sources.transcripts.tail import Batch, Tail
from cctop.store.faults import StoreError
from cctop.store.past import Past


class Inquiry:
    """The fold of one case, and what its lines said. It is made when it is first asked.

    May be asked by several threads, of which one works at a time.
    """

    def __init__(
        self, case: Case, settings: Settings, stopped: Callable[[], bool] = lambda: False
    ) -> None:
        self.case = case
        self.asked_at = monotonic()  # when it was last asked
        self._settings = settings
        self._stopped = stopped
        self._lock = threading.Lock()
        self._folded: Evidence | None = None
        self._files: dict[int, File] = {}

    def prove(self, figure: Figure, told: Session) -> Proof:
        """Return the proof of a figure of one session, whose line pictures show as `told`."""
        with self._lock:
            evidence = self.evidence()
            state = evidence.witness.book.sessions.get(told.id) or self._nothing(told.id)
            return prove(state, figure, told, evidence)

    def prove_day(self, day: Day) -> Proof:
        """Return the proof of what all sessions of the case paid on a day."""
        with self._lock:
            evidence = self.evidence()
            sessions = evidence.witness.book.sessions.values()
            return prove_day(tuple(sessions), day.first, day.last, day.paid, evidence)

    def evidence(self, more: dict[int, File] | None = None) -> Evidence:
        """Return what was found; `more` are files that are known by number besides."""
        self.asked_at = monotonic()
        if self._folded is None:
            self._folded = self._fold()
        self._files |= more or {}
        return self._folded

    def _nothing(self, session: str) -> SessionState:
        """Return a session of which nothing can be read any more."""
        return SessionState(session, Minutes(), Stock(), Stock())

    def _fold(self) -> Evidence:
        prices = PriceTable(self._settings.prices, self._settings.cache)
        witness = Witness(Book(prices))
        for exhibit in self.case.exhibits:
            path = exhibit.path
            self._files[exhibit.origin.file] = File(path, gone=not is_there(path))
            for events in self._said(exhibit):
                if self._stopped():
                    raise ProofError("cctop has stopped reading")
                witness.apply(events)
        witness.book.apply_spool(
            event for event in self._heard() if event.session in self.case.sessions
        )
        witness.book.settle()
        nowhere = File("", gone=True)
        return Evidence(witness, lambda number: self._files.get(number, nowhere), prices)

    def _said(self, exhibit: Exhibit) -> Iterator[Sequence[TranscriptEvent]]:
        """Yield what a file said. What cannot be read any more is left out: the sum will tell."""
        if exhibit.found is not None:
            try:
                yield from _read(exhibit)
            except OSError:
                return
        elif exhibit.stored is not None and self._settings.store is not None:
            try:
                with Past(self._settings.store) as past:
                    yield from past.events(exhibit.stored, exhibit.origin)
            except StoreError:
                return

    def _heard(self) -> Iterable[SpoolEvent]:
        if self._settings.spool is None:
            return ()
        return Spool(str(self._settings.spool), self.case.roots).read()


def _read(exhibit: Exhibit) -> Iterator[Sequence[TranscriptEvent]]:
    """Yield the events of a file up to where it had been read. Raises OSError."""
    assert exhibit.found is not None
    decoder = Decoder(exhibit.origin)
    tail = Tail(exhibit.found, exhibit.origin)
    for item in tail.read():
        if not isinstance(item, Batch):
            yield (item,)
            continue
        room = exhibit.upto - item.base_offset
        if room <= 0:
            return
        yield decoder.decode(item.data[:room], item.base_offset)


def numbered(proof: Proof) -> Proof:
    """Return the proof with the line numbers of its places; each file is read once."""
    wanted: dict[str, set[int]] = {}
    for row in proof.rows:
        _want(wanted, row.place)
        for line in row.lines:
            _want(wanted, line.place)
    numbers = {}
    for path, offsets in wanted.items():
        try:
            numbers[path] = line_numbers(path, offsets)
        except OSError:
            continue  # then the byte is told
    return replace(proof, numbers=numbers)


def _want(wanted: dict[str, set[int]], place: Place) -> None:
    if place.standing is Standing.HERE and place.path:
        wanted.setdefault(place.path, set()).add(place.offset)
