"""A demo day at a fixed hour, and ways to read what was written back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cctop.demo.day import Day
from cctop.demo.presence import Process

NOON = 1_795_348_800_000  # a time in 2026, ms since the epoch
PROCESS = Process(4711, "123456", "")


class Clock:
    """A clock that moves only when told to."""

    def __init__(self, now: int = NOON) -> None:
        self.now = float(now)

    def __call__(self) -> int:
        return round(self.now)


def play_live(day: Day, clock: Clock, seconds: float) -> Iterator[float]:
    """Play on for so long; yields the seconds since the beginning after each step."""
    begin = clock.now
    for pause in day.live(clock):
        clock.now += pause * 1000
        if clock.now - begin > seconds * 1000:
            return
        yield (clock.now - begin) / 1000


def transcripts(root: Path) -> dict[Path, list[dict[str, Any]]]:
    """Every transcript below a root, decoded."""
    return {
        path: [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in sorted(root.glob("projects/**/*.jsonl"))
    }


def registry(root: Path) -> dict[str, dict[str, Any]]:
    """The entries of running sessions by project."""
    entries = [json.loads(path.read_bytes()) for path in root.glob("sessions/*.json")]
    return {entry["cwd"].rpartition("/")[2]: entry for entry in entries}
