"""Reading the config: a corpus of files that load, and of files that say what is wrong."""

import subprocess
import sys
from pathlib import Path

import pytest

from cctop.config import (
    Budget,
    Config,
    ConfigError,
    Context,
    Display,
    Milestones,
    Notify,
    Price,
    load,
)
from cctop.config.check import problems
from cctop.config.load import parse, read

CORPUS = Path(__file__).parents[1] / "config_corpus"
VALID = sorted(CORPUS.glob("valid/*.toml"))
INVALID = sorted(CORPUS.glob("invalid/*.toml"))


def names(paths: list[Path]) -> list[str]:
    return [path.stem for path in paths]


@pytest.mark.parametrize("path", INVALID, ids=names(INVALID))
def test_an_invalid_file_says_what_is_wrong(path: Path) -> None:
    first_line = path.read_bytes().splitlines()[0].decode()
    expected = first_line.removeprefix("# expect: ").split(" | ")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).splitlines() == [f"{path}: {fault}" for fault in expected]
    assert str(caught.value).replace("\n", "").isprintable()
    assert caught.value.path == path


@pytest.mark.parametrize("path", VALID, ids=names(VALID))
def test_a_valid_file_has_no_fault(path: Path) -> None:
    load(path)
    assert list(problems(parse(read(path), path))) == []


def test_every_key_arrives() -> None:
    config = load(CORPUS / "valid/everything.toml")
    assert config.budget == Budget(daily_usd=41.5)
    assert config.milestones == Milestones(kind="total", tokens=(1_000, 2_000_000), then_every=0)
    assert config.display == Display(
        theme="high-contrast", refresh_hz=0.2, mouse=False, scope="all", title=False
    )
    assert config.notify == Notify(bell=True, desktop="auto", after_seconds=30, loops=True)
    assert config.context == Context(windows={"claude-4.5": 1_000_000})
    assert config.keys == {"quit": ["q", "ctrl+q"], "freeze": "f", "theme": []}
    assert config.roots.paths == ("~/.claude-work", "/srv/claude")
    price = Price(input=3, output=15, cache_read=0.3, cache_write_5m=3.75, cache_write_1h=6)
    assert config.prices == {"claude-4.5[1m]": price}


@pytest.mark.parametrize("name", ["empty", "only_comments", "empty_sections"])
def test_a_file_that_sets_nothing_is_the_defaults(name: str) -> None:
    assert load(CORPUS / f"valid/{name}.toml") == Config()


def test_no_file_is_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "missing.toml") == Config()


def test_the_defaults() -> None:
    config = Config()
    assert config.budget.daily_usd is None
    assert config.milestones.kind == "new"
    assert config.milestones.tokens[0] == 1_000
    assert config.milestones.tokens[-1] == config.milestones.then_every == 1_000_000
    assert config.display == Display(theme="dark", refresh_hz=4.0, mouse=True, scope="today")
    assert config.display.title
    assert config.notify == Notify(bell=False, desktop="off", after_seconds=0, loops=False)


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        load(tmp_path)


def test_an_odd_file_name_is_safe_to_print(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2Jb.toml"
    path.write_text("x = 1")
    with pytest.raises(ConfigError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{tmp_path}/ab.toml: x: no such key")


def test_a_config_cannot_be_changed() -> None:
    with pytest.raises(AttributeError):
        Config().display.theme = "light"  # type: ignore[misc]


def test_loading_imports_only_what_it_needs(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from cctop.config import load\n"
        f"load(Path({str(tmp_path / 'none.toml')!r}))\n"
        "heavy = {'tomllib', 'tomli_w', 'platformdirs', 'difflib', 'textual', 'rich', 'json'}\n"
        "sys.exit(', '.join(heavy & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
