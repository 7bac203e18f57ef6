"""Whether a text says a phrase, when the text itself is not kept.

Of a compaction's summary only marks stay: one number for each word, and one for each pair of words
that stand next to each other. They answer "was this command named?", and say nothing else. Options
("-x") and dashes are left out: a phrase is asked for without them.
"""

import re
from itertools import pairwise
from zlib import crc32

_word = re.compile(r"[^\s`'\"()\[\]{}<>,;|&*#]+")
_WIDTH = 4  # bytes of a mark
_END = ".:!?"


def words_of(text: str) -> list[str]:
    """Return the words of a text: what stands between spaces, quotes and brackets."""
    return [word for found in _word.findall(text) if (word := found.rstrip(_END))]


def marks_of(text: str) -> bytes:
    """Return the marks of a text: numbers of 32 bits, each once, in order."""
    words = [word for word in words_of(text) if not word.startswith("-")]
    marks = {_mark(word) for word in words} | {_pair(a, b) for a, b in pairwise(words)}
    return b"".join(mark.to_bytes(_WIDTH, "big") for mark in sorted(marks))


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
    return crc32(word.encode("utf-8", "surrogatepass"))


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
