"""Text made to break a screen: it is shown, and does nothing."""

import unicodedata

import pytest
from stage import Block, lines, on_stage

from cctop.text import clean
from cctop.ui.widgets.cells import printable
from cctop.ui.widgets.columns import Column
from cctop.ui.widgets.feed import Feed, Items
from cctop.ui.widgets.graph import Plot, plot_lines
from cctop.ui.widgets.paint import Painted
from cctop.ui.widgets.parts import Parts
from cctop.ui.widgets.rule import rule
from cctop.ui.widgets.sawtooth import Curve, Mark, mark_line
from cctop.ui.widgets.table import Row, Table

HOSTILE = (
    "[/]",
    "[@click=app.quit]quit[/]",
    "[bold red]loud",
    "\\[escaped]",
    "$accent",
    "\x1b[2J\x1b]52;c;cHduZWQ=\x07",
    "\x1b]0;title\x1b\\",
    "\x9b31mred\x9d8;;x\x9c",
    "two\r\nlines\tand\vmore\x00",
    "invoice\u202egnp.exe\u2066",
    "a\u200b\u200d\u2060\ufeffb",
    "日本語のとても長い名前",
    "Z\u0341\u0317\u0318a\u0341\u0317lgo",
    "👩‍👩‍👧‍👦 ❤️ 🇩🇪",
    "\ud83d half",
    "\ue0b0 private",
)


def widgets_with(text: str) -> list[Painted]:
    """Return one of every widget, saying `text` wherever it says anything."""
    table = Table(
        [Column("name", text, width=6, flex=1), Column("state", text, width=5, align="right")]
    )
    table.set_rows([Row(text, (((text, "heading"), (text, "")), text), "dim")])
    table.set_sort("name", descending=True)
    table.styles.height = 3
    empty = Table([Column("name", text)], empty=text)
    empty.styles.height = 3
    feed = Feed(Items((((text, "alarm"), (text, "")),)))
    feed.styles.height = 2
    parts: Parts = ((text, "heading"), (text, ""))
    plot = Plot((1, 2, 3), top=text, bottom=text, start=text, end=text)
    curve = Curve((0,), (1,), (Mark(0, text),), 0, 9)
    block = Block((*plot_lines(plot, 80, 3), mark_line(curve, 80, None), rule(80, parts, parts)))
    return [table, empty, feed, block, Block((parts,))]


@pytest.mark.parametrize("is_clean", [True, False], ids=["clean", "raw"])
async def test_every_widget_shows_any_text_and_obeys_none(is_clean: bool) -> None:
    texts = [clean(text) if is_clean else text for text in HOSTILE]
    widgets = {text: widgets_with(text) for text in texts}
    everyone = [widget for of_text in widgets.values() for widget in of_text]
    height = 14 * len(texts)
    async with on_stage(*everyone, size=(90, height)) as (stage, pilot):
        for width in (7, 1, 90):
            await pilot.resize_terminal(width, height)
            await pilot.pause()
            for widget in everyone:
                assert widget.size == (width, widget.size.height)
                assert not kinds_in(lines(widget)) & {"Cc", "Cf", "Cs", "Zl", "Zp"}
                assert not acts(widget)
        for text in texts:
            if len(text) > 1 and text.isprintable():
                assert all(said(widget, text) for widget in widgets[text])
        assert stage.is_running


def kinds_in(shown: list[str]) -> set[str]:
    return {unicodedata.category(character) for line in shown for character in line}


def acts(widget: Painted) -> bool:
    """Say whether anything shown is an action or a link: markup would have made one."""
    segments = [segment for y in range(widget.size.height) for segment in widget.render_line(y)]
    return any(
        segment.style is None or segment.style.meta or segment.style.link for segment in segments
    )


def said(widget: Painted, text: str) -> bool:
    """Say whether the text is shown as it is, every bracket of it."""
    return any(printable(text) in line for line in lines(widget))
