"""The title and the line, as a tab and a notification show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiters import OPENED, picture, session

from cctop.alerts import words
from cctop.book.snapshot import Session, Status
from cctop.text import clean


def asking(wish: str, id: str = "web", since: int = OPENED) -> Session:
    return session(id, Status.WAITING, since, waiting_for=wish)


BUSY = session("api", Status.BUSY)
IDLE = session("docs", Status.IDLE)


@pytest.mark.parametrize(
    ("sessions", "title"),
    [
        ((), "cctop"),
        ((IDLE, session("old", Status.ENDED)), "cctop"),
        ((IDLE, BUSY), "● 1 busy · cctop"),
        ((BUSY, session("x", Status.BUSY)), "● 2 busy · cctop"),
        ((BUSY, asking("Bash ls")), "◐ 1 waiting · web: Bash ls · cctop"),
        (
            (asking("Bash ls", "late", OPENED + 1), asking("Edit a.py"), IDLE),
            "◐ 2 waiting · web: Edit a.py · cctop",
        ),
        ((asking(""),), "◐ 1 waiting · web · cctop"),
    ],
)
def test_the_title_says_who_waits_longest_or_how_many_are_busy(
    sessions: tuple[Session, ...], title: str
) -> None:
    assert words.title(picture(*sessions)) == title


def test_nothing_is_claimed_while_history_loads() -> None:
    assert words.title(picture(asking("Bash ls"), BUSY, reading=True)) == "cctop"


def test_a_long_title_is_cut_before_the_name() -> None:
    title = words.title(picture(asking("Bash " + "x" * 500)))
    assert len(title) == words.TITLE_LIMIT
    assert title.startswith("◐ 1 waiting · web: Bash xxx")
    assert title.endswith("x… · cctop")


@given(st.text(max_size=400), st.text(max_size=400))
def test_title_and_line_are_short_and_plain_whatever_a_session_is_called(
    name: str, wish: str
) -> None:
    waits = session("web", Status.WAITING, OPENED, project=name, waiting_for=wish)
    title, line = words.title(picture(waits)), words.line(waits)
    assert len(title) <= words.TITLE_LIMIT
    assert len(line) <= words.LINE_LIMIT
    assert (title, line) == (clean(title), clean(line))


@pytest.mark.parametrize(
    ("wish", "activity", "line"),
    [
        ("Bash rm -rf build", "thinking", "web waits: Bash rm -rf build"),
        ("permission prompt", "Bash rm -rf build", "web waits: Bash rm -rf build"),
        ("permission prompt", "", "web waits: permission prompt"),
        ("", "Bash ls", "web waits: Bash ls"),
        ("", "", "web waits"),
    ],
)
def test_the_line_says_who_waits_and_for_what(wish: str, activity: str, line: str) -> None:
    waits = session("web", Status.WAITING, OPENED, waiting_for=wish, activity=activity)
    assert words.line(waits) == line


def test_a_session_without_a_project_goes_by_its_id() -> None:
    assert words.line(session("0123456789", project="", waiting_for="x")) == "01234567 waits: x"
