"""The last line: the keys that matter here."""

from collections.abc import Iterable, Sequence

from textual.geometry import Size

from cctop.ui.keys import KeyMap
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Part, Parts, cells_of

BOARD_HINTS = (
    ("help", "help"),
    ("filter", "filter"),
    ("open", "open"),
    ("zoom", "zoom"),
    ("scope", "scope"),
    ("freeze", "freeze"),
    ("sort-next", "sort"),
    ("palette", "actions"),
    ("quit", "quit"),
)
REPLAY_HINTS = (
    ("help", "help"),
    ("play", "play"),
    ("play-faster", "speed"),
    ("event-on", "event"),
    ("turn-on", "turn"),
    ("next-failure", "failure"),
    ("goto", "go to"),
    ("find", "find"),
    ("curve", "curve"),
    ("zoom", "zoom"),
    ("palette", "actions"),
    ("close", "close"),
)
PAGE_HINTS = (("back", "back"), ("copy", "copy"), ("help", "help"))
STEP_HINTS = (("back", "back"), ("next", "next"), ("previous", "before"), *PAGE_HINTS[1:])
Hints = Sequence[tuple[str, str]]
_SHORT = {"escape": "esc", "question_mark": "?", "enter": "enter", "right": "→"}


def hints_line(hints: Hints, keymap: KeyMap, width: int) -> Parts:
    """As many of the hints as fit: the key, and in a word what it does."""
    line: list[Part] = []
    for name, word in hints:
        if not keymap[name]:
            continue
        key = keymap[name][0]
        hint: Parts = ((_SHORT.get(key, key), "accent"), (f" {word}", "dim"))
        gap: Parts = (("   ", ""),) if line else ()
        if cells_of((*line, *gap, *hint)) > width:
            break
        line += [*gap, *hint]
    return tuple(line)


class Foot(Painted):
    """A line of hints."""

    def __init__(self, hints: Hints, keymap: KeyMap) -> None:
        self._hints = hints
        self._keymap = keymap
        super().__init__(id="foot")

    def faces(self, size: Size) -> Iterable[Face]:
        """The hints."""
        yield Face(hints_line(self._hints, self._keymap, size.width))
