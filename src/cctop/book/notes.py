"""Entries that only need to be kept: prompts, compactions and API errors."""

from typing import TYPE_CHECKING

from cctop.book.claims import Entry
from cctop.events import ApiError, Compaction, Prompt

if TYPE_CHECKING:
    from cctop.book.session import SessionState


class PromptNote(Entry):
    """A prompt of the user's."""

    __slots__ = ("command", "text")

    def __init__(self, event: Prompt) -> None:
        super().__init__(event.at)
        self.text = event.text
        self.command = event.command

    def enter(self, owner: "SessionState") -> None:
        """Count for `owner`."""
        owner.prompts[self] = None

    def leave(self, owner: "SessionState") -> None:
        """Count no longer."""
        owner.prompts.pop(self, None)


class CompactionNote(Entry):
    """A compaction."""

    __slots__ = ("agent", "event", "uuid")

    def __init__(self, event: Compaction) -> None:
        super().__init__(event.at)
        self.event = event
        self.agent = event.origin.agent
        self.uuid = event.uuid

    def enter(self, owner: "SessionState") -> None:
        """Count for `owner`."""
        owner.compactions[self] = None

    def leave(self, owner: "SessionState") -> None:
        """Count no longer."""
        owner.compactions.pop(self, None)


class ApiErrorNote(Entry):
    """An API error: one retry, or the final failure of a call."""

    __slots__ = ("event",)

    def __init__(self, event: ApiError) -> None:
        super().__init__(event.at)
        self.event = event

    def enter(self, owner: "SessionState") -> None:
        """Count for `owner`."""
        owner.api_errors[self] = None

    def leave(self, owner: "SessionState") -> None:
        """Count no longer."""
        owner.api_errors.pop(self, None)
