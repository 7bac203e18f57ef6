"""How fast history is read: `cctop sessions --all --json` over transcripts of a given size.

    python tests/bench/throughput.py [--runs 7] [--megabytes 332] [--files 161] [--json FILE]

The files are in the page cache before the first run. Every run's figures are held against the truth
that the generator keeps: a fast wrong count would be worth nothing.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import Any

import generate

WARM_UP = 1  # runs that are not counted: byte code, looked-up prices


def run(root: Path, home: Path) -> tuple[float, int, dict[str, Any]]:
    """Return the seconds of one run, its peak memory in bytes, and the document it printed."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home)}
    env |= {name: os.environ[name] for name in ("PYTHONPATH", "LANG") if name in os.environ}
    argv = [sys.executable, "-m", "cctop", "sessions", "--all", "--json", "--root", str(root)]
    begun = perf_counter()
    with subprocess.Popen(argv, env=env, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        document = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        seconds = perf_counter() - begun
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"cctop ended with {process.returncode}")
    unit = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss
    return seconds, used.ru_maxrss * unit, json.loads(document)


def check(document: dict[str, Any], truth: generate.Truth) -> None:
    """Raise SystemExit where the document is not the truth."""
    tokens = document["totals"]["tokens"]
    writes = tokens["cache_write_5m"] + tokens["cache_write_1h"]
    counted = {kind: tokens[kind] for kind in ("input", "output", "cache_read")}
    counted["cache_write"] = writes
    if counted != truth.tokens:
        raise SystemExit(f"wrong count: {counted} instead of {truth.tokens}")


def measure(root: Path, home: Path, truth: generate.Truth, runs: int) -> Mapping[str, float]:
    """Return the figures of all runs."""
    for file in root.rglob("*.jsonl"):
        file.read_bytes()
    times, peak = [], 0
    for turn in range(WARM_UP + runs):
        seconds, memory, document = run(root, home)
        check(document, truth)
        if turn >= WARM_UP:
            times.append(seconds)
            peak = max(peak, memory)
    median = statistics.median(times)
    return {
        "megabytes": round(truth.bytes / 1e6, 1),
        "files": truth.files,
        "calls": truth.calls,
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1,
        "median_s": round(median, 3),
        "fastest_s": round(min(times), 3),
        "megabytes_per_s": round(truth.bytes / 1e6 / median, 1),
        "peak_megabytes": round(peak / 1e6, 1),
    }


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--megabytes", type=float, default=332)
    parser.add_argument("--files", type=int, default=161)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cctop-bench-") as name:
        root, home = Path(name) / "root", Path(name) / "home"
        home.mkdir()
        truth = generate.write(root, given.megabytes, given.files)
        figures = measure(root, home, truth, given.runs)
    for label, figure in figures.items():
        print(f"{label.replace('_', ' '):18} {figure:>10,}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
