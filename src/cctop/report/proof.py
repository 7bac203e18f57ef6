"""A proof → the JSON document of `cctop explain --json`.

`docs/explain.schema.json` and the reference in `docs/explain.md` are made from these types. Version
1 may gain fields, but none of them will go, change its type or its meaning.
"""

from typing import Annotated, Literal

from msgspec import Meta, Raw, Struct, json

from cctop import __version__
from cctop.book import proof as book
from cctop.events import Usage
from cctop.prices.quotes import Quote
from cctop.report.items import AgentId, Count, Time, TokenCounts, Usd
from cctop.report.sections import usd
from cctop.report.times import iso
from cctop.text import Clean, clean

SCHEMA_VERSION: Literal[1] = 1
PATH_LIMIT = 4096  # characters
Amount = Annotated[Raw, Meta(extra_json_schema={"type": "number"})]


class Price(Struct, frozen=True):
    """Why a charge has its rates."""

    row: Annotated[str, Meta(description="the model whose row of the price list it is")]
    source: Annotated[str, Meta(description="the list and its version, or your configuration")]
    effective_from: Annotated[Time | None, Meta(description="null: the row has no earlier one")]
    tier_above: Annotated[
        Count, Meta(description="prompt tokens above which the tier begins; 0 for the base price")
    ]
    fast: Annotated[bool, Meta(description="asked for in fast mode")]
    us: Annotated[bool, Meta(description="computed in the US")]
    multiplier: Annotated[
        str, Meta(description='what multiplies the listed rates, as "×2"; "" for one')
    ]


class KindCharge(Struct, frozen=True):
    """One multiplication: `count` × `usd_per_unit` = `usd`."""

    kind: Annotated[str, Meta(description="input, output, cache read, …, web search")]
    count: Annotated[Count, Meta(description="tokens, or searches")]
    usd_per_unit: Annotated[Usd, Meta(description="multiplier included")]
    usd: Usd


class Charge(Struct, frozen=True):
    """Something that is billed: the response, a pass of it, or a call besides it."""

    part: Annotated[str, Meta(description="response, pass 1, advisor, compaction, last pass")]
    model: Annotated[str, Meta(description="under which it is booked")]
    usd: Usd
    kinds: Annotated[list[KindCharge], Meta(description="those with any tokens")]
    price: Annotated[
        Price | None,
        Meta(description="null for a model without one, and in the proof of the context"),
    ]


class Place(Struct, frozen=True):
    """Where a line stands."""

    file: Annotated[str, Meta(description='"" where it is in no transcript')]
    line: Annotated[Count | None, Meta(description="null where it cannot be counted any more")]
    byte: Annotated[Count | None, Meta(description="at which the line begins")]
    standing: Annotated[
        book.Standing, Meta(description="here, gone (file deleted), replaced, unknown")
    ]


class Line(Struct, frozen=True):
    """One line that tells of a call."""

    place: Place
    session: Annotated[str, Meta(description="whose file it stands in")]
    at: Time | None
    decision: Annotated[book.Decision, Meta(description="what became of it")]
    request_id: str
    tokens: TokenCounts


class Row(Struct, frozen=True):
    """One addend of the figure."""

    number: Annotated[int, Meta(ge=1)]
    amount: Annotated[Amount, Meta(description="what it adds to the figure, in its unit")]
    kind: Annotated[book.RowKind, Meta(description="call, tool, compaction, books or brought")]
    at: Time | None
    session: str
    agent_id: AgentId
    turn: Annotated[Count, Meta(description="number of the turn; 0 before the first")]
    name: Annotated[str, Meta(description="the model that answered, or the tool")]
    place: Place
    message_id: str
    request_id: str
    tool_use_id: str
    decision: book.Decision
    words: Annotated[str, Meta(description="the decision in a sentence")]
    lower_bound: Annotated[bool, Meta(description="its end was never written down")]
    inherited: Annotated[bool, Meta(description="another session made it")]
    made_by: Annotated[str, Meta(description="the session that did")]
    tokens: TokenCounts
    web_searches: Count
    usd: Annotated[Usd, Meta(description="what the call costs, whatever the figure is")]
    charges: list[Charge]
    lines: Annotated[list[Line], Meta(description="all lines that tell of the call")]
    detail: Annotated[str, Meta(description="of a tool call: what it was to do, and its error")]


class ProofReport(Struct, frozen=True):
    """Every call behind one figure."""

    schema_version: Literal[1]
    generated_at: Time | None
    cctop_version: str
    figure: book.Figure
    meaning: str
    unit: Annotated[book.Unit, Meta(description="money is in USD")]
    session: Annotated[str, Meta(description='"" for a figure of all sessions')]
    total: Annotated[Amount, Meta(description="the sum of the rows")]
    shown: Annotated[
        Amount | None, Meta(description="the figure as it is shown; null where there is none")
    ]
    holds: Annotated[bool, Meta(description="whether the two are equal, to the last digit")]
    notes: list[str]
    rows: list[Row]


def document(proof: book.Proof) -> ProofReport:
    """Return the document about a proof."""
    unit = proof.figure.unit
    return ProofReport(
        schema_version=SCHEMA_VERSION,
        generated_at=iso(proof.at),
        cctop_version=__version__,
        figure=proof.figure,
        meaning=proof.figure.meaning,
        unit=unit,
        session=clean(proof.session, 255),
        total=amount(proof.total, unit),
        shown=None if proof.shown is None else amount(proof.shown, unit),
        holds=proof.holds,
        notes=list(proof.notes),
        rows=[_row(number, row, proof) for number, row in enumerate(proof.rows, 1)],
    )


def encoded(proof: book.Proof) -> bytes:
    """Return the document as indented JSON in UTF-8, with a newline at its end."""
    return json.format(json.encode(document(proof)), indent=2) + b"\n"


def amount(value: int, unit: book.Unit) -> Raw:
    """Return an amount as a JSON number: of USD with all digits, else whole."""
    return usd(value) if unit is book.Unit.MONEY else Raw(str(value).encode())


def shown_path(place: book.Place) -> Clean:
    """Return the path of a place as it may be shown."""
    return clean(place.path, PATH_LIMIT)


def _row(number: int, row: book.Row, proof: book.Proof) -> Row:
    return Row(
        number=number,
        amount=amount(row.amount, proof.figure.unit),
        kind=row.kind,
        at=iso(row.at),
        session=clean(row.session, 255),
        agent_id=clean(row.agent, 255),
        turn=row.turn,
        name=row.name,
        place=_place(row.place, proof),
        message_id=row.message_id,
        request_id=row.request_id,
        tool_use_id=row.tool_use_id,
        decision=row.decision,
        words=row.words,
        lower_bound=row.lower_bound,
        inherited=row.inherited,
        made_by=clean(row.owner, 255),
        tokens=_tokens(row.usage),
        web_searches=row.usage.web_searches,
        usd=usd(row.cost.total),
        charges=[_charge(charge) for charge in row.charges],
        lines=[_line(line, proof) for line in row.lines],
        detail=row.detail,
    )


def _place(place: book.Place, proof: book.Proof) -> Place:
    line = proof.line_of(place) or None
    byte = place.offset if place.offset >= 0 else None
    return Place(shown_path(place), line, byte, place.standing)


def _line(line: book.Line, proof: book.Proof) -> Line:
    place, tokens = _place(line.place, proof), _tokens(line.usage)
    session = clean(line.session, 255)
    return Line(place, session, iso(line.at), line.decision, line.request_id, tokens)


def _tokens(usage: Usage) -> TokenCounts:
    return TokenCounts(
        usage.input,
        usage.output,
        usage.cache_read,
        usage.cache_write_5m,
        usage.cache_write_1h,
        usage.thinking,
        usage.prompt + usage.output,
    )


def _charge(charge: book.Charge) -> Charge:
    kinds = [
        KindCharge(step.kind, step.number, usd(step.rate), usd(step.amount))
        for step in charge.steps()
    ]
    price = _price(charge.quote) if charge.quote is not None else None
    return Charge(charge.part, charge.model, usd(charge.cost.total), kinds, price)


def _price(quote: Quote) -> Price:
    return Price(
        clean(quote.row, 80),
        clean(quote.source, 80),
        iso(quote.since),
        quote.above,
        quote.fast,
        quote.us,
        quote.multiplier,
    )
