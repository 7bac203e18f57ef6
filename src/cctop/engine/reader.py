"""Sources → book: reads what is new, decodes it, folds it in. One thread's work, no thread here."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from math import inf
from time import monotonic
from typing import TYPE_CHECKING

import msgspec
from msgspec.structs import replace

from cctop import __version__
from cctop.book.book import Book
from cctop.book.snapshot import Progress
from cctop.digest import digest
from cctop.engine.history import History
from cctop.engine.jobs import Outcome
from cctop.engine.kept import Standing
from cctop.engine.settings import Settings
from cctop.events import Origin, Registry, Reset, SpoolEvent, TranscriptEvent
from cctop.prices.table import PriceTable
from cctop.sources.registry import RunningSessions
from cctop.sources.roots import PATH_LIMIT, sessions_dir
from cctop.sources.spool.follow import Spool
from cctop.sources.transcripts.discover import Found
from cctop.sources.transcripts.follow import Follower, Item, is_new
from cctop.sources.transcripts.tail import Batch
from cctop.store import packing, wire
from cctop.store.faults import DamagedError, StoreError
from cctop.store.store import Store
from cctop.text import Clean, clean

if TYPE_CHECKING:
    from cctop.sources.transcripts.decode import Decoder

UNTOLD = 2.0  # seconds after which registry and spool are read though nothing told of a change

Events = Sequence[TranscriptEvent]


class Reader:
    """Holds the book of the given roots, and brings it up to date when asked; `at` is the time of
    the one picture that a report makes of it, ms, None for a book that is kept up to date.

    Raises `StoreError` where the store fails later on: then another one has to begin anew, with it
    as `broken`.
    """

    def __init__(
        self, settings: Settings, broken: StoreError | None = None, at: int | None = None
    ) -> None:
        self._begun = False
        roots = [str(root) for root in settings.roots]
        self.prices = PriceTable(settings.prices, settings.cache)
        self.book = Book(self.prices)
        self.history, self._trouble = _history(settings, self.prices, self.book, broken, at)
        past = self.history.past() if self.history else None
        self.follower = Follower(roots, past=past)
        self._registry = RunningSessions(roots)
        self._spool = Spool(str(settings.spool), self._registry.roots) if settings.spool else None
        self._told_at = -inf  # when registry and spool were read, monotonic seconds
        self._told_in: tuple[str, ...] = ()  # how paths of theirs begin
        self.is_told = False  # whether the last look found what needs no reading: who waits
        self._decoders: dict[int, Decoder] = {}
        self._roots = settings.roots

    def look(self, hints: Iterable[str] = ()) -> bool:
        """Look for new bytes and for sessions that run; say whether anything is new."""
        hints = tuple(hints)
        rest = tuple(path for path in hints if not path.startswith(self._told_in))
        found = None
        if self.history is not None and not self._begun:
            found = self.follower.scan(hints)
            self.history.begin(self.follower, self._decoders)
        self._begun = True
        is_heard = bool(hints) and len(rest) == len(hints)
        if is_heard and monotonic() < self._told_at + UNTOLD:
            self.is_told = False
        else:
            self._listen()
        if found is None:
            found = self.follower.scan(rest)
        return found or self.is_told

    def _listen(self) -> None:
        """Take in which sessions run, and what hooks and status lines told."""
        before = self.book.live
        self._told_at = monotonic()
        folders = [sessions_dir(root) for root in self._registry.roots]
        folders += [self._spool.folder] if self._spool is not None else []
        self._told_in = tuple(folder + os.sep for folder in folders)
        self.book.apply_registry(Registry(self._registry.read(), self._registry.dead))
        self.follower.wanted = self.book.live.keys()
        heard = list(self._spool.read()) if self._spool is not None else []
        if self.history is not None:
            dead = [id for id, _ in self._registry.dead]
            self.book.apply_spool(self.history.hear(heard, self.book.live, dead))
        else:
            self.book.apply_spool(heard)
        self._hear_again()
        self.is_told = bool(heard) or self.book.live != before

    def read(self, seconds: float | None = None, *, running: bool = False) -> bool:
        """Read and fold for about `seconds`, else all there is, or all of the sessions that are
        `running`; say whether any is left.
        """
        left = self._read(inf if seconds is None else monotonic() + seconds, running)
        self._hear_again()
        return left

    def _read(self, deadline: float, running: bool) -> bool:
        for item in self.follower.read(wanted=running):
            self.take(self._decode(item))
            if monotonic() > deadline:
                return True
        if running:
            return self._thaw_running(deadline)
        while self.history is not None and self.history.thaw_next():
            if monotonic() > deadline:
                return True
        return False

    def _thaw_running(self, deadline: float) -> bool:
        """Fold what the store has of sessions that run; say whether any is left."""
        history = self.history
        for session in self.book.live:
            if history is not None and history.knows(session):
                history.thaw([session])
                if monotonic() > deadline:
                    return True
        return False

    def finish(self, on_step: Callable[[], None]) -> None:
        """Fold what is left when all files are read; `on_step` is called now and then."""
        while self.history is not None and self.history.thaw_next():
            on_step()
        self._hear_again()

    def decode_file(self, file: int) -> Iterator[Events]:
        """Yield the events of what is new in one file, batch by batch, without folding them."""
        for item in self.follower.read_file(file):
            yield self._decode(item)

    def take(self, events: Events) -> None:
        """Fold events of one file in."""
        if self._fold(events) and self.history is not None:
            self.history.note(events[0].origin, events)

    def _fold(self, events: Events) -> bool:
        """Fold events of one file in; say whether that was to be done."""
        if not events:
            return False
        is_wanted = self.history is None or self.history.meet(events[0].origin, events)
        if is_wanted:
            self.book.apply(events)
        return is_wanted

    def of_the_past(self, before: int) -> Iterator[tuple[str, list[tuple[Origin, Found]]]]:
        """Yield the unread files of each session that did not change since `before` (ms), and of
        which nothing else is known.
        """
        for session, files in self.follower.untouched().items():
            newest = max(found.mtime_ns for _, found in files) // 1_000_000
            is_known = session in self.book.sessions or session in self.book.live
            away = self.history is not None and self.history.knows(session)
            if newest < before and not is_known and not away:
                yield session, files

    def welcome(self, outcomes: Iterable[Outcome]) -> None:
        """Take in what other processes have read."""
        outcomes = list(outcomes)
        for outcome in outcomes:
            for piece in outcome.pieces:
                self._adopt(piece.file, piece.standing)
        moving = outcomes if self.history is None else self.history.welcome(outcomes)
        for outcome in moving:
            for piece in outcome.pieces:
                origin = self.follower.origin_of(piece.file)
                for chunk in piece.events:
                    self._fold(packing.unpacked(chunk, origin))

    @property
    def awaits_scouts(self) -> bool:
        """Whether there is anything that a scout could have read."""
        return self.follower.has_new(self.book.live.keys())

    def meet(self, outcome: Outcome) -> None:
        """Take in what a scout has read, but for files of which anything is known here."""
        pieces = tuple(
            replace(piece, file=source.origin.file)
            for piece in outcome.pieces
            if (source := self.follower.source_at(piece.standing[0].path)) is not None
            and is_new(source)
        )
        self.welcome([replace(outcome, pieces=pieces)])

    def _adopt(self, file: int, standing: Standing) -> None:
        """Take in that another process has read a file so far."""
        from cctop.sources.transcripts.decode import Decoder  # noqa: PLC0415 - see `_decode`

        found, session, bookmark, memory = standing
        self.follower.adopt(file, found, session, bookmark)
        decoder = self._decoders[file] = Decoder(self.follower.origin_of(file))
        decoder.resume(memory)

    def _hear_again(self) -> None:
        """Let the book know what hooks said of sessions that have come back."""
        sessions = self.history.returned() if self.history is not None else set()
        if sessions:
            self.book.apply_spool(self.heard_of(sessions))

    def heard_of(self, sessions: set[str]) -> list[SpoolEvent]:
        """What hooks and status lines said of some sessions, as far as it is still there."""
        if self._spool is None:
            return []
        again = Spool(self._spool.folder, self._registry.roots)
        return [event for event in again.read() if event.session in sessions]

    @property
    def roots(self) -> tuple[str, ...]:
        """The config folders, as paths."""
        return self._registry.roots

    def progress(self) -> Progress:
        """How far reading has come."""
        left = self.follower.pending()
        unread = self.follower.unread_history() & self.book.sessions.keys()
        if self.history is not None:
            unread |= self.history.unfolded
        return Progress(left.files_left, left.files, left.bytes_left, left.bytes, frozenset(unread))

    def existing_roots(self) -> tuple[Clean, ...]:
        """The roots that are there now."""
        return tuple(clean(str(root), 400) for root in self._roots if root.is_dir())

    def notices(self) -> tuple[Clean, ...]:
        """What the user should know: what cannot be read, and why."""
        prices = self.prices.notice
        spool = self._spool.notices if self._spool is not None else ()
        kept = (self.history.notice if self.history is not None else self._trouble,)
        return (
            *self.follower.notices,
            *spool,
            *filter(None, kept),
            *((Clean(prices),) if prices else ()),
        )

    def _decode(self, item: Item) -> Events:
        # 10 ms that a start with nothing new need not wait
        from cctop.sources.transcripts.decode import Decoder, told  # noqa: PLC0415

        if not isinstance(item, Batch):
            if isinstance(item, Reset):
                self._decoders.pop(item.origin.file, None)
            return told(item)
        decoder = self._decoders.get(item.file)
        if decoder is None:
            decoder = self._decoders[item.file] = Decoder(item.origin)
            if self.history is not None and item.base_offset:
                self.history.remind(decoder, item.file)
        elif decoder.origin is not item.origin:
            decoder.move(item.origin)
        events = decoder.decode(item.data, item.base_offset)
        if not events and self.history is not None:
            self.history.note(item.origin, ())  # that it was read is worth keeping, too
        return events


def _history(
    settings: Settings,
    prices: PriceTable,
    book: Book,
    broken: StoreError | None,
    at: int | None,
) -> tuple[History | None, Clean]:
    """Open the store; return what it knows, or None, and what is wrong with it.

    A damaged one is replaced; what is `broken` in another way is left alone.
    """
    if settings.store is None:
        return None, Clean("")
    roots = names_of(settings)
    for _ in range(2):
        if broken is not None and not isinstance(broken, DamagedError):
            break
        try:
            store = Store(settings.store, maker_of(settings, prices), broken.why if broken else "")
        except StoreError as error:
            broken = error
            break
        try:
            return History(store, book, roots, at), Clean("")
        except StoreError as error:
            store.close()
            broken = error
    return None, Clean(str(broken))


def maker_of(settings: Settings, prices: PriceTable) -> str:
    """Everything a picture depends on besides the events, in a line.

    The roots are part of it: in another one there may be copies of what a session said.
    """
    wishes = (settings.prices, settings.windows, settings.rule, sorted(names_of(settings)))
    told = digest(msgspec.json.encode(wishes, order="sorted"), 12).hex()
    return f"{__version__} {wire.VERSION} {prices.source} {prices.version} {told}"


def names_of(settings: Settings) -> set[str]:
    """Return the roots as events name them."""
    return {clean(str(root), PATH_LIMIT) for root in settings.roots}
