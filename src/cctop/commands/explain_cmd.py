"""`cctop explain`: every call behind a figure."""

import argparse
import sys
from typing import TYPE_CHECKING

from cctop.commands.options import add_session_argument, add_source_options

# What reads and reports is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    from cctop.book.proof import Proof

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

# As in `cctop.book.proof`; a test holds the two together.
FIGURES = (
    "cost", "tokens", "unpriced", "inherited", "context", "failures", "unlogged", "today",
)  # fmt: skip

EPILOG = """\
examples:
  cctop explain latest                       what the newest session's cost is made of
  cctop explain latest --steps               the same, worked out: tokens × rate = amount
  cctop explain 3f2a --figure unlogged       Claude Code's own total, less what was metered
  cctop explain --today                      all calls of the local day: the budget's figure
  cctop explain latest --csv > calls.csv
  cctop explain latest --json | jq '.rows[] | select(.lower_bound)'

Each row says when, which model, where it stands (file and line), the ids of message and request,
what was used at which price, and why it counts. The sum at the foot is the figure to the last
digit; where it is not, that is said, and the exit code is 1. docs/explain.md has all of it.
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `explain` to the program's subcommands."""
    parser = subparsers.add_parser(
        "explain",
        help="prove a figure: every call behind it, with its line, its price and the sum",
        description="List every call behind a figure, and add it up.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_session_argument(parser, needed=False)
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--figure",
        choices=FIGURES,
        default=None,
        help="which figure of the session (default: cost); today is of all sessions",
    )
    which.add_argument(
        "--today",
        action="store_const",
        const="today",
        dest="figure",
        help="the budget's figure: what all sessions cost today",
    )
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="a JSON document, with every line read")
    form.add_argument("--csv", action="store_true", help="CSV: a line for each thing billed")
    form.add_argument("--steps", action="store_true", help="every multiplication, worked out")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Explain the figure and return the exit code. Raises `Fault`."""
    from cctop.book.proof import Figure, ProofError  # noqa: PLC0415
    from cctop.commands.fault import FAILED, MISUSED, OK, Fault  # noqa: PLC0415
    from cctop.commands.reading import book_of, meant  # noqa: PLC0415

    figure = Figure(args.figure or "cost")
    of_all = figure is Figure.TODAY
    if of_all and args.session is not None:
        raise Fault(MISUSED, "today's figure is of all sessions: leave out the ID")
    if not of_all and args.session is None:
        raise Fault(MISUSED, 'which session? Give an ID, the beginning of one, or "latest"')
    with book_of(args) as reading:
        session = "" if of_all else meant(reading.snapshot.sessions, args.session).id
        try:
            proof = reading.proof(session, figure)
        except ProofError as error:
            raise Fault(FAILED, str(error)) from error
        _say(args, proof)
    return OK if proof.holds else FAILED


def _say(args: argparse.Namespace, proof: "Proof") -> None:
    if args.json:
        from cctop.report.proof import encoded  # noqa: PLC0415

        sys.stdout.buffer.write(encoded(proof))
    elif args.csv:
        from cctop.report.proof_csv import as_csv  # noqa: PLC0415

        sys.stdout.buffer.write(as_csv(proof).encode())
    else:
        from cctop.report.console import rendered  # noqa: PLC0415
        from cctop.report.proof_table import page  # noqa: PLC0415

        sys.stdout.write(rendered(lambda width: page(proof, width, steps=args.steps)))
