"""How long a tool call took, and where its lines lie."""

from collections.abc import Callable

from cctop.book.tools import Place, ToolCall
from cctop.events import Where

Paths = Callable[[int], str]
"""Names a file by its number."""


def duration_of(call: ToolCall) -> int | None:
    """Return how long a call took, ms: by the hook that knows it, else with the wait for it."""
    if call.duration_ms is not None:
        return call.duration_ms
    return max(0, call.answered_at - call.at) if call.at else None


def where_of(call: ToolCall, paths: Paths) -> Where:
    """Return where a call and its answer stand."""
    asked, path = _place(call.call_place, paths)
    answered, result_path = _place(call.result_place, paths)
    return Where(path, asked, result_path, answered)


def _place(place: Place | None, paths: Paths) -> tuple[int, str]:
    return (place[1], paths(place[0].file)) if place else (-1, "")
