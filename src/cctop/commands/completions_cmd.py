"""`cctop completions`: what makes a shell complete cctop's commands and options."""

import argparse
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

SHELLS = ("bash", "zsh", "fish")
FOLDER = "DIR"  # the metavar of options that take a folder
EPILOG = """\
examples:
  bash   cctop completions bash > ~/.local/share/bash-completion/completions/cctop
  zsh    cctop completions zsh > ~/.zfunc/_cctop      (with ~/.zfunc in $fpath)
  fish   cctop completions fish > ~/.config/fish/completions/cctop.fish
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `completions` to the program's subcommands."""
    parser = subparsers.add_parser(
        "completions",
        help="print a completion script for a shell",
        description="Print a completion script for a shell.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("shell", choices=SHELLS, help="the shell it is for")


def run(args: argparse.Namespace, program: argparse.ArgumentParser) -> int:
    """Print the script for the parser `program` and return the exit code."""
    import shtab  # noqa: PLC0415 - only used here

    for parser in parsers(program):
        for action in parser._actions:
            if action.metavar == FOLDER:
                action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    sys.stdout.write(shtab.complete(program, args.shell) + "\n")
    return 0


def parsers(program: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """Yield a parser and those of all its subcommands, depth first."""
    yield program
    for action in program._actions:
        if isinstance(action, argparse._SubParsersAction):
            for parser in action.choices.values():
                yield from parsers(parser)
