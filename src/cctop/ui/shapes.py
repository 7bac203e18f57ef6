"""Glyphs that are drawn rather than written: bars, lines and braille join up in any font, or none.

A shape is SVG path data in the coordinates of one cell whose upper left corner is (x, y).
"""

from collections.abc import Iterator

WIDTH, HEIGHT = 9.6, 20.0  # of a cell
LIGHT, HEAVY = 1.2, 2.6  # of lines
DOT = 1.25  # radius of a braille dot

# From the middle of the cell left, right, up and down; a capital is a heavy line.
_ARMS = {
    "─": "lr", "━": "LR", "│": "ud", "┃": "UD", "┌": "rd", "┐": "ld", "└": "ru", "┘": "lu",
    "├": "udr", "┤": "udl", "┬": "lrd", "┴": "lru", "┼": "lrud", "╭": "rd", "╮": "ld",
    "╰": "ru", "╯": "lu", "╴": "l", "╵": "u", "╶": "r", "╷": "d", "╸": "L", "╹": "U",
    "╺": "R", "╻": "D", "╾": "Lr", "╼": "lR", "╫": "lr",
}  # fmt: skip
_ROUND = frozenset("╭╮╰╯")
_BRAILLE_DOTS = ((0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3))  # by bit


def shape(character: str, x: float, y: float) -> str | None:
    """Return the path to fill for a character, "" for nothing; None where it is to be written."""
    code = ord(character)
    if 0x2800 <= code <= 0x28FF:
        return "".join(_dots(code - 0x2800, x, y))
    if 0x2580 <= code <= 0x2590 or code in (0x2594, 0x2595):
        return _block(code, x, y)
    if character in "╌╍":
        thick = HEAVY if character == "╍" else LIGHT
        top, dash = y + (HEIGHT - thick) / 2, WIDTH * 0.3
        return _box(x + WIDTH * 0.1, top, dash, thick) + _box(x + WIDTH * 0.6, top, dash, thick)
    if character in _ARMS:
        return "".join(_lines(character, x, y))
    return None


def _box(x: float, y: float, width: float, height: float) -> str:
    return f"M{_n(x)} {_n(y)}h{_n(width)}v{_n(height)}h{_n(-width)}z"


def _dots(bits: int, x: float, y: float) -> Iterator[str]:
    for bit, (column, row) in enumerate(_BRAILLE_DOTS):
        if bits >> bit & 1:
            left = x + WIDTH * (0.25 + 0.5 * column) - DOT
            middle = y + HEIGHT * (0.125 + 0.25 * row)
            arc = f"a{DOT} {DOT} 0 1 1"
            yield f"M{_n(left)} {_n(middle)}{arc} {2 * DOT} 0{arc} {-2 * DOT} 0z"


def _block(code: int, x: float, y: float) -> str:
    if code == 0x2580:  # the upper half
        return _box(x, y, WIDTH, HEIGHT / 2)
    if code == 0x2590:  # the right half
        return _box(x + WIDTH / 2, y, WIDTH / 2, HEIGHT)
    if code == 0x2594:  # an eighth at the top
        return _box(x, y, WIDTH, HEIGHT / 8)
    if code == 0x2595:  # an eighth at the right
        return _box(x + WIDTH * 7 / 8, y, WIDTH / 8, HEIGHT)
    if code <= 0x2588:  # eighths from below
        high = HEIGHT * (code - 0x2580) / 8
        return _box(x, y + HEIGHT - high, WIDTH, high)
    return _box(x, y, WIDTH * (0x2590 - code) / 8, HEIGHT)  # eighths from the left


def _lines(character: str, x: float, y: float) -> Iterator[str]:
    middle_x, middle_y = x + WIDTH / 2, y + HEIGHT / 2
    if character in _ROUND:
        yield _corner(_ARMS[character], middle_x, middle_y)
        return
    for arm in _ARMS[character]:
        thick = HEAVY if arm.isupper() else LIGHT
        half = thick / 2
        if arm in "lLrR":
            left = x if arm in "lL" else middle_x - half
            yield _box(left, middle_y - half, WIDTH / 2 + half, thick)
        else:
            top = y if arm in "uU" else middle_y - half
            yield _box(middle_x - half, top, thick, HEIGHT / 2 + half)
    if character == "╫":
        for side in (-1.5, 1.5):
            yield _box(middle_x + side - LIGHT / 2, y, LIGHT, HEIGHT)


def _corner(arms: str, x: float, y: float) -> str:
    """Return a quarter turn between two arms, as a band of a line's thickness."""
    across, along = (1 if "r" in arms else -1), (1 if "d" in arms else -1)
    radius, half = WIDTH / 2, LIGHT / 2
    outer, inner = radius + half, radius - half
    end_x, end_y = x + across * radius, y + along * radius
    far = y + along * HEIGHT / 2
    turn = int(across * along > 0)
    return (
        f"M{_n(x - across * half)} {_n(far)}V{_n(end_y)}"
        f"A{_n(outer)} {_n(outer)} 0 0 {turn} {_n(end_x)} {_n(y - along * half)}"
        f"V{_n(y + along * half)}"
        f"A{_n(inner)} {_n(inner)} 0 0 {1 - turn} {_n(x + across * half)} {_n(end_y)}"
        f"V{_n(far)}z"
    )


def _n(number: float) -> str:
    """Return a coordinate without idle digits."""
    return f"{number:.2f}".rstrip("0").rstrip(".")
