"""`cctop show`: everything about one session, as a page or as JSON."""

import argparse
import sys
from typing import TYPE_CHECKING

from cctop.commands.options import add_session_argument, add_source_options

# What reads and reports is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop show latest                    the session that was active last
  cctop show 3f2a                      the one whose id begins so
  cctop show latest --json | jq '.sessions[0].failures'
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `show` to the program's subcommands."""
    parser = subparsers.add_parser(
        "show",
        help="show one session: cost, tools, failures, compactions, subagents, turns",
        description="Show everything about one session.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_session_argument(parser)
    parser.add_argument(
        "--json",
        action="store_true",
        help="the document of `cctop sessions --json` for this session, with turns and API errors",
    )
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Show the session and return the exit code. Raises `Fault`."""
    from cctop.commands.fault import OK  # noqa: PLC0415
    from cctop.commands.reading import book_of, meant  # noqa: PLC0415

    with book_of(args) as reading:
        session = meant(reading.snapshot.sessions, args.session)
        if args.json:
            from cctop.report.document import document, encoded  # noqa: PLC0415

            sys.stdout.buffer.write(encoded(document(reading, [session], whole=True)))
        else:
            from cctop.report.console import rendered  # noqa: PLC0415
            from cctop.report.page import page  # noqa: PLC0415

            sys.stdout.write(
                rendered(lambda width: page(reading.snapshot, reading.detail(session.id), width))
            )
    return OK
