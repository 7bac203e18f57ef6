"""`cctop sessions`: the book as a table or as JSON."""

import argparse
import gc
import sys
from typing import TYPE_CHECKING

from cctop.commands.options import add_source_options

# What reads and reports is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop sessions                       today's sessions, and older ones that are still active
  cctop sessions --since 7d            the last seven days
  cctop sessions --project . --all     all sessions in this folder and below it
  cctop sessions --json | jq .totals.cost_usd

Costs are of whole sessions, at list price: an API equivalent, not a bill.
docs/json.md describes the JSON.
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `sessions` to the program's subcommands."""
    parser = subparsers.add_parser(
        "sessions",
        help="list sessions with their tokens, cost, failures and compactions",
        description="List sessions: the active ones first, then the newest.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="a JSON document instead of a table")
    which = parser.add_argument_group("which sessions")
    scope = which.add_mutually_exclusive_group()
    scope.add_argument(
        "--active", action="store_const", const="active", dest="listed", help="that run now"
    )
    scope.add_argument(
        "--today",
        action="store_const",
        const="today",
        dest="listed",
        help="of today, and active ones (the default, unless --since is given)",
    )
    scope.add_argument("--all", action="store_const", const="all", dest="listed", help="all")
    which.add_argument(
        "--since",
        metavar="WHEN",
        help="last active within 30m, 12h, 7d or 2w, or since a date as in 2026-11-01",
    )
    which.add_argument(
        "--project",
        metavar="P",
        default="",
        help="whose project's name contains P; a path means that folder and all below it",
    )
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """List the sessions and return the exit code. Raises `Fault`."""
    gc.disable()  # 2 ms: what is imported here is kept to the end, as the book is
    from cctop.clock import local_day, now_ms  # noqa: PLC0415
    from cctop.commands.fault import MISUSED, OK, Fault  # noqa: PLC0415
    from cctop.commands.reading import book_of  # noqa: PLC0415
    from cctop.report.select import Scope, in_scope  # noqa: PLC0415
    from cctop.report.times import since  # noqa: PLC0415

    try:
        oldest = since(args.since, now_ms()) if args.since is not None else 0
    except ValueError as error:
        raise Fault(MISUSED, f"--since: {error}") from error
    with book_of(args) as reading:
        scope: Scope = args.listed or ("all" if oldest else "today")
        picture = reading.snapshot
        today = local_day(picture.at)[0]
        listed = in_scope(picture.sessions, scope, today, oldest, args.project)
        if args.json:
            from cctop.report.document import written  # noqa: PLC0415

            sys.stdout.buffer.writelines(written(reading, listed))
        else:
            from cctop.report.console import rendered  # noqa: PLC0415
            from cctop.report.tables import listing  # noqa: PLC0415

            sys.stdout.write(rendered(lambda width: listing(picture, listed, width)))
    return OK
