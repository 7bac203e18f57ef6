"""What the command line imports and knows, its page in the docs, and its completions."""

import re
import shutil
import subprocess
import sys
from typing import get_args

import pytest
from scratch_home import ROOT, Home

from cctop import cli
from cctop.commands import screen
from cctop.commands.completions_cmd import SHELLS
from cctop.commands.manual import cli_markdown
from cctop.config import Scope, Theme

HYGIENE = """
import sys
from cctop.cli import main
code = main(sys.argv[1:])
heavy = {"textual", "rich"} & {name.partition(".")[0] for name in sys.modules}
sys.exit(f"imports {heavy}" if heavy else code)
"""


@pytest.mark.parametrize(
    "words",
    [("--version",), ("--help",), ("sessions", "--json"), ("show", "latest", "--json"),
     ("config", "path"), ("completions", "fish")],
)  # fmt: skip
def test_no_screen_is_imported_without_one(home: Home, words: tuple[str, ...]) -> None:
    home.write()
    done = subprocess.run(
        [sys.executable, "-c", HYGIENE, *words], capture_output=True, env=home.env, check=False
    )
    assert (done.returncode, done.stderr) == (0, b"")


def test_version_imports_next_to_nothing(home: Home) -> None:
    program = "import sys, cctop.cli; cctop.cli.main(['--version']); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, env=home.env, check=True, text=True
    )
    assert not set(done.stdout.split()) & {"msgspec", "shtab", "asyncio", "cctop.engine"}


def test_choices_are_those_of_the_config() -> None:
    assert get_args(Theme) == screen.THEMES
    assert get_args(Scope) == screen.SCOPES


def test_the_page_about_the_command_line_is_up_to_date() -> None:
    page = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert page == cli_markdown(cli.build_parser()), "docs/cli.md is stale: write it anew"


def test_the_page_names_every_option() -> None:
    parser = cli.build_parser()
    page, text = cli_markdown(parser), parser.format_help()
    for option in re.findall(r"--[a-z-]+", text):
        assert option in page or option == "--help"


@pytest.mark.parametrize("shell", SHELLS)
def test_completions(home: Home, shell: str) -> None:
    done = home.run("completions", shell)
    assert (done.returncode, done.stderr) == (0, "")
    for word in ("sessions", "completions", "since", "project", "high-contrast"):
        assert word in done.stdout
    if path := shutil.which(shell):
        checked = subprocess.run([path, "-n"], input=done.stdout, text=True, check=False)
        assert checked.returncode == 0


def test_bash_completes(home: Home) -> None:
    script = home.run("completions", "bash").stdout
    ask = "COMP_WORDS=(cctop ses); COMP_CWORD=1; _shtab_cctop cctop ses cctop; echo ${COMPREPLY[@]}"
    done = subprocess.run(
        ["bash", "-c", f"{script}\n{ask}"], capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["sessions"]
