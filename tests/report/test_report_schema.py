"""The schema and the docs: up to date, and true of every document there is."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from report_cases import Made, picture, session

from cctop.book.snapshot import Books, Context, Tokens
from cctop.engine.reading import read_all
from cctop.engine.settings import Settings
from cctop.report.document import Reading, document, encoded
from cctop.report.schema import BEGIN, END, reference, schema, schema_text, with_reference

TESTS = Path(__file__).parents[1]
DOCS = TESTS.parent / "docs"
FIXTURES = sorted(path for path in (TESTS / "fixtures" / "transcripts").iterdir() if path.is_dir())
STALE = "is stale: write it anew from cctop.report.schema"


@pytest.fixture(scope="module")
def validator() -> Draft202012Validator:
    published = json.loads((DOCS / "sessions.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(published)
    return Draft202012Validator(published, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults(validator: Draft202012Validator, reading: Reading, *, whole: bool) -> list[str]:
    made = json.loads(encoded(document(reading, reading.snapshot.sessions, whole=whole)))
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(made)]


def test_the_published_schema_is_the_one_of_the_types() -> None:
    published = (DOCS / "sessions.schema.json").read_text(encoding="utf-8")
    assert published == schema_text(), f"docs/sessions.schema.json {STALE}"


def test_the_published_reference_is_the_one_of_the_types() -> None:
    page = (DOCS / "json.md").read_text(encoding="utf-8")
    assert page == with_reference(page), f"docs/json.md {STALE}"


@pytest.mark.parametrize("fixture", FIXTURES, ids=lambda path: path.name)
@pytest.mark.parametrize("whole", [False, True])
def test_real_sessions_fit_the_schema(
    validator: Draft202012Validator, fixture: Path, whole: bool
) -> None:
    reading = read_all(Settings(roots=(fixture,)))
    assert reading.snapshot.sessions
    assert faults(validator, reading, whole=whole) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"books": Books(10, -4, 3), "lower_bounds": 2, "unpriced_tokens": 5},
        {"started_at": 0, "last_activity_at": 0, "tokens": Tokens(), "context": Context()},
    ],
)
def test_all_that_a_session_can_be_fits_the_schema(
    validator: Draft202012Validator, changes: dict[str, Any]
) -> None:
    made = Made(picture(session(skipped_lines=1, **changes), skipped_files=1, skipped_lines=1))
    assert faults(validator, made, whole=True) == []


def test_the_schema_finds_faults(validator: Draft202012Validator) -> None:
    made = json.loads(encoded(document(Made(picture(session())), [session()])))
    for spoil in spoilt(made):
        assert list(validator.iter_errors(spoil))


def spoilt(made: dict[str, object]) -> Iterator[dict[str, object]]:
    """The document with one fault at a time."""
    yield made | {"schema_version": 2}
    yield made | {"generated_at": "yesterday"}
    yield {name: value for name, value in made.items() if name != "totals"}
    sessions = made["sessions"]
    assert isinstance(sessions, list)
    for change in ({"cost_usd": "12"}, {"turns": -1}, {"title": None}, {"status": "gone"}):
        yield made | {"sessions": [sessions[0] | change]}


def test_every_object_has_a_table() -> None:
    text = reference()
    objects = [name for name, its in schema()["$defs"].items() if "properties" in its]
    assert all(f"### {name}\n" in text for name in objects)


def test_a_page_without_marks_is_refused() -> None:
    with pytest.raises(ValueError, match="the page has no"):
        with_reference("# No marks")
    assert "old text" not in with_reference(f"a\n{BEGIN}\nold text\n{END}\nb")
