"""Entries that only need to be kept: prompts, compactions and API errors."""

from typing import TYPE_CHECKING, Any

from cctop.book.claims import Entry
from cctop.events import ApiError, Compaction, Prompt

if TYPE_CHECKING:
    from cctop.book.session import SessionState


class Note(Entry):
    """A record that its owner keeps on a shelf. `agent`: on whose thread it stands, "" the main."""

    __slots__ = ("agent", "event")

    def __init__(self, event: Prompt | Compaction | ApiError) -> None:
        super().__init__(event.at)
        self.event: Any = event
        self.agent = event.origin.agent

    def adds(self, other: "Note") -> bool:
        """Return whether another line of the record says more: whose thread, or an earlier time."""
        return other.agent > self.agent or 0 < other.at < self.at

    def merge(self, other: "Note") -> None:
        """Take in another line of the record. The result does not depend on their order."""
        self.agent = max(self.agent, other.agent)
        if 0 < other.at < self.at:
            self.at, self.event = other.at, other.event

    def put(self, owner: "SessionState", sign: int) -> None:
        """Lay it on the shelf of `owner`, or with `sign` -1 take it away."""
        raise NotImplementedError

    def enter(self, owner: "SessionState") -> None:
        """Count for `owner`."""
        self.put(owner, 1)

    def leave(self, owner: "SessionState") -> None:
        """Count no longer."""
        self.put(owner, -1)


class PromptNote(Note):
    """A prompt of the user's."""

    __slots__ = ()
    event: Prompt

    def put(self, owner: "SessionState", sign: int) -> None:
        """Add it to the prompts, or take it away."""
        owner.prompted(self, sign)


class CompactionNote(Note):
    """A compaction."""

    __slots__ = ()
    event: Compaction

    def put(self, owner: "SessionState", sign: int) -> None:
        """Add it to the compactions, or take it away."""
        if sign > 0:
            owner.compactions[self] = None
        else:
            owner.compactions.pop(self, None)


class ApiErrorNote(Note):
    """An API error: one retry, or the final failure of a call."""

    __slots__ = ()
    event: ApiError

    def put(self, owner: "SessionState", sign: int) -> None:
        """Add it to the API errors, or take it away."""
        owner.failed(self, sign)
