"""Which rows of a long list a few lines can show, and what to say of the others."""

from dataclasses import dataclass, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Window:
    """A view of `lines` lines onto `count` rows of `tall` lines each, from row `top` on.

    Where rows stay hidden the last line says so. It costs a row only where no line is to spare, and
    is left out where it would cost the only one. `top` is kept in range.
    """

    count: int
    lines: int
    tall: int = 1
    top: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "top", min(max(0, self.top), self.last_top))

    @property
    def body(self) -> int:
        """The lines left to rows."""
        all_fit = self.count * self.tall <= self.lines
        return max(0, self.lines if all_fit or self.lines <= self.tall else self.lines - 1)

    @property
    def whole(self) -> int:
        """The rows that are shown in full, one at least: the steps of a page."""
        return max(1, self.body // self.tall)

    @property
    def last_top(self) -> int:
        """The first row when scrolled to the end."""
        return max(0, self.count - self.whole)

    @property
    def above(self) -> int:
        """The rows hidden above."""
        return self.top

    @property
    def below(self) -> int:
        """The rows hidden below, one that is cut in half included."""
        return max(0, self.count - self.top - self.whole)

    @property
    def notice(self) -> str:
        """What the last line says: `5 more below`, `3 above`, or nothing."""
        if self.body == self.lines:
            return ""
        above = f"{self.above} above" if self.above else ""
        below = f"{self.below} more below" if self.below else ""
        return " · ".join(filter(None, (above, below)))

    def row_at(self, line: int) -> tuple[int, int] | None:
        """Return the row on a line of the view and the line within that row, if there is one."""
        if not 0 <= line < self.body:
            return None
        row, within = divmod(line, self.tall)
        row += self.top
        return (row, within) if row < self.count else None

    def shows(self, row: int) -> bool:
        """Say whether a row is shown in full."""
        return self.top <= row < self.top + self.whole

    def at(self, top: int) -> Self:
        """Return the window scrolled to have `top` as its first row, as far as there are rows."""
        return replace(self, top=top)

    def showing(self, row: int) -> Self:
        """Return the window scrolled just as far as it takes to show `row`."""
        return self.at(max(min(self.top, row), row - self.whole + 1))
