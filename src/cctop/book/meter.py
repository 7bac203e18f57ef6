"""Sums that grow and shrink exactly: integers only, so that no order of adding changes them."""

from typing import TYPE_CHECKING

from cctop.events import Usage

if TYPE_CHECKING:
    from cctop.book.calls import Call

MINUTE = 60_000

Paid = tuple[int, int, int, int]  # pico-USD, all tokens, new tokens, unpriced tokens


def paid_for(call: "Call") -> Paid:
    """Return what a call adds to its minute."""
    used = call.total
    prompt = used.prompt
    total = prompt + used.output
    return call.cost, total, total - used.cache_read, call.unpriced


class Minutes:
    """What was paid in each minute (UTC), as in `Paid`."""

    __slots__ = ("of",)

    def __init__(self) -> None:
        self.of: dict[int, list[int]] = {}

    def take_away(self, other: "Minutes") -> None:
        """Take away all that is in `other`, which was added before."""
        for number, paid in other.of.items():
            minute = self.of.get(number)
            if minute is not None:
                minute[:] = [mine - its for mine, its in zip(minute, paid, strict=True)]
                if not any(minute):
                    del self.of[number]

    def put(self, number: int, paid: Paid, sign: int = 1) -> None:
        """Add what was paid in a minute, or with `sign` -1 take it away."""
        minute = self.of.get(number)
        if minute is None:
            minute = self.of[number] = [0, 0, 0, 0]
        minute[0] += sign * paid[0]
        minute[1] += sign * paid[1]
        minute[2] += sign * paid[2]
        minute[3] += sign * paid[3]

    def sum(self, first: int, last: int) -> Paid:
        """Return the sums over the minutes `first` to `last`, both included."""
        cost = total = new = unpriced = 0
        of = self.of
        for number in of if len(of) <= last - first else range(first, last + 1):
            minute = of.get(number)
            if minute is not None and first <= number <= last:
                cost += minute[0]
                total += minute[1]
                new += minute[2]
                unpriced += minute[3]
        return cost, total, new, unpriced

    def costs(self, first: int, last: int, width: int = 1) -> tuple[int, ...]:
        """Return pico-USD in each bucket of `width` minutes from `first` to `last`."""
        places = last + 1 - first
        buckets = [0] * -(-places // width)
        of = self.of
        for number in of if len(of) < places else range(first, last + 1):
            place, minute = number - first, of.get(number)
            if minute is not None and 0 <= place < places:
                buckets[place // width] += minute[0]
        return tuple(buckets)


class Meter:
    """The running sums of one session or subagent."""

    __slots__ = (
        "cache_read", "cache_write_1h", "cache_write_5m", "calls", "cost", "input", "lower_bounds",
        "output", "thinking", "unpriced", "web_searches",
    )  # fmt: skip

    def __init__(self) -> None:
        self.calls = self.cost = self.unpriced = self.lower_bounds = self.web_searches = 0
        self.input = self.output = self.thinking = 0
        self.cache_read = self.cache_write_5m = self.cache_write_1h = 0

    def copy(self) -> "Meter":
        """Return another one with the same sums."""
        other = Meter()
        for name in self.__slots__:
            setattr(other, name, getattr(self, name))
        return other

    def add(self, call: "Call", sign: int) -> None:
        """Add a call, or with `sign` -1 take it away."""
        self.calls += sign
        self.cost += sign * call.cost
        self.unpriced += sign * call.unpriced
        self.lower_bounds += sign * (not call.finished)
        self.use(call.total, sign)

    def use(self, used: Usage, sign: int = 1) -> None:
        """Add tokens alone, or with `sign` -1 take them away."""
        self.input += sign * used.input
        self.output += sign * used.output
        self.cache_read += sign * used.cache_read
        self.cache_write_5m += sign * used.cache_write_5m
        self.cache_write_1h += sign * used.cache_write_1h
        self.thinking += sign * used.thinking
        self.web_searches += sign * used.web_searches

    @property
    def tokens(self) -> int:
        """Every token read or written."""
        writes = self.cache_write_5m + self.cache_write_1h
        return self.input + self.output + self.cache_read + writes
