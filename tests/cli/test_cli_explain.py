"""`cctop explain` as a program."""

import csv
from io import StringIO

import pytest
from scratch_home import ID, OTHER, Home

from cctop.book.proof import Figure
from cctop.commands.explain_cmd import FIGURES


@pytest.fixture
def with_two(home: Home) -> Home:
    home.write()
    home.write(OTHER, age_s=7200)
    return home


def test_the_parser_knows_the_figures() -> None:
    assert tuple(Figure) == FIGURES


def test_a_table(with_two: Home) -> None:
    done = with_two.run("explain", "latest")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3f2a9c51…:2" in done.stdout
    assert f"msg_{ID}" in done.stdout
    assert "sum of 1 row: $0.014 = the figure shown, to the last digit" in done.stdout


@pytest.mark.parametrize("figure", FIGURES[:-1])
def test_every_figure_in_every_form(with_two: Home, figure: str) -> None:
    told = with_two.said("explain", "3f2a", "--figure", figure)
    assert (told["figure"], told["session"], told["holds"]) == (figure, ID, True)
    for form in ("--csv", "--steps"):
        done = with_two.run("explain", "3f2a", "--figure", figure, form)
        assert (done.returncode, done.stderr) == (0, "")


def test_today_is_of_all_sessions(with_two: Home) -> None:
    today = with_two.said("explain", "--today")
    assert {row["session"] for row in today["rows"]} == {ID, OTHER}
    assert today["total"] == 0.028
    status = with_two.run("status")
    assert "$0.03" in status.stdout
    assert with_two.said("explain", "--figure", "today")["total"] == 0.028


def test_csv_adds_up(with_two: Home) -> None:
    done = with_two.run("explain", "--today", "--csv")
    rows = list(csv.DictReader(StringIO(done.stdout)))
    assert sum(float(row["amount"]) for row in rows) == 0.028
    assert [row["line"] for row in rows] == ["2", "2"]


def test_a_session_that_rests_and_whose_file_is_gone(with_two: Home) -> None:
    before = with_two.said("explain", OTHER)
    assert with_two.run("sessions", "--all").returncode == 0
    assert with_two.said("explain", OTHER)["rows"] == before["rows"]
    for path in with_two.root.rglob(f"{OTHER}.jsonl"):
        path.unlink()
    after = with_two.said("explain", OTHER)
    assert after["holds"]
    (row,) = after["rows"]
    assert row["place"]["standing"] == "gone"
    assert row["place"]["line"] is None
    assert row["place"]["byte"] == before["rows"][0]["place"]["byte"]
    assert "file gone" in with_two.run("explain", OTHER).stdout


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ((), 2, "which session?"),
        (("latest", "--today"), 2, "leave out the ID"),
        (("nobody",), 1, "no session begins with 'nobody'"),
        (("3f2",), 1, "2 sessions begin with '3f2'"),
        (("latest", "--figure", "luck"), 2, "invalid choice"),
        (("latest", "--json", "--csv"), 2, "not allowed with"),
    ],
)
def test_mistakes(with_two: Home, words: tuple[str, ...], code: int, said: str) -> None:
    done = with_two.run("explain", *words)
    assert done.returncode == code
    assert said in done.stderr
    assert done.stdout == ""


def test_neither_textual_nor_rich_for_json_and_csv(with_two: Home) -> None:
    for form in ("--json", "--csv"):
        done = with_two.run("explain", "latest", form, env={"PYTHONPROFILEIMPORTTIME": "1"})
        loaded = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
        assert "cctop.report.proof" in loaded
        assert not [name for name in loaded if name.partition(".")[0] in {"textual", "rich"}]
