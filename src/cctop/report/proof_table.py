"""A proof as a table, for a terminal of any width: a row for each call, and the sum at its foot."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from rich.cells import cell_len, set_cell_size
from rich.console import RenderableType
from rich.text import Text

from cctop import figures
from cctop.book.proof import Proof, Row, RowKind, Unit
from cctop.book.proofwords import adds, places, price_words, prices_of, products, total, where
from cctop.prices.quotes import Quote
from cctop.report import parts
from cctop.report.grid import GAP, Column, fitted
from cctop.report.times import local

LETTERS = "abcdefghijklmnopqrstuvwxyz"
SHORT_ID = 8
INDENT = "    "


class Field(NamedTuple):
    """A column, and what stands in it."""

    column: Column
    cell: Callable[[Row], str]


def page(proof: Proof, width: int, *, steps: bool = False) -> Iterator[RenderableType]:
    """Yield the table and its foot; with `steps` every multiplication of every call."""
    prices = _prices(proof)
    yield Text(f"{proof.figure}: {proof.figure.meaning}", parts.STRONG)
    yield Text()
    if steps:
        for number, row in enumerate(proof.rows, 1):
            yield from _worked_out(number, row, proof)
    else:
        yield from _table(proof, prices, width)
    if proof.rows:
        yield Text()
    rows = parts.counted(len(proof.rows), "row")
    yield Text(f"sum of {rows}: {total(proof)}", parts.STRONG if proof.holds else parts.ALARM)
    for note in proof.notes:
        yield Text(note, parts.DIM)
    if not steps:
        for quote, letter in prices.items():
            yield Text(f"price {letter}: {price_words(quote)}; {_rates(quote)}", parts.DIM)
    if prices:
        yield Text("At list price: an API equivalent, not a bill.", parts.DIM)


def _prices(proof: Proof) -> dict[Quote, str]:
    """Return the prices in the order of their use, each with the letters it goes by."""
    quotes = dict.fromkeys(quote for row in proof.rows for quote in prices_of(row))
    return {quote: _letters(place) for place, quote in enumerate(quotes)}


def _letters(place: int) -> str:
    more, last = divmod(place, len(LETTERS))
    return (_letters(more - 1) if more else "") + LETTERS[last]


def _rates(quote: Quote) -> str:
    rates = quote.rates
    told = (
        ("in", rates.input), ("out", rates.output), ("read", rates.cache_read),
        ("write 5m", rates.cache_write_5m), ("1h", rates.cache_write_1h),
    )  # fmt: skip
    said = ", ".join(f"{name} {figures.per_million(rate)}" for name, rate in told)
    return f"{said} per million"


# The table. It is put together by hand: of a long session Rich's own would take a minute.


def _table(proof: Proof, prices: dict[Quote, str], width: int) -> Iterator[RenderableType]:
    if not proof.rows:
        return
    fields = _fields(proof, prices)
    cells = [[field.cell(row) for field in fields] for row in proof.rows]
    columns = [field.column for field in fields]
    natural = [_natural(column, [line[i] for line in cells]) for i, column in enumerate(columns)]
    widths = fitted(columns, natural, width)
    heading = _line(columns, [column.heading for column in columns], widths)
    yield Text(heading, parts.DIM, no_wrap=True, overflow="ignore")
    for line in cells:
        yield _line(columns, line, widths)


def _natural(column: Column, cells: Sequence[str]) -> int:
    widest = max(map(cell_len, cells))
    return max(widest, len(column.heading)) if widest else 0


def _line(columns: Sequence[Column], cells: Sequence[str], widths: list[int]) -> str:
    shown = []
    for column, cell, room in zip(columns, cells, widths, strict=True):
        if room:
            size = cell_len(cell)
            text = cell if size <= room else set_cell_size(cell, room - 1) + "…"
            spare = " " * (room - min(size, room))
            shown.append(spare + text if column.right else text + spare)
    return (" " * GAP).join(shown)


def _fields(proof: Proof, prices: dict[Quote, str]) -> list[Field]:
    """Return the columns; one with nothing in it is left out later."""
    unit = proof.figure.unit
    numbers = {id(row): number for number, row in enumerate(proof.rows, 1)}
    digits = places(proof)
    several = len({row.session for row in proof.rows}) > 1

    def tokens(heading: str, rank: int, of: Callable[[Row], int]) -> Field:
        return Field(
            Column(heading, rank, right=True), lambda row: f"{of(row):,}" if of(row) else ""
        )

    return [
        Field(Column("#", 1, right=True), lambda row: f"{numbers[id(row)]}"),
        Field(Column("time", 5), lambda row: local(row.at, seconds=True)),
        Field(Column("session", 2), lambda row: row.session[:SHORT_ID] if several else ""),
        Field(Column("turn", 12, right=True), lambda row: f"{row.turn or ''}"),
        Field(Column("agent", 13, longest=20), lambda row: row.agent),
        Field(Column("what", longest=24), lambda row: parts.short_model(row.name)),
        Field(Column("where", 3), lambda row: where(proof, row.place)),
        Field(Column("message", 14, longest=40), lambda row: row.message_id),
        Field(Column("request", 15, longest=40), lambda row: row.request_id),
        Field(Column("tool call", 16, longest=40), lambda row: row.tool_use_id),
        tokens("in", 9, lambda row: row.usage.input),
        tokens("out", 8, lambda row: row.usage.output),
        tokens("read", 9, lambda row: row.usage.cache_read),
        tokens("write 5m", 10, lambda row: row.usage.cache_write_5m),
        tokens("1h", 10, lambda row: row.usage.cache_write_1h),
        tokens("searches", 11, lambda row: row.usage.web_searches),
        Field(Column("price", 7), lambda row: " ".join(prices[q] for q in prices_of(row))),
        Field(Column("amount", right=True), lambda row: adds(row, unit, digits)),
        Field(Column("decision", 4, longest=90), lambda row: row.words),
        Field(Column("detail", 6, longest=120), lambda row: row.detail),
    ]


# Worked out.


def _worked_out(number: int, row: Row, proof: Proof) -> Iterator[RenderableType]:
    when = local(row.at, seconds=True)
    bound = ", a lower bound" if row.lower_bound else ""
    head = Text(f"{number}. ", parts.DIM)
    head.append(f"{parts.short_model(row.name)}", parts.STRONG)
    said = adds(row, proof.figure.unit)
    head.append(f"  {when}  adds {said}{bound}".rstrip())
    yield head
    ids = " ".join(filter(None, (row.message_id, row.request_id, row.tool_use_id)))
    for text in (where(proof, row.place, whole=True), ids, row.words, row.detail):
        if text:
            yield Text(f"{INDENT}{text}", parts.DIM)
    if row.kind is not RowKind.CALL:
        return
    for charge in row.charges:
        if charge.quote is not None or proof.figure.unit is Unit.MONEY:
            price = price_words(charge.quote)
            yield Text(f"{INDENT}{charge.part}: {charge.model} ({price})")
        else:
            yield Text(f"{INDENT}{charge.part}: {charge.model}")
        for kind, count, rate, product in products(charge):
            yield Text(f"{INDENT}{INDENT}{kind:<15}{count:>13} × {rate} = {product}")
    for line in row.lines:
        place, tokens = where(proof, line.place), line.usage.prompt + line.usage.output
        yield Text(f"{INDENT}{line.decision:<9} {place}  {tokens:,} tokens", parts.DIM)
