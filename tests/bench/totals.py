"""Cases without a screen: how long all totals take, cold and warm, by bytes and by files."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import generate
import rivals
import throughput
from suite import Figure, Home, Runs, Suite


def start(suite: Suite) -> list[Figure]:
    """`cctop --version`, beside a Python that does nothing."""
    env = suite.env(suite.state("version", empty=True))
    programs = {"python -c pass": ["-c", "pass"], "cctop --version": ["-m", "cctop", "--version"]}
    times = [Figure(name, "ms") for name in programs]
    cpu = [Figure(f"{name}: processor time", "ms") for name in programs]
    for turn in range(3 * suite.sizes.runs + 1):
        for number, argv in enumerate(programs.values()):
            run = throughput.run([sys.executable, *argv], env)
            if number and not run.printed.startswith(b"cctop "):
                raise SystemExit(f"cctop --version said {run.printed!r}")
            if turn:
                times[number].add(1000 * run.seconds)
                cpu[number].add(1000 * run.cpu)
    return [*times, *cpu]


def cold_and_warm(suite: Suite) -> list[Figure]:
    """All totals: on the first day, with what was kept, and with one per cent of new bytes."""
    home = suite.main_home()
    cold, warm, new = Runs("cold", home.name()), Runs("warm, nothing new"), Runs("warm, 1 % new")
    other = rivals.Rival(suite)
    suite.totals(home, suite.state("totals"))  # byte code
    for _ in range(suite.sizes.runs):
        state = suite.state("totals", empty=True)
        for runs in (cold, warm):
            runs.add(suite.totals(home, state)[0])
        other.turn(home)
        generate.grow(home.root, home.truth.bytes / 1e8)
        new.add(suite.totals(home, state)[0])
    return [figure for runs in (cold, warm, new, other) for figure in runs.figures()]


def by_bytes(suite: Suite) -> list[Figure]:
    """How time and memory grow with the bytes, in 100 files."""
    return _growth(suite, [(size, 100) for size in suite.sizes.by_bytes])


def by_files(suite: Suite) -> list[Figure]:
    """How time and memory grow with the number of files, of the same bytes."""
    size = suite.sizes.files_megabytes
    return _growth(suite, [(size, files) for files in suite.sizes.by_files])


def _growth(suite: Suite, sizes: list[tuple[float, int]]) -> list[Figure]:
    out: list[Figure] = []
    for megabytes, files in sizes:
        home = suite.home(megabytes, files)
        out += _cold_and_warm_of(suite, home)
        if (megabytes, files) != suite.sizes.main:
            suite.drop(home)
    return out


def extremes(suite: Suite) -> list[Figure]:
    """One huge transcript; and one with a line that no request can have."""
    out: list[Figure] = []
    for home, of in ((suite.huge(), ""), (suite.long_line(), " with one long line")):
        out += _cold_and_warm_of(suite, home, of)
        suite.drop(home)
    return out


def _cold_and_warm_of(suite: Suite, home: Home, of: str = "") -> list[Figure]:
    """Measure one root, beside the other meter."""
    label = home.name() + of
    cold, warm = Runs(f"{label}: cold"), Runs(f"{label}: warm")
    other = rivals.Rival(suite, label)
    for _ in range(min(3, suite.sizes.runs)):
        state = suite.state("growth", empty=True)
        for runs in (cold, warm):
            runs.add(suite.totals(home, state)[0])
        other.turn(home)
    return [figure for runs in (cold, warm, other) for figure in runs.figures()]


def one_core(suite: Suite) -> list[Figure]:
    """Decoding and folding in one process, without a program around them."""
    home = suite.main_home()
    speeds = {name: Figure(name, "MB/s") for name in ("read", "decode", "decode and fold")}
    times = {name: Figure(name, "ms") for name in ("picture", "report", "encode")}
    program = str(Path(__file__).with_name("one_core.py"))
    truth = home.truth
    for _ in range(suite.sizes.runs):
        printed = subprocess.run(
            [sys.executable, program, str(home.root)],
            env=suite.env(suite.state("one-core")), check=True, capture_output=True,
        ).stdout  # fmt: skip
        told: dict[str, Any] = json.loads(printed)
        throughput.check(told.pop("document"), truth)
        for name, seconds in told.items():
            if name in speeds:
                speeds[name].add(truth.bytes / 1e6 / seconds)
            else:
                times[name].add(1000 * seconds)
    return [*speeds.values(), *times.values()]
