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
from typing import Any, NamedTuple

import generate
from truth import Truth

LAUNCH = str(Path(__file__).with_name("launch.py"))
WARM_UP = 1  # runs that are not counted: byte code, looked-up prices
# Figures that have the same name in the document and in the truth.
SAME = (
    "sessions", "subagents", "tool_calls", "tool_failures", "denials", "api_errors", "compactions",
)  # fmt: skip


class Run(NamedTuple):
    """One run of a program: seconds until it ended, of processors too, and peak memory in bytes.

    Where a program has several processes, the memory is that of the largest.
    """

    seconds: float
    cpu: float
    memory: int
    printed: bytes


def run(argv: list[str], env: dict[str, str]) -> Run:
    """Run a program. Raises SystemExit where it fails."""
    with tempfile.NamedTemporaryFile("r", encoding="ascii") as told:
        launch = [sys.executable, "-I", "-S", LAUNCH, told.name, *argv]
        printed = subprocess.run(launch, env=env, stdout=subprocess.PIPE, check=True).stdout
        seconds, cpu, memory, code = told.read().split()
    if int(code):
        raise SystemExit(f"{argv[0]} ended with {code}")
    return Run(float(seconds), float(cpu), int(memory), printed)


def sessions_argv(root: Path) -> list[str]:
    """The command that reads all there is."""
    return [sys.executable, "-m", "cctop", "sessions", "--all", "--json", "--root", str(root)]


def environment(home: Path, state: Path | None = None) -> dict[str, str]:
    """Return an environment in which nothing of the user's is read or written."""
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm-256color"}
    env |= {name: os.environ[name] for name in ("PYTHONPATH", "LANG") if name in os.environ}
    if state is not None:
        env |= {"CCTOP_STATE_DIR": str(state / "state"), "CCTOP_CACHE_DIR": str(state / "cache")}
    return env


def check(document: dict[str, Any], truth: Truth) -> None:
    """Raise SystemExit where the document is not the truth."""
    totals = document["totals"]
    tokens = totals["tokens"]
    counted = {
        "tokens": {
            **{kind: tokens[kind] for kind in ("input", "output", "cache_read")},
            "cache_write": tokens["cache_write_5m"] + tokens["cache_write_1h"],
        },
        "calls": totals["api_calls"],
        "skipped": document["skipped"]["lines"],
        "by_session": {
            s["id"]: [s["api_calls"], s["tokens"]["total"]]
            for s in document["sessions"]
            if s["api_calls"]
        },
    }
    counted |= {name: totals[name] for name in SAME}
    for name, count in counted.items():
        if count != getattr(truth, name):
            raise SystemExit(f"wrong count of {name}: {count} instead of {getattr(truth, name)}")


def measure(root: Path, home: Path, truth: Truth, runs: int) -> Mapping[str, float]:
    """Return the figures of all runs."""
    for file in root.rglob("*.jsonl"):
        file.read_bytes()
    times, peak = [], 0
    for turn in range(WARM_UP + runs):
        one = run(sessions_argv(root), environment(home))
        check(json.loads(one.printed), truth)
        if turn >= WARM_UP:
            times.append(one.seconds)
            peak = max(peak, one.memory)
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
