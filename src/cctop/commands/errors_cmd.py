"""`cctop errors`: what became of a session's failures, as a page or as JSON."""

import argparse
import sys
from typing import TYPE_CHECKING

from cctop.commands.options import add_session_argument, add_source_options

# What reads and reports is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop errors latest                  the session that was active last
  cctop errors 3f2a --all              every chain of the one whose id begins so
  cctop errors latest --json | jq '.chains[] | select(.outcome != "recovered") | .attempts[0]'

Costs are at list price, of the responses between a failure and its recovery.
docs/errors.md says what a retry, a recovery and a loop are, and describes the JSON.
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `errors` to the program's subcommands."""
    parser = subparsers.add_parser(
        "errors",
        help="show what became of a session's failures: retries, recoveries, loops",
        description="Show what became of every tool call that failed: what the model said before,"
        " what it tried again, how that ended, how long it took and what it cost. And the loops, in"
        " which one tool failed again and again, and what compactions lost.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_session_argument(parser)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--json", action="store_true", help="a JSON document instead of a page")
    how.add_argument("--all", action="store_true", help="all chains, not only the newest 20")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Show the failures and return the exit code. Raises `Fault`."""
    from cctop.commands.fault import OK  # noqa: PLC0415
    from cctop.commands.reading import book_of, meant  # noqa: PLC0415

    with book_of(args) as reading:
        picture = reading.snapshot
        session = meant(picture.sessions, args.session)
        trace = reading.trace(session.id)
        if args.json:
            from cctop.report.document import encoded  # noqa: PLC0415
            from cctop.report.errors import errors_document  # noqa: PLC0415

            sys.stdout.buffer.write(encoded(errors_document(picture, session, trace)))
        else:
            from cctop.report.console import rendered  # noqa: PLC0415
            from cctop.report.errors_page import errors_page  # noqa: PLC0415

            most = None if args.all else 20
            sys.stdout.write(
                rendered(lambda width: errors_page(picture, session, trace, width, most))
            )
    return OK
