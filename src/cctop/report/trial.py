"""The outcome of the self-test as a table."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from rich.console import RenderableType
from rich.text import Text

from cctop.report import parts
from cctop.report.grid import Column, grid

COLUMNS = (
    Column("", 0),
    Column("trap", longest=60),
    Column("expected", 2),
    Column("found", 1),
    Column("why", 4, longest=90),
)


class Result(NamedTuple):
    """One trap: what it truly comes to, and what was found."""

    name: str
    why: str
    expected: str
    found: str
    passed: bool


def page(results: Sequence[Result], width: int) -> Iterator[RenderableType]:
    """Yield the table and the verdict, for `width` columns."""
    rows = [
        (
            Text("✓" if result.passed else "✕", parts.DIM if result.passed else parts.ALARM),
            result.name,
            result.expected,
            result.found if result.passed else Text(result.found, parts.ALARM),
            Text(result.why, parts.DIM),
        )
        for result in results
    ]
    yield grid(COLUMNS, rows, width)
    yield Text()
    passed = sum(result.passed for result in results)
    said = f"{passed:,} of {parts.counted(len(results), 'trap')} as worked out by hand"
    style = parts.STRONG if passed == len(results) else parts.ALARM
    yield Text(f"{said}." if passed == len(results) else f"{said}; ✕ marks the others.", style)
