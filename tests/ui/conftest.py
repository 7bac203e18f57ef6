"""A fixed place and time for every screen, and goldens of what it shows."""

from collections.abc import Callable
from pathlib import Path

import pytest
from board_stage import screen_text
from textual.app import App
from textual.notifications import Notification

GOLDENS = Path(__file__).parent / "goldens"


@pytest.fixture(autouse=True)
def _in_greenwich(utc: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    # A notification stays, however slow the machine is.
    monkeypatch.setattr(Notification, "time_left", 3_600.0)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[App[None], str], None]:
    """Compares the screen with a golden text; where it differs the SVG lies beside as .actual."""

    def check(app: App[None], name: str) -> None:
        path = GOLDENS / f"{name}.txt"
        shown = screen_text(app)
        if request.config.getoption("--update-goldens"):
            path.write_text(shown, encoding="utf-8")
        picture = path.with_suffix(".actual.svg")
        picture.unlink(missing_ok=True)
        expected = path.read_text(encoding="utf-8") if path.exists() else ""
        if shown != expected:
            picture.write_text(app.export_screenshot(title=name), encoding="utf-8")
        assert shown == expected, f"looks different: see {picture}, or --update-goldens"

    return check
