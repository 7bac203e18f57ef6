"""The unlogged figure as a sum: Claude Code's total, less what was metered up to it."""

from collections.abc import Iterable

from cctop.book.calls import Call
from cctop.book.evidence import Evidence
from cctop.book.proof import NOWHERE, Decision, Row, RowKind
from cctop.book.session import SessionState
from cctop.book.snapshot import Books
from cctop.text import Clean

_CLOSED = "the total in its newest cost-state record, written when a process ended"
_TOLD = "the total that it told its status line"
_BROUGHT = "the part of that total which the fork's parent had spent before"
_COVERED = "metered before the books were written: taken off"
_LATER = "metered since the books were written: no part of them"


def unlogged_rows(
    session: SessionState, books: Books, metered: Iterable[tuple[Call, Row]], evidence: Evidence
) -> list[Row]:
    """Return the rows behind what `books` hold beyond the metered calls: their total, and each call
    that they cover taken off.
    """
    rows = [_total(session, books, evidence)]
    if books.inherited:
        rows.append(_brought(session, books))
    since = books.told_at or session.books.until
    later = {call.key: call.cost for call in session.timeline.since(since)}
    # What a status line that was drawn meanwhile cannot hold: the last calls before it.
    left = books.later - sum(later.values())
    before = [call for call in session.calls if call.at < since]
    for call in sorted(before, key=lambda call: call.at, reverse=True):
        if left <= 0:
            break
        later[call.key] = call.cost
        left -= call.cost
    rows += (_taken_off(row, is_later=call.key in later) for call, row in metered)
    return rows


def _total(session: SessionState, books: Books, evidence: Evidence) -> Row:
    closed = session.books.newest
    is_told = bool(books.told_at) or closed is None
    place = NOWHERE if is_told or closed is None else evidence.place(closed.origin, closed.offset)
    return Row(
        amount=books.official + books.inherited,
        kind=RowKind.BOOKS,
        at=books.told_at or (closed.at if closed is not None else 0),
        session=session.id,
        name=Clean("Claude Code's books"),
        place=place,
        words=Clean(_TOLD if is_told else _CLOSED),
        owner=session.id,
    )


def _brought(session: SessionState, books: Books) -> Row:
    return Row(
        amount=-books.inherited,
        kind=RowKind.BROUGHT,
        at=session.born,
        session=session.id,
        name=Clean("brought along"),
        decision=Decision.COPY,
        words=Clean(_BROUGHT),
        owner=session.id,
    )


def _taken_off(row: Row, *, is_later: bool) -> Row:
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    fields |= {"amount": 0 if is_later else -row.amount}
    fields |= {"words": Clean(_LATER if is_later else _COVERED)}
    if is_later:
        fields |= {"decision": Decision.LEFT_OUT}
    return Row(**fields)
