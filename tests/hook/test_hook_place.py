"""Where the spool lies: the answer must be that of `cctop.paths`."""

import importlib
import itertools
import os
import pwd
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import platformdirs
import pytest

from cctop import paths
from cctop.hook.place import spool_folder
from cctop.paths import NoHomeError

HOMES = [None, "", "relative/home", "/h", "/h/", "/"]
OVERRIDES = [None, "", "  ", "/x/spool", "~/spool", "rel/../spool", "~nobody-has-this-name/spool"]
XDG = [None, "", "rel/state", "/xdg", "/xdg/../y", "~/state"]
ENTRIES = ["/users/me", "/", None]


def environments() -> Iterator[dict[str, str | None]]:
    for home, xdg in itertools.product(HOMES, XDG):
        yield {"HOME": home, "XDG_STATE_HOME": xdg}
    for home, spool, state in itertools.product(HOMES[:4], OVERRIDES, OVERRIDES):
        yield {"HOME": home, "CCTOP_SPOOL_DIR": spool, "CCTOP_STATE_DIR": state}


@pytest.fixture(params=["linux", "darwin"])
def platform(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Both platforms, as `platformdirs` decides when it is imported."""
    with monkeypatch.context() as patched:
        patched.setattr(sys, "platform", request.param)
        importlib.reload(platformdirs)
        yield request.param
    importlib.reload(platformdirs)


def expected() -> Path | None:
    try:
        return paths.spool_dir()
    except NoHomeError:
        return None


def answer() -> Path | None:
    try:
        return Path(spool_folder())
    except OSError:
        return None


@pytest.mark.parametrize("entry", ENTRIES)
def test_the_answer_is_that_of_the_reader(
    platform: str, entry: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def getpwuid(_: int) -> SimpleNamespace:
        if entry is None:
            raise KeyError
        return SimpleNamespace(pw_dir=entry)

    monkeypatch.setattr(pwd, "getpwuid", getpwuid)
    monkeypatch.chdir(tmp_path)
    seen = set()
    for environment in environments():
        for name in ("CCTOP_SPOOL_DIR", "CCTOP_STATE_DIR", "XDG_STATE_HOME"):
            monkeypatch.delenv(name, raising=False)
        for name, value in environment.items():
            if value is None:
                monkeypatch.delenv(name, raising=False)
            else:
                monkeypatch.setenv(name, value)
        seen.add(answer())
        assert answer() == expected(), environment
    assert len(seen) > 5


def test_on_a_mac_it_lies_in_the_library(platform: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CCTOP_SPOOL_DIR", "CCTOP_STATE_DIR", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", "/h")
    below = "Library/Application Support" if platform == "darwin" else ".local/state"
    assert spool_folder() == f"/h/{below}/cctop/spool"


def test_a_given_folder_stands_above_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCTOP_SPOOL_DIR", "/elsewhere")
    monkeypatch.setenv("HOME", "/h")
    assert spool_folder("/given") == "/given"
    assert spool_folder("~/given") == "/h/given"
    assert spool_folder("given") == os.path.join(os.getcwd(), "given")
    assert spool_folder(" ") == "/elsewhere"
