"""The one door for untrusted text.

Prompts, paths, branch names, tool output, hook payloads and config values are written by others,
and no layer below strips escape sequences: a terminal would obey them (clipboard writes, title
changes, cleared screens), and bidi overrides would make a command read as another. What comes
through `clean` is one line of plain, printable characters; only this module makes a `Clean`.

The rules: ANSI/VT sequences go whole (ECMA-48 forms, 7-bit and 8-bit, unterminated ones to the end
of their line); line breaks and tabs become a space; other control, format (bidi, zero-width,
joiners, tags), private-use and invisible characters go; surrogates and unassigned code points
become U+FFFD, since no terminal agrees on their width; at most four combining marks stay in a row.
Normalisation (NFC) is left as it was, so that a shown path is the path.
"""

import re
import unicodedata
from functools import lru_cache
from typing import NewType

Clean = NewType("Clean", str)
"""Text that a terminal cannot obey: printable characters and spaces, no line breaks."""

ELLIPSIS = "…"
_MAX_MARKS = 4  # real scripts (Vietnamese, Hebrew, Tibetan) stack up to four; "zalgo" text dozens
_BODY_LIMIT = 1_000_000  # characters of a body looked at: far more than any view shows
_AHEAD = 64  # characters beyond a limit that are looked at first: most texts show by then
_TAB = 4

_STRINGS = (
    # OSC, DCS, SOS, PM, APC. No control introducer may occur inside, which keeps the match linear.
    r"(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])"
    r"(?:[^\x07\x1b\x80-\x9f]*+(?:\x07|\x1b\\|\x9c)|[^\x07\x1b\x80-\x9f\n\r]*+)"
)
_CSI = r"(?:\x1b\[|\x9b)[0-?]*+[ -/]*+[@-~]?"
_ESCAPE = r"\x1b[ -/]*+[0-~]?"
_SEQUENCE = re.compile(f"{_STRINGS}|{_CSI}|{_ESCAPE}")

_BREAK = re.compile("\r\n|[\n\r\v\f\x85\u2028\u2029]")

# Printable characters of the common scripts that are no combining marks and never invisible:
# with `str.isprintable` a string of these needs no look at each character. A test holds the
# ranges to that promise.
_PLAIN = re.compile(
    "[ -~\u00a1-\u02ff\u0370-\u0482\u048a-\u0590\u2010-\u20cf\u2100-\u2bff\u3001-\u3029"
    "\u3041-\u3096\u309b-\u3163\u3165-\u318e\u4e00-\u9fff\uac00-\ud7a3\uff01-\uff9f"
    "\U0001f300-\U0001faff]*"
)

# Assigned, "printable" and yet drawn as nothing (Unicode's Default_Ignorable_Code_Point).
_INVISIBLE = frozenset(
    {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0}
    | {*range(0x180B, 0x1810), *range(0xFE00, 0xFE10)}
)
_INVISIBLE_PLANE = range(0xE0000, 0xE1000)  # tags and variation selectors


def clean(value: object, limit: int = 200) -> Clean:
    """One safe line of at most `limit` characters, with "…" as the last one where text was cut.

    Runs of line breaks and the spaces around them become one space, and none at either end;
    other spaces are kept. `None` gives the empty text, bytes are read as UTF-8, anything else by
    its `str`. Never raises. A text takes time by `limit`, however long it is.
    """
    # Nearly all that is asked: a short, plain text. The rules below would change nothing in it.
    if type(value) is str and len(value) <= limit and value.isascii() and value.isprintable():
        return Clean(value)
    text = _as_text(value)
    if 0 < limit < len(text) and (line := _beginning(text, limit)):
        return line
    return _whole(text, limit)


def _beginning(text: str, limit: int) -> Clean | None:
    """Return the line of a text that goes on, where its first characters tell it; None for most
    that hold anything but plain characters and line breaks.
    """
    head = text[: limit + _AHEAD]
    if not _is_plain(head):
        head = _breaks(head)
        if not _is_plain(head.replace("\n", " ")):
            return None
        head = _joined(head)
    # What comes can take away the blanks at the end, and nothing else.
    return Clean(head[: limit - 1] + ELLIPSIS) if len(head.rstrip(" ")) > limit else None


def _whole(text: str, limit: int) -> Clean:
    # What is cut away could only shorten the text further: room for some colour codes is enough.
    budget = 4 * max(limit, 0) + 1024
    was_cut = len(text) > budget
    if was_cut:
        text = text[:budget]
    if not _is_plain(text):
        text = _on_one_line(text)
    return _truncated(text, limit, was_cut)


def clean_lines(value: object, max_lines: int = 200, limit: int = 500) -> tuple[Clean, ...]:
    """A body as at most `max_lines` safe lines of at most `limit` characters each.

    Keeps the line structure (every kind of line break) and turns tabs into spaces up to the next
    stop of four. Where lines were left out, the last line ends in "…". Never raises.
    """
    text = _as_text(value)
    was_cut = len(text) > _BODY_LIMIT
    text = _SEQUENCE.sub("", text[:_BODY_LIMIT])
    if max_lines <= 0 or not text:
        return ()
    lines = _BREAK.split(text, maxsplit=max_lines)
    if not lines[-1]:  # the break that ends the last line starts no new one
        lines.pop()
    if len(lines) > max_lines:
        was_cut = True
        lines = lines[:max_lines]
    shown = [_clean_line(line, limit) for line in lines]
    if was_cut:
        shown[-1] = _truncated(shown[-1], limit, was_cut=True)
    return tuple(shown)


def _on_one_line(text: str) -> str:
    """Return printable characters only, with one space for each run of breaks, none at the ends."""
    lines = _breaks(text)
    if not _is_plain(lines.replace("\n", " ")):
        # The rare case; character by character it takes thirty times as long.
        lines = _printable(_SEQUENCE.sub("", text).replace("\t", "\n"))
    return _joined(lines)


def _breaks(text: str) -> str:
    return text.replace("\t", "\n").replace("\r", "\n")


def _joined(lines: str) -> str:
    """Return lines as one, with one space for each run of breaks and the spaces around them."""
    bare = lines.lstrip(" \n")
    if "\n" in lines[: len(lines) - len(bare)]:
        lines = bare
    bare = lines.rstrip(" \n")
    if "\n" in lines[len(bare) :]:
        lines = bare
    first, *rest = lines.split("\n")
    if not rest:
        return first
    *middle, last = rest
    parts = (first.rstrip(" "), *(part.strip(" ") for part in middle), last.lstrip(" "))
    return " ".join(filter(None, parts))


def _clean_line(line: str, limit: int) -> Clean:
    budget = 4 * max(limit, 0) + 1024
    text = line[:budget].expandtabs(_TAB)
    if not _is_plain(text):
        text = _printable(text)
    return _truncated(text, limit, was_cut=len(line) > budget)


def _as_text(value: object) -> str:
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    try:
        return str(value)
    except (ValueError, RecursionError):  # an integer of 4,301 digits, lists a thousand deep
        return f"({type(value).__name__})"


def _is_plain(text: str) -> bool:
    return text.isprintable() and (text.isascii() or _PLAIN.fullmatch(text) is not None)


def _truncated(text: str, limit: int, was_cut: bool) -> Clean:
    if limit <= 0:
        return Clean("")
    if len(text) > limit or (was_cut and not text.endswith(ELLIPSIS)):
        text = text[: limit - 1] + ELLIPSIS
    return Clean(text)


def _printable(text: str) -> str:
    """Printable characters only, every line break as a newline, few combining marks in a row."""
    kept: list[str] = []
    marks = _MAX_MARKS  # without a letter before it a mark would change the cell to its left
    for char in text:
        shown, is_mark = _fate(char)
        if is_mark:
            marks += 1
            if marks > _MAX_MARKS:
                continue
        elif shown:
            marks = _MAX_MARKS if shown in {" ", "\n"} else 0
        kept.append(shown)
    return "".join(kept)


@lru_cache(maxsize=4096)
def _fate(char: str) -> tuple[str, bool]:
    """What is shown for one character, and whether it is a combining mark."""
    code = ord(char)
    if code in _INVISIBLE or code in _INVISIBLE_PLANE:
        return "", False
    if _BREAK.match(char):
        return "\n", False
    category = unicodedata.category(char)
    if category in {"Cs", "Cn"}:
        return "\ufffd", False
    if category in {"Cc", "Cf", "Co"}:
        return "", False
    if category == "Zs":
        return " ", False
    return char, category[0] == "M"
