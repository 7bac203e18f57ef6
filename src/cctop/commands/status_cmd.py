"""`cctop status`: the fleet and one session in a few plain lines."""

import argparse
import sys
from typing import TYPE_CHECKING

from cctop.commands.options import add_session_argument, add_source_options

# What reads and reports is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    from cctop.book.snapshot import Snapshot

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop status                         the fleet, and the newest session that runs
  cctop status 3f2a                    the one whose id begins so
  cctop status latest                  the one that was active last, running or not

For programs there is `cctop show ID --json`, which holds all this and more.
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `status` to the program's subcommands."""
    parser = subparsers.add_parser(
        "status",
        help="say in ten plain lines how the sessions stand, and one of them",
        description="Say in ten plain lines how all sessions stand together, and one of them.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_session_argument(parser, needed=False, more="; else the newest that runs")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Say how things stand and return the exit code. Raises `Fault`."""
    from cctop.commands.reading import book_of  # noqa: PLC0415

    with book_of(args) as reading:
        return _say(args, reading.snapshot)


def _say(args: argparse.Namespace, picture: "Snapshot") -> int:
    from cctop.book.snapshot import Status  # noqa: PLC0415
    from cctop.commands.fault import FAILED, OK, Fault  # noqa: PLC0415
    from cctop.report.brief import brief  # noqa: PLC0415
    from cctop.report.select import LATEST, UnknownSessionError, find  # noqa: PLC0415

    running = [s for s in picture.sessions if s.status is not Status.ENDED]
    asked = args.session is not None
    among = picture.sessions if asked or not running else running
    session, fault = None, None
    try:
        session = find(among, args.session if asked else LATEST)
    except UnknownSessionError as error:
        # Without those it might have meant: a slash command would tell the model of them.
        fault = Fault(FAILED, str(error))
    sys.stdout.writelines(f"{line}\n" for line in brief(picture, session))
    if fault is not None:
        sys.stdout.flush()  # what is known stands before what is not, where both go to one place
        raise fault
    return OK
