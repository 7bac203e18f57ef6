"""The payload on the standard input, which some versions of Claude Code never close."""

import os
import time
from select import select

from cctop.hook.jsonlite import BrokenError, decode

MAX_BYTES = 32 * 1024 * 1024
"""More than any payload has: the largest carry a tool's output."""

EMPTY, NOT_JSON, NOT_AN_OBJECT = "empty", "not JSON", "not an object"
TOO_LONG, TIMED_OUT = "too long", "timed out"

_CHUNK = 1 << 20
_BLANKS = b" \t\r\n"
_BOM = b"\xef\xbb\xbf"


class Payload:
    """What was read: the bytes, and why they are no JSON object ("" while they may be one)."""

    __slots__ = ("data", "why")

    def __init__(self, data: bytes, why: str = "") -> None:
        self.data = data
        self.why = why

    def content(self) -> "dict[str, object] | None":
        """Return the object, or None; `why` then says why."""
        if self.why:
            return None
        try:
            value = decode(self.data.decode("utf-8", "replace"))
        except BrokenError:
            self.why = NOT_JSON
            return None
        if not isinstance(value, dict):
            self.why = NOT_AN_OBJECT
            return None
        return value


def read(seconds: float, file: int = 0) -> Payload:
    """Read one JSON object from a file descriptor, for at most as many seconds.

    It ends with the object's last brace, whether or not the writer closes its end. What does not
    begin as an object is not read further. Raises nothing.
    """
    deadline = time.monotonic() + seconds
    chunks: list[bytes] = []
    braces = Braces()
    size = 0
    why = ""
    while not why and not braces.closed:
        try:
            left = deadline - time.monotonic()
            ready = left > 0 and select([file], (), (), left)[0]
            chunk = os.read(file, _CHUNK) if ready else None
        except BlockingIOError:
            continue
        except (OSError, ValueError):  # closed, a folder, …
            chunk = b""
        if chunk is None:
            why = TIMED_OUT
        elif not chunk:
            break
        else:
            chunks.append(chunk)
            size += len(chunk)
            braces.feed(chunk)
            why = TOO_LONG if size > MAX_BYTES else braces.wrong
    data = b"".join(chunks).removeprefix(_BOM)
    return Payload(data, why or ("" if data.strip(_BLANKS) else EMPTY))


class Braces:
    """Follows the brackets of a JSON text chunk by chunk, at the speed of `bytes.count`.

    Parsing again and again to see whether all is there would take the square of the time.
    """

    __slots__ = ("_begun", "_depth", "_in_string", "_rest", "closed", "wrong")

    def __init__(self) -> None:
        self.closed = False  # the outermost bracket was
        self.wrong = ""  # why it cannot become an object
        self._begun = False
        self._in_string = False
        self._depth = 0
        self._rest = b""  # of the last chunk: backslashes whose meaning the next one decides

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        data = self._rest + chunk
        if not self._begun:
            data = data.removeprefix(_BOM).lstrip(_BLANKS)
            if not data or _BOM.startswith(data):
                self._rest = data
                return
            self._begun = True
            if data[:1] != b"{":
                self.wrong = NOT_AN_OBJECT if data[:1] in b'["-0123456789tfn' else NOT_JSON
                return
        whole = data.rstrip(b"\\")
        whole += b"\\" * (len(data) - len(whole) & ~1)
        self._rest = data[len(whole) :]
        # Without escaped characters, every other piece between quotes is a string.
        pieces = whole.replace(b"\\\\", b"").replace(b'\\"', b"").split(b'"')
        code = b"".join(pieces[self._in_string :: 2])
        self._in_string ^= len(pieces) % 2 == 0
        self._depth += code.count(b"{") + code.count(b"[") - code.count(b"}") - code.count(b"]")
        self.closed = self._depth <= 0 and not self._in_string
