"""The benchmarks: how soon cctop is there, how it grows with what it reads, what it costs to stand.

    python tests/bench/run.py [--quick | --full] [--only NAME]... [--rivals] [--json FILE]

All transcripts are made up for the run, and every figure is of a run whose output was held against
the truth: a wrong count ends the suite with an error. What is compared is run in turns. Nothing
else should run meanwhile. docs/benchmarks.md says what each case means.
"""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rivals
import screens
import suite
import totals

CASES: dict[str, Callable[[suite.Suite], list[suite.Figure]]] = {
    "start": totals.start,
    "totals": totals.cold_and_warm,
    "paint": screens.paint,
    "live": screens.live,
    "idle": screens.idle,
    "append": screens.append,
    "leak": screens.leak,
    "bytes": totals.by_bytes,
    "files": totals.by_files,
    "extremes": totals.extremes,
    "one-core": totals.one_core,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="small sizes: some minutes")
    size.add_argument("--full", action="store_true", help="up to 3.3 GB; needs 6 GB of disk")
    parser.add_argument("--only", action="append", choices=CASES, metavar="NAME",
                        help=f"only this case, may be repeated: {', '.join(CASES)}")  # fmt: skip
    parser.add_argument("--rivals", action="store_true", help="ccusage beside it, in turns")
    parser.add_argument("--seed", type=int, default=1, help="of the made-up transcripts")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser


def main() -> None:
    """Run the cases, and print a table."""
    given = _parser().parse_args()
    size = "quick" if given.quick else "full" if given.full else "usual"
    machine = suite.machine()
    print("  ".join(f"{name} {value}" for name, value in machine.items() if name != "versions"))
    print("  ".join(f"{name} {value}" for name, value in machine["versions"].items()))
    rival = rivals.installed() if given.rivals else None
    if given.rivals and rival is None:
        raise SystemExit("ccusage could not be installed")
    told: dict[str, Any] = {
        "machine": machine, "size": size, "rival": rivals.PACKAGE if rival else None, "cases": {},
    }  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="cctop-bench-") as scratch:
        run = suite.Suite(Path(scratch), suite.SIZES[size], rival, given.seed)
        for name in given.only or CASES:
            print(f"\n{name:54} {'min':>9} {'median':>9} {'':5} {'n':>3}", flush=True)
            figures = CASES[name](run)
            for figure in figures:
                print(figure.row(), flush=True)
            told["cases"][name] = {figure.label: figure.told() for figure in figures}
            if given.json:  # after each case: a long run that ends early has told something
                given.json.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
