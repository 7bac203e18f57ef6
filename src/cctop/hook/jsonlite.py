"""JSON by the C half of `json` alone.

`json` imports `re` for its Python half, and the two take nearly as long as Python takes to start.
The C half is enough here; on a Python that has none, `json` itself does the work.
"""

TYPE_CHECKING = False  # not typing's: that takes longer to import than all of this to run
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

try:
    from _json import encode_basestring as _quoted
    from _json import make_scanner as _make_scanner
except ImportError:
    from json.encoder import encode_basestring as _quoted
    from json.scanner import make_scanner as _make_scanner

_WHOLE = 20  # digits: a longer number is a float, for its digits would take their square of time


class BrokenError(ValueError):
    """A text that is no JSON."""


def decode(text: str) -> object:
    """Return the first JSON value of a text, however much follows it. Raises BrokenError."""
    try:
        value: object = _scan(text.lstrip(), 0)[0]
    # A Python that has the C half alone has no class for its errors: some then say SystemError.
    except (ValueError, StopIteration, RecursionError, SystemError, MemoryError) as error:
        raise BrokenError from error
    return value


def encode(value: object) -> str:
    """Return a value of None, booleans, numbers, strings, lists and dicts as compact JSON.

    What JSON has no word for (NaN, infinity, any other object) is `null`.
    """
    if isinstance(value, str):
        return str(_quoted(value))
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int):
        return int.__repr__(value)
    if isinstance(value, float):
        return float.__repr__(value) if value - value == 0 else "null"
    if isinstance(value, dict):
        items = [f"{_quoted(str(key))}:{encode(item)}" for key, item in value.items()]
        return f"{{{','.join(items)}}}"
    if isinstance(value, list):
        return f"[{','.join([encode(item) for item in value])}]"
    return "null"


def utf8(text: str) -> bytes:
    """Return a text's bytes, with "?" for what is half a character (a lone surrogate)."""
    return text.encode("utf-8", "replace")


def _integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _WHOLE else float(digits)


class _Context:
    """How to read: what a `json.JSONDecoder` would say."""

    strict = False  # line breaks and NULs within strings do no harm
    object_hook = None
    object_pairs_hook = None
    array_hook = None
    parse_float = float
    parse_int = staticmethod(_integer)
    parse_constant = float
    memo: "dict[str, str]" = {}  # noqa: RUF012 - one process reads one text


_scan: "Callable[[str, int], tuple[Any, int]]" = _make_scanner(_Context())  # type: ignore[arg-type]
