"""One transcript file's bytes → events.

A `Decoder` belongs to one file and is fed whole lines in order. What it remembers between lines is
only what the file itself said before, so the events do not depend on how the bytes were cut.
"""

from collections.abc import Sequence
from datetime import UTC, datetime

from cctop import events as ev
from cctop.sources.transcripts import lines, system, user
from cctop.sources.transcripts.assistant import Assistant
from cctop.sources.transcripts.document import Document
from cctop.sources.transcripts.makers import Makers
from cctop.sources.transcripts.memory import Memory
from cctop.sources.transcripts.records import Record
from cctop.text import Clean, clean

# Their events tell the time themselves.
TIMED = frozenset({"assistant", "user"})
WORD_LIMIT = 400
# The years 2000 to 2100, ms. Programs that copy the format write the year 1 for no time at all.
POSSIBLE = range(946_684_800_000, 4_102_444_800_000)
_no_words = (Clean(""),) * 5
_NOT_SAID = (None,) * len(_no_words)

Item = Document | ev.Malformed | ev.Reset | ev.Gone
"""What is read of a file besides lines: a whole document, or what became of it."""


def told(item: Item) -> Sequence[ev.TranscriptEvent]:
    """Return the events of what is no lines, for which no decoder is needed."""
    if isinstance(item, Document):
        return (system.agent_meta(item.origin, item.data),)
    return (item,)


class Decoder:
    """Turns the lines of one transcript file into events."""

    def __init__(self, origin: ev.Origin) -> None:
        self.move(origin)
        self._at = 0
        self._words: tuple[str | None, ...] = ()
        self._said: list[str] = [""] * len(_no_words)
        self._talks = False  # a record of its conversation was read

    def move(self, origin: ev.Origin) -> None:
        """Go on under another origin: the file was moved, and what it said still holds."""
        self.origin = origin
        self._makers = Makers(origin)
        self._assistant = Assistant(self._makers)

    @property
    def memory(self) -> Memory:
        """What it has to remember to go on another time."""
        return Memory(self._at, self._talks, self._words, tuple(self._said))

    def resume(self, memory: Memory) -> None:
        """Go on with what an earlier one remembered."""
        self._at, self._talks = memory.at, memory.talks
        if len(memory.said) == len(self._said):
            self._words, self._said = memory.words, list(memory.said)

    def decode(self, data: bytes, base: int) -> list[ev.TranscriptEvent]:
        """Return the events of whole lines that start at byte `base` of the file."""
        out: list[ev.TranscriptEvent] = []
        origin, see, translate = self.origin, self._see, self._translate
        for offset, record, trouble in lines.read(data, base):
            if trouble is not None:
                out.append(ev.Malformed(origin, offset, self._at, trouble.reason, trouble.used))
            if record is not None:
                see(record, offset, out)
                out += translate(ev.Event(origin, offset, self._at), record)
                if record.uuid:
                    self._talks = True
        return out

    def _translate(self, place: ev.Event, record: Record) -> Sequence[ev.TranscriptEvent]:
        match record.type:
            case "assistant":
                return self._assistant.events(place, record)
            case "user":
                return user.events(place, record, self._makers)
            case "system":
                return system.events(place, record, self._makers)
            case "attachment":
                return user.queued(place, record)
            case None if record.message is not None and record.message.usage is not None:
                # Other programs write the transcript's format without saying the type.
                return self._assistant.events(place, record)
            case "summary" if not self._talks:
                return ()  # up to 2.0, a new file began with what older conversations were about
        return system.metadata(place, record)

    def _see(self, record: Record, offset: int, out: list[ev.TranscriptEvent]) -> None:
        """Tell the time and the surroundings, where they say something new."""
        moved = False
        if record.timestamp is not None:
            at = _milliseconds(record.timestamp)
            if at != self._at and at in POSSIBLE:
                moved, self._at = record.type not in TIMED, at
        # In the midst of a conversation it only says that the user types ahead.
        own = record.type == "queue-operation" and not self._talks
        words = (
            record.cwd, record.git_branch, record.version, record.entrypoint,
            record.permission_mode,
        )  # fmt: skip
        new: tuple[Clean, ...] = _no_words
        if words not in (self._words, _NOT_SAID):
            self._words = words
            new = self._new_words(words)
        if moved or own or new is not _no_words:
            cwd, branch, version, entrypoint, mode = new
            out.append(
                ev.Seen(self.origin, offset, self._at, cwd, branch, version, entrypoint, mode, own)
            )

    def _new_words(self, words: tuple[str | None, ...]) -> tuple[Clean, ...]:
        """Return those of the words that were not said before, "" for the others."""
        new = list(_no_words)
        for i, word in enumerate(words):
            if word and word != self._said[i]:
                self._said[i], new[i] = word, clean(word, WORD_LIMIT)
        return tuple(new) if any(new) else _no_words


def _milliseconds(stamp: datetime) -> int:
    # A time without a zone is UTC: Claude Code writes no other.
    stamp = stamp if stamp.tzinfo else stamp.replace(tzinfo=UTC)
    return round(stamp.timestamp() * 1000)
