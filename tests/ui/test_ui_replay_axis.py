"""The line of time: where a moment stands on it, and what is drawn."""

from bisect import bisect_right
from itertools import pairwise

import pytest
from deck_stage import END, GAP, START, FakeDeck
from factory import MINUTE, NOW, c
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cctop.replay.model import Axis, Gap, Level, Mark, MarkKind
from cctop.ui.moment import beside, level_at, speed_beside, speed_word, standing, turn_at
from cctop.ui.panels.axis import AHEAD, CURSOR, PASSED, Of, axis_lines, ground_of
from cctop.ui.panels.marks import MARK
from cctop.ui.panels.ruler import Ruler, knots_of
from cctop.ui.widgets.parts import cells_of, plain


@st.composite
def axes(draw: st.DrawFn) -> Axis:
    """Any session: pauses from none to days between its events."""
    pauses = draw(st.lists(st.integers(1, 40 * 3_600_000), max_size=60))
    start = draw(st.integers(1, 2**41))
    steps = [start]
    for pause in pauses:
        steps.append(steps[-1] + pause)
    pairs = pairwise(steps)
    gaps = tuple(Gap(before, after) for before, after in pairs if after - before > 120_000)
    times = st.sampled_from(steps)
    kinds = st.sampled_from(list(MarkKind))
    found = draw(st.lists(st.builds(Mark, times, kinds, st.just(c("x"))), max_size=30))
    turns = draw(st.lists(times, max_size=20, unique=True))
    rises = draw(st.lists(st.tuples(times, st.integers(0, 10**13)), max_size=30))
    levels = tuple(Level(at, cost, cost % 200_000) for at, cost in sorted(rises))
    return Axis(
        1, "s", start, steps[-1], False, True, gaps, tuple(sorted(found, key=lambda m: m.at)),
        tuple(steps), tuple(sorted(turns)), levels, c(""),
    )  # fmt: skip


@given(axes())
def test_every_event_has_a_place_and_the_place_its_event(axis: Axis) -> None:
    places = [axis.place(at) for at in axis.steps]
    assert [axis.time(place) for place in places] == list(axis.steps)
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 1


@given(axes(), st.floats(0, 1), st.floats(0, 1))
def test_time_goes_on_along_the_line(axis: Axis, one: float, two: float) -> None:
    first, second = sorted((one, two))
    assert axis.start <= axis.time(first) <= axis.time(second) <= axis.end


@given(axes(), st.integers(), st.integers(1, 3_600_000))
def test_a_place_outside_is_at_an_end(axis: Axis, at: int, far: int) -> None:
    assert 0 <= axis.place(at) <= 1
    assert axis.place(axis.start - far) == axis.place(axis.start)
    assert axis.place(axis.end + far) == axis.place(axis.end)


def test_a_gap_is_drawn_short_and_all_gaps_alike() -> None:
    minute = 60_000
    gaps = (Gap(10 * minute, 40 * minute), Gap(50 * minute, 500 * minute))
    axis = replace(EMPTY, start=0, end=510 * minute, gaps=gaps)
    widths = [axis.place(gap.end) - axis.place(gap.start) for gap in gaps]
    assert widths[0] == pytest.approx(widths[1])
    assert 0.01 < widths[0] < 0.03
    assert axis.place(10 * minute) == pytest.approx(axis.place(510 * minute) / 3, abs=0.02)


EMPTY = Axis(0, "s", 0, 0, False, False, (), (), (), (), (), c(""))


@given(axes(), st.integers(1, 200), st.integers(1, 12), st.sampled_from(list(Of)), st.data())
def test_lines_are_as_wide_as_they_should_be(
    axis: Axis, width: int, height: int, of: Of, data: st.DataObject
) -> None:
    ground = ground_of(axis, of, 200_000, width, height)
    at = data.draw(st.integers(axis.start - 1, axis.end + 1))
    lines = list(axis_lines(ground, at, height))
    assert [cells_of(line) for line in lines] == [width] * height
    assert sum(plain(line).count(CURSOR) for line in lines) == 1


@given(axes())
def test_places_that_are_worked_out_at_once_are_those_of_the_axis(axis: Axis) -> None:
    times, places = knots_of(axis)
    assert times == sorted(times)
    assert places == pytest.approx([axis.place(at) for at in times], abs=1e-9)


@given(axes(), st.integers(2, 200))
def test_every_cell_leads_to_where_it_is(axis: Axis, width: int) -> None:
    ruler = Ruler(axis, width)
    cells = [ruler.cell(at) for at in axis.steps]
    assert cells == sorted(cells)
    assert cells[0] == 0
    assert cells[-1] == (width - 1 if axis.end > axis.start else 0)
    busy = axis.end - axis.start - sum(gap.end - gap.start for gap in axis.gaps)
    if busy > 100 * width:  # ms: several to a cell
        for cell in range(width):
            assert abs(ruler.cell(ruler.time(cell)) - cell) <= 1


@given(axes(), st.integers(20, 200), st.sampled_from([3, 8]))
def test_no_cell_with_a_mark_is_empty_and_the_gravest_is_seen(
    axis: Axis, width: int, height: int
) -> None:
    ground = ground_of(axis, Of.COST, None, width, height)
    ranks = list(MARK)
    for mark in axis.marks:
        if mark.kind is MarkKind.PROMPT:
            continue
        shown = [row[ground.ruler.cell(mark.at)] for row in ground.marks
                 if ground.ruler.cell(mark.at) in row]  # fmt: skip
        assert any(ranks.index(seen.kind) <= ranks.index(mark.kind) for seen in shown)
        if mark.kind is MarkKind.FAILURE:
            assert shown[0].kind is MarkKind.FAILURE


def test_what_has_passed_looks_different_without_a_colour() -> None:
    axis = FakeDeck().axis()
    ground = ground_of(axis, Of.COST, None, 100, 5)
    track = plain(list(axis_lines(ground, NOW - 60 * MINUTE, 5))[-2])
    before, after = track.split(CURSOR)
    assert PASSED in before
    assert AHEAD not in before
    assert AHEAD in after
    assert PASSED not in after


def test_a_gap_is_broken_blank_in_the_curve_and_told() -> None:
    axis = FakeDeck().axis()
    ground = ground_of(axis, Of.COST, None, 160, 8)
    lines = [plain(line) for line in axis_lines(ground, END, 8)]
    inside = range(ground.ruler.cell(GAP.start) + 1, ground.ruler.cell(GAP.end))
    assert inside
    assert {lines[0][cell] for cell in inside} == {" "}
    assert {lines[-2][cell] for cell in inside} == {"╱"}
    assert "(16 min)" in lines[-1]
    assert lines[-1].startswith("09:12 ")
    assert lines[-1].endswith(" 12:03")


def test_a_click_means_what_is_seen_on_its_line() -> None:
    found = (Mark(500, MarkKind.PROMPT, c("x")), Mark(500, MarkKind.MILESTONE, c("x")),
             Mark(501, MarkKind.FAILURE, c("x")))  # fmt: skip
    axis = replace(EMPTY, end=1_000, marks=found, turns=(499,))
    ground = ground_of(axis, Of.COST, None, 11, 8)
    assert [ground.time(5, line) for line in range(8)] == [501, 501, 501, 501, 501, 500, 499, 501]
    assert ground.time(4, 6) == 400


def test_of_many_gaps_a_few_are_marked() -> None:
    gaps = tuple(Gap(n * 1_000_000, n * 1_000_000 + 700_000) for n in range(300))
    axis = replace(EMPTY, end=300_000_000, gaps=gaps)
    line = plain(next(axis_lines(ground_of(axis, Of.COST, None, 120, 1), 0, 1)))
    assert 0 < line.count("╱") <= 10


def test_a_session_of_two_days_says_which() -> None:
    axis = replace(FakeDeck().axis(), end=END + 24 * 60 * MINUTE)
    line = plain(list(axis_lines(ground_of(axis, Of.COST, None, 80, 3), END, 3))[-1])
    assert line.startswith("22 Nov 09:12 ")
    assert line.endswith(" 23 Nov 12:03")


def test_the_peak_before_a_compaction_is_never_hidden() -> None:
    levels = (Level(0, 0, 10), Level(500, 0, 200_000), Level(501, 0, 10), Level(1_000_000, 0, 10))
    axis = replace(EMPTY, end=1_000_000, levels=levels)
    ground = ground_of(axis, Of.CONTEXT, None, 40, 6)
    assert ground.curve[0].strip()


def test_the_context_is_measured_by_its_window() -> None:
    axis = FakeDeck().axis()
    assert ground_of(axis, Of.CONTEXT, 200_000, 80, 6).full == 200_000
    assert ground_of(axis, Of.CONTEXT, 10**9, 80, 6).full == max(x.context for x in axis.levels)
    assert ground_of(axis, Of.COST, 200_000, 80, 6).full == axis.levels[-1].cost


@given(st.lists(st.integers(0, 50), max_size=9), st.integers(-5, 55), st.sampled_from([-1, 1]))
def test_beside_goes_to_the_next_and_never_stays(times: list[int], at: int, step: int) -> None:
    found = beside(sorted(times), at, step)
    far = [time for time in times if (time > at if step > 0 else time < at)]
    assert found == (min(far) if step > 0 else max(far)) if far else found is None


def test_turns_and_levels_count_from_their_own_moment_on() -> None:
    axis = FakeDeck().axis()
    assert turn_at(axis, START) == bisect_right(axis.turns, START)
    assert turn_at(axis, axis.turns[2]) == 3
    assert turn_at(axis, axis.turns[2] - 1) == 2
    assert level_at(axis, axis.levels[0].at - 1).cost == 0
    assert level_at(axis, axis.levels[5].at) == axis.levels[5]


def test_the_fastest_speed_is_as_fast_as_it_reads() -> None:
    assert speed_beside(1, -1) == 1
    assert speed_beside(10, 1) == 20
    assert speed_beside(1000, 1) == 0
    assert speed_beside(0, 1) == 0
    assert speed_beside(0, -1) == 1000
    assert speed_beside(3, 1) == 10
    assert (speed_word(10), speed_word(0)) == ("10x", "max")


def test_now_and_the_past_are_told_apart() -> None:
    deck = FakeDeck(END, live=True)
    assert standing(deck.axis(), deck.moment(), NOW) == ("● LIVE", "accent")
    deck.seek(NOW - 12 * MINUTE)
    words, tone = standing(deck.axis(), deck.moment(), NOW)
    assert (words, tone) == ("◂ PAST 11:51, 12 min ago", "warning")
    words, _ = standing(deck.axis(), deck.moment(), NOW + 24 * 60 * MINUTE)
    assert words == "◂ PAST 2026-11-22 11:51:11, 1 d ago"
    assert standing(FakeDeck().axis(), FakeDeck().moment(), NOW)[0] == "REPLAY"
