"""What was found as text: the page, the few lines for a slash command, and the JSON document."""

import textwrap
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cctop import __version__
from cctop.doctor.check import Check, State
from cctop.doctor.words import counted, iso

GLYPHS = {State.OK: "✓", State.ATTENTION: "△", State.BROKEN: "✕", State.INFO: "·"}
NAME_WIDTH = 20
BRIEF_LINES = 12
_INDENT = " " * (NAME_WIDTH + 3)
_ORDER = (State.BROKEN, State.ATTENTION)


def is_well(checks: Iterable[Check]) -> bool:
    """Whether nothing is broken."""
    return all(check.state is not State.BROKEN for check in checks)


def page(checks: Sequence[Check], width: int | None = None) -> Iterator[str]:
    """Yield the lines of the page, wrapped at `width` columns where it has any."""
    for check in checks:
        head = f"{GLYPHS[check.state]} {check.id:{NAME_WIDTH}} "
        yield from _wrapped(f"{head}{check.finding}", width)
        for note in check.notes:
            yield from _wrapped(f"{_INDENT}{note}", width)
        if check.remedy:
            yield from _wrapped(f"{_INDENT}→ {check.remedy}", width)
    yield ""
    yield verdict(checks)


def verdict(checks: Sequence[Check]) -> str:
    """Return how many are broken, and how many are worth a look."""
    broken = sum(check.state is State.BROKEN for check in checks)
    look = sum(check.state is State.ATTENTION for check in checks)
    if not broken and not look:
        return "All is well."
    return f"{counted(broken, 'check') if broken else 'No check'} broken, {look:,} worth a look."


def brief(checks: Sequence[Check]) -> Iterator[str]:
    """Yield at most twelve lines: what is not well, then what arrives."""
    odd = [check for state in _ORDER for check in checks if check.state is state]
    room = BRIEF_LINES - 2  # the verdict, and what arrives
    shown = odd if len(odd) <= room else odd[: room - 1]
    yield verdict(checks)
    for check in shown:
        remedy = f" → {check.remedy}" if check.remedy else ""
        yield f"{GLYPHS[check.state]} {check.id}: {check.finding}{remedy}"
    if len(odd) > len(shown):
        yield f"{len(odd) - len(shown):,} more: cctop doctor"
    yield " · ".join(check.word for check in checks if check.word)


def document(checks: Sequence[Check], now: int) -> dict[str, Any]:
    """Return the JSON document; docs/doctor.md describes it. `now` is in ms."""
    return {
        "cctop_version": __version__,
        "generated_at": iso(now),
        "ok": is_well(checks),
        "checks": [
            {
                "id": check.id,
                "state": check.state.value,
                "finding": check.finding,
                "remedy": check.remedy or None,
                "details": check.details,
            }
            for check in checks
        ],
    }


def _wrapped(line: str, width: int | None) -> list[str]:
    if width is None or width <= len(_INDENT) + 20:
        return [line.rstrip()]
    return textwrap.wrap(
        line.rstrip(),
        width,
        subsequent_indent=_INDENT,
        drop_whitespace=True,
        break_on_hyphens=False,
        break_long_words=False,
    )
