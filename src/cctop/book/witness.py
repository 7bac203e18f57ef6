"""A fold that is watched: which lines told of which call.

The book keeps of a call only what counts. When someone asks for the proof of a figure, what its
files said is folded once more, and here it is noted beside the fold. It costs the book nothing.
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from cctop.book import calls
from cctop.book.book import Book, Key
from cctop.events import Compaction, Continued, Reset, Response, TranscriptEvent


class Saying(Struct, frozen=True, gc=False):
    """A line that tells of a call: `response` is what it says, or what the line before it said and
    it repeats. `reading`: how often its file had been read from its start.
    """

    event: Response | Continued
    response: Response
    reading: int


class Witness:
    """Notes what is given to `book`."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.compactions: list[Compaction] = []
        self._sayings: dict[Key, dict[tuple[int, int], Saying]] = {}
        self._last: dict[int, Response] = {}  # by file: what a line may go on from
        self._readings: dict[int, int] = {}

    def apply(self, events: Sequence[TranscriptEvent]) -> None:
        """Fold events of transcripts in, and note them."""
        self.book.apply(events)
        for event in events:
            if isinstance(event, Response):
                self._last[event.origin.file] = event
                self._note(event, event)
            elif isinstance(event, Continued):
                if (response := self._last.get(event.origin.file)) is not None:
                    self._note(event, response)
            elif isinstance(event, Compaction):
                self.compactions.append(event)
            elif isinstance(event, Reset):
                file = event.origin.file
                self._readings[file] = self._readings.get(file, 0) + 1

    def _note(self, event: Response | Continued, response: Response) -> None:
        file = event.origin.file
        saying = Saying(event, response, self._readings.get(file, 0))
        # A file that is read again says the same thing at the same place.
        self._sayings.setdefault(calls.key_of(response), {})[file, event.offset] = saying

    def sayings(self, key: Key) -> Iterable[Saying]:
        """Return the lines that tell of a call, in no order."""
        return self._sayings.get(key, {}).values()

    def is_replaced(self, saying: Saying) -> bool:
        """Whether the file was read from its start again since, and the line was not there."""
        return saying.reading < self._readings.get(saying.event.origin.file, 0)

    def response_at(self) -> dict[tuple[int, int], Response]:
        """Return what every line tells of, by file and offset."""
        return {
            place: saying.response
            for sayings in self._sayings.values()
            for place, saying in sayings.items()
        }
