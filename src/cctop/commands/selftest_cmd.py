"""`cctop selftest`: the traps that meters fall into, tried on this one."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

# What reads and reports is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    from cctop.selftest.trial import Outcome

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop selftest                       is this cctop right?
  cctop selftest --json | jq '.traps[] | select(.passed | not)'
  cctop selftest --write traps         keep the files, to try another meter on them

It writes made-up transcripts into a folder of its own, reads them as it reads yours, and holds each
amount against one that was worked out by hand. Nothing of yours is read, and without --write
nothing is left behind. The exit code is 1 where anything differs. docs/selftest.md has more.
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `selftest` to the program's subcommands."""
    parser = subparsers.add_parser(
        "selftest",
        help="try this meter on the traps that meters fall into: expected and found",
        description="Try this meter on the traps that meters fall into.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="a JSON document instead of a table")
    parser.add_argument(
        "--write",
        metavar="DIR",
        type=Path,
        help="keep the files there, with their truth as JSON: a new or empty folder",
    )


def run(args: argparse.Namespace) -> int:
    """Try all traps and return the exit code. Raises `Fault`."""
    from cctop.commands.fault import FAILED, OK, Fault  # noqa: PLC0415
    from cctop.commands.reading import remark  # noqa: PLC0415
    from cctop.selftest import kit, trial  # noqa: PLC0415
    from cctop.text import clean  # noqa: PLC0415

    if args.write is not None:
        try:
            count = kit.write(trial.traps(), args.write)
        except FileExistsError as error:
            said = f"--write {clean(args.write, 500)}: it is no folder, or not an empty one"
            raise Fault(FAILED, said) from error
        where = clean(args.write, 500)
        remark(f"{count} traps written to {where}, with truth.json and a README.md")
    outcomes = [trial.spring(trap) for trap in trial.traps()]
    if args.json:
        sys.stdout.buffer.write(_json(outcomes))
    else:
        _table(outcomes)
    return OK if all(outcome.passed for outcome in outcomes) else FAILED


def _table(outcomes: "list[Outcome]") -> None:
    from cctop.report.console import rendered  # noqa: PLC0415
    from cctop.report.trial import Result, page  # noqa: PLC0415

    results = [
        Result(
            outcome.trap.name,
            outcome.trap.why,
            "; ".join(truth.words() for truth in outcome.trap.truth.values()),
            _found(outcome),
            outcome.passed,
        )
        for outcome in outcomes
    ]
    sys.stdout.write(rendered(lambda width: page(results, width)))


def _found(outcome: "Outcome") -> str:
    by_session = dict.fromkeys(outcome.trap.truth) | dict.fromkeys(outcome.found)
    words = [outcome.found[id].words() if id in outcome.found else "nothing" for id in by_session]
    return "; ".join(words) + ("" if outcome.proved else ", and its calls do not add up")


def _json(outcomes: "list[Outcome]") -> bytes:
    from msgspec import json  # noqa: PLC0415

    from cctop import __version__  # noqa: PLC0415
    from cctop.prices.table import PriceTable  # noqa: PLC0415
    from cctop.selftest.kit import truth_of, usd  # noqa: PLC0415

    prices = PriceTable()
    traps = [
        {
            "name": outcome.trap.name,
            "why": outcome.trap.why,
            "passed": outcome.passed,
            "expected_cost_usd": usd(outcome.trap.cost),
            "found_cost_usd": usd(outcome.cost),
            "expected": {id: truth_of(truth) for id, truth in outcome.trap.truth.items()},
            "found": {id: truth_of(truth) for id, truth in outcome.found.items()},
            "proved": outcome.proved,
        }
        for outcome in outcomes
    ]
    document = {
        "schema_version": 1,
        "cctop_version": __version__,
        "prices": {"source": prices.source, "version": prices.version},
        "passed": all(outcome.passed for outcome in outcomes),
        "traps": traps,
    }
    return json.format(json.encode(document), indent=2) + b"\n"
