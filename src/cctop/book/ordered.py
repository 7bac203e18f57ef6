"""A collection in order that grows and shrinks at its end, nearly always."""

from collections.abc import Callable, Iterable
from typing import Any, Generic, TypeVar

NEAR = 64  # places before the end at which it is still looked for something's place

Entry = TypeVar("Entry")


class Ordered(Generic[Entry]):
    """Members of `entries` in order of `key`, sorted when asked for, and from then on kept so.

    What comes or goes far from the end is not looked for: then all is sorted anew.
    """

    __slots__ = ("_entries", "_key", "_ordered")

    def __init__(self, entries: Iterable[Entry], key: Callable[[Entry], Any]) -> None:
        self._entries = entries  # the owner's own collection of them
        self._key = key
        self._ordered: list[Entry] | None = None

    def get(self) -> list[Entry]:
        """Return them in order: not to be changed."""
        if self._ordered is None:
            self._ordered = sorted(self._entries, key=self._key)
        return self._ordered

    def forget(self) -> None:
        """Take in that the entries are others now."""
        self._ordered = None

    def add(self, entry: Entry) -> None:
        """Take in that there is one more."""
        ordered = self._ordered
        if ordered is None:
            return
        key = self._key
        place = key(entry)
        for index in range(len(ordered), max(0, len(ordered) - NEAR), -1):
            if key(ordered[index - 1]) <= place:
                ordered.insert(index, entry)
                return
        if len(ordered) < NEAR:
            ordered.insert(0, entry)
        else:
            self._ordered = None

    def remove(self, entry: Entry) -> None:
        """Take in that there is one less, which is as it was when it was added."""
        ordered = self._ordered
        if ordered is None:
            return
        for index in range(len(ordered) - 1, max(-1, len(ordered) - 1 - NEAR), -1):
            if ordered[index] is entry:
                del ordered[index]
                return
        self._ordered = None
