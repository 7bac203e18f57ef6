"""A reading of the book → the JSON document that `model` describes."""

from collections.abc import Iterable, Iterator
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
FORM = f"sessions {model.SCHEMA_VERSION}, cctop {__version__}"  # how the part about one is written
_BATCH = 16  # sessions of which what is kept is looked up at once


class Reading(Protocol):
    """What a report is made from: the picture, and the detail of each session in it."""

    @property
    def snapshot(self) -> Snapshot:
        """The picture of all sessions."""

    def detail(self, session: str, *, course: bool = True) -> Detail:
        """Everything about one session."""
        ...


class Archive(Reading, Protocol):
    """A reading that has kept what earlier ones wrote of sessions."""

    def renditions(self, sessions: Iterable[str], form: str) -> dict[str, bytes]:
        """What was written of sessions in a form, as far as that still holds."""
        ...

    def keep_rendition(self, line: Session, form: str, text: bytes) -> None:
        """Remember what was written of a session."""
        ...


def document(reading: Reading, listed: Iterable[Session], *, whole: bool = False) -> model.Report:
    """Return the document about the `listed` sessions of a reading.

    `whole` adds what only `cctop show` tells: the turns and the API errors, one by one.
    """
    sessions = list(listed)
    details = (reading.detail(session.id, course=whole) for session in sessions)
    return _report(reading, sessions, [session_report(detail, whole=whole) for detail in details])


def written(reading: Archive, listed: Iterable[Session]) -> Iterator[bytes]:
    """Yield the `document` about the `listed` sessions, `encoded`, piece by piece.

    What was written of those that rest is kept: it is by far the most of the work.
    """
    sessions = list(listed)
    frame, _, end = encoded(_report(reading, sessions, [])).rpartition(b"[]")
    yield frame + b"["
    comma = b""
    for some in _batches(sessions):
        known = reading.renditions([session.id for session in some], FORM)
        for session in some:
            text = known.get(session.id)
            if text is None:
                text = _indented(session_report(reading.detail(session.id, course=False)))
                reading.keep_rendition(session, FORM, text)
            yield comma
            yield text
            comma = b","
    yield (b"\n  ]" if sessions else b"]") + end


def encoded(report: Struct) -> bytes:
    """Return the document as indented JSON in UTF-8, with a newline at its end."""
    return json.format(json.encode(report), indent=2) + b"\n"


def _indented(report: model.SessionReport) -> bytes:
    """Return the part of the document that is about one session, on lines of its own."""
    # No text has a line break in it: JSON writes that in another way.
    return (b"\n" + json.format(json.encode(report), indent=2)).replace(b"\n", b"\n    ")


def _batches(sessions: list[Session]) -> Iterator[list[Session]]:
    return (sessions[start : start + _BATCH] for start in range(0, len(sessions), _BATCH))


def _report(
    reading: Reading, sessions: list[Session], reports: list[model.SessionReport]
) -> model.Report:
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
        sessions=reports,
    )


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
    details = (reading.detail(s.id, course=False) for s in picture.sessions if s.skipped_lines)
    lines = (line for detail in details for line in detail.skipped)
    items = [
        model.SkippedItem(clean(line.path, PATH_LIMIT), line.offset, line.reason, line.used)
        for line in islice(lines, MAX_SKIPPED_ITEMS)
    ]
    return model.Skipped(picture.skipped_files, picture.skipped_lines, items)
