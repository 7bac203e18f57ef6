"""What all tests share: time zones, goldens of texts, and examples that may take long."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No test depends on how fast the machine is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

# A shell starts what runs in its background with Ctrl-C ignored, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-goldens",
        action="store_true",
        help="write the golden files anew, to be looked at with git diff",
    )


@pytest.fixture
def as_golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """What compares a text with its golden file; with --update-goldens it writes it anew."""

    def compare(path: Path, text: str) -> None:
        if request.config.getoption("--update-goldens"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return compare


@pytest.fixture
def utc() -> Iterator[None]:
    """A place whose clocks are those of Greenwich."""
    yield from _in_zone("UTC")


@pytest.fixture
def berlin() -> Iterator[None]:
    """A place whose clocks change twice a year."""
    yield from _in_zone("Europe/Berlin")


def _in_zone(name: str) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", name)
        time.tzset()
        yield
    time.tzset()
