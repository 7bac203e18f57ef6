"""`SessionState` → `Proof`: the rows behind a figure, found again one by one.

Nothing here is taken from a running sum: each row is priced anew, so that a proof can contradict
the figure, and says so where it does.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable

from cctop.book.calls import Call
from cctop.book.charges import charges_of
from cctop.book.evidence import ID_LIMIT, Evidence, decided
from cctop.book.meter import MINUTE
from cctop.book.proof import NOWHERE, Charge, Decision, Figure, Line, Proof, Row, RowKind, Unit
from cctop.book.session import SessionState
from cctop.book.snapshot import Books, Session
from cctop.book.summary import in_order, turn_starts
from cctop.book.tools import FAULTS, ToolCall
from cctop.book.unlogged import unlogged_rows
from cctop.events import FailureKind, Response, Usage
from cctop.text import Clean, clean

Amount = Callable[[tuple[Charge, ...]], int]

_LOWER = "≥ at least: the end of {} was never written down"
_UNPRICED = "+ {} unpriced tokens, no part of the sum"
_NO_BOOKS = "Claude Code has shown no books of its own for this session"
_LEFT_OUT = {
    FailureKind.DENIED: "not counted: denied, which says nothing of the tool",
    FailureKind.INTERRUPTED: "not counted: interrupted, which says nothing of the tool",
}


def prove(session: SessionState, figure: Figure, told: Session, evidence: Evidence) -> Proof:
    """Return the proof of one figure of a session; `told` is its line as pictures show it.

    Raises ValueError for `Figure.TODAY`, which is of all sessions: see `prove_day`.
    """
    session.refresh()
    rows, shown = _made(session, figure, told, evidence)
    notes = _notes(figure, rows)
    if shown is None:
        notes.append(Clean(_NO_BOOKS))
    total = sum(row.amount for row in rows)
    return Proof(figure, session.id, tuple(rows), total, shown, notes=tuple(notes))


def prove_day(
    sessions: Iterable[SessionState], first: int, last: int, shown: int, evidence: Evidence
) -> Proof:
    """Return the proof of what was paid from the minute `first` to the minute `last` (since the
    epoch, both included), by any of `sessions`.
    """
    rows: list[Row] = []
    for session in sessions:
        rows += (
            row
            for row in call_rows(session, in_order(session), evidence, _cost)
            if first <= row.at // MINUTE <= last
        )
    rows.sort(key=lambda row: (row.at, row.session, row.message_id))
    total = sum(row.amount for row in rows)
    return Proof(
        Figure.TODAY, "", tuple(rows), total, shown, notes=tuple(_notes(Figure.TODAY, rows))
    )


def _made(
    session: SessionState, figure: Figure, told: Session, evidence: Evidence
) -> tuple[list[Row], int | None]:
    """Return the rows, and the figure as it is shown."""
    own = in_order(session)
    match figure:
        case Figure.COST:
            return call_rows(session, own, evidence, _cost), told.cost
        case Figure.TOKENS:
            return call_rows(session, own, evidence, _tokens), told.tokens.total
        case Figure.UNPRICED:
            unpriced = [call for call in own if call.unpriced]
            return call_rows(session, unpriced, evidence, _unpriced), told.unpriced_tokens
        case Figure.INHERITED:
            copied = sorted(session.inherited_calls, key=lambda call: (call.at, call.key))
            return call_rows(session, copied, evidence, _cost), told.inherited_cost
        case Figure.CONTEXT:
            return _context(session, evidence), told.context.tokens
        case Figure.FAILURES:
            return _failures(session, evidence), told.tool_failures
        case Figure.UNLOGGED:
            return _unlogged(session, told.books, evidence)
    raise ValueError(figure)


def _unlogged(
    session: SessionState, books: Books | None, evidence: Evidence
) -> tuple[list[Row], int | None]:
    if books is None:
        return [], None
    own = in_order(session)
    metered = zip(own, call_rows(session, own, evidence, _cost), strict=True)
    return unlogged_rows(session, books, metered, evidence), books.unlogged


def _cost(charges: tuple[Charge, ...]) -> int:
    return sum(charge.cost.total for charge in charges)


def _tokens(charges: tuple[Charge, ...]) -> int:
    return sum(charge.tokens for charge in charges)


def _unpriced(charges: tuple[Charge, ...]) -> int:
    return sum(charge.tokens for charge in charges if charge.quote is None)


def call_rows(
    session: SessionState, calls: Iterable[Call], evidence: Evidence, amount: Amount
) -> list[Row]:
    """Return a row for each call; `amount` says what its charges add to the figure."""
    starts = [prompt.at for prompt in turn_starts(session)]
    rows = []
    for call in calls:
        charges = charges_of(call, evidence.quotes)
        turn = bisect_right(starts, call.at) if call.owner is session else 0
        rows.append(_row(session, call, amount(charges), charges, turn, evidence))
    return rows


def _row(
    session: SessionState,
    call: Call,
    amount: int,
    charges: tuple[Charge, ...],
    turn: int,
    evidence: Evidence,
) -> Row:
    sayings = evidence.sayings(call)
    lines = evidence.lines(call, sayings)
    decision, words = decided(call, session, lines)
    here = [i for i, line in enumerate(lines) if line.session == session.id]
    at = here[0] if here else 0
    said = sayings[at].response if sayings else None
    return Row(
        amount=amount,
        kind=RowKind.CALL,
        at=call.at,
        session=session.id,
        name=call.model,
        place=lines[at].place if lines else NOWHERE,
        decision=decision,
        words=words,
        agent=call.agent,
        turn=turn,
        message_id=clean(said.message_id, ID_LIMIT) if said else Clean(""),
        request_id=_request(said, lines),
        usage=call.total,
        charges=charges,
        lines=lines,
        lower_bound=not call.finished,
        owner=call.owner.id if call.owner is not None else "",
    )


def _request(said: Response | None, lines: tuple[Line, ...]) -> Clean:
    """Return the request id, of any line where the first has none."""
    if said is not None and said.request_id:
        return clean(said.request_id, ID_LIMIT)
    return next((line.request_id for line in lines if line.request_id), Clean(""))


def _notes(figure: Figure, rows: list[Row]) -> list[Clean]:
    """Return what is to be known of a sum: what it may lack, and what has no price."""
    notes = []
    if figure.unit is Unit.MONEY and (count := sum(_unpriced(row.charges) for row in rows)):
        notes.append(Clean(_UNPRICED.format(f"{count:,}")))
    if count := sum(row.lower_bound for row in rows):
        notes.append(Clean(_LOWER.format("a response" if count == 1 else f"{count:,} responses")))
    return notes


# The context.


def _context(session: SessionState, evidence: Evidence) -> list[Row]:
    """Return the response that filled the context last, or the compaction that emptied it since."""
    latest = session.latest
    packed_at, left = session.packed
    if latest is None:
        return []
    if packed_at > latest.at:
        return [_packed(session, packed_at, left, evidence)]
    sayings = evidence.sayings(latest)
    # Of growing lines it is the one that was sent with most.
    said = next((s for s in sayings if s.response.context == latest.context), None)
    sent = _prompt(said.response) if said is not None else Usage()
    (row,) = call_rows(session, [latest], evidence, lambda _: latest.context)
    place = row.place
    if said is not None:
        event = said.event
        replaced = evidence.witness.is_replaced(said)
        place = evidence.place(event.origin, event.offset, replaced=replaced)
    words = Clean("the newest response of the main thread: what its last pass was sent")
    charge = Charge("last pass", latest.booked or latest.model, sent)
    return [_with(row, place=place, words=words, usage=sent, charges=(charge,))]


def _prompt(response: Response) -> Usage:
    """Return what the last pass of a response was sent, by kind."""
    last = response.parts[-1] if response.parts else response.usage
    return Usage(last.input, 0, last.cache_read, last.cache_write_5m, last.cache_write_1h)


def _packed(session: SessionState, at: int, left: int, evidence: Evidence) -> Row:
    marks = (
        mark
        for mark in evidence.witness.compactions
        if (mark.origin.session, mark.at, mark.tokens_after) == (session.id, at, left)
    )
    mark = min(marks, key=lambda mark: (mark.origin.file, mark.offset), default=None)
    return Row(
        amount=left,
        kind=RowKind.COMPACTION,
        at=at,
        session=session.id,
        name=Clean(f"compaction ({mark.trigger})" if mark is not None else "compaction"),
        place=evidence.place(mark.origin, mark.offset) if mark is not None else NOWHERE,
        words=Clean("nothing was sent since this compaction: the tokens that it left"),
    )


def _with(row: Row, **changes: object) -> Row:
    fields = {name: getattr(row, name) for name in row.__struct_fields__}
    return Row(**(fields | changes))


# Tool calls.


def _failures(session: SessionState, evidence: Evidence) -> list[Row]:
    failed = [tool for tool in session.tools.of if tool.failure is not None and tool.name]
    failed.sort(key=lambda tool: (tool.answered_at, tool.at, tool.id, tool.agent))
    starts = [prompt.at for prompt in turn_starts(session)]
    return [_failure(session, tool, bisect_right(starts, tool.at), evidence) for tool in failed]


def _failure(session: SessionState, tool: ToolCall, turn: int, evidence: Evidence) -> Row:
    assert tool.failure is not None
    counts = tool.failure in FAULTS
    copies = sum(holder is not session for holder in tool.holders())
    copied = f"; copies in {copies:,} other sessions" if copies else ""
    words = f"counted: {tool.failure}" if counts else _LEFT_OUT[tool.failure]
    response = evidence.response_at(tool.call_place)
    return Row(
        amount=int(counts),
        kind=RowKind.TOOL,
        at=tool.answered_at,
        session=session.id,
        name=tool.name,
        place=evidence.spot(tool.result_place or tool.call_place),
        decision=Decision.COUNTED if counts else Decision.LEFT_OUT,
        words=Clean(f"{words}{copied}"),
        agent=tool.agent,
        turn=turn,
        message_id=clean(response.message_id, ID_LIMIT) if response else Clean(""),
        request_id=clean(response.request_id, ID_LIMIT) if response else Clean(""),
        tool_use_id=clean(tool.id, ID_LIMIT),
        owner=session.id,
        detail=clean(" · ".join(filter(None, (tool.target, tool.error))), 400),
    )
