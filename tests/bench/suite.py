"""What all cases share: figures, sizes, made-up roots that are written once, and how a run goes."""

import json
import os
import platform
import shutil
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Any

import generate
import throughput
from truth import Truth, load

# Old enough that what is appended later is not of the future.
AGE = timedelta(hours=1)


@dataclass
class Figure:
    """One thing that was measured several times."""

    label: str
    unit: str
    values: list[float] = field(default_factory=list)
    note: str = ""

    def add(self, value: float) -> None:
        self.values.append(value)

    def row(self) -> str:
        """A line of the table."""
        least, middle = min(self.values), statistics.median(self.values)
        return (
            f"  {self.label:52} {_short(least):>9} {_short(middle):>9} {self.unit:5}"
            f" {len(self.values):3}  {self.note}".rstrip()
        )

    def told(self) -> dict[str, Any]:
        """What the JSON says of it."""
        return {
            "unit": self.unit,
            "min": round(min(self.values), 4),
            "median": round(statistics.median(self.values), 4),
            "values": [round(value, 4) for value in self.values],
            **({"note": self.note} if self.note else {}),
        }


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}" if value else "0"


@dataclass(frozen=True)
class Sizes:
    """How much is measured. Sizes in MB, times in seconds."""

    runs: int
    main: tuple[float, int]  # of the home that most cases read: MB, files
    by_bytes: tuple[float, ...]
    by_files: tuple[int, ...]
    files_megabytes: float
    huge: float
    long_line: float
    idle: float
    leak: int  # lines
    latency: int  # lines


SIZES = {
    "quick": Sizes(
        runs=3, main=(100, 100), by_bytes=(30, 100, 300), by_files=(100, 1000),
        files_megabytes=30, huge=200, long_line=60, idle=15, leak=10_000, latency=20,
    ),
    "usual": Sizes(
        runs=5, main=(332, 161), by_bytes=(100, 300, 1000), by_files=(100, 1000, 10_000),
        files_megabytes=100, huge=1000, long_line=200, idle=60, leak=100_000, latency=60,
    ),
    "full": Sizes(
        runs=7, main=(1000, 500), by_bytes=(100, 300, 1000, 3300), by_files=(100, 1000, 10_000),
        files_megabytes=1000, huge=2000, long_line=200, idle=60, leak=100_000, latency=120,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Home:
    """A root with made-up sessions."""

    root: Path

    @property
    def truth(self) -> Truth:
        """What it holds now."""
        return load(self.root)

    def name(self) -> str:
        """Its size in words."""
        truth = self.truth
        return f"{truth.bytes / 1e6:,.0f} MB, {truth.files:,} files"


@dataclass
class Suite:
    """A run of the suite: `scratch` is a folder that is thrown away afterwards."""

    scratch: Path
    sizes: Sizes
    rival: list[str] | None = None  # the command of another meter
    seed: int = 1
    _homes: dict[str, Home] = field(default_factory=dict)

    def home(self, megabytes: float, files: int) -> Home:
        """Return a root of that size."""
        return self._made(
            f"{megabytes:g}-{files}",
            lambda root, end: generate.write(root, megabytes, files, self.seed, end),
        )

    def main_home(self) -> Home:
        """The root that most cases read."""
        return self.home(*self.sizes.main)

    def huge(self) -> Home:
        """Return a root of one huge transcript."""
        size = self.sizes.huge
        return self._made(
            f"huge-{size:g}", lambda root, end: generate.huge(root, size, self.seed, end)
        )

    def long_line(self) -> Home:
        """Return a root with a transcript with a line that is too long."""
        size = self.sizes.long_line
        return self._made(
            f"line-{size:g}", lambda root, end: generate.long_line(root, size, self.seed, end)
        )

    def _made(self, name: str, write: Callable[[Path, datetime], Truth]) -> Home:
        if name not in self._homes:
            root = self.scratch / f"root-{name}"
            write(root, datetime.now(UTC) - AGE)
            self._homes[name] = Home(root)
        return self._homes[name]

    def drop(self, home: Home) -> None:
        """Give back the room that a root takes."""
        shutil.rmtree(home.root)
        self._homes = {name: kept for name, kept in self._homes.items() if kept is not home}

    def state(self, name: str, *, empty: bool = False) -> Path:
        """Return a folder for what cctop keeps, as it was or empty."""
        folder = self.scratch / f"state-{name}"
        if empty:
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(exist_ok=True)
        return folder

    def env(self, state: Path) -> dict[str, str]:
        """Return the environment of a program under measurement."""
        home = self.scratch / "home"
        home.mkdir(exist_ok=True)
        return throughput.environment(home, state)

    def totals(self, home: Home, state: Path) -> tuple[throughput.Run, dict[str, Any]]:
        """Read all of a root; return the run and its document, which is the truth."""
        run = throughput.run(throughput.sessions_argv(home.root), self.env(state))
        document: dict[str, Any] = json.loads(run.printed)
        throughput.check(document, home.truth)
        return run, document


class Runs:
    """The figures of a command that is run several times: time, also of processors, and memory."""

    def __init__(self, label: str, note: str = "") -> None:
        self.seconds = Figure(label, "s", note=note)
        self._cpu = Figure(f"{label}: processor time", "s")
        self._peak = Figure(f"{label}: memory", "MB")

    def add(self, run: throughput.Run) -> None:
        self.seconds.add(run.seconds)
        self._cpu.add(run.cpu)
        self._peak.add(run.memory / 1e6)

    def figures(self) -> list[Figure]:
        """What was measured; nothing where it never ran."""
        return [self.seconds, self._cpu, self._peak] if self.seconds.values else []


def machine() -> dict[str, Any]:
    """Say on what was measured."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count()
    return {
        "cpu": _cpu(),
        "cores": cores,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "load": round(os.getloadavg()[0], 2),
        "system": platform.platform(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("cctop", "msgspec", "textual")},
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }


def _cpu() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
