"""A screen of styled text → SVG that needs no font of its own, and nothing from elsewhere."""

import re
from collections.abc import Iterable, Iterator
from html import escape

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from cctop.ui.shapes import HEIGHT, WIDTH, shape

MARGIN = 14.0
FONT = "ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace"
FONT_SIZE = 15.9
BASELINE = 0.72  # of a cell's height
DIMMED = 0.55
_WORDS = re.compile(r"\S+(?: \S+)*")


def svg_of(strips: Iterable[Strip], columns: int, ground: str, ink: str) -> str:
    """Return a picture of a screen `columns` wide; `ground` and `ink` where a cell names none."""
    body: list[str] = []
    lines = 0
    for strip in strips:
        body += _row(strip, lines, ground, ink)
        lines += 1
    width, height = columns * WIDTH + 2 * MARGIN, lines * HEIGHT + 2 * MARGIN
    size = f'viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}"'
    font = f'font-family="{FONT}" font-size="{FONT_SIZE}" xml:space="preserve"'
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" {size} {font}>',
            f'<rect width="100%" height="100%" rx="8" fill="{ground}"/>',
            *body,
            "</svg>\n",
        ]
    )


def _row(strip: Strip, line: int, ground: str, ink: str) -> Iterator[str]:
    top = MARGIN + line * HEIGHT
    written: list[str] = []
    column = 0
    for segment in Segment.simplify(strip):
        style = segment.style or Style.null()
        left = MARGIN + column * WIDTH
        front, back = _colours(style, ground, ink)
        cells = segment.cell_length
        if back != ground:
            yield (
                f'<rect x="{left:.6g}" y="{top:g}" width="{cells * WIDTH:.6g}"'
                f' height="{HEIGHT:g}" fill="{back}"/>'
            )
        written += _text(segment.text, left, top, front, style)
        column += cells
    yield from written


def _text(text: str, left: float, top: float, colour: str, style: Style) -> Iterator[str]:
    """Yield the marks for a run of one style: drawn shapes first, then words."""
    rest, paths, x = "", "", left
    for character in text:
        path = shape(character, x, top)
        paths += path or ""
        rest += character if path is None else " "
        x += WIDTH * Segment(character).cell_length
    if paths:
        yield f'<path fill="{colour}" d="{paths}"/>'
    looks = _looks(style)
    for match in _WORDS.finditer(rest):
        x = left + WIDTH * Segment(rest[: match.start()]).cell_length
        wide = WIDTH * Segment(match[0]).cell_length
        yield (
            f'<text x="{x:.6g}" y="{top + HEIGHT * BASELINE:.6g}" fill="{colour}"{looks}'
            f' textLength="{wide:.6g}" lengthAdjust="spacingAndGlyphs">{escape(match[0])}</text>'
        )


def _looks(style: Style) -> str:
    looks = ' font-weight="bold"' if style.bold else ""
    looks += ' font-style="italic"' if style.italic else ""
    if style.underline or style.strike:
        looks += f' text-decoration="{"underline" if style.underline else "line-through"}"'
    return looks


def _colours(style: Style, ground: str, ink: str) -> tuple[str, str]:
    front, back = _hex(style.color, ink), _hex(style.bgcolor, ground)
    if style.reverse:
        front, back = back, front
    return (_between(front, back) if style.dim else front), back


def _hex(colour: Color | None, otherwise: str) -> str:
    if colour is None or colour.is_default:
        return otherwise
    return str(colour.get_truecolor().hex)


def _between(front: str, back: str) -> str:
    """Return what a dimmed colour looks like on its background."""
    pairs = zip(bytes.fromhex(front[1:]), bytes.fromhex(back[1:]), strict=True)
    return "#" + bytes(round(f * DIMMED + b * (1 - DIMMED)) for f, b in pairs).hex()
