import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.parts import plain
from cctop.ui.widgets.sawtooth import Curve, Mark, column_of, mark_line, sampled

MARKS = (Mark(20, "▼"), Mark(50, "◆"), Mark(90, "▿", "dim"))


def curve_of(*points: tuple[int, float | None], end: int, start: int = 0) -> Curve:
    return Curve([time for time, _ in points], [size for _, size in points], (), start, end)


TEETH = Curve(
    (0, 10, 19, 20, 35, 49, 50, 90),
    (0, 40, 80, 10, 60, 80, 10, 20),
    marks=MARKS,
    start=0,
    end=100,
    hi=80,
)


def test_a_size_holds_until_the_next() -> None:
    curve = curve_of((10, 5), (30, 7), end=40)
    assert sampled(curve, 4) == (None, 5, 5, 7)
    assert sampled(curve, 8) == (None, None, 5, 5, 5, 5, 7, 7)


def test_a_peak_is_not_lost_in_its_stretch() -> None:
    assert sampled(TEETH, 5) == (80, 60, 80, 10, 20)
    # More samples than units of time repeat what holds.
    assert sampled(curve_of((0, 1), (1, 2), end=2), 4) == (1, 1, 2, 2)


def test_a_peak_and_its_drop_may_share_a_moment() -> None:
    curve = curve_of((0, 5), (20, 90), (20, 10), end=40)
    assert sampled(curve, 4) == (5, 5, 90, 10)


def test_a_gap_is_one() -> None:
    curve = curve_of((0, 5), (10, None), (30, 7), end=40)
    assert sampled(curve, 4) == (5, None, None, 7)


@pytest.mark.parametrize("curve", [Curve(), curve_of((5, 5), start=5, end=5)])
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
    values = sampled(curve_of(*ordered, end=end), count)
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
