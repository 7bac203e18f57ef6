"""Records as they were left in the spool, as one line of JSON each: safe to print, secrets masked.

The writers masked and cut already; it is done again, for who knows what wrote them.
"""

import json
from typing import Any

from cctop.doctor.words import iso
from cctop.hook.mask import MASKED, is_secret_name, mask
from cctop.text import Clean, clean, clean_lines

_TEXT_LINES, _TEXT_WIDTH = 50, 2_000
_DEPTH = 20
_Object = dict[str, Any]


def event_line(line: bytes) -> Clean:
    """Return a line of a segment: what happened and when first, then the rest as it stands."""
    record = _parsed(line)
    if record is None:
        return shown({"event": "(no record)", "bytes": len(line)})
    at = record.pop("at", None)
    when = iso(at) if isinstance(at, int) and not isinstance(at, bool) else None
    return shown({"event": record.pop("event", None), "at": when or at, **record})


def status_of(data: bytes) -> tuple[Any, _Object] | None:
    """Return when a status line was told (ms) and what it said, by dotted keys."""
    record = _parsed(data)
    status = record.get("status") if record else None
    if record is None or not isinstance(status, dict):
        return None
    return record.get("at"), flat(status)


def flat(value: _Object, above: str = "", depth: int = _DEPTH) -> _Object:
    """Return an object of objects as one, with keys such as `cost.total_cost_usd`."""
    found: _Object = {}
    for key, item in value.items():
        if isinstance(item, dict) and item and depth:
            found |= flat(item, f"{above}{key}.", depth - 1)
        else:
            found[f"{above}{key}"] = item
    return found


def shown(record: _Object) -> Clean:
    """Return an object as one line of JSON, with nothing in it that a terminal would obey."""
    text = json.dumps(_safe(record), ensure_ascii=False, default=str)
    return clean(text, 1_000_000)


def _safe(value: Any, name: str = "", depth: int = _DEPTH) -> Any:
    if isinstance(value, str):
        if name and value and is_secret_name(name):
            return MASKED
        return "\n".join(clean_lines(mask(value), _TEXT_LINES, _TEXT_WIDTH))
    if isinstance(value, dict):
        # A key can be anything, too: "TOKEN=…" would be one.
        return {
            clean(mask(key)): _safe(item, key, depth - 1)
            for key, item in value.items()
            if depth > 0
        }
    if isinstance(value, list):
        return [_safe(item, name, depth - 1) for item in value] if depth > 0 else []
    return value


def _parsed(data: bytes) -> _Object | None:
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None
