"""The parts of the board, without a screen: what they say, and that it always fits."""

from typing import Any

import pytest
from factory import NOW, c, detail, points, session, sessions, snapshot, subagents, usd
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from textual.geometry import Size

from cctop.book.snapshot import (
    Books,
    Context,
    Detail,
    Fleet,
    Milestone,
    NextMilestone,
    Progress,
    Rate,
    Status,
    Subagent,
    Tokens,
)  # fmt: skip
from cctop.prices.rates import Cost
from cctop.ui import health, words
from cctop.ui.choice import Choice
from cctop.ui.keys import DEFAULT_KEYS
from cctop.ui.panels import books, kinds
from cctop.ui.panels.banner import BannerView, banner
from cctop.ui.panels.compactions import curve_of
from cctop.ui.panels.fleet import FleetView, fleet_lines
from cctop.ui.panels.foot import BOARD_HINTS, hints_line
from cctop.ui.panels.meter import cost_plot, meter_lines
from cctop.ui.panels.session_line import LOOKS, line_of
from cctop.ui.panels.subagents import tree
from cctop.ui.panels.welcome import welcome_lines
from cctop.ui.widgets.columns import arrange
from cctop.ui.widgets.parts import cells_of, plain

FLEET = snapshot().fleet
HUGE = Fleet(999, 999, 999, usd(9e6), 10**13, 10**12, 10**12, usd(9e5), 10**9, (1,), usd(9e7))
RICH = detail(sessions()[0])


def text_of(lines: list[Any]) -> str:
    return "\n".join(map(plain, lines))


@pytest.mark.parametrize("fleet", [FLEET, HUGE, Fleet()])
@pytest.mark.parametrize("budget", [0, usd(50)])
@pytest.mark.parametrize("width", [*range(48, 76), 80, 100, 120, 160, 220])
def test_the_fleet_fits_and_keeps_its_figures(fleet: Fleet, budget: int, width: int) -> None:
    lines = fleet_lines(FleetView(fleet, budget, "demo"), width, 3 if width < 72 else 2)
    assert len(lines) == (3 if width < 72 else 2)
    if fleet is not HUGE:
        assert all(cells_of(line) <= width for line in lines), text_of(lines)
    first = plain(lines[0])
    for figure in (f"● {fleet.busy}", f"◐ {fleet.waiting}", f"○ {fleet.idle}", "today $"):
        assert figure in first
    if fleet is FLEET:
        assert "burn  $6.40/h" in text_of(lines)
        assert ("$57.10 by 24:00" in text_of(lines)) is bool(budget)
        assert ("cctop config set budget.daily_usd 50" in text_of(lines)) is not bool(budget)


def test_the_budget_is_judged_and_the_projection_too() -> None:
    def line(today: float, projected: float) -> str:
        fleet = Fleet(today_cost=usd(today), projected_cost=usd(projected))
        return plain(fleet_lines(FleetView(fleet, usd(50)), 100, 2)[1])

    assert "△" not in line(10, 20)
    assert "▲" not in line(10, 20)
    assert line(10, 60).count("△") == 1
    assert line(40, 60).count("△") == 2
    assert "▲" in line(50, 60)
    assert "→ $60.00" in line(60, 12)  # a projection never lies below what is spent


def test_a_figure_that_grows_moves_nothing_in_the_first_line() -> None:
    small = plain(fleet_lines(FleetView(replace(FLEET, today_cost=usd(1.5))), 160, 2)[0])
    large = plain(fleet_lines(FleetView(replace(FLEET, today_cost=usd(1234.5))), 160, 2)[0])
    assert small.index("today") == large.index("today")
    assert small.index("burn") == large.index("burn")


GROWN: dict[str, Any] = {
    "tokens": Tokens(10**9, 10**9, 10**12, 10**9, 10**9, 10**8),
    "cost": usd(9e8),
    "unpriced_tokens": 1,
    "lower_bounds": 9,
    "rate": Rate(usd(9e6), 10**9, (1, 2, 3)),
    "tool_calls": 99_999,
    "tool_failures": 54_321,
    "compactions": 1234,
    "subagents": 99,
    "subagents_running": 9,
    "context": Context(10**9, 10**9),
    "last_activity_at": 1,
}


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("status", list(Status))
def test_no_figure_outgrows_its_column(look: Any, status: Status) -> None:
    row = line_of(replace(session(1, "web", status), **GROWN), NOW, NOW).row(look)
    columns = [column for line in LOOKS[look] for column in line]
    for column, cell in zip(columns, row.cells, strict=True):
        shown = cell if isinstance(cell, str) else plain(cell)
        if not column.flex and column.key != "model":
            assert cells_of(((shown, ""),)) <= column.width, (column.key, shown)


@pytest.mark.parametrize("look", list(LOOKS))
@pytest.mark.parametrize("status", list(Status))
def test_what_is_not_whole_has_no_figures(look: Any, status: Status) -> None:
    grown = replace(session(1, "web", status), **GROWN)
    row = line_of(grown, NOW, NOW, whole=False).row(look)
    keys = [column.key for line in LOOKS[look] for column in line]
    shown = {
        key: (cell if isinstance(cell, str) else plain(cell)).strip()
        for key, cell in zip(keys, row.cells, strict=True)
    }
    assert shown.pop("cost") == "reading"
    assert shown.pop("project") == "web"
    shown.pop("age", None)
    for key in shown.keys() - {"status", "state", "title", "doing", "model"}:
        assert shown[key] == "", key


@pytest.mark.parametrize("look", ["table", "wide"])
def test_columns_go_one_by_one_on_a_narrower_screen(look: Any) -> None:
    (columns,) = LOOKS[look]
    before: set[str] = set()
    for width in range(72, 240):
        shown = {columns[slot.column].key for slot in arrange(columns, width)}
        assert before <= shown
        before = shown
    assert len(before) == len(columns)


def test_the_columns_that_fit_on_80() -> None:
    (columns,) = LOOKS["table"]
    shown = {columns[slot.column].key for slot in arrange(columns, 78)}
    assert shown == {"status", "project", "doing", "context", "cost", "burn", "failures"}


@given(st.integers(20, 200), st.integers(1, 60), st.sampled_from([True, False]))
def test_the_meter_fits(width: int, height: int, rich: bool) -> None:
    of = detail(sessions()[0], rich=rich)
    lines = meter_lines(of, NOW, Size(width, height))
    assert len(lines) <= height
    said = "".join(map(plain, lines))
    assert "metered" in said
    assert height < 16 or "input" in said


def test_a_session_without_a_price_never_costs_nothing() -> None:
    """ "$0" would be a price."""
    base = RICH.session
    spent = replace(base, cost=0, unpriced_tokens=base.tokens.total, books=None, milestone=None)
    marks = tuple(replace(mark, cost=0) for mark in RICH.milestones)
    of = replace(RICH, session=spent, cost=Cost(), models=(), milestones=marks)
    lines = meter_lines(of, NOW, Size(160, 50))
    said = "".join(map(plain, lines))
    assert "metered" in said
    assert "$0" not in said.replace("/h", "")


def test_metered_unlogged_and_official_are_named() -> None:
    said = text_of([*kinds.kinds_lines(RICH, 60), *kinds.books_lines(RICH.session, 60)])
    assert "metered" in said
    assert "≥$12.41" in said
    assert "unlogged" in said
    assert "$12.58" in said
    alone = replace(RICH.session, books=None)
    assert kinds.books_lines(alone, 60) == []
    minus = replace(RICH.session, books=Books(usd(12), usd(-0.41)))
    assert "-$0.41" in text_of(kinds.books_lines(minus, 60))


def test_thinking_is_a_part_of_the_output_and_of_no_sum() -> None:
    thinking = kinds.thinking_cost(RICH)
    assert 0 < thinking < RICH.cost.output
    assert text_of(kinds.kinds_lines(RICH, 60)).count("thinking") == 1


def test_unpriced_tokens_stand_beside_the_cost() -> None:
    some = replace(RICH.session, unpriced_tokens=1_200_000, lower_bounds=0)
    assert words.cost_of(some) == "$12.41+"
    assert words.cost_of(replace(some, cost=0)) == "unpriced"
    assert "+ 1.20M unpriced" in text_of(kinds.kinds_lines(replace(RICH, session=some), 60))


def test_what_qualifies_the_figures_is_said() -> None:
    said = text_of(books.qualifications(RICH.session))
    assert said.splitlines() == [
        "≥ lower bound: 1 response without an end", "1 API error · 4 retries",
    ]  # fmt: skip
    fork = next(s for s in sessions() if s.inherited_tokens)
    assert "its parent's, not counted here" in text_of(books.qualifications(fork))
    assert books.qualifications(session(9, "x", Status.IDLE)) == []


def test_milestones() -> None:
    said = plain(books.next_milestone(RICH, NOW, 60))
    assert said == "next 1M in ~41 min · 500k at 11:58 for $12.20"
    still = replace(RICH, next_milestone=NextMilestone(1_000_000, None), milestones=())
    assert plain(books.next_milestone(still, NOW, 60)) == "next 1M"
    assert len(books.milestone_lines(RICH, 3)) == 3
    odd = replace(RICH, milestones=(Milestone(1_234, NOW, 0),))
    assert "1,234" in text_of(books.milestone_lines(odd, 3))


def test_the_graph_shows_all_that_was_spent() -> None:
    plot = cost_plot(RICH, 60)
    assert sum(value or 0 for value in plot.values) == pytest.approx(points()[-1].cost)
    assert cost_plot(replace(RICH, points=points()[:1]), 60).values == ()


def test_the_curve_has_the_main_thread_only() -> None:
    noise = tuple(replace(point, context=0) for point in points())
    assert not curve_of(replace(RICH, points=noise)).times
    marks = curve_of(RICH).marks
    assert [mark.glyph for mark in marks] == ["▼", "▿", "▽"]
    agents = tuple(replace(mark, agent_id="a1") for mark in RICH.compactions)
    assert curve_of(replace(RICH, compactions=agents)).marks == ()


def test_the_tree_has_children_beneath_their_parents() -> None:
    order = [agent.id for agent in tree(subagents())]
    assert order == ["a0000004", "a0000002", "a0000003", "a0000001"]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_no_subagent_is_lost_whoever_claims_to_be_its_parent(
    family: list[tuple[int, int]],
) -> None:
    one = subagents()[0]
    agents: dict[str, Subagent] = {
        str(child): replace(one, id=str(child), parent=str(parent)) for child, parent in family
    }
    listed = [agent.id for agent in tree(tuple(agents.values()))]
    assert sorted(listed) == sorted(agents)


def test_the_banner_says_what_is_out_of_the_ordinary_first() -> None:
    view = BannerView(
        Choice(), 7, 9, Progress(310, 2000, 400, 1000), 3, NOW, "!",
    )  # fmt: skip
    wide = plain(banner(view, 120, focused=False))
    assert "7 of 9 · today · by status ↑" in wide
    assert wide.index("frozen 12:03:11") < wide.index("reading history 60 %, 310 files left")
    assert "3 lines could not be read !" in plain(banner(view, 160, focused=False))
    narrow = plain(banner(view, 48, focused=False))
    assert "frozen 12:03:11" in narrow
    for width in range(10, 200):
        assert cells_of(banner(view, width, focused=True)) == width


def test_the_rule_grows_heavy_as_history_is_read() -> None:
    def heavy(left: int) -> int:
        view = BannerView(progress=Progress(1, 2, left, 1000))
        return plain(banner(view, 100, focused=False)).count("━")

    assert heavy(900) < heavy(500) < heavy(100)


def test_hints_that_do_not_fit_are_left_out_whole() -> None:
    for width in range(5, 120):
        line = hints_line(BOARD_HINTS, DEFAULT_KEYS, width)
        assert cells_of(line) <= width
    assert plain(hints_line(BOARD_HINTS, DEFAULT_KEYS, 24)) == "? help   / filter"


def test_an_empty_list_says_what_would_fill_it() -> None:
    bare = snapshot(sessions=(), detail=None)
    assert "cctop --demo" in text_of(welcome_lines(bare, Choice()))
    assert "watching ~/.claude" in text_of(welcome_lines(bare, Choice()))
    assert "--root" in text_of(welcome_lines(snapshot(sessions=(), roots=()), Choice()))
    filtered = text_of(welcome_lines(snapshot(), Choice().filtered("zzz")))
    assert "no session matches zzz" in filtered
    assert "clear the filter" in filtered
    assert "from today" in filtered
    reading = snapshot(sessions=(), progress=Progress(1, 2, 3, 4))
    assert text_of(welcome_lines(reading, Choice())) == "reading …"


@pytest.mark.parametrize(
    ("calls", "failed", "level"),
    [(0, 0, None), (100, 0, "ok"), (100, 2, "ok"), (100, 3, "watch"), (100, 7, "watch"),
     (100, 8, "bad")],
)  # fmt: skip
def test_failures_are_judged(calls: int, failed: int, level: str | None) -> None:
    assert (
        health.failures(session(1, "", Status.IDLE, tool_calls=calls, tool_failures=failed))
        == level
    )


def test_other_figures_are_judged() -> None:
    assert [health.compactions(n) for n in (0, 1, 2, 3, 4)] == ["ok", "ok", "watch", "watch", "bad"]
    assert [health.cache_hit(x) for x in (None, 0.61, 0.6, 0.29)] == [None, "ok", "watch", "bad"]
    assert [health.output_share(n, 100) for n in (14, 15, 31)] == ["ok", "watch", "bad"]
    assert health.output_share(5, 0) is None
    assert [health.context(x) for x in (None, 0.74, 0.75, 0.9)] == [None, "ok", "watch", "bad"]
    assert [health.budget(x) for x in (0.74, 0.75, 1.0)] == ["ok", "watch", "bad"]


def test_words() -> None:
    assert words.short_model("claude-opus-5-5") == "opus-5-5"
    assert words.clock(0) == "–"
    assert [words.round_tokens(n) for n in (500, 1_000, 1_500, 250_000, 3_000_000)] == [
        "500", "1k", "1,500", "250k", "3M",
    ]  # fmt: skip
    assert [words.short_count(n) for n in (7, 999, 1_234, 9_949, 9_950, 54_321, 10**9)] == [
        "7", "999", "1.2k", "9.9k", "10k", "54k", "999k",
    ]  # fmt: skip
    assert words.count(1, "retry", "retries") == "1 retry"
    assert words.count(2_000, "retry", "retries") == "2,000 retries"


def test_nothing_is_said_of_details_that_are_not_there() -> None:
    poor: Detail = detail(session(1, "web", Status.IDLE, title=c("")), rich=False)
    assert books.model_lines(poor, 40) == []
    assert books.tool_lines(poor, 40) == []
    assert books.next_milestone(poor, NOW, 40) == ()
