"""What the model says in a file, by the place of the line: packed, for it is seldom asked for."""

import zlib

import msgspec

from cctop.text import Clean

LIVE = 512  # lines that are not packed yet
_LEVEL = 1  # of compression: fast


class Spoken:
    """The words of one file; "" where a prompt stands. Of one place the newest count."""

    __slots__ = ("_live", "_packed")

    def __init__(self) -> None:
        self._live: dict[int, Clean] = {}
        self._packed: list[bytes] = []

    def hear(self, offset: int, words: Clean) -> None:
        """Take in what a line says."""
        self._live[offset] = words
        if len(self._live) > LIVE:
            self._packed.append(zlib.compress(msgspec.msgpack.encode(self._live), _LEVEL))
            self._live.clear()

    def all(self) -> dict[int, Clean]:
        """Return all of it."""
        found: dict[int, Clean] = {}
        for data in self._packed:
            found |= msgspec.msgpack.decode(zlib.decompress(data), type=dict[int, Clean])
        return found | self._live
