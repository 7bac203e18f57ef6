"""Sources → book: reads what is new, decodes it, folds it in. One thread's work, no thread here."""

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic

from cctop.book.book import Book
from cctop.book.snapshot import Progress
from cctop.engine.settings import Settings
from cctop.events import Registry, Reset, TranscriptEvent
from cctop.prices.table import PriceTable
from cctop.sources.registry import RunningSessions
from cctop.sources.spool.follow import Spool
from cctop.sources.transcripts.decode import Decoder
from cctop.sources.transcripts.document import Document
from cctop.sources.transcripts.follow import Follower, Item
from cctop.sources.transcripts.system import agent_meta
from cctop.sources.transcripts.tail import Batch
from cctop.text import Clean, clean

Events = Sequence[TranscriptEvent]


class Reader:
    """Holds the book of the given roots, and brings it up to date when asked."""

    def __init__(self, settings: Settings) -> None:
        roots = [str(root) for root in settings.roots]
        self.prices = PriceTable(settings.prices, settings.cache)
        self.book = Book(self.prices)
        self.follower = Follower(roots)
        self._registry = RunningSessions(roots)
        self._spool = Spool(str(settings.spool), self._registry.roots) if settings.spool else None
        self.is_told = False  # whether the last look found what needs no reading: who waits
        self._decoders: dict[int, Decoder] = {}
        self._roots = settings.roots

    def look(self, hints: Iterable[str] = ()) -> bool:
        """Look for new bytes and for sessions that run; say whether anything is new."""
        before = self.book.live
        self.book.apply_registry(Registry(self._registry.read(), self._registry.dead))
        heard = list(self._spool.read()) if self._spool is not None else []
        self.book.apply_spool(heard)
        self.is_told = bool(heard) or self.book.live != before
        return self.follower.scan(hints) or self.is_told

    def read(self, seconds: float | None = None) -> bool:
        """Read and fold for about `seconds`, else all there is; say whether any is left."""
        deadline = None if seconds is None else monotonic() + seconds
        for item in self.follower.read():
            self.book.apply(self._decode(item))
            if deadline is not None and monotonic() > deadline:
                return True
        return False

    def decode_file(self, file: int) -> Iterator[Events]:
        """Yield the events of what is new in one file, batch by batch, without folding them."""
        for item in self.follower.read_file(file):
            yield self._decode(item)

    def fold(self, batches: Iterable[Events]) -> None:
        """Fold decoded events in."""
        for events in batches:
            self.book.apply(events)

    def progress(self) -> Progress:
        """How far reading has come."""
        left = self.follower.pending()
        return Progress(left.files_left, left.files, left.bytes_left, left.bytes)

    def existing_roots(self) -> tuple[Clean, ...]:
        """The roots that are there now."""
        return tuple(clean(str(root), 400) for root in self._roots if root.is_dir())

    def notices(self) -> tuple[Clean, ...]:
        """What the user should know: what cannot be read, and why."""
        prices = self.prices.notice
        spool = self._spool.notices if self._spool is not None else ()
        return (*self.follower.notices, *spool, *((Clean(prices),) if prices else ()))

    def _decode(self, item: Item) -> Events:
        if isinstance(item, Batch):
            decoder = self._decoders.get(item.file)
            if decoder is None:
                decoder = self._decoders[item.file] = Decoder(item.origin)
            elif decoder.origin is not item.origin:
                decoder.move(item.origin)
            return decoder.decode(item.data, item.base_offset)
        if isinstance(item, Document):
            return (agent_meta(item.origin, item.data),)
        if isinstance(item, Reset):
            self._decoders.pop(item.origin.file, None)
        return (item,)
