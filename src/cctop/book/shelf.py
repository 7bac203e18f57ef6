"""Entries of long ago, packed: a session that runs for days has tens of thousands of them.

Each may still be wanted: by a line that repeats it, by a proof, by a page. As an object it takes a
kilobyte, packed a tenth of that. What is packed changes no result: who looks an entry up by its key
gets it back, to be changed, and who looks through all of them meets the packed ones, too.
"""

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator
from itertools import islice, repeat
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

from cctop.book.claims import Entry
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.session import SessionState

LIVE = 1024  # of the newest entries of a session that are never packed
BLOCK = 256  # entries that are packed together
# Numbers beyond 64 bits, names that are no text: nothing that Claude Code writes.
UNPACKABLE = (OverflowError, UnicodeError)
_LEVEL = 1  # of compression: fast
_LEAST = 1024  # places in an index

E = TypeVar("E", bound=Entry)
Key = tuple[str, ...]
_encoder = msgspec.msgpack.Encoder()


class Block(Generic[E]):
    """Some entries of one session, none of which another one claims. `first` and `last` are when
    the earliest and the latest of them were, ms.
    """

    __slots__ = ("_data", "_owner", "_shelf", "count", "first", "last", "number")

    def __init__(self, shelf: "Shelf[E]", entries: list[E]) -> None:
        """Pack entries in order of time. Raises `UNPACKABLE`."""
        self._shelf = shelf
        self._owner: SessionState | None = entries[0].owner
        self._data = zlib.compress(_encoder.encode(self._rows(entries)), _LEVEL)
        self.count = len(entries)
        self.first, self.last = entries[0].at, entries[-1].at
        self.number = 0  # by which the stock knows it

    def entries(self) -> list[E]:
        """Return them, made anew: to be looked at, and thrown away."""
        entries = self._entries(zlib.decompress(self._data))
        for entry in entries:
            entry.owner = self._owner
        return entries

    def wake(self, entries: list[E]) -> None:
        """Let the session hold `entries`, which are its own, in its place."""
        self._shelf.put_back(self, entries)

    def _rows(self, entries: list[E]) -> list[Any]:
        raise NotImplementedError

    def _entries(self, data: bytes) -> list[E]:
        raise NotImplementedError


class Stock(Generic[E]):
    """The entries of all sessions by their keys: `live` are those that are not packed, and of the
    others it is known which block has them.

    It is told by marks, 32 bits of a hash, in an open table: a dict would take as much as what is
    saved. A mark that fits is held against the key itself.
    """

    __slots__ = ("_blocks", "_marks", "_number", "_numbers", "_used", "live")

    def __init__(self) -> None:
        self.live: dict[Key, E] = {}
        self._blocks: dict[int, Block[E]] = {}
        self._number = 0  # of the newest block; 0 is none
        self._clear(_LEAST)

    def _clear(self, places: int) -> None:
        self._marks, self._numbers = array("I", bytes(4 * places)), array("I", bytes(4 * places))
        self._used = 0

    def __len__(self) -> int:
        return len(self.live) + sum(block.count for block in self._blocks.values())

    def get(self, key: Key) -> E | None:
        """Return the entry with a key, packed no longer; None where there is none."""
        entry = self.live.get(key)
        return entry if entry is not None or not self._blocks else self._unpacked(key)

    def _unpacked(self, key: Key) -> E | None:
        for number in self._candidates(hash(key) & 0xFFFFFFFF):
            block = self._blocks.get(number)
            entries = block.entries() if block is not None else []
            if block is not None and any(entry.key == key for entry in entries):
                del self._blocks[number]
                self.live.update((entry.key, entry) for entry in entries)
                block.wake(entries)
                return self.live[key]
        return None

    def lay_down(self, block: Block[E], entries: Iterable[E]) -> None:
        """Know `entries` as packed, in a block that has them."""
        self._number += 1
        block.number = self._number
        self._blocks[block.number] = block
        marks = [hash(entry.key) & 0xFFFFFFFF for entry in entries]
        for entry in entries:
            del self.live[entry.key]
        if 3 * (self._used + len(marks)) > 2 * len(self._numbers):
            self._grow(len(marks))
        self._put(zip(marks, repeat(block.number)))

    def drop(self, block: Block[E]) -> None:
        """Forget a block with all that is in it."""
        self._blocks.pop(block.number, None)

    def _candidates(self, mark: int) -> list[int]:
        """Return the numbers of the blocks that may have an entry with this mark."""
        marks, numbers, found = self._marks, self._numbers, []
        last = len(numbers) - 1
        place = mark & last
        while number := numbers[place]:
            if marks[place] == mark:
                found.append(number)
            place = (place + 1) & last
        return found

    def _put(self, known: Iterable[tuple[int, int]]) -> None:
        marks, numbers = self._marks, self._numbers
        last = len(numbers) - 1
        for mark, number in known:
            place = mark & last
            while numbers[place]:
                place = (place + 1) & last
            marks[place], numbers[place] = mark, number
            self._used += 1

    def _grow(self, more: int) -> None:
        """Make room for `more`, and forget what is packed no longer."""
        blocks, marks, numbers = self._blocks, self._marks, self._numbers
        count, places = more + sum(number in blocks for number in numbers), len(numbers)
        while 3 * count > places:
            places *= 2
        self._clear(places)
        self._put(pair for pair in zip(marks, numbers, strict=True) if pair[1] in blocks)


class Shelf(Generic[E]):
    """The entries of one kind that one session has. Iterating yields all of them: those that are
    packed as they were, made anew each time.
    """

    __slots__ = ("_due", "_stock", "_stuck", "blocks", "live", "names", "woken")

    def __init__(self, stock: Stock[E]) -> None:
        self._stock = stock
        self.live: dict[E, None] = {}
        self.blocks: list[Block[E]] = []
        self.names: dict[Clean, Clean] = {}  # one text for all blocks that have it
        self.woken = 0  # how often any were packed no longer
        self._due = LIVE + BLOCK
        self._stuck = 0  # so many of the oldest could not be packed

    def __len__(self) -> int:
        return len(self.live) + sum(block.count for block in self.blocks)

    def __iter__(self) -> Iterator[E]:
        for block in self.blocks:
            yield from block.entries()
        yield from self.live

    def since(self, at: int) -> Iterator[E]:
        """Yield all from `at` on, ms, and perhaps some of before, in no order."""
        for block in self.blocks:
            if block.last >= at:
                yield from block.entries()
        yield from self.live

    def awake(self, entry: E) -> E:
        """Return an entry that iterating yielded as the one that may change."""
        return entry if entry in self.live else self._stock.get(entry.key) or entry

    @property
    def is_due(self) -> bool:
        """Whether there are many that are not packed."""
        return len(self.live) >= self._due

    def pack(self, make: "type[Block[E]]", may: Callable[[E], bool]) -> list[E]:
        """Pack the oldest that `may` be, and return them. No one else may hold one of those."""
        self._stuck *= bool(len(self.blocks) % 16)  # look at all of them now and then
        oldest = list(islice(self.live, self._stuck, len(self.live) - LIVE))
        old = [entry for entry in oldest if may(entry)]
        del old[len(old) // BLOCK * BLOCK :]
        if old:
            self._stuck += oldest.index(old[-1]) + 1 - len(old)
            old.sort(key=_time)
        packed: list[E] = []
        for start in range(0, len(old), BLOCK):
            packed += self._pack(make, old[start : start + BLOCK])
        self._due = len(self.live) + BLOCK
        return packed

    def _pack(self, make: "type[Block[E]]", entries: list[E]) -> list[E]:
        try:
            block = make(self, entries)
        except UNPACKABLE:
            return []  # then they stay as they are
        self.blocks.append(block)
        for entry in entries:
            del self.live[entry]
        self._stock.lay_down(block, entries)
        return entries

    def put_back(self, block: Block[E], entries: list[E]) -> None:
        """Hold entries again that are packed no longer."""
        self.woken += 1
        self.blocks.remove(block)
        self.live.update(dict.fromkeys(entries))
        self._stuck = 0

    def forget(self) -> None:
        """Let the packed ones go."""
        for block in self.blocks:
            self._stock.drop(block)
        self.blocks.clear()
        self.names.clear()


def _time(entry: Entry) -> int:
    return entry.at
