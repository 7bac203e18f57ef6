"""`cctop errors`: the page in any width, and JSON that is what its schema says."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from errors_cases import attempt, chains, losses, trace
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from msgspec.structs import replace
from report_cases import golden, picture, session
from rich.cells import cell_len

from cctop.book.snapshot import Session
from cctop.book.trace import Trace
from cctop.engine.reading import read_all
from cctop.engine.settings import Settings
from cctop.events import FailureKind
from cctop.report.document import encoded
from cctop.report.errors import errors_document
from cctop.report.errors_model import ErrorsReport
from cctop.report.errors_page import errors_page
from cctop.report.schema import schema_text, with_reference
from cctop.text import Clean, clean

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
FIXTURES = sorted(path for path in (TESTS / "fixtures" / "transcripts").iterdir() if path.is_dir())
Check = Callable[[Path, str], None]

pytestmark = pytest.mark.usefixtures("utc")


def shown(width: int, of: Trace, most: int | None = None, **changes: Any) -> str:
    about: Session = session(1, **changes)
    lines = errors_page(picture(about), about, of, width, most)
    return "".join(f"{line.plain.rstrip()}\n" for line in lines)


@pytest.mark.parametrize("width", [48, 80, 100, 160])
def test_the_page(as_golden: Check, width: int) -> None:
    as_golden(golden(f"errors-{width}.txt"), shown(width, trace()))


@pytest.mark.parametrize("width", [24, 48, 80, 400])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    *lines, _, _ = shown(width, trace()).splitlines()  # the notes may wrap
    assert all(cell_len(line) <= width for line in lines)


def test_a_session_without_failures_says_so() -> None:
    plain = shown(80, Trace("1", (), (), ()), tool_failures=0, denials=0, interruptions=0)
    assert "failed   0 of 89 tool calls" in plain
    assert "failures\n" not in plain
    assert "chains" not in plain


def test_only_the_newest_chains_unless_all_are_wanted() -> None:
    some = shown(80, trace(), 1)
    assert "3 earlier: --all shows them" in some
    assert "git push" in some
    assert "WebFetch" not in some
    assert "earlier" not in shown(80, trace())


def test_of_a_long_chain_the_middle_is_counted() -> None:
    (chain, *_) = chains()
    tries = tuple(attempt(1_000 * n, FailureKind.ERROR, f"error {n}") for n in range(1, 101))
    page = shown(80, replace(trace(), chains=(replace(chain, attempts=tries),)))
    assert page.count("  error  error") == 40
    assert "60 more tries" in page


def test_many_unnamed_files_are_counted() -> None:
    (loss, _) = losses()
    many = tuple(replace(loss.read[1], text=Clean(f"/w/{n:02}.py")) for n in range(15))
    page = shown(80, replace(trace(), losses=(replace(loss, read=many),)))
    assert "/w/14.py" in page
    assert "/w/02.py" not in page
    assert "and 3 more" in page


@given(st.text(max_size=60))
def test_any_text_is_shown_and_cut(text: str) -> None:
    said = clean(text)
    (chain, *_) = chains()
    failed, well = attempt(1_000, FailureKind.ERROR), attempt(9_000, None)
    tries = (replace(failed, target=said, error=said), replace(well, target=said))
    page = shown(48, replace(trace(), chains=(replace(chain, words=said, attempts=tries),)))
    assert all(cell_len(line) <= 48 for line in page.splitlines()[:-2])


# The document.


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    published = json.loads((DOCS / "errors.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)
    return Draft202012Validator(published, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(validator: Draft202012Validator, made: bytes) -> list[str]:
    found = validator.iter_errors(json.loads(made))
    return [f"{error.json_path}: {error.message}" for error in found]


def test_the_published_schema_and_reference_are_those_of_the_types() -> None:
    published = (DOCS / "errors.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(ErrorsReport)
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    assert page == with_reference(page, ErrorsReport)


def test_the_document_fits_the_schema_and_holds_everything(
    validator: Draft202012Validator,
) -> None:
    about = session(1)
    made = encoded(errors_document(picture(about), about, trace()))
    assert faults(validator, made) == []
    told = json.loads(made)
    assert [chain["outcome"] for chain in told["chains"]] == [
        "recovered", "user stepped in", "given up", "still open"
    ]  # fmt: skip
    first = told["chains"][0]
    assert (first["failures"], first["retries"], first["cost_usd"]) == (2, 2, 0.41)
    assert first["took_ms"] == 180_000
    assert [one["kind"] for one in first["attempts"]] == ["error", "error", None]
    assert told["chains"][3]["attempts"][1]["ended_at"] is None
    assert told["loops"][0]["failures"] == 9
    assert told["compactions"][0]["read"][1] == {
        "text": "/w/src/jobs.py", "count": 2, "named": False
    }  # fmt: skip
    assert [one["tokens"] for one in told["compactions"][0]["rereads"]] == [2_500, None]


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
def test_what_the_real_cli_left_fits_too(validator: Draft202012Validator, fixture: Path) -> None:
    reading = read_all(Settings(roots=(fixture,)))
    for about in reading.snapshot.sessions:
        found = reading.trace(about.id)
        made = encoded(errors_document(reading.snapshot, about, found))
        assert faults(validator, made) == []
        failed = sum(chain.failures for chain in found.chains)
        assert failed == about.tool_failures + about.denials + about.interruptions
        assert len(found.losses) == about.compactions
