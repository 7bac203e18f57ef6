"""`cctop hook`: what Claude Code runs, reached through the main program (see `cctop.hook.main`)."""

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from cctop.commands.completions_cmd import FOLDER

# What reads and writes is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

NAME = "hook"
DESCRIPTION = """\
What Claude Code runs for each of its hooks: leaves a record of the event, which comes on the
standard input, in a folder that cctop reads. You need not run it yourself. It says nothing, and
always ends with 0, so that it can never disturb a session.

`cctop-hook` is the same program and starts faster.
"""
EPILOG = """\
examples:
  cctop hook < event.json              leave a record of an event
  cctop hook statusline < status.json  keep a copy of what the status line was given
  cctop hook line < status.json        the same, and show it as a status line
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `hook` to the program's subcommands."""
    parser = subparsers.add_parser(
        NAME,
        help="what Claude Code runs; leaves events for cctop to read",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "form",
        nargs="?",
        choices=["statusline", "line"],
        help="what the input is for, if it is not an event",
    )
    parser.add_argument(
        "--prompts",
        action="store_true",
        help="keep the beginning of prompts, too, and not only their length",
    )
    parser.add_argument("--spool", metavar=FOLDER, help="the folder to write to")


def is_meant(words: Sequence[str]) -> bool:
    """Whether a command line is for this command, and no question about it.

    Asked before it is parsed: a word that nobody knows must not make a hook fail.
    """
    return words[:1] == [NAME] and not {"-h", "--help"} & set(words)


def run(words: Sequence[str]) -> NoReturn:
    """Be `cctop-hook` with the words after `hook`: ends the process."""
    from cctop.hook import main  # noqa: PLC0415

    main.run(words)
