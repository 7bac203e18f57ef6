"""Numbers in a row, as small as they can be."""

from array import array
from bisect import bisect_left


class Column:
    """Whole numbers, 8 bytes each; as objects once one of them has more than 64 bits."""

    __slots__ = ("of",)

    def __init__(self) -> None:
        self.of: array[int] | list[int] = array("q")

    def __len__(self) -> int:
        return len(self.of)

    def __getitem__(self, place: int) -> int:
        return self.of[place]

    def append(self, number: int) -> None:
        """Add a number at the end."""
        try:
            self.of.append(number)
        except OverflowError:
            self.of = [*self.of, number]

    def cut(self, count: int) -> None:
        """Keep the first `count` of them."""
        del self.of[count:]

    def place(self, number: int) -> int:
        """Return how many are smaller, where they rise."""
        return bisect_left(self.of, number)
