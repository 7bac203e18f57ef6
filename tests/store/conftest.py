from pathlib import Path

import pytest
from keeping import Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A config folder with two sessions of yesterday, one with a subagent, and no store yet."""
    stage = Stage(tmp_path)
    stage.work(1)
    stage.work(2, agent=True)
    return stage
