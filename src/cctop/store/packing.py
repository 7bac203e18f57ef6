"""What is kept, as the bytes in which it is kept: made by whoever has read it, in any process."""

import zlib
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from cctop.book.snapshot import Detail
from cctop.digest import digest
from cctop.events import Origin, TranscriptEvent
from cctop.store import wire
from cctop.store.rows import Frozen, Resting

# Numbers beyond 64 bits, names that are no text: nothing that Claude Code writes.
UNKEEPABLE = (OverflowError, UnicodeError)
_LEVEL = 1  # of compression: fast
_CHUNK = 4096  # events
_encoder = msgspec.msgpack.Encoder()


def events(given: Sequence[TranscriptEvent]) -> tuple[bytes, ...]:
    """Return events of one file as chunks, so that never all of them have to be unpacked at once.

    Raises `UNKEEPABLE`.
    """
    starts = range(0, len(given), _CHUNK)
    return tuple(
        zlib.compress(wire.pack(given[start : start + _CHUNK]), _LEVEL) for start in starts
    )


def unpacked(data: bytes, origin: Origin) -> Sequence[TranscriptEvent]:
    """Return the events of a chunk, as those of `origin`.

    Raises `zlib.error` and `msgspec.DecodeError` for what `events` did not make.
    """
    return wire.unpack(zlib.decompress(data), origin)


def picture(frozen: Frozen, detail: Detail, keys: Sequence[tuple[str, ...]]) -> Resting:
    """Return what is kept of a session that rests; `keys` are those of what it counts.

    Raises `UNKEEPABLE`.
    """
    brief = replace(detail, turns=(), points=())
    return Resting(
        frozen,
        _encoder.encode(frozen),
        zlib.compress(_encoder.encode(brief), _LEVEL),
        zlib.compress(_encoder.encode(detail), _LEVEL),
        [hash_of(key) for key in keys],
    )


def detail(data: bytes) -> Detail:
    """Return what `picture` packed. Raises as `unpacked`."""
    return msgspec.msgpack.decode(zlib.decompress(data), type=Detail)


def hash_of(key: tuple[str, ...]) -> int:
    """Return a number that tells the keys of entries apart, as SQLite holds it: 64 bits, signed."""
    name = "\0".join(key).encode("utf-8", "surrogatepass")
    return int.from_bytes(digest(name, 8), "big", signed=True)
