"""A proof as CSV: one line for each thing that is billed, for a spreadsheet to add up."""

import csv
from collections.abc import Iterator
from io import StringIO

from cctop.book.proof import Charge, Proof, Row, Step
from cctop.report.proof import amount, shown_path
from cctop.report.sections import usd
from cctop.report.times import iso
from cctop.text import clean

KINDS = ("input", "output", "cache read", "cache write 5m", "cache write 1h", "web search")
_FORMULAS = ("=", "+", "-", "@")


def _columns() -> list[str]:
    names = ["row", "amount", "kind", "at", "session", "agent", "turn", "name", "file", "line"]
    names += ["byte", "standing", "message_id", "request_id", "tool_use_id", "decision", "words"]
    names += ["lower_bound", "inherited", "made_by", "part", "booked_as"]
    for kind in KINDS:
        name = kind.replace(" ", "_")
        names += [name, f"{name}_usd_per_unit", f"{name}_usd"]
    names += ["usd", "price_row", "price_source", "price_from", "tier_above", "multiplier"]
    return [*names, "detail"]


COLUMNS = tuple(_columns())


def as_csv(proof: Proof) -> str:
    """Return the proof with a line of names on top.

    The column `amount` adds up to the figure: of a call that is billed in several parts it stands
    on the first. A text that a spreadsheet would take for a formula has an apostrophe before it.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(proof.rows, 1):
        writer.writerows(lines_of(number, row, proof))
    return out.getvalue()


def lines_of(number: int, row: Row, proof: Proof) -> Iterator[list[str]]:
    """Yield the lines of one row."""
    head = _head(number, row, proof)
    if not row.charges:
        yield [*head, *[""] * (len(COLUMNS) - len(head) - 1), _text(row.detail)]
    for place, charge in enumerate(row.charges):
        head[1] = head[1] if not place else "0"
        yield [*head, *_charge(charge), _text(row.detail)]


def _head(number: int, row: Row, proof: Proof) -> list[str]:
    place = row.place
    said = bytes(amount(row.amount, proof.figure.unit)).decode()
    names = [str(number), said, row.kind, iso(row.at) or "", _text(row.session), _text(row.agent)]
    names += [str(row.turn), _text(row.name), _text(shown_path(place))]
    names += [str(proof.line_of(place) or ""), str(place.offset) if place.offset >= 0 else ""]
    names += [place.standing, _text(row.message_id), _text(row.request_id), _text(row.tool_use_id)]
    names += [row.decision, _text(row.words), _yes(row.lower_bound), _yes(row.inherited)]
    return [*names, _text(row.owner)]


def _charge(charge: Charge) -> list[str]:
    steps = {step.kind: step for step in charge.steps()}
    cells = [charge.part, _text(charge.model)]
    for kind in KINDS:
        step = steps.get(kind, Step(kind, 0, 0))
        cells += [str(step.number), _usd(step.rate), _usd(step.amount)]
    cells.append(_usd(charge.cost.total))
    quote = charge.quote
    if quote is None:
        return [*cells, "", "", "", "", ""]
    priced = [_text(quote.row), _text(quote.source), iso(quote.since) or "", str(quote.above)]
    return [*cells, *priced, quote.multiplier]


def _usd(pico: int) -> str:
    if not pico:
        return "0"
    return bytes(usd(pico)).decode()


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _text(text: str) -> str:
    text = clean(text, 4096)
    return f"'{text}" if text.startswith(_FORMULAS) else text
