"""The trace of one session, wherever it is kept: in the book, or at rest in the store."""

from cctop.book.book import Book
from cctop.book.snapshot import Status
from cctop.book.status import status_of
from cctop.book.trace import Trace
from cctop.book.tracing import trace_of
from cctop.engine.reader import Reader


def trace(reader: Reader, session: str, now: int) -> Trace | None:
    """Return the trace of a session at `now`, ms; None for an unknown one. Raises `StoreError`.

    A session that rests, or dozes, is folded anew, with its family, in a book of its own: the book
    that is shown does not change by it.
    """
    book = reader.book
    state = book.sessions.get(session)
    if state is not None:
        book.settle()
        status, _ = status_of(state, book.live.get(session), now)
        ended = status is Status.ENDED
        return trace_of(state, book.sessions.get, reader.follower.path_of, ended=ended)
    history = reader.history
    line = history.gallery.summary(session) if history is not None else None
    if history is None or line is None:
        return None
    book = Book(reader.prices)
    paths, family = history.recall(session, book)
    book.apply_spool(reader.heard_of(family))
    book.settle()
    state = book.sessions.get(session)
    if state is None:
        return None
    return trace_of(state, book.sessions.get, paths.__getitem__, ended=line.status is Status.ENDED)
