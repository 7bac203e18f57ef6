"""One row of a proof, whole: every multiplication, and every line that was read of the call."""

from cctop.book.proof import Line, Proof, Row
from cctop.book.proofwords import adds, where
from cctop.ui.keys import KeyMap
from cctop.ui.panels.proof import charge_lines
from cctop.ui.proofs import Sheet
from cctop.ui.screens.page import INDENT, Headline, ItemPage, fact, section, wrapped
from cctop.ui.widgets.parts import Parts, plain
from cctop.ui.words import count, day_and_clock, short_model

_TEXT_WIDTH = 200


class RowPage(ItemPage):
    """One of the rows that a sheet lists."""

    def __init__(self, sheet: Sheet, place: int, keys: KeyMap) -> None:
        super().__init__(len(sheet.listed), len(sheet.listed) - 1 - place, keys)
        self._proof = sheet.proof
        # The page keeps what it was opened on, whatever is filtered meanwhile.
        self._listed = sheet.listed

    @property
    def row(self) -> Row:
        """The row shown."""
        return self._proof.rows[self._listed[self.count - 1 - self.index]]

    def headline(self) -> Headline:
        """The model or tool, and what the row adds."""
        row = self.row
        said = adds(row, self._proof.figure.unit)
        details: Parts = ((short_model(row.name), ""), (f"  {said}", "accent"))
        return Headline("proof", details, self.place)

    def lines(self, width: int) -> list[Parts]:
        """The facts, the multiplications, the lines."""
        return row_lines(self.row, self._proof, width)


def row_lines(row: Row, proof: Proof, width: int) -> list[Parts]:
    """Return all that is known of a row, for this width."""
    unit = proof.figure.unit
    told = [
        ("adds", f"{adds(row, unit)} to {proof.figure.value}"),
        ("at", day_and_clock(row.at)),
        ("where", where(proof, row.place, whole=True)),
        ("message", row.message_id),
        ("request", row.request_id),
        ("tool call", row.tool_use_id),
        ("session", row.session),
        ("by", f"subagent {row.agent}" if row.agent else "the main thread"),
        ("turn", f"{row.turn}" if row.turn else ""),
        ("made by", row.owner if row.inherited else ""),
        ("decision", row.words),
    ]
    lines: list[Parts] = [()]
    for name, value in told:
        if value:
            lines += _wrapped_fact(name, value, width)
    if row.lower_bound:
        bound = "≥ a lower bound: its end was never written down"
        lines += [(), *wrapped(bound, width, "warning")]
    if row.charges or row.detail:
        lines += section("worked out" if row.charges else "what", width)
        lines += [((INDENT, ""), *line) for line in charge_lines(row, proof, width - 2)]
    if row.lines:
        lines += section("lines", width, count(len(row.lines), "line"))
        lines += [each for line in row.lines for each in _line(line, row, proof, width)]
    return lines


def row_text(row: Row, proof: Proof) -> str:
    """Return a row as plain text, to be copied."""
    lines = row_lines(row, proof, _TEXT_WIDTH)
    return "\n".join(plain(line).rstrip() for line in lines).strip() + "\n"


def _line(line: Line, row: Row, proof: Proof, width: int) -> list[Parts]:
    other = f", a file of {line.session}" if line.session != row.session else ""
    tokens = line.usage.prompt + line.usage.output
    said = f"{line.decision:<9} {where(proof, line.place)}, {tokens:,} tokens{other}"
    return wrapped(said, width)


def _wrapped_fact(name: str, value: str, width: int) -> list[Parts]:
    indent = len(INDENT) + 12
    lines = wrapped(value, width, indent=" " * indent)
    return [fact(name, lines[0][1:]), *lines[1:]]
