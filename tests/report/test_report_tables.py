"""The tables: what they say, in any width, whoever wrote the texts in them."""

import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import asdict, replace
from report_cases import CENT, MINUTE, NOW, detail, golden, picture, session
from rich.cells import cell_len

from cctop.book.snapshot import Books, Context, Session, Snapshot, Status, Tokens
from cctop.events import FailureKind
from cctop.report import parts
from cctop.report.console import rendered
from cctop.report.page import page
from cctop.report.tables import listing
from cctop.text import Clean, clean

FLEET = (
    session(1, status=Status.WAITING, project="mobile-app", title="Upgrade to Expo 56"),
    session(
        2, status=Status.BUSY, project="billing", title="Proration is off by a cent in one month",
        model="claude-sonnet-5-5", lower_bounds=1, cost=90 * CENT, tool_failures=0,
    ),
    session(
        3, status=Status.IDLE, project="etl-jobs", title="", model="kestrel-coder", cost=0,
        unpriced_tokens=1_234_567, context=Context(90_000, None), tool_calls=0, tool_failures=0,
        compactions=0, subagents=0,
    ),
    session(4, last_activity_at=NOW - 200 * MINUTE, tokens=Tokens(), context=Context(), cost=0),
)  # fmt: skip
OLDER = session(5)
Check = Callable[[Path, str], None]

pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture(autouse=True)
def _in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)


def listed(width: int, sessions: tuple[Session, ...] = FLEET, **changes: object) -> str:
    """The table as it comes out of a pipe of so many columns."""
    shown = picture(*sessions, **changes)
    return in_columns(width, lambda room: listing(shown, list(sessions), room))


def in_columns(width: int, make: object) -> str:
    before = os.environ.get("COLUMNS")
    os.environ["COLUMNS"] = str(width)
    try:
        return rendered(make)  # type: ignore[arg-type]
    finally:
        os.environ.pop("COLUMNS") if before is None else os.environ.update(COLUMNS=before)


def rows(lines: list[str]) -> list[str]:
    """The lines with a session."""
    return [line for line in lines if line.startswith(tuple("◐●○·"))]


@pytest.mark.parametrize("width", [160, 100, 80, 48])
def test_listing_goldens(as_golden: Check, width: int) -> None:
    shown = picture(*FLEET, OLDER, skipped_files=1, skipped_lines=3)
    text = in_columns(width, lambda w: listing(shown, list(FLEET), w))
    as_golden(golden(f"sessions-{width}.txt"), text)


@pytest.mark.parametrize("width", [120, 60, 40])
def test_page_goldens(as_golden: Check, width: int) -> None:
    of = session(
        status=Status.BUSY, activity="Bash npm test", books=Books(1_300 * CENT, 59 * CENT),
        lower_bounds=1, inherited_tokens=12_000, inherited_cost=3 * CENT, web_searches=2,
    )  # fmt: skip
    text = in_columns(width, lambda w: page(picture(of), detail(of), w))
    as_golden(golden(f"show-{width}.txt"), text)


@pytest.mark.parametrize("width", [48, 60, 72, 80, 100, 132, 160, 400])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines = listed(width).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert len(rows(lines)) == len(FLEET)  # and none of them wraps


@pytest.mark.parametrize("width", range(24, 48))
def test_costs_are_whole_even_in_the_narrowest_terminal(width: int) -> None:
    lines = listed(width).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert all(cost in "\n".join(lines) for cost in ("$12.41", "≥ $0.90", "≥ $13.31", "+ 1.23M"))


def test_figures_stand_under_their_heading() -> None:
    lines = listed(400).splitlines()
    end = lines[0].index("cost") + len("cost")
    costs = [line[:end].split()[-1] for line in rows(lines)]
    assert costs == ["$12.41", "$0.90", "–", "$0.00"]


def test_unpriced_tokens_stand_beside_the_cost_and_are_never_free() -> None:
    text = listed(400)
    row = next(line for line in text.splitlines() if "etl-jobs" in line)
    assert "–  + 1.23M " in row
    assert "$0" not in row
    total = next(line for line in text.splitlines() if "4 sessions" in line)
    assert "≥ $13.31  + 1.23M" in total
    assert "unpriced" in text.splitlines()[0]
    assert "unpriced" not in listed(400, (session(),))


def test_lower_bounds_are_marked_and_explained_once() -> None:
    text = listed(100)
    assert text.count("≥ $0.90") == 1
    assert text.count("at least: the end of a response was never written down") == 1
    assert "at least" not in listed(100, (session(),))


def test_the_price_note_is_there_once() -> None:
    text = listed(100)
    assert text.count("an API equivalent, not a bill") == 1
    assert "genai-prices 0.2.3" in text


def test_what_is_not_listed_is_announced() -> None:
    shown = picture(*FLEET, OLDER)
    text = in_columns(100, lambda width: listing(shown, list(FLEET), width))
    assert "1 session not listed; --all lists all." in text
    nothing = in_columns(100, lambda width: listing(shown, [], width))
    assert nothing == "No such sessions. 5 sessions not listed; --all lists all.\n"


def test_no_sessions_at_all() -> None:
    assert in_columns(100, lambda width: listing(picture(), [], width)) == "No sessions yet.\n"


def test_skipped_lines_are_announced() -> None:
    assert "3 lines in 1 file could not be read" in listed(100, skipped_files=1, skipped_lines=3)
    assert "could not be read" not in listed(100)


HOSTILE = "[/] [bold]x[/bold] [@click=app.quit]y[/] :smile: \x1b]52;c;AAAA\x07\x1b[2J"


def test_texts_of_others_are_neither_markup_nor_commands() -> None:
    text = clean(HOSTILE)
    of = session(project=text, title=text, branch=text, cwd=text, model=text, activity=text)
    shown = picture(of)
    assert text in listed(400, (of,))
    told = in_columns(400, lambda w: page(shown, detail(of), w))
    assert told.count("[@click=app.quit]y[/] :smile:") >= 4
    assert "\x1b" not in told


@given(st.text(max_size=80), st.integers(24, 200))
def test_any_text_in_any_width(text: str, width: int) -> None:
    of = session(title=clean(text), project=clean(text), model=clean(text))
    lines = listed(width, (of,)).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert in_columns(width, lambda w: page(picture(of), detail(of), w))


def test_page_shows_the_newest_and_announces_the_rest() -> None:
    full = detail(session())
    failures = tuple(full.failures[0] for _ in range(25))
    text = in_columns(100, lambda w: page(picture(), replace(full, failures=failures), w))
    assert text.count("npm test") == 20
    assert "5 earlier: --json has all" in text


@pytest.mark.parametrize("width", [40, 48, 60, 80, 120])
def test_no_figure_of_the_page_is_cut(width: int) -> None:
    lines = in_columns(width, lambda w: page(picture(), detail(session()), w)).splitlines()
    assert max(cell_len(line) for line in lines) <= width
    assert not [line for line in lines if re.search(r"\d…", line)]


@pytest.mark.parametrize(("unlogged", "words"), [(CENT, "compactions"), (-CENT, "is killed")])
def test_what_only_one_of_the_books_has_is_explained(unlogged: int, words: str) -> None:
    of = session(books=Books(official=3 * CENT, unlogged=unlogged))
    text = in_columns(120, lambda w: page(picture(), detail(of), w))
    (line,) = [line for line in text.splitlines() if line.lstrip().startswith("unlogged")]
    assert words in line


def test_a_page_says_that_a_state_is_inferred() -> None:
    def text(inferred: bool) -> str:
        of = session(status=Status.BUSY, status_inferred=inferred)
        return in_columns(120, lambda w: page(picture(), detail(of), w))

    assert "inferred" in text(True)
    assert "inferred" not in text(False)


def test_page_leaves_out_what_there_is_not() -> None:
    full = detail(session(unpriced_tokens=9, cost=0))
    lists = [name for name in asdict(full) if isinstance(getattr(full, name), tuple)]
    text = in_columns(100, lambda w: page(picture(), replace(full, **dict.fromkeys(lists, ())), w))
    sections = {line for line in text.splitlines() if not line.startswith(" ")}
    assert {"cost", "tokens"} < sections
    assert not sections & {"failures", "compactions", "subagents", "turns", "API errors", "tools"}
    assert "official" not in text
    assert "metered  –  what the transcript's lines cost + 9 unpriced" in text


@pytest.mark.parametrize(
    ("pico", "text"),
    [
        (None, "–"), (0, "$0.0000"), (1, "<$0.0001"), (CENT, "$0.0100"), (-CENT, "-$0.0100"),
        (123_456_789_000_000_000, "$123,456.7890"), (28_302_000_000, "$0.0283"),
    ],
)  # fmt: skip
def test_exact_amounts(pico: int | None, text: str) -> None:
    assert parts.exact(pico) == text


def test_every_kind_of_failure_has_its_word() -> None:
    text = in_columns(120, lambda w: page(picture(), detail(session()), w))
    assert all(kind.value in text for kind in FailureKind)


class Terminal(io.StringIO):
    """A stdout that takes colours."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, shown: Snapshot) -> str:
    monkeypatch.setattr(sys, "stdout", Terminal())
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "100")
    return rendered(lambda width: listing(shown, list(shown.sessions), width))


def test_colours_are_for_terminals_and_never_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b" not in listed(100)
    coloured = on_a_terminal(monkeypatch, picture(*FLEET))
    assert "\x1b[33m◐ waiting" in coloured


def test_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = on_a_terminal(monkeypatch, picture(*FLEET))
    assert "◐ waiting" in text
    assert "\x1b[3" not in text.replace("\x1b[39", "")


def test_an_unknown_title_is_no_trouble() -> None:
    assert Clean("") == FLEET[2].title
    assert "etl-jobs" in listed(48)
