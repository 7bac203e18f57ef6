import pytest
from rich.style import Style
from stage import Block, Stage, lines, on_stage, refreshes, trimmed
from textual.geometry import Region
from textual.widgets import Static

from cctop.ui.widgets.paint import Toned
from cctop.ui.widgets.parts import TONES, Parts

FIRST: tuple[Parts, ...] = (
    (("web", "heading"), (" ", ""), ("waits 1:12", "warning")),
    (("docs", "heading"), (" ", ""), ("idle", "dim")),
)
SECOND: tuple[Parts, ...] = (FIRST[0], (("docs", "heading"), (" ", ""), ("busy", "accent")))


def style_at(widget: Block, y: int, x: int) -> Style:
    """Return the style of a cell."""
    strip = widget.render_line(y).crop(x, x + 1)
    (segment,) = strip
    assert segment.style is not None
    return segment.style


async def test_tones_are_the_style_sheet_s() -> None:
    block = Block(FIRST)
    async with on_stage(block, size=(20, 4)):
        assert trimmed(block) == ["web waits 1:12", "docs idle"]
        heading = style_at(block, 0, 0)
        assert heading.bold
        assert heading.color is not None
        assert heading.color.name == "#ffffff"
        assert style_at(block, 0, 4).color != style_at(block, 1, 5).color
        assert style_at(block, 0, 19).bgcolor == heading.bgcolor


async def test_only_what_differs_is_painted_again(monkeypatch: pytest.MonkeyPatch) -> None:
    block = Block(FIRST)
    async with on_stage(block, size=(20, 4)) as (_, pilot):
        await pilot.pause()
        noted = refreshes(block, monkeypatch)
        block.update(tuple(FIRST))
        assert noted == []
        block.update(SECOND)
        assert noted == [(Region(5, 1, 4, 1),)]
        await pilot.pause()
        assert trimmed(block) == ["web waits 1:12", "docs busy"]


async def test_a_line_that_comes_is_painted_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    block = Block(((("a", ""),),))
    block.styles.height = 3
    async with on_stage(block, size=(8, 3)) as (_, pilot):
        await pilot.pause()
        noted = refreshes(block, monkeypatch)
        block.update(((("a", ""),), (), (("c", ""),)))
        assert noted == [(Region(0, 1, 8, 1), Region(0, 2, 8, 1))]


async def test_a_block_is_as_high_as_its_lines() -> None:
    block, below = Block(), Block(((("below", ""),),))
    async with on_stage(block, below, size=(20, 6)) as (_, pilot):
        assert (block.size.height, below.region.y) == (0, 0)
        block.update(FIRST)
        await pilot.pause()
        assert (block.size.height, below.region.y) == (2, 2)
        assert trimmed(block) == ["web waits 1:12", "docs idle"]
        block.update(FIRST[:1])
        await pilot.pause()
        assert (block.size.height, below.region.y) == (1, 1)


async def test_lines_are_cut_to_a_new_width() -> None:
    block = Block(FIRST)
    async with on_stage(block, size=(20, 4)) as (_, pilot):
        await pilot.resize_terminal(9, 4)
        await pilot.pause()
        assert lines(block) == ["web wait…", "docs idle"]


@pytest.mark.parametrize("size", [(1, 1), (1, 4), (2, 2)])
async def test_a_tiny_screen_is_no_trouble(size: tuple[int, int]) -> None:
    block = Block(FIRST)
    async with on_stage(block, size=size):
        assert all(line for line in lines(block))


async def test_new_colours_are_taken_up() -> None:
    block = Block(FIRST)
    async with on_stage(block, size=(20, 4)) as (stage, pilot):
        before = style_at(block, 0, 19).bgcolor
        stage.screen.styles.background = "#303030"
        await pilot.pause()
        assert style_at(block, 0, 19).bgcolor != before


async def test_a_change_out_of_sight_is_there_when_it_comes_back() -> None:
    block = Block(FIRST)
    async with on_stage(block, size=(20, 4)) as (stage, pilot):
        block.display = False
        await pilot.pause()
        block.update(SECOND)
        await pilot.pause()
        block.display = True
        await pilot.pause()
        assert trimmed(block) == ["web waits 1:12", "docs busy"]
        text = "\n".join(strip.text.rstrip() for strip in stage.screen._compositor.render_strips())
        assert text.startswith("web waits 1:12\ndocs busy")


def test_tones_are_component_classes_of_the_screen() -> None:
    assert {f"tone--{tone}" for tone in TONES} == Toned.COMPONENT_CLASSES


async def test_widgets_of_textual_are_not_touched() -> None:
    """The kit's style sheet is for its own widgets."""
    stage = Stage()
    async with stage.run_test(size=(20, 4)) as pilot:
        static = Static("plain")
        await stage.mount(static)
        await pilot.pause()
        assert static.size.height == 1
