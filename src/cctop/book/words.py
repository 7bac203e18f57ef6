"""What the model said before it called a tool."""

from bisect import bisect_right
from collections.abc import Callable

from cctop.book.session import SessionState
from cctop.book.tools import ToolCall
from cctop.text import Clean

NOTHING = Clean("")


class Words:
    """Finds them by the places of the lines. `find` gives a session by its id, None for another."""

    def __init__(self, find: Callable[[str], SessionState | None]) -> None:
        self._find = find
        self._said: dict[tuple[str, int], tuple[list[int], dict[int, Clean]]] = {}

    def before(self, call: ToolCall) -> Clean:
        """Return the first line of what was last said in a file before a call, or with it; "" where
        nothing was since the prompt.
        """
        if call.call_place is None:
            return NOTHING
        origin, offset = call.call_place
        known = self._said.get((origin.session, origin.file))
        if known is None:
            session = self._find(origin.session)
            spoken = session.said.get(origin.file) if session is not None else None
            said = spoken.all() if spoken is not None else {}
            known = self._said[origin.session, origin.file] = sorted(said), said
        places, said = known
        number = bisect_right(places, offset)
        return said[places[number - 1]] if number else NOTHING
