"""A reading of the book → the JSON document that `model` describes."""

from collections.abc import Iterable
from itertools import islice
from typing import Protocol

from msgspec import Struct, json

from cctop import __version__
from cctop.book.snapshot import Detail, Session, Snapshot
from cctop.report import model
from cctop.report.sections import limits, session_report, token_counts, usd
from cctop.report.sums import sums_of
from cctop.report.times import iso
from cctop.text import clean

PRICE_NOTE = "list price, an API equivalent, not a bill"
MAX_SKIPPED_ITEMS = 1000
PATH_LIMIT = 4096  # characters


class Reading(Protocol):
    """What a report is made from: the picture, and the detail of each session in it."""

    @property
    def snapshot(self) -> Snapshot:
        """The picture of all sessions."""

    def detail(self, session: str, *, course: bool = True) -> Detail:
        """Everything about one session."""
        ...


def document(reading: Reading, listed: Iterable[Session], *, whole: bool = False) -> model.Report:
    """Return the document about the `listed` sessions of a reading.

    `whole` adds what only `cctop show` tells: the turns and the API errors, one by one.
    """
    sessions = list(listed)
    picture = reading.snapshot
    return model.Report(
        schema_version=model.SCHEMA_VERSION,
        generated_at=iso(picture.at) or "",
        cctop_version=__version__,
        roots=list(picture.roots),
        prices=model.Prices(picture.prices_source, picture.prices_version, PRICE_NOTE),
        totals=_totals(sessions),
        limits=limits(picture.fleet),
        skipped=_skipped(reading),
        notices=list(picture.notices),
        sessions=[
            session_report(reading.detail(s.id, course=whole), whole=whole) for s in sessions
        ],
    )


def encoded(report: Struct) -> bytes:
    """Return the document as indented JSON in UTF-8, with a newline at its end."""
    return json.format(json.encode(report), indent=2) + b"\n"


def _totals(sessions: list[Session]) -> model.Totals:
    sums = sums_of(sessions)
    return model.Totals(
        sessions=sums.sessions,
        turns=sums.turns,
        api_calls=sums.api_calls,
        api_errors=sums.api_errors,
        tokens=token_counts(sums.tokens),
        unpriced_tokens=sums.unpriced_tokens,
        cost_usd=usd(sums.cost),
        lower_bound=sums.lower_bounds > 0,
        web_searches=sums.web_searches,
        tool_calls=sums.tool_calls,
        tool_failures=sums.tool_failures,
        denials=sums.denials,
        interruptions=sums.interruptions,
        compactions=sums.compactions,
        subagents=sums.subagents,
    )


def _skipped(reading: Reading) -> model.Skipped:
    picture = reading.snapshot
    lines = (
        line for s in picture.sessions if s.skipped_lines for line in reading.detail(s.id).skipped
    )
    items = [
        model.SkippedItem(clean(line.path, PATH_LIMIT), line.offset, line.reason, line.used)
        for line in islice(lines, MAX_SKIPPED_ITEMS)
    ]
    return model.Skipped(picture.skipped_files, picture.skipped_lines, items)
