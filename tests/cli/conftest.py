"""A home of its own for every test."""

from pathlib import Path

import pytest
from scratch_home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """An empty home with a Claude config folder."""
    home = Home(tmp_path)
    home.root.mkdir()
    return home
