"""Forks hold lines that are older than they are: those are as of the fork's birth.

A fork begins with a copy of what its parent had said until then, times and all. Before it was
born it knew nothing of that, and laid no claim to what its parent had done.
"""

from collections.abc import Sequence

from cctop.book.book import Book
from cctop.book.session import SessionState
from cctop.events import Prompt, Response, TranscriptEvent


def copied(book: Book, session: SessionState, events: Sequence[TranscriptEvent]) -> int:
    """Return how many events of one of the session's main files come before its own first one.

    `book` knows all that the family has said, and is settled. 0 where it copied nothing.
    """
    if not session.inherited_calls:
        return 0
    for number, event in enumerate(events):
        if isinstance(event, Response | Prompt) and book.owner_of(event) is session:
            return number
    return len(events)
