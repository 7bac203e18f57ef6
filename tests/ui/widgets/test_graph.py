from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.graph import Plot, plot_lines, spread
from cctop.ui.widgets.parts import cells_of, plain

RAMP = tuple(float(value) for value in range(16))


def test_a_scale_stands_beside_and_times_beneath() -> None:
    plot = Plot(RAMP, top="15k", bottom="0", start="-8 min", end="now")
    assert [plain(line) for line in plot_lines(plot, 16, 3)] == [
        "        ⣀⣤⣶⣿ 15k",
        "    ⣀⣤⣶⣿⣿⣿⣿⣿   0",
        "-8 min   now    ",
    ]


def test_labels_give_way_to_the_area() -> None:
    plot = Plot(RAMP, top="15k", bottom="0", start="-8 min", end="now")
    assert [plain(line) for line in plot_lines(plot, 7, 2)] == ["⣀⣤⣤⣶⣶⣿⣿", "-8… now"]
    assert [plain(line) for line in plot_lines(plot, 16, 1)] == ["    ⣀⣀⣤⣤⣶⣶⣿⣿ 15k"]
    assert plain(spread("-8 min", "now", 8)) == "-8 … now"
    assert plain(spread("-8 min", "now", 4)) == " now"
    assert plain(spread("-8 min", "now", 2)) == "n…"


@given(st.text(max_size=5), st.text(max_size=9), st.integers(1, 30), st.integers(1, 5))
def test_a_graph_has_its_size(scale: str, time: str, width: int, height: int) -> None:
    plot = Plot(RAMP, top=scale, bottom="0", start=time, end=scale)
    lines = plot_lines(plot, width, height)
    assert len(lines) == height
    assert all(cells_of(line) == width for line in lines)


def test_an_empty_graph_is_blank() -> None:
    assert [plain(line) for line in plot_lines(Plot(), 8, 2)] == [" " * 8] * 2
