"""Byte offsets → line numbers: counted when someone asks, since nothing else needs them."""

from collections.abc import Iterable

_CHUNK = 1 << 20  # bytes


def line_numbers(path: str, offsets: Iterable[int]) -> dict[int, int]:
    """Return the number (from 1) of the line that begins at or holds each offset.

    The file is read once. Offsets behind its end are left out. Raises OSError.
    """
    wanted = sorted({offset for offset in offsets if offset >= 0}, reverse=True)
    numbers: dict[int, int] = {}
    line, start = 1, 0
    with open(path, "rb", buffering=0) as file:
        while wanted and (chunk := file.read(_CHUNK)):
            done, end = 0, start + len(chunk)
            while wanted and wanted[-1] < end:
                offset = wanted.pop()
                line += chunk.count(b"\n", done, offset - start)
                done = offset - start
                numbers[offset] = line
            line += chunk.count(b"\n", done)
            start = end
    return numbers
