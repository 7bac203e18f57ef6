"""What is shown at which size."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.layout import (
    FEWEST_ROWS,
    PANELS,
    PARTS,
    SESSION,
    SESSIONS,
    Focus,
    Layout,
    layout_for,
    pane_rows,
    parts_shown,
)


@pytest.mark.parametrize(
    ("width", "height", "layout"),
    [
        (160, 45, "board"), (120, 28, "board"), (120, 27, "deck"), (119, 50, "deck"),
        (100, 30, "deck"), (80, 24, "deck"), (72, 12, "deck"), (71, 50, "pane"), (48, 50, "pane"),
        (40, 12, "pane"), (39, 50, "line"), (200, 11, "line"), (39, 11, "line"), (1, 1, "line"),
    ],
)  # fmt: skip
def test_layout_for(width: int, height: int, layout: str) -> None:
    assert layout_for(width, height) == layout


def test_the_board_shows_everything() -> None:
    assert parts_shown(Layout.BOARD, Focus(), 45) == PARTS
    assert parts_shown(Layout.BOARD, Focus(zoom=SESSION), 45) == PANELS


def test_the_deck_shows_one_panel() -> None:
    assert parts_shown(Layout.DECK, Focus("turns"), 24) == (SESSIONS, "turns")
    assert parts_shown(Layout.DECK, Focus("turns", SESSION), 24) == ("turns",)


@pytest.mark.parametrize(
    ("panel", "height", "shown"),
    [
        ("meter", 50, ("meter", "failures", "compactions")),
        ("turns", 50, ("meter", "failures", "turns")),
        ("meter", 30, ("meter", "failures")),
        ("subagents", 30, ("meter", "subagents")),
        ("failures", 20, ("failures",)),
    ],
)
def test_the_pane_shows_what_there_is_room_for(
    panel: str, height: int, shown: tuple[str, ...]
) -> None:
    assert parts_shown(Layout.PANE, Focus(panel), height) == (SESSIONS, *shown)


@given(
    st.sampled_from(list(Layout)),
    st.builds(Focus, st.sampled_from(PANELS), st.sampled_from(("", SESSION, SESSIONS, *PANELS))),
    st.integers(1, 100),
)
def test_what_is_gone_to_is_shown(layout: Layout, focus: Focus, height: int) -> None:
    shown = parts_shown(layout, focus, height)
    assert shown
    assert list(shown) == [part for part in PARTS if part in shown]
    if focus.zoom in PARTS:
        assert shown == (focus.zoom,)
    elif layout is not Layout.LINE or focus.zoom:
        assert focus.panel in shown


@given(
    st.integers(1, 90), st.lists(st.sampled_from(PANELS), min_size=1, max_size=5, unique=True),
    st.integers(1, 40),
)  # fmt: skip
def test_rows_of_a_pane_fill_it(height: int, names: list[str], wanted: int) -> None:
    rows = pane_rows(height, dict.fromkeys(names, wanted))
    assert list(rows) == names
    assert all(count >= 1 for count in rows.values())
    if height >= FEWEST_ROWS * len(names):
        assert sum(rows.values()) == height
