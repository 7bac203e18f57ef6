"""The parts of a proof's page: the figures, the rows, the row under the cursor, the sum."""

from collections.abc import Callable, Iterator

from textual.geometry import Size

from cctop import figures
from cctop.book.proof import Charge, Decision, Figure, Proof, Row, RowKind, Unit
from cctop.book.proofwords import Product, amount, price_words, products, total, where
from cctop.ui.panels.frame import columns_line
from cctop.ui.proofs import Sheet
from cctop.ui.widgets.cells import width_of
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Cell, Parts, Tone, cells_of, fit
from cctop.ui.widgets.table import Row as TableRow
from cctop.ui.widgets.table import Table
from cctop.ui.words import DOT, count, day_and_clock, joined, local_time, short_model

NARROW = 72
"""Cells below which a row takes two lines."""
AMOUNT = 8
LONGEST_AMOUNT = 24
WIDE = 128
"""Cells from which the tokens stand there by kind."""
_COUNTS: dict[str, Callable[[Row], int]] = {
    "tokens": lambda row: row.tokens,
    "in": lambda row: row.usage.input,
    "out": lambda row: row.usage.output,
    "read": lambda row: row.usage.cache_read,
    "5m": lambda row: row.usage.cache_write_5m,
    "1h": lambda row: row.usage.cache_write_1h,
}
_NUMBERS = ("in", "out", "read", "5m", "1h")
PRODUCTS = (
    Column("kind", "", 16),
    Column("number", "", 13, align="right"),
    Column("times", "", 1),
    Column("rate", "", 11, align="right"),
    Column("is", "", 1),
    Column("amount", "", 15, align="right"),
)


class FigureTabs(Painted):
    """The figures by name, the one that is shown first: the others follow it in their order."""

    def __init__(self) -> None:
        self._figure = Figure.COST
        super().__init__(id="figures")

    def show(self, figure: Figure) -> None:
        """Show another figure's name first."""
        self._figure = figure
        self.repaint()

    def faces(self, size: Size) -> Iterator[Face]:
        """One line."""
        names = list(Figure)
        at = names.index(self._figure)
        line: Parts = ((f"▸ {self._figure.value}", "accent"),)
        for name in (*names[at + 1 :], *names[:at]):
            longer = (*line, (DOT, "dim"), (name.value, "dim"))
            if cells_of(longer) > size.width:
                break
            line = longer
        yield Face(fit(line, size.width))


class ProofRows(Table):
    """The rows. Only those in view are looked at."""

    def __init__(self) -> None:
        self._sheet: Sheet | None = None
        self._numbers: list[str] = []  # the columns of tokens
        super().__init__((), empty="adding up the calls …", id="proof-rows")

    def show(self, sheet: Sheet, width: int) -> None:
        """Show what a sheet lists, on a screen of `width` cells."""
        self._sheet = sheet
        self._empty = "nothing matches" if sheet.proof.rows else "nothing: there is no such call"
        narrow = width < NARROW
        wide = width >= WIDE
        columns = _columns(sheet, wide=wide)
        self._numbers = [column.key for column in columns if column.key in _COUNTS]
        lines = _cards(sheet.width) if narrow else (columns,)
        self.set_columns(*lines, headed=not narrow)
        self.set_sort(sheet.wish.sort, descending=sheet.wish.descending)
        make = self._card if narrow else self._row
        self.show_rows([str(place) for place in sheet.listed], make)

    def tell(self, words: str) -> None:
        """Show that there is nothing yet, or why there will be nothing."""
        self._empty = words
        self.show_rows([], ().__getitem__)

    def _at(self, place: int) -> tuple[Row, Sheet]:
        assert self._sheet is not None
        return self._sheet.row(place), self._sheet

    def _row(self, place: int) -> TableRow:
        row, sheet = self._at(place)
        tokens = [_COUNTS[name](row) for name in self._numbers]
        cells: tuple[Cell, ...] = (
            ((local_time(row.at, "%m-%d %H:%M:%S") if row.at > 0 else figures.MISSING, "dim"),),
            _name(row),
            where(sheet.proof, row.place),
            *(f"{number:,}" if number else "" for number in tokens),
            sheet.amount(row),
            _decision(row),
        )
        return TableRow(str(sheet.listed[place]), cells, _tone(row))

    def _card(self, place: int) -> TableRow:
        row, sheet = self._at(place)
        cells: tuple[Cell, ...] = (
            ((local_time(row.at, "%H:%M:%S") if row.at > 0 else figures.MISSING, "dim"),),
            _name(row),
            sheet.amount(row),
            "",
            ((where(sheet.proof, row.place), "dim"),),
            _decision(row),
        )
        return TableRow(str(sheet.listed[place]), cells, _tone(row))


def _columns(sheet: Sheet, *, wide: bool) -> tuple[Column, ...]:
    names: tuple[str, ...] = _NUMBERS if wide else ("tokens",)
    if sheet.proof.figure.unit is Unit.CALLS:  # they have no tokens of their own
        names = ()
    numbers = [Column(name, name, 9, align="right", drop=3) for name in names]
    return (
        Column("time", "time", 14, drop=5),
        Column("name", "what", 12, flex=1),
        Column("where", "where", 20, flex=1, drop=2),
        *numbers,
        Column("amount", "amount", _amount_width(sheet.width), align="right"),
        Column("decision", "decision", 16, flex=4, drop=1),
    )


def _cards(width: int) -> tuple[tuple[Column, ...], ...]:
    first = (
        Column("time", "", 8),
        Column("name", "", 10, flex=1),
        Column("amount", "", _amount_width(width), align="right"),
    )
    return first, (
        Column("gap", "", 1),
        Column("where", "", 18, drop=1),
        Column("d", "", 12, flex=1),
    )


def _amount_width(width: int) -> int:
    return min(LONGEST_AMOUNT, max(AMOUNT, width))


def _name(row: Row) -> Parts:
    return ((short_model(row.name), "heading" if row.kind is not RowKind.CALL else ""),)


def _decision(row: Row) -> Parts:
    said = f"{row.words}{DOT}{row.detail}" if row.detail else row.words
    return ((said, "dim"),)


def _tone(row: Row) -> Tone:
    return "dim" if row.decision is Decision.LEFT_OUT else ""


class ProofCard(Painted):
    """The arithmetic of the row under the cursor."""

    def __init__(self) -> None:
        self._row: Row | None = None
        self._proof: Proof | None = None
        super().__init__(id="proof-card")

    def show(self, row: Row | None, proof: Proof) -> None:
        """Show another row."""
        self._row, self._proof = row, proof
        self.repaint()

    def faces(self, size: Size) -> Iterator[Face]:
        """What fits of it."""
        if self._row is None or self._proof is None:
            return
        charges = charge_lines(self._row, self._proof, size.width)
        for line in (*head_lines(self._row, self._proof), *charges):
            yield Face(fit(line, size.width))


def head_lines(row: Row, proof: Proof, *, whole: bool = False) -> list[Parts]:
    """Return where a row stands, its ids, and what became of it."""
    ids = tuple(id for id in (row.message_id, row.request_id, row.tool_use_id) if id)
    told: list[Parts] = [((where(proof, row.place, whole=whole), "heading"),)]
    told += [((id, "dim"),) for id in ids]
    if row.agent:
        told.append(((f"subagent {row.agent}", "dim"),))
    line = joined(told)
    bound: Parts = ((f"{DOT}≥ a lower bound", "warning"),) if row.lower_bound else ()
    return [line, ((row.words, ""), *bound)]


def charge_lines(row: Row, proof: Proof, width: int) -> list[Parts]:
    """Return the multiplications that make up the amount of a row's call."""
    lines: list[Parts] = []
    is_priced = proof.figure is not Figure.CONTEXT
    for charge in row.charges:
        head: Parts = ((f"{charge.part} ", "heading"), (short_model(charge.model), ""))
        price: Parts = ((f"  {price_words(charge.quote)}", _price_tone(charge)),) * is_priced
        fits = cells_of((*head, *price)) <= width
        lines += [(*head, *price)] if fits else [head, *_price_lines(charge, width)]
        lines += [_product_line(product, width) for product in products(charge)]
    if len(row.charges) > 1 and is_priced:
        lines.append((("  sum ", "dim"), (figures.exact(row.cost.total), "heading")))
    if row.detail:
        lines.append(((row.detail, ""),))
    return lines


def _price_lines(charge: Charge, width: int) -> list[Parts]:
    """Return the words on a price in as many lines as they need."""
    lines: list[str] = []
    for word in price_words(charge.quote).split(", "):
        longer = f"{lines[-1]}, {word}" if lines else f"  {word}"
        if lines and width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines.append(f"  {word}")
    return [((line, _price_tone(charge)),) for line in lines]


def _price_tone(charge: Charge) -> Tone:
    return "dim" if charge.quote is not None else "warning"


def _product_line(product: Product, width: int) -> Parts:
    """Return a multiplication, in columns where there is room for them."""
    kind, number, rate, amount = product
    times = ("×", rate, "=", amount) if rate != figures.MISSING else ("", "", "", "")
    if width >= cells_in(PRODUCTS):
        cells: tuple[Cell, ...] = (((f"  {kind}", "dim"),), number, *times)
        return columns_line(PRODUCTS, cells, cells_in(PRODUCTS))
    said = " ".join(filter(None, (number, *times)))
    return ((f"  {kind:<15}", "dim"), (said, ""))


def cells_in(columns: tuple[Column, ...]) -> int:
    """Return how wide a line of these columns is."""
    return sum(column.width for column in columns) + len(columns) - 1


class ProofSum(Painted):
    """The foot of the rows: what they add up to."""

    def __init__(self) -> None:
        self._line: Parts = ()
        self._notes: Parts = ()
        super().__init__(id="proof-sum")

    def show(self, sheet: Sheet | None) -> None:
        """Show the sum of what is listed."""
        self._line = sum_line(sheet) if sheet is not None else ()
        self._notes = notes_of(sheet.proof) if sheet is not None else ()
        self.repaint()

    def faces(self, size: Size) -> Iterator[Face]:
        """The sum, and what is to be known of it: on one line, or on the two there are."""
        head, notes = self._line, self._notes
        if size.height < 2:
            yield Face(fit((*head, *notes), size.width))
        elif cells_of(head) <= size.width:
            yield Face(fit(head, size.width))
            yield Face(fit((("  ", ""), *notes[1:]), size.width))
        else:
            yield Face(fit(head[:2], size.width))
            yield Face(fit((("  ", ""), *head[2:], *notes), size.width))


def sum_line(sheet: Sheet) -> Parts:
    """Return what is listed, and what it adds up to: `= the figure shown, to the last digit`."""
    proof = sheet.proof
    unit = proof.figure.unit
    if not sheet.is_whole:
        of = amount(proof.total, unit)
        rows = f"{len(sheet.listed):,} of {count(len(proof.rows), 'row')}: "
        return ((rows, "dim"), (amount(sheet.sum, unit), "heading"), (f"  of {of}", "dim"))
    said, sign, rest = total(proof).partition(" " if proof.shown is not None else ":")
    rows = f"Σ {count(len(proof.rows), 'row')}: "
    tone: Tone = "dim" if proof.holds else "alarm"
    glyph: Parts = ((" ✓", "accent"),) if proof.holds and proof.shown is not None else ()
    return ((rows, "dim"), (said, "heading"), (f"{sign}{rest}", tone), *glyph)


def notes_of(proof: Proof) -> Parts:
    """Return what is to be known of the sum besides, each after a dot."""
    return tuple((word, "dim") for note in proof.notes for word in (DOT, note))


def when(proof: Proof) -> str:
    """Return when a proof was made."""
    return f"as of {day_and_clock(proof.at).rpartition(' ')[2]}" if proof.at else ""
