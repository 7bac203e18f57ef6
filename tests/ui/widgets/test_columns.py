from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.columns import Column, arrange

NAME = Column("name", width=6, flex=1)
DOING = Column("doing", width=8, flex=3, drop=2)
OUTPUT = Column("output", width=7, align="right", drop=1)
COST = Column("cost", width=8, align="right")
COLUMNS = (NAME, DOING, OUTPUT, COST)

ANY_COLUMNS = st.lists(
    st.builds(
        Column,
        key=st.just("key"),
        width=st.integers(1, 12),
        flex=st.integers(0, 3),
        drop=st.integers(0, 3),
    ),
    max_size=8,
)


def widths(total: int) -> dict[str, int]:
    return {COLUMNS[slot.column].key: slot.width for slot in arrange(COLUMNS, total)}


def test_what_is_left_goes_to_the_flexible_by_weight() -> None:
    assert widths(32) == {"name": 6, "doing": 8, "output": 7, "cost": 8}
    assert widths(40) == {"name": 8, "doing": 14, "output": 7, "cost": 8}


def test_a_narrow_screen_loses_the_most_droppable_first() -> None:
    assert widths(31) == {"name": 14, "output": 7, "cost": 8}
    assert widths(22) == {"name": 13, "cost": 8}


def test_what_may_not_go_is_cut_from_the_right() -> None:
    assert widths(14) == {"name": 6, "cost": 7}
    assert widths(5) == {"name": 5}
    assert widths(0) == {}


def test_columns_stand_a_gap_apart() -> None:
    assert [slot.x for slot in arrange(COLUMNS, 40, gap=2)] == [0, 9, 23, 32]


@given(ANY_COLUMNS, st.integers(0, 80), st.integers(0, 2))
def test_columns_stay_in_order_and_within_the_line(
    columns: list[Column], width: int, gap: int
) -> None:
    slots = arrange(columns, width, gap)
    assert [slot.column for slot in slots] == sorted({slot.column for slot in slots})
    assert all(slot.width > 0 for slot in slots)
    for one, other in pairwise(slots):
        assert other.x == one.x + one.width + gap
    if slots:
        end = slots[-1].x + slots[-1].width
        assert end <= width
        kept = [columns[slot.column] for slot in slots]
        none_is_cut = {n for n, column in enumerate(columns) if not column.drop} <= {
            slot.column for slot in slots if slot.width >= columns[slot.column].width
        }
        if none_is_cut and any(column.flex for column in kept):
            assert end == width
