"""A demo day at a fixed hour."""

from pathlib import Path

import pytest
from playback import PROCESS, Clock

from cctop.demo.day import Day


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def day(tmp_path: Path, clock: Clock) -> Day:
    day = Day(tmp_path, PROCESS)
    day.history(clock)
    return day
