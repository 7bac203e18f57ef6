"""Folders: cctop's own, and the Claude config dirs to watch."""

import pwd
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import platformdirs
import pytest

from cctop import paths
from cctop.paths import NoHomeError, claude_roots

VARIABLES = ["CCTOP_CONFIG", "CCTOP_STATE_DIR", "CCTOP_CACHE_DIR", "CCTOP_SPOOL_DIR"]
OTHERS = ["CLAUDE_CONFIG_DIR", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in VARIABLES + OTHERS:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


@pytest.fixture
def homeless(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME")
    monkeypatch.setattr(pwd, "getpwuid", nobody)


def test_own_folders_lie_below_home(home: Path) -> None:
    for path in (paths.config_file(), paths.state_dir(), paths.cache_dir(), paths.spool_dir()):
        assert path.is_relative_to(home)
        assert "cctop" in path.parts
    assert paths.config_file().name == "config.toml"
    assert paths.spool_dir() == paths.state_dir() / "spool"
    assert list(home.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is how Linux does it")
def test_linux_follows_xdg(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.config_file() == home / ".config/cctop/config.toml"
    assert paths.state_dir() == home / ".local/state/cctop"
    monkeypatch.setenv("XDG_STATE_HOME", str(home / "x"))
    assert paths.state_dir() == home / "x/cctop"


@pytest.mark.skipif(sys.platform != "linux", reason="XDG is how Linux does it")
@pytest.mark.parametrize("named", [None, "", "relative", "/x", "/x/", "/x/../y", "~/x"])
@pytest.mark.parametrize("at", [None, "/h", "/h/", "/"])
def test_on_linux_they_are_where_the_library_has_them(
    home: Path, monkeypatch: pytest.MonkeyPatch, named: str | None, at: str | None
) -> None:
    for variable, value in [("HOME", at), *((name, named) for name in OTHERS[1:])]:
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    assert paths.config_file() == Path(platformdirs.user_config_dir("cctop")) / "config.toml"
    assert paths.state_dir() == Path(platformdirs.user_state_dir("cctop"))
    assert paths.cache_dir() == Path(platformdirs.user_cache_dir("cctop"))


@pytest.mark.parametrize(
    ("variable", "function"),
    [
        ("CCTOP_CONFIG", paths.config_file),
        ("CCTOP_STATE_DIR", paths.state_dir),
        ("CCTOP_CACHE_DIR", paths.cache_dir),
        ("CCTOP_SPOOL_DIR", paths.spool_dir),
    ],
)
def test_a_variable_names_a_path_outright(
    home: Path, monkeypatch: pytest.MonkeyPatch, variable: str, function: Callable[[], Path]
) -> None:
    monkeypatch.setenv(variable, "~/elsewhere")
    assert function() == home / "elsewhere"
    monkeypatch.chdir(home)
    monkeypatch.setenv(variable, "here/../there")
    assert function() == home / "there"
    monkeypatch.setenv(variable, " ")
    assert function() != home / " "


def test_spool_follows_the_state_dir(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCTOP_STATE_DIR", str(home / "s"))
    assert paths.spool_dir() == home / "s/spool"


def test_roots_are_the_folders_that_exist(home: Path) -> None:
    assert claude_roots() == (home / ".claude",)
    (home / ".config/claude").mkdir(parents=True)
    assert claude_roots() == (home / ".config/claude",)
    (home / ".claude").mkdir()
    assert claude_roots() == (home / ".claude", home / ".config/claude")


def test_two_names_of_one_root_count_once(home: Path) -> None:
    (home / ".config").mkdir()
    (home / ".claude").mkdir()
    (home / ".config/claude").symlink_to(home / ".claude")
    assert claude_roots() == (home / ".claude",)
    assert claude_roots(["~/.config/claude", home / ".claude", "~/.claude/"]) == (
        home / ".config/claude",
    )


def test_the_environment_names_one_root_or_several(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / ".claude").mkdir()
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", "~/work")
    assert claude_roots() == (home / "work",)
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", f" {home}/a, ~/b ,,{home}/a")
    assert claude_roots() == (home / "a", home / "b")
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", " , ")
    assert claude_roots() == (home / ".claude",)


def test_a_folder_with_a_comma_in_its_name(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "me, myself").mkdir()
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", f"{home}/me, myself")
    assert claude_roots() == (home / "me, myself",)


def test_command_line_roots_stand_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".claude").mkdir()
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", f"{home}/env")
    monkeypatch.chdir(home)
    assert claude_roots(["one", home / "two"], ["~/three"]) == (home / "one", home / "two")


def test_configured_roots_come_on_top(home: Path) -> None:
    assert claude_roots((), ["~/three"]) == (home / ".claude", home / "three")


@pytest.mark.usefixtures("homeless")
def test_without_a_home_the_error_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(NoHomeError, match="set HOME or CCTOP_STATE_DIR"):
        paths.spool_dir()
    with pytest.raises(NoHomeError, match="set HOME or CLAUDE_CONFIG_DIR, or pass --root DIR"):
        claude_roots()
    with pytest.raises(NoHomeError, match="--root: cannot tell whose home '~/x' means"):
        claude_roots(["~/x"])
    monkeypatch.setenv("CCTOP_STATE_DIR", "/var/cctop")
    assert paths.spool_dir() == Path("/var/cctop/spool")
    assert claude_roots(["/srv/claude"]) == (Path("/srv/claude"),)


@pytest.mark.parametrize("value", ["", "not/absolute"])
def test_a_home_that_is_none(home: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("HOME", value)
    for find in (claude_roots, paths.config_file, paths.state_dir, paths.cache_dir):
        with pytest.raises(NoHomeError):
            find()


def test_an_older_platformdirs_that_leaves_the_tilde(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platformdirs.user_cache_dir", lambda *_, **__: "~/.cache/cctop")
    with pytest.raises(NoHomeError, match="CCTOP_CACHE_DIR"):
        paths.cache_dir()


def test_platformdirs_is_imported_only_when_asked() -> None:
    code = "import sys, cctop.paths; sys.exit('platformdirs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
