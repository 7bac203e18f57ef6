"""A book as it was: checkpoints that share all that did not change between two of them.

The fold only goes forward. To go back, the book's objects get the values back that they had: each
keeps its identity, so that whatever points to it still does. Of the tens of thousands of entries
(calls, tool calls, notes) hardly any changes once the next checkpoint is made, so only those that
did are kept twice; the few other objects are all looked at, whatever they are. What a book, a
session or a part of one keeps besides needs no word here, as long as it is made of dicts, lists,
sets, objects of the book's room and things that never change.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from operator import attrgetter, is_
from typing import Any

from cctop.book.book import Book
from cctop.book.calls import Prices
from cctop.book.claims import Entry
from cctop.book.session import SessionState

_ROOM = "cctop.book."
_CONTAINERS = (dict, list, set)


class Recorded(Book):
    """A book that knows which of its entries may have changed."""

    def __init__(self, prices: Prices) -> None:
        super().__init__(prices)
        self.touched: set[Entry] = set()
        self._calls.live = _Looked(self.touched)
        self._tools.live = _Looked(self.touched)
        self._notes = _Looked(self.touched)

    def _pack(self, _session: SessionState) -> None:
        """Pack nothing: what goes back is told by its identity."""

    def disputed(self) -> Iterator[Entry]:
        """Yield the entries that change hands when the book is settled."""
        for entries in self._owners._contested.values():
            yield from entries


class _Looked(dict[Any, Any]):
    """Entries by key: whoever wants to change one has to look it up."""

    def __init__(self, touched: set[Entry]) -> None:
        super().__init__()
        self._touched = touched

    def get(self, key: Any, default: Any = None) -> Any:
        found = super().get(key, default)
        if found is not None:
            self._touched.add(found)
        return found

    def setdefault(self, key: Any, default: Any = None) -> Any:
        found = super().setdefault(key, default)
        self._touched.add(found)
        return found

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        self._touched.add(found)
        return found

    def __setitem__(self, key: Any, entry: Any) -> None:
        super().__setitem__(key, entry)
        self._touched.add(entry)


class _Track:
    """What one object was at each checkpoint from which on it was something else."""

    __slots__ = ("put", "serials", "target", "values")

    def __init__(self, target: Any, serial: int, value: Any) -> None:
        self.target = target
        self.put = _kind_of(target).put
        self.serials = [serial]
        self.values = [value]

    def restore(self, serial: int) -> bool:
        """Make it what it was at a checkpoint; say whether it was there."""
        index = bisect_right(self.serials, serial)
        if index:
            self.put(self.target, self.values[index - 1])
        return bool(index)


class Checkpoints:
    """The checkpoints of one book. A serial number names each; later ones have higher numbers."""

    def __init__(self, book: Recorded) -> None:
        self._book = book
        self._serial = 0
        self._plain: dict[int, _Track] = {}  # by identity: all that is no entry
        self._entries: dict[int, _Track] = {}
        self._moving: dict[int, _Track] = {}  # entries, and parts of such, that ever changed later
        self._stained: dict[int, _Track] = {}  # … that changed since, and were not put back yet

    def save(self) -> int:
        """Keep the book as it is now, later than all that was kept, and return the number."""
        self._serial += 1
        book = self._book
        for part in _parts(book):
            self._note(self._plain, part)
        entries = {*book.touched, *book.disputed()}
        for entry in entries:
            self._note_entry(entry)
        book.touched.clear()
        return self._serial

    def restore(self, serial: int) -> None:
        """Make the book what it was."""
        book = self._book
        for entry in (*book.touched, *book.disputed()):
            self._stain(entry)
        for track in (*self._plain.values(), *self._moving.values()):
            # Nearly all are what they were when they were last looked at: of thousands of them.
            if track.serials[-1] <= serial:
                track.put(track.target, track.values[-1])
            else:
                track.restore(serial)
        # What was not there yet keeps its stain until there is a way back to it.
        self._stained = {
            key: track for key, track in self._stained.items() if not track.restore(serial)
        }
        book.touched.clear()

    def _stain(self, entry: Entry) -> None:
        """Take note that an entry may not be what the checkpoints know of it."""
        for part in (entry, entry.claims):
            track = self._entries.get(id(part))
            if track is not None:
                self._stained[id(part)] = track

    def forget_after(self, serial: int) -> None:
        """Forget the later ones: call it when the book has been restored to this one."""
        for tracks in (self._plain, self._entries):
            for key, track in tuple(tracks.items()):
                keep = bisect_right(track.serials, serial)
                del track.serials[keep:], track.values[keep:]
                if not keep:
                    del tracks[key]
                    self._moving.pop(key, None)
                    self._stained.pop(key, None)

    def _note(self, tracks: dict[int, _Track], part: Any) -> None:
        kind = _kind_of(part)
        value = kind.take(part)
        track = tracks.get(id(part))
        if track is None:
            tracks[id(part)] = _Track(part, self._serial, value)
        elif not kind.same(value, track.values[-1]):
            track.serials.append(self._serial)
            track.values.append(value)
            if tracks is self._entries:
                self._moving[id(part)] = track

    def _note_entry(self, entry: Entry) -> None:
        self._note(self._entries, entry)
        if entry.claims is not None:
            self._note(self._entries, entry.claims)


class _Kind:
    """How objects of one type are taken down and put back."""

    def take(self, target: Any) -> Any:
        return target.copy()

    def put(self, target: Any, value: Any) -> None:
        target.clear()
        target.update(value)

    def same(self, one: Any, other: Any) -> bool:
        return bool(one == other)

    def parts(self, _target: Any) -> Iterator[Any]:
        return iter(())


class _Dict(_Kind):
    def take(self, target: Any) -> Any:
        return dict(target)

    def same(self, one: Any, other: Any) -> bool:
        if len(one) != len(other) or not all(map(is_, one.values(), other.values())):
            return False
        return all(map(is_, one, other))

    def parts(self, _target: Any) -> Iterator[Any]:
        if any(map(_is_mutable, set(map(type, _target.values())))):
            yield from (value for value in _target.values() if _is_mutable(type(value)))


class _List(_Kind):
    def put(self, target: Any, value: Any) -> None:
        target[:] = value

    def same(self, one: Any, other: Any) -> bool:
        return len(one) == len(other) and all(map(is_, one, other))

    def parts(self, target: Any) -> Iterator[Any]:
        if any(map(_is_mutable, set(map(type, target)))):
            yield from (value for value in target if _is_mutable(type(value)))


class _Object(_Kind):
    """An object with slots, or with a dict that holds the same names all its life."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._get: Callable[[Any], Any] = attrgetter(*names) if names else lambda _: ()
        self._is_single = len(names) == 1

    def take(self, target: Any) -> Any:
        return (self._get(target),) if self._is_single else self._get(target)

    def put(self, target: Any, value: Any) -> None:
        for name, one in zip(self._names, value, strict=True):
            setattr(target, name, one)

    def same(self, one: Any, other: Any) -> bool:
        return all(map(is_, one, other))

    def parts(self, target: Any) -> Iterator[Any]:
        yield from (value for value in self.take(target) if _is_mutable(type(value)))


_mutable: dict[type, bool] = {}
_kinds: dict[type, _Kind] = {dict: _Dict(), _Looked: _Dict(), list: _List(), set: _Kind()}


def _is_mutable(cls: type) -> bool:
    """Return whether objects of a type are to be looked at: entries are, but elsewhere."""
    known = _mutable.get(cls)
    if known is None:
        is_ours = cls.__module__.startswith(_ROOM) or cls is Recorded
        is_plain = is_ours and not hasattr(cls, "__struct_fields__")
        known = issubclass(cls, _CONTAINERS) or (is_plain and not issubclass(cls, Entry | str))
        _mutable[cls] = known
    return known


def _kind_of(target: Any) -> _Kind:
    cls = type(target)
    kind = _kinds.get(cls)
    if kind is None:
        kind = _kinds[cls] = _Object(_names(target))
    return kind


def _names(target: Any) -> tuple[str, ...]:
    slots = [
        name
        for cls in type(target).__mro__
        for name in getattr(cls, "__slots__", ())
        if name not in {"__dict__", "__weakref__"}
    ]
    own = [name for name in getattr(target, "__dict__", {}) if name != "touched"]
    return tuple(dict.fromkeys([*slots, *own]))


def _parts(root: Any) -> Iterator[Any]:
    """Yield an object and all it is made of that can change, each once; no entries."""
    seen = {id(root)}
    waiting = [root]
    while waiting:
        part = waiting.pop()
        yield part
        for below in _kind_of(part).parts(part):
            if id(below) not in seen:
                seen.add(id(below))
                waiting.append(below)
