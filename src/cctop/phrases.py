"""Whether a text says a phrase, when the text itself is not kept.

Of a compaction's summary only marks stay: one number for each word, and one for each pair of words
that stand next to each other. They answer "was this command named?", and say nothing else. Options
("-x") and dashes are left out: a phrase is asked for without them.
"""

from itertools import pairwise
from struct import pack
from zlib import crc32

_QUOTES_AND_BRACKETS = "`'\"()[]{}<>,;|&*#"
_WIDTH = 4  # bytes of a mark
_END = ".:!?"


def words_of(text: str) -> list[str]:
    """Return the words of a text: what stands between spaces, quotes and brackets."""
    for mark in _QUOTES_AND_BRACKETS:
        text = text.replace(mark, " ")  # which takes no time where there is none
    return [word for found in text.split() if (word := found.rstrip(_END))]


def marks_of(text: str) -> bytes:
    """Return the marks of a text: numbers of 32 bits, each once, in order."""
    words = [word for word in words_of(text) if not word.startswith("-")]
    written = {word: _bytes(word) for word in set(words)}
    own = {word: crc32(data) for word, data in written.items()}
    seconds = {word: b"\n" + data for word, data in written.items()}
    marks = set(own.values())
    # As `_pair` has them: a checksum goes on where that of the first word ended.
    marks.update([crc32(seconds[b], own[a]) for a, b in set(pairwise(words))])
    return pack(f">{len(marks)}I", *sorted(marks))


def is_said(words: tuple[str, ...], marks: bytes) -> bool:
    """Return whether a text with these marks has all of `words`, one after the other.

    A long phrase is taken to be there where all its pairs are. In a text of 10,000 words, one
    phrase in a hundred thousand is found that does not stand there.
    """
    if not words:
        return False
    wanted = [_pair(a, b) for a, b in pairwise(words)] or [_mark(words[0])]
    return all(_has(marks, mark) for mark in wanted)


def _mark(word: str) -> int:
    return crc32(_bytes(word))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _pair(a: str, b: str) -> int:
    return _mark(f"{a}\n{b}")


def _has(marks: bytes, mark: int) -> bool:
    low, high = 0, len(marks) // _WIDTH
    while low < high:
        middle = (low + high) // 2
        found = int.from_bytes(marks[middle * _WIDTH : middle * _WIDTH + _WIDTH], "big")
        if found == mark:
            return True
        low, high = (middle + 1, high) if found < mark else (low, middle)
    return False
