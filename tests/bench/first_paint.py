"""How long a user waits for the screen: from the start of the process to the first text in a pty.

    python tests/bench/first_paint.py [--runs 15] [--megabytes 60 | --root DIR] [--json FILE]

cctop is measured in a home without sessions and in one with them, for the first time and again, and
a minimal Textual app beside it. The runs are interleaved, so that whatever else the machine does
falls on all alike; the medians and their ratio to the minimal app are what to look at.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

import generate
from terminal import Terminal

WARM_UP = 2  # runs of each that are not counted: byte code, page cache, looked-up prices
MINIMAL = "minimal Textual app"


class Case:
    """A program to start, and the text that shows that it has painted; `cold` without a state."""

    def __init__(self, name: str, argv: list[str], marker: str, *, cold: bool = False) -> None:
        self.name = name
        self.argv = [sys.executable, *argv]
        self.marker = marker
        self.cold = cold
        self.times: list[float] = []  # seconds

    @property
    def median(self) -> float:
        """The median, in seconds."""
        return statistics.median(self.times)


def first_paint(case: Case, home: Path) -> float:
    """Return the seconds until the marker stands on the screen. Raises TimeoutError."""
    state = home / ("cold" if case.cold else "warm")
    if case.cold:
        shutil.rmtree(state, ignore_errors=True)
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color"}
    env |= {"CCTOP_STATE_DIR": str(state)}
    env |= {name: os.environ[name] for name in ("PYTHONPATH", "LANG") if name in os.environ}
    with Terminal(case.argv, env) as terminal:
        return terminal.until(
            lambda lines: any(case.marker in line for line in lines), repr(case.marker)
        )


def cases_of(empty: Path, full: Path) -> list[Case]:
    """Return what is compared: the minimal app, and cctop in homes without and with sessions."""
    return [
        Case(MINIMAL, [str(Path(__file__).with_name("minimal.py"))], "minimal"),
        Case("cctop, no sessions", ["-m", "cctop", "--root", str(empty)], "cctop"),
        Case("cctop, sessions, cold", ["-m", "cctop", "--root", str(full)], "cctop", cold=True),
        Case("cctop, sessions", ["-m", "cctop", "--root", str(full)], "cctop"),
    ]


def measure(cases: list[Case], runs: int, home: Path) -> None:
    """Run all cases in turns."""
    for turn in range(WARM_UP + runs):
        for case in cases:
            seconds = first_paint(case, home)
            if turn >= WARM_UP:
                case.times.append(seconds)


def result(cases: list[Case]) -> dict[str, Mapping[str, float]]:
    """Return the figures, in ms, and the ratios to the minimal app."""
    minimal = next(case.median for case in cases if case.name == MINIMAL)
    return {
        case.name: {
            "median_ms": round(case.median * 1000, 1),
            "fastest_ms": round(min(case.times) * 1000, 1),
            "ratio": round(case.median / minimal, 3),
        }
        for case in cases
    }


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--megabytes", type=float, default=60, help="of transcripts, in one home")
    parser.add_argument("--root", type=Path, metavar="DIR", help="sessions that are there, instead")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cctop-bench-") as name:
        scratch = Path(name)
        empty, full = scratch / "empty", scratch / "full"
        empty.mkdir()
        if given.root is None:
            generate.write(full, given.megabytes, max(1, round(given.megabytes / 2)))
        cases = cases_of(empty, given.root or full)
        measure(cases, given.runs, scratch)
    figures = result(cases)
    print(f"{'first paint':22} {'median':>9} {'fastest':>9} {'ratio':>6}")
    for label, row in figures.items():
        print(f"{label:22} {row['median_ms']:6} ms {row['fastest_ms']:6} ms {row['ratio']:6.2f}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
