"""`cctop config`: what is printed where, and the exit codes."""

import argparse
import json
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from full_disk import full_disk

from cctop.commands import config_cmd
from cctop.config import Config
from cctop.config.template import TEMPLATE

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    monkeypatch.setenv("CCTOP_CONFIG", str(path))
    return path


@pytest.fixture
def run(path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def run(*words: str) -> tuple[int, str, str]:
        code = config_cmd.run(arguments(*words))
        return (code, *capsys.readouterr())

    return run


def arguments(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="cctop")
    config_cmd.add_parser(parser.add_subparsers(dest="command"))
    return parser.parse_args(["config", *words])


def test_path(run: Run, path: Path) -> None:
    assert run("path") == (0, f"{path}\n", "")


def test_init_writes_once(run: Run, path: Path) -> None:
    assert run("init") == (0, f"{path}\n", "")
    assert path.read_text() == TEMPLATE
    remark = f"cctop: {path}: is there already, and was left as it is\n"
    assert run("init") == (0, "", remark)
    assert path.read_text() == TEMPLATE


def test_show_is_toml_with_its_source(run: Run, path: Path) -> None:
    code, out, err = run("show")
    assert (code, err) == (0, "")
    assert out.splitlines()[0] == f"# {path} does not exist: all defaults"
    assert tomllib.loads(out)["display"]["theme"] == "dark"
    run("set", "display.theme", "light")
    _, out, _ = run("show")
    assert out.splitlines()[0] == f"# {path}"
    assert tomllib.loads(out)["display"]["theme"] == "light"


def test_show_json(run: Run, path: Path) -> None:
    code, out, _ = run("show", "--json")
    shown = json.loads(out)
    assert (code, shown["path"], shown["exists"]) == (0, str(path), False)
    assert msgspec.convert(shown["config"], Config) == Config()
    assert shown["config"]["budget"]["daily_usd"] is None
    run("set", "budget.daily_usd", "50")
    shown = json.loads(run("show", "--json")[1])
    assert shown["exists"]
    assert shown["config"]["budget"]["daily_usd"] == 50


def test_get_and_set(run: Run, path: Path) -> None:
    assert run("get", "budget.daily_usd") == (0, "none\n", "")
    assert run("set", "budget.daily_usd", "50") == (0, "", "")
    assert run("get", "budget.daily_usd") == (0, "50.0\n", "")
    assert run("set", "budget.daily_usd", "none") == (0, "", "")
    assert run("get", "budget.daily_usd") == (0, "none\n", "")


def test_set_says_where_the_comments_are(run: Run, path: Path) -> None:
    path.write_text("# mine\nkeys = { quit = 'q' }\n")
    code, out, err = run("set", "keys.help", "h")
    assert (code, out) == (0, "")
    assert err == (
        f"cctop: {path}: had to be written anew, without its comments; "
        f"the file as it was: {path}.bak\n"
    )


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["get", "display.them"], "display.them: no such key (did you mean theme?); allowed in"),
        (["get", "a b"], "a b: is not a key; write it as in display.theme"),
        (["set", "display.theme", "x"], '{path}: display.theme: must be one of "dark", "light"'),
        (["set", "x.y", "1"], "{path}: x: no such key; allowed sections: budget, "),
    ],
)
def test_errors_name_file_key_and_what_is_allowed(
    run: Run, path: Path, words: list[str], message: str
) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert err.startswith("cctop: " + message.format(path=path))
    assert not path.exists()


@pytest.mark.parametrize("words", [["show"], ["show", "--json"], ["get", "budget.daily_usd"]])
def test_a_faulty_file_stops_every_reader(run: Run, path: Path, words: list[str]) -> None:
    path.write_text('a = 1\n[display]\ntheme = "\\u001b]52;c;eA\\u0007"\n')
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    first, second = err.splitlines()
    assert first.startswith(f"cctop: {path}: a: no such key")
    assert second.startswith(f"cctop: {path}: display.theme: must be one of")
    assert (first + second).isprintable()


def test_hostile_values_are_harmless_on_the_screen(run: Run, path: Path) -> None:
    path.write_text('[roots]\npaths = ["\\u001b[2J\\u202e\\u009b31m"]\n')
    for words in (["show"], ["show", "--json"], ["get", "roots.paths"], ["get", "roots"]):
        code, out, _ = run(*words)
        assert code == 0
        assert out.replace("\n", "").isprintable()


def test_a_folder_that_cannot_be_written(
    run: Run, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.with_name("file").write_text("")
    monkeypatch.setenv("CCTOP_CONFIG", str(path.with_name("file") / "config.toml"))
    for words in (["init"], ["set", "budget.daily_usd", "5"], ["show"]):
        code, out, err = run(*words)
        assert (code, out) == (2, "")
        assert str(path.with_name("file")) in err


def test_a_full_disk(run: Run, path: Path) -> None:
    with full_disk():
        for words in (["init"], ["set", "budget.daily_usd", "5"]):
            code, out, err = run(*words)
            assert (code, out) == (2, "")
            assert err.startswith(f"cctop: {path}: ")
            assert not list(path.parent.iterdir())
    assert run("init") == (0, f"{path}\n", "")


def test_without_a_home(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> None:
        raise KeyError

    for variable in ("CCTOP_CONFIG", "XDG_CONFIG_HOME", "HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("pwd.getpwuid", nobody)
    message = "cctop: cannot find your home directory; set HOME or CCTOP_CONFIG\n"
    assert run("path") == (2, "", message)


def test_a_closed_pipe_is_left_to_the_program(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(_: str) -> int:
        raise BrokenPipeError

    monkeypatch.setattr(sys.stdout, "write", closed)
    with pytest.raises(BrokenPipeError):
        config_cmd.run(arguments("path"))


@pytest.mark.parametrize("words", [[], ["get"], ["set", "a"], ["frobnicate"]])
def test_usage_errors(words: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        arguments(*words)
    assert caught.value.code == 2


def test_imports(path: Path) -> None:
    code = (
        "import sys, argparse; from cctop.commands import config_cmd\n"
        "parser = argparse.ArgumentParser(); subparsers = parser.add_subparsers()\n"
        "config_cmd.add_parser(subparsers)\n"
        "assert not {'msgspec', 'tomllib', 'platformdirs'} & sys.modules.keys()\n"
        "config_cmd.run(parser.parse_args(['config', 'set', 'display.theme', 'light']))\n"
        "config_cmd.run(parser.parse_args(['config', 'show']))\n"
        "sys.exit(', '.join({'textual', 'rich'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
