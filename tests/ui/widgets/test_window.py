import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.window import Window

WINDOWS = st.builds(
    Window,
    count=st.integers(0, 40),
    lines=st.integers(0, 20),
    tall=st.integers(1, 2),
    top=st.integers(-3, 50),
)


@pytest.mark.parametrize(
    ("window", "body", "notice"),
    [
        (Window(5, 5), 5, ""),
        (Window(6, 5), 4, "2 more below"),
        (Window(9, 5, top=2), 4, "2 above · 3 more below"),
        (Window(9, 5, top=99), 4, "5 above"),
        (Window(9, 1), 1, ""),  # the only row is worth more than the notice
        (Window(0, 5), 5, ""),
        (Window(5, 0), 0, ""),
        # Cards of two lines: the notice takes the odd line, and no card is lost.
        (Window(4, 5, tall=2), 4, "2 more below"),
        # Otherwise a card is shown by half, and counted as hidden.
        (Window(4, 6, tall=2), 5, "2 more below"),
        (Window(3, 6, tall=2), 6, ""),
        (Window(3, 2, tall=2), 2, ""),
    ],
)
def test_the_last_line_tells_of_hidden_rows(window: Window, body: int, notice: str) -> None:
    assert window.body == body
    assert window.notice == notice


def test_lines_lead_to_rows() -> None:
    window = Window(4, 6, tall=2, top=1)
    assert [window.row_at(line) for line in range(-1, 6)] == [
        None,
        (1, 0),
        (1, 1),
        (2, 0),
        (2, 1),
        (3, 0),
        None,  # the notice
    ]
    assert Window(1, 3).row_at(1) is None


def test_showing_scrolls_no_further_than_it_must() -> None:
    window = Window(20, 6, top=5)
    assert window.showing(5).top == 5
    assert window.showing(9).top == 5
    assert window.showing(10).top == 6
    assert window.showing(2).top == 2
    assert window.showing(19).top == 15


@given(WINDOWS)
def test_every_row_is_shown_or_counted(window: Window) -> None:
    shown = min(window.whole, window.count - window.top)
    assert window.above + shown + window.below == window.count
    assert 0 <= window.body <= window.lines
    rows = {spot[0] for line in range(window.lines) if (spot := window.row_at(line))}
    full = {row for row in rows if window.shows(row)}
    if window.lines >= window.tall:
        assert len(full) == shown


@given(WINDOWS, st.data())
def test_any_row_can_be_shown(window: Window, data: st.DataObject) -> None:
    if window.count:
        row = data.draw(st.integers(0, window.count - 1))
        assert window.showing(row).shows(row)
