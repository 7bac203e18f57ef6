"""From config and command line to what the engine and the screen are told."""

from pathlib import Path

import pytest

from cctop import paths
from cctop.commands.fault import Fault
from cctop.commands.settings import load_config, settings_of
from cctop.config import Config


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("CCTOP_CONFIG", str(path))
    monkeypatch.setenv("CCTOP_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(tmp_path / "claude"))
    return path


def test_settings_are_the_config(config: Path) -> None:
    config.write_text(
        '[prices."m"]\ninput = 3\noutput = 15\n[context.windows]\nm = 9\n'
        '[milestones]\nkind = "output"\ntokens = [7]\nthen_every = 0\n[roots]\npaths = ["/more"]\n',
        encoding="utf-8",
    )
    settings = settings_of(load_config(), poll=True)
    assert settings.roots == (config.parent / "claude", Path("/more"))
    assert settings.poll
    assert settings.prices["m"]["input"] == 3
    assert settings.prices["m"]["cache_read"] is None
    assert settings.windows == {"m": 9}
    assert (settings.rule.kind, settings.rule.steps, settings.rule.then_every) == (
        "output",
        (7,),
        0,
    )
    assert settings.cache == config.parent / "cache"


def test_roots_of_the_command_line_stand_alone(config: Path) -> None:
    config.write_text('[roots]\npaths = ["/more"]\n', encoding="utf-8")
    assert settings_of(load_config(), [Path("/only")]).roots == (Path("/only"),)


def test_without_a_home_there_is_no_config_and_no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise paths.NoHomeError("cannot find your home directory")

    monkeypatch.setattr(paths, "config_file", homeless)
    monkeypatch.setattr(paths, "cache_dir", homeless)
    assert load_config() == Config()
    assert settings_of(Config(), [Path("/only")]).cache is None


def test_roots_need_a_home_unless_they_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CLAUDE_CONFIG_DIR", raising=False)
    monkeypatch.setenv("HOME", "")
    with pytest.raises(Fault, match="set HOME or CLAUDE_CONFIG_DIR") as caught:
        settings_of(Config())
    assert caught.value.code == 2
