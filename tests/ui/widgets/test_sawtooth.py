import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage import Stage, on_stage, refreshes, trimmed
from textual.message import Message

from cctop.ui.widgets.parts import plain
from cctop.ui.widgets.sawtooth import Curve, Mark, Timeline, column_of, mark_line, sampled

MARKS = (Mark(20, "▼"), Mark(50, "◆"), Mark(90, "▿", "dim"))
TEETH = Curve(
    points=((0, 0), (10, 40), (19, 80), (20, 10), (35, 60), (49, 80), (50, 10), (90, 20)),
    marks=MARKS,
    start=0,
    end=100,
    hi=80,
)


def told(stage: Stage, kind: type[Message]) -> list[int]:
    return [
        message.index
        for message in stage.messages
        if type(message) is kind and isinstance(message, Timeline.MarkHighlighted)
    ]


def test_a_size_holds_until_the_next() -> None:
    curve = Curve(((10, 5), (30, 7)), start=0, end=40)
    assert sampled(curve, 4) == (None, 5, 5, 7)
    assert sampled(curve, 8) == (None, None, 5, 5, 5, 5, 7, 7)


def test_a_peak_is_not_lost_in_its_stretch() -> None:
    assert sampled(TEETH, 5) == (80, 60, 80, 10, 20)
    # More samples than units of time repeat what holds.
    assert sampled(Curve(((0, 1), (1, 2)), start=0, end=2), 4) == (1, 1, 2, 2)


def test_a_peak_and_its_drop_may_share_a_moment() -> None:
    curve = Curve(((0, 5), (20, 90), (20, 10)), start=0, end=40)
    assert sampled(curve, 4) == (5, 5, 90, 10)


def test_a_gap_is_one() -> None:
    curve = Curve(((0, 5), (10, None), (30, 7)), start=0, end=40)
    assert sampled(curve, 4) == (5, None, None, 7)


@pytest.mark.parametrize("curve", [Curve(), Curve(((5, 5),), start=5, end=5)])
def test_no_time_is_no_curve(curve: Curve) -> None:
    assert sampled(curve, 3) == (None, None, None)
    assert column_of(5, curve, 10) is None


@given(
    st.lists(st.tuples(st.integers(-5, 60), st.one_of(st.none(), st.integers(0, 99))), max_size=12),
    st.integers(1, 60),
    st.integers(0, 40),
)
def test_samples_are_sizes_of_the_curve(
    points: list[tuple[int, int | None]], end: int, count: int
) -> None:
    ordered = tuple(sorted(points, key=lambda point: point[0]))
    values = sampled(Curve(ordered, start=0, end=end), count)
    assert len(values) == count
    # No size is made up, and the highest is there.
    assert set(values) <= {size for _, size in points} | {None}
    within = [point for point in ordered if 0 <= point[0] <= end]
    held = [] if any(time == 0 for time, _ in within) else [p for p in ordered if p[0] < 0][-1:]
    sizes = [size for _, size in (*held, *within) if size is not None]
    if count:
        assert max((value for value in values if value is not None), default=None) == max(
            sizes, default=None
        )


def test_marks_stand_at_their_time() -> None:
    assert plain(mark_line(TEETH, 10, None)) == "  ▼  ◆   ▿"
    crowd = Curve(marks=(Mark(4, "▼"), Mark(5, "◆"), Mark(200, "▿")), start=0, end=100)
    assert plain(mark_line(crowd, 10, None)) == "◆         "
    assert mark_line(crowd, 2, 0) == (("▼", "select"), (" ", ""))


async def test_a_time_line_has_its_marks_beneath() -> None:
    timeline = Timeline(TEETH)
    async with on_stage(timeline, size=(20, 4)):
        assert trimmed(timeline) == [
            "   ⢸   ⣤⣤⣼",
            "  ⣶⣾   ⣿⣿⣿",
            "⣀⣀⣿⣿⣤⣤⣤⣿⣿⣿⣤⣤⣤⣤⣤⣤⣤⣤⣿⣿",
            "    ▼     ◆       ▿",
        ]


async def test_a_single_line_is_the_curve() -> None:
    timeline = Timeline(TEETH)
    async with on_stage(timeline, size=(20, 1)):
        assert "▼" not in trimmed(timeline)[0]
        assert trimmed(timeline)[0]


async def test_the_cursor_goes_along_the_marks() -> None:
    timeline = Timeline(TEETH)
    async with on_stage(timeline, size=(20, 4)) as (stage, pilot):
        timeline.focus()
        await pilot.press("enter")
        assert timeline.selected is None
        await pilot.press("right", "right", "right", "right", "left", "enter")
        assert told(stage, Timeline.MarkHighlighted) == [0, 1, 2, 1]
        assert told(stage, Timeline.MarkSelected) == [1]
        timeline.select(None)
        await pilot.press("left")
        assert timeline.selected == 2


async def test_marks_out_of_time_are_passed_over() -> None:
    timeline = Timeline(Curve(TEETH.points, TEETH.marks, start=40, end=100))
    async with on_stage(timeline, size=(20, 4)) as (_, pilot):
        timeline.focus()
        await pilot.press("right")
        assert timeline.selected == 1


async def test_a_click_takes_the_nearest_mark() -> None:
    timeline = Timeline(TEETH)
    async with on_stage(timeline, size=(20, 4)) as (stage, pilot):
        await pilot.click(timeline, offset=(12, 1))
        assert timeline.selected == 1
        await pilot.click(timeline, offset=(19, 3), times=2)
        assert told(stage, Timeline.MarkSelected) == [2]


async def test_without_marks_there_is_nothing_to_go_along() -> None:
    timeline = Timeline(Curve(TEETH.points, start=0, end=100))
    async with on_stage(timeline, size=(20, 4)) as (_, pilot):
        timeline.focus()
        await pilot.press("right", "left", "enter")
        await pilot.click(timeline, offset=(12, 1))
        assert timeline.selected is None


async def test_the_cursor_stays_on_its_mark_or_goes_with_it() -> None:
    timeline = Timeline(TEETH)
    async with on_stage(timeline, size=(20, 4)):
        timeline.select(1)
        timeline.update(Curve(TEETH.points, MARKS[1:], 0, 100))
        assert timeline.selected == 0
        timeline.update(Curve(TEETH.points, MARKS[:1], 0, 100))
        assert timeline.selected is None
        with pytest.raises(IndexError, match="mark 1 of 1"):
            timeline.select(1)


async def test_an_equal_curve_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    timeline = Timeline(TEETH)
    async with on_stage(timeline, size=(20, 4)) as (_, pilot):
        await pilot.pause()
        noted = refreshes(timeline, monkeypatch)
        timeline.update(Curve(TEETH.points, TEETH.marks, 0, 100, 80))
        assert noted == []
        timeline.select(0)
        assert [region.y for regions in noted for region in regions] == [3]
