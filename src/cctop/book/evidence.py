"""What is known of a call besides its figures: its lines, and what the fold made of each.

The decisions are the fold's own: lines are one call if `calls.key_of` says so, one of them adds to
it if `Call.adds` does, and whose it is was judged by `claims`.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from cctop.book.calls import Call
from cctop.book.charges import Quotes
from cctop.book.claims import Entry
from cctop.book.proof import NOWHERE, Decision, Line, Place, Standing
from cctop.book.session import SessionState
from cctop.book.tools import Place as Spot
from cctop.book.witness import Saying, Witness
from cctop.events import Origin, Response, Usage
from cctop.text import Clean, clean

ID_LIMIT = 200
NEVER = 1 << 62


class File(NamedTuple):
    """One file that was read: its path, and whether it is gone."""

    path: str
    gone: bool


class Evidence:
    """The watched fold, the files it was fed from by their numbers, and the prices."""

    def __init__(self, witness: Witness, files: Callable[[int], File], quotes: Quotes) -> None:
        self.witness = witness
        self.quotes = quotes
        self._files = files
        self._responses: Mapping[tuple[int, int], Response] | None = None

    def place(self, origin: Origin, offset: int, *, replaced: bool = False) -> Place:
        """Return where a line stands."""
        path, gone = self._files(origin.file)
        standing = Standing.GONE if gone else Standing.REPLACED if replaced else Standing.HERE
        return Place(path, offset, standing=standing)

    def spot(self, spot: Spot | None) -> Place:
        """Return where a line stands of which the fold kept the place."""
        return self.place(*spot) if spot is not None else NOWHERE

    def response_at(self, spot: Spot | None) -> Response | None:
        """Return the response that the line at a place tells of."""
        if self._responses is None:
            self._responses = self.witness.response_at()
        return self._responses.get((spot[0].file, spot[1])) if spot is not None else None

    def sayings(self, call: Call) -> list[Saying]:
        """Return the lines of a call, in an order of their own: those of its maker first, then by
        time and place.
        """
        maker = call.owner.id if call.owner is not None else ""
        return sorted(self.witness.sayings(call.key), key=lambda said: _order(said, maker))

    def lines(self, call: Call, sayings: list[Saying]) -> tuple[Line, ...]:
        """Return the lines of a call, with what became of each."""
        maker = call.owner.id if call.owner is not None else ""
        found: list[Line] = []
        known: Call | None = None
        told, request = "", Clean("")
        for said in sayings:
            response, own = said.response, said.event.origin.session == maker
            if known is None:
                known, decision = Call(response), Decision.COUNTED
            else:
                before = known.usage
                if said.event is response and known.adds(response):
                    known.merge(response)
                decision = Decision.GROWN if known.usage != before else Decision.REPEATED
            if response.request_id != told:  # nearly always one that all lines have
                told = response.request_id
                request = clean(told, ID_LIMIT)
            decision = decision if own or not found else Decision.COPY
            found.append(self._line(said, decision, request))
        return tuple(found)

    def _line(self, said: Saying, decision: Decision, request: Clean) -> Line:
        event = said.event
        place = self.place(event.origin, event.offset, replaced=self.witness.is_replaced(said))
        return Line(place, event.origin.session, event.at, decision, said.response.usage, request)


def decided(call: Call, session: SessionState, lines: tuple[Line, ...]) -> tuple[Decision, Clean]:
    """Return what became of a call in a session, in a word and in a line."""
    if call.owner is not session:
        return Decision.COPY, Clean(f"copy of {_owner(call)}, which {_why(call, session)}")
    if not lines:
        return Decision.COUNTED, Clean("counted; its line is on disk no more")
    own = [line for line in lines if line.session == session.id]
    copies = len(lines) - len(own)
    copied = f"; {_count(copies, 'copy', 'copies')} elsewhere" if copies else ""
    if not own:
        return Decision.COUNTED, Clean(f"counted, read from {_count(copies, 'copy', 'copies')}")
    repeats = len(own) - 1
    # A copy can hold more than the lines of the maker: it was made later, or these were lost.
    last, first = call.usage, own[0].usage
    if last != first:
        grew = f"grown from {_tokens(first):,} to {_tokens(last):,} tokens in"
        counted = _count(len(lines) if copies else len(own), "line", "lines")
        return Decision.GROWN, Clean(f"{grew} {counted}{copied}")
    if repeats:
        return Decision.COUNTED, Clean(f"counted once of {len(own):,} lines{copied}")
    return Decision.COUNTED, Clean(f"counted{copied}")


def _why(entry: Entry, session: SessionState) -> str:
    """Return by what the maker of a copied call is known."""
    claims = entry.claims or {}
    if claims.get(session):
        return "its record names as the maker"
    if any(claims.values()):
        return "another copy names as the maker"
    return "existed then, and fell silent first"


def _owner(call: Call) -> str:
    return call.owner.id if call.owner is not None else "another session"


def _order(said: Saying, maker: str) -> tuple[bool, int, bool, str, str, str, str, int]:
    event = said.event
    origin = event.origin
    place = origin.session, origin.agent, origin.root, origin.slug
    return (origin.session != maker, event.at or NEVER, bool(origin.agent), *place, event.offset)


def _tokens(usage: Usage) -> int:
    return usage.prompt + usage.output


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
