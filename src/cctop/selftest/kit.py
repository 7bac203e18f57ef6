"""The traps as a folder to keep, for whoever wants to try a meter on them: this one or another."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from cctop import __version__
from cctop.prices.rates import PICO
from cctop.selftest.responses import PRICES
from cctop.selftest.trap import Trap, Truth
from cctop.selftest.trial import lay

README = """\
# Traps for meters of Claude Code

Written by `cctop selftest --write` ({version}). Each folder is a Claude config folder of its own,
with transcripts in the shapes that Claude Code writes them, and one trap. `truth.json` says what
each truly comes to, worked out by hand from the list prices below.

Try a meter on one of them, by making it read that folder and no other:

    CLAUDE_CONFIG_DIR="$PWD/{example}" some-meter
    cctop sessions --all --no-store --root "{example}"

All times are of {day} (UTC). In `truth.json`, `cost_usd` of a trap is what all its sessions cost
together; below it stands each session: what it cost, the tokens without a known price, what a fork
inherited (and does not count), responses without an end, and lines that are to be told as faulty.

| folder | trap | truth |
|---|---|---|
{rows}
## Prices

{prices}"""


def folder_of(number: int, trap: Trap) -> str:
    """Return the name of a trap's folder."""
    words = re.sub(r"[^a-z0-9]+", "-", trap.name.lower()).strip("-")
    return f"{number:02}-{words}"


def write(traps: Iterable[Trap], folder: Path) -> int:
    """Write all traps into a new or empty folder; return how many. Raises OSError, and
    FileExistsError where something lies there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(f"{folder} is not empty")
    listed = [(folder_of(number, trap), trap) for number, trap in enumerate(traps, 1)]
    for name, trap in listed:
        lay(trap, folder / name)
    truth = json.dumps([_truth(name, trap) for name, trap in listed], indent=2) + "\n"
    (folder / "truth.json").write_text(truth, encoding="utf-8")
    (folder / "README.md").write_text(_readme(listed), encoding="utf-8")
    return len(listed)


def usd(pico: int) -> float:
    """Return an amount of the traps in USD: they have few digits, which a float holds."""
    return pico / PICO


def truth_of(truth: Truth) -> dict[str, Any]:
    """Return what a session comes to, as JSON has it."""
    return {
        "cost_usd": usd(truth.cost),
        "unpriced_tokens": truth.unpriced,
        "inherited_cost_usd": usd(truth.inherited),
        "lower_bound_calls": truth.lower_bounds,
        "faulty_lines": truth.skipped,
    }


def _truth(name: str, trap: Trap) -> dict[str, Any]:
    sessions = {id: truth_of(truth) for id, truth in trap.truth.items()}
    told = {"folder": name, "name": trap.name, "why": trap.why}
    return told | {"cost_usd": usd(trap.cost), "sessions": sessions}


def _readme(listed: list[tuple[str, Trap]]) -> str:
    rows = "".join(
        f"| `{name}` | {trap.name}: {trap.why} | {_words(trap)} |\n" for name, trap in listed
    )
    return README.format(
        version=__version__, example=listed[0][0], day="2026-11-18", rows=rows, prices=PRICES
    )


def _words(trap: Trap) -> str:
    return "; ".join(truth.words() for truth in trap.truth.values())
