"""A proof as JSON, as CSV and as a table: all three say the same, and none obeys what it holds."""

import csv
import json
import re
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from rich.cells import cell_len
from rich.console import Console

from cctop.book.proof import Charge, Decision, Figure, Line, Place, Proof, Row, RowKind, Standing
from cctop.engine.reading import read_all
from cctop.engine.settings import Settings
from cctop.events import Usage
from cctop.prices.rates import PICO
from cctop.prices.table import PriceTable
from cctop.report.proof import ProofReport, encoded
from cctop.report.proof_csv import COLUMNS, as_csv
from cctop.report.proof_table import page
from cctop.report.schema import schema_text, with_reference
from cctop.selftest.trap import Trap
from cctop.selftest.trial import lay, traps
from cctop.text import Clean

DOCS = Path(__file__).parents[2] / "docs"
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
TRAPS = [trap for trap in traps() if "33 MB" not in trap.name]
TABLE = PriceTable()
AT = 1_795_000_000_000
STALE = "is stale: run scripts/make_docs.py"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    published = json.loads((DOCS / "explain.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)
    return Draft202012Validator(published, format_checker=Draft202012Validator.FORMAT_CHECKER)


def proofs_of(trap: Trap, path: Path) -> list[Proof]:
    lay(trap, path)
    reading = read_all(Settings(roots=(path,)), lambda: AT)
    sessions = [session.id for session in reading.snapshot.sessions]
    of_sessions = [reading.proof(id, each) for id in sessions for each in list(Figure)[:-1]]
    return [*of_sessions, reading.proof("", Figure.TODAY)]


def shown(proof: Proof, width: int, *, steps: bool = False) -> str:
    console = Console(width=width, highlight=False, markup=False, emoji=False, color_system=None)
    with console.capture() as captured:
        for part in page(proof, width, steps=steps):
            console.print(part, no_wrap=isinstance(part, str) or None, overflow="ignore")
    return captured.get()


def test_the_published_pages_are_those_of_the_types() -> None:
    published = (DOCS / "explain.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(ProofReport), f"docs/explain.schema.json {STALE}"
    text = (DOCS / "explain.md").read_text(encoding="utf-8")
    assert text == with_reference(text, ProofReport), f"docs/explain.md {STALE}"


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap.name)
def test_all_forms_add_up_to_the_figure(
    trap: Trap, tmp_path: Path, validator: Draft202012Validator
) -> None:
    for proof in proofs_of(trap, tmp_path):
        assert proof.holds
        told = json.loads(encoded(proof), parse_float=Decimal, parse_int=Decimal)
        plain = json.loads(encoded(proof))
        assert [error.message for error in validator.iter_errors(plain)] == []
        unit = PICO if told["unit"] == "money" else 1
        assert told["holds"]
        assert told["total"] * unit == proof.total == sum(r["amount"] for r in told["rows"]) * unit
        check_arithmetic(told)
        rows = list(csv.DictReader(StringIO(as_csv(proof))))
        assert sum(Decimal(row["amount"]) for row in rows) * unit == proof.total
        for row in rows:
            if row["usd"]:
                parts = [row[name] for name in COLUMNS if name.endswith("_usd")]
                assert sum(map(Decimal, parts)) == Decimal(row["usd"])
        assert " = the figure shown" in shown(proof, 160) or proof.shown is None


def check_arithmetic(told: dict[str, Any]) -> None:
    """Each count times its rate is its amount; these add up to the charge, and so to the call."""
    for row in told["rows"]:
        for charge in row["charges"]:
            for kind in charge["kinds"]:
                assert kind["count"] * kind["usd_per_unit"] == kind["usd"]
            assert sum(kind["usd"] for kind in charge["kinds"]) == charge["usd"]
        assert sum(charge["usd"] for charge in row["charges"]) == row["usd"]


def made(text: str = "claude-opus-5-5", figure: Figure = Figure.COST, **more: Any) -> Proof:
    """A proof of two calls, everything in which that comes from a file is `text`."""
    raw = Clean(text)
    used = Usage(1_000, 100, 5_000, 1_000, 2_000, 10, 2)
    quote = TABLE.explain("claude-opus-5-5", AT, used, "fast", "us")
    charges = (Charge("response", raw, used, quote), Charge("advisor", raw, used, None))
    place = Place(f"/home/{text}/{text}.jsonl", 7, Standing.HERE)
    row = Row(
        amount=charges[0].cost.total,
        kind=RowKind.CALL,
        at=AT,
        session=text,
        name=raw,
        place=place,
        words=raw,
        agent=text,
        turn=3,
        message_id=raw,
        request_id=raw,
        tool_use_id=raw,
        usage=used,
        charges=charges,
        lines=(Line(place, text, AT, Decision.COUNTED, used, raw),),
        owner=text,
        detail=raw,
    )
    rows = (row, replace(row, lower_bound=True))
    total = 2 * row.amount
    return Proof(figure, text, rows, total, total, AT, **more)


def test_the_table_says_what_a_row_is() -> None:
    text = shown(made(numbers={"/home/claude-opus-5-5/claude-opus-5-5.jsonl": {7: 12}}), 220)
    assert "claude-opus-5-5:12" in text or "claude-o…:12" in text
    assert "≥ at least" not in text  # that is said by who makes a proof
    assert re.search(r"≥\$0\.0816", text)
    assert "×2.2 fast and US" in text
    assert "in $8.8, out $44" in text


def test_a_proof_that_does_not_hold_says_so() -> None:
    proof = replace(made(), shown=PICO)
    assert "≠ the figure shown, $1.00" in shown(proof, 100)
    assert json.loads(encoded(proof))["holds"] is False


def test_a_place_that_is_no_more() -> None:
    proof = made()
    for standing, words in {
        Standing.GONE: "byte 7, file gone",
        Standing.REPLACED: "byte 7, file rewritten since",
        Standing.HERE: "byte 7",
        Standing.UNKNOWN: "not in any file",
    }.items():
        rows = tuple(
            replace(row, place=replace(row.place, standing=standing)) for row in proof.rows
        )
        moved = replace(proof, rows=rows)
        assert words in shown(moved, 300)
        assert json.loads(encoded(moved))["rows"][0]["place"]["standing"] == standing


@pytest.mark.parametrize("width", [160, 100, 80, 48])
def test_a_table_fits_its_terminal(width: int) -> None:
    proof = made("claude-opus-5-5")
    lines = shown(proof, width).splitlines()
    head = next(place for place, line in enumerate(lines) if line.startswith("#"))
    table = lines[head : head + 1 + len(proof.rows)]
    assert "amount" in table[0]
    assert all("$0.0816" in line for line in table[1:])
    assert all(cell_len(line) <= width for line in table)


def test_steps_work_everything_out() -> None:
    text = shown(made(), 120, steps=True)
    assert "input                  1,000 × $8.8/M = $0.0088" in text
    assert "web search                 2 × $0.01 each = $0.02" in text
    assert "no known price" in text


HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07", "\x1b[2J", "\x9b31m", "\u202eevil", "a\nb\r\tc", "[red]x[/]", "=1+1",
    "\ud800 lone", "日本語" * 30, "x" * 5_000,
)  # fmt: skip


@given(st.one_of(st.sampled_from(HOSTILE), st.text(max_size=60)))
def test_hostile_text_is_shown_and_never_obeyed(text: str) -> None:
    # Names and ids come clean from the sources; paths and session ids are as the disk has them.
    proof = made()
    rows = tuple(
        replace(row, session=text, agent=text, owner=text, place=Place(f"/{text}/{text}.jsonl", 7))
        for row in proof.rows
    )
    proof = replace(proof, session=text, rows=rows)
    for form in (encoded(proof).decode(), as_csv(proof), shown(proof, 120), shown(proof, 48)):
        assert not CONTROL.search(form.replace("\n", ""))
    for row in csv.DictReader(StringIO(as_csv(proof))):
        assert not row["session"].startswith(("=", "+", "-", "@"))
