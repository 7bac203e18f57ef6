from pathlib import Path

import pytest
from clinic import Clinic


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    """A config folder without a session, no hooks, no spool."""
    return Clinic(tmp_path)
