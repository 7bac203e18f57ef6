"""The options that several commands share."""

import argparse
from collections.abc import Sequence
from pathlib import Path


def add_source_options(parser: argparse.ArgumentParser, *, below: bool = True) -> None:
    """Add what says where and how to read; `below` for a subcommand: it leaves what stood before.

    argparse lets a subcommand's values replace those of the program, so its roots have a name of
    their own; `roots_of` puts the two together.
    """
    group = parser.add_argument_group("what is read")
    add_root_option(group, below=below)
    group.add_argument(
        "--poll",
        action="store_true",
        default=argparse.SUPPRESS if below else False,
        help="do without file notifications: for network folders and some containers",
    )
    group.add_argument(
        "--no-store",
        action="store_true",
        default=argparse.SUPPRESS if below else False,
        help="read everything anew, and keep nothing for the next start",
    )


def add_root_option(group: argparse._ActionsContainer, *, below: bool = True) -> None:
    """Add `--root` alone."""
    group.add_argument(
        "--root",
        action="append",
        default=[],
        dest="roots_below" if below else "roots",
        metavar="DIR",
        help="a Claude config folder, instead of the usual ones; may be repeated",
    )


def add_session_argument(
    parser: argparse.ArgumentParser, *, needed: bool = True, more: str = ""
) -> None:
    """Add the session that a command is about; `more` is added to its help.

    Where it is not `needed` it is None if it was left out.
    """
    parser.add_argument(
        "session",
        metavar="ID",
        nargs=None if needed else "?",
        help=f'a session\'s id, the beginning of one, or "latest"{more}',
    )


def roots_of(args: argparse.Namespace) -> Sequence[Path]:
    """Return the folders of `--root`, wherever it stood."""
    return [Path(root) for root in (*args.roots, *getattr(args, "roots_below", ()))]
