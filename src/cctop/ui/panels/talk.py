"""The conversation of a replay up to its moment: what was asked, said and done."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Final, NamedTuple, TypeAlias

from textual import events
from textual.geometry import Size
from textual.message import Message

from cctop.replay.model import Spoken, SpokenKind
from cctop.ui.panels.frame import Titled, title
from cctop.ui.panels.marks import VOICE
from cctop.ui.widgets.cells import clip, truncate, width_of
from cctop.ui.widgets.paint import Face
from cctop.ui.widgets.parts import Part, Parts, Tone, fit
from cctop.ui.widgets.rows import WHEEL_ROWS
from cctop.ui.words import clock

Feed: TypeAlias = Callable[[int, int], tuple[Spoken, ...]]
"""Gives the last so many entries up to a time, oldest first."""

KEY, NAME = "6", "conversation"
EMPTY = "nothing was said yet"
ENTRIES_KEPT: Final = 1024
FARTHEST: Final = 5_000
"""Lines that can be scrolled back: for what is older there is the line of time."""
SECONDS_FROM = 48
"""Cells of a panel from which on a time has its seconds."""
AIRY_FROM = 16
"""Lines of a panel from which on a prompt has a blank line before it."""


@lru_cache(ENTRIES_KEPT)
def spoken_lines(spoken: Spoken, width: int, words: str = "") -> tuple[Parts, ...]:
    """One entry: its time and glyph, and its first lines, wrapped, with some words marked."""
    voice = VOICE[spoken.kind]
    when = f"{clock(spoken.at, seconds=width >= SECONDS_FROM)} "
    rail: Parts = (("│ ", "rule"),) if spoken.agent else ()
    room = max(1, width - len(when) - 2 * bool(rail) - 2)
    lines = list(_wrapped(spoken.text or ("",), room, voice.most))
    first: Parts = ((when, "dim"), *rail, (f"{voice.glyph} ", voice.tone))
    indent: Parts = ((" " * len(when), ""), *rail, ("  ", ""))
    texts = [_marked(line, words, voice.text) for line in lines]
    return ((*first, *texts[0]), *((*indent, *text) for text in texts[1:]))


def _marked(line: str, words: str, tone: Tone) -> Parts:
    """A line with the words that were looked for in it, in any case."""
    low, wanted = line.lower(), words.lower()
    if not wanted or len(low) != len(line):  # some letters are longer in the other case
        return ((line, tone),)
    parts: list[Part] = []
    start = 0
    while (found := low.find(wanted, start)) >= 0:
        end = found + len(wanted)
        parts += [(line[start:found], tone), (line[found:end], "select")]
        start = end
    return (*parts, (line[start:], tone))


def _wrapped(text: Sequence[str], room: int, most: int) -> Iterator[str]:
    """Lines of at most `room` cells, broken at spaces where there are any; `…` ends a cut one."""
    left = most
    for place, line in enumerate(text):
        rest: str = line
        while left > 1 and width_of(rest) > room:
            head = clip(rest, room)
            cut = head.rfind(" ") if " " in head[room // 2 :] else len(head)
            yield rest[: max(1, cut)]
            rest = rest[max(1, cut) :].removeprefix(" ")
            left -= 1
        is_last = left == 1 and place + 1 < len(text)
        yield truncate(f"{rest} …", room) if is_last else truncate(rest, room)
        left -= 1
        if not left:
            return


class Line(NamedTuple):
    """A line of the conversation, and when its entry was; 0 for a blank one."""

    parts: Parts
    at: int = 0


def talk_lines(
    feed: Sequence[Spoken], width: int, words: str = "", *, airy: bool = False
) -> Iterator[Line]:
    """The lines of entries, the newest and lowest first."""
    for place in range(len(feed) - 1, -1, -1):
        spoken = feed[place]
        for parts in reversed(spoken_lines(spoken, width, words)):
            yield Line(parts, spoken.at)
        if airy and place and spoken.kind is SpokenKind.PROMPT:
            yield Line(())


class Talk(Titled, can_focus=True):
    """The conversation, the newest entry at the bottom. It follows the moment it is shown for."""

    class Chosen(Message):
        """An entry was clicked: `at` is when it was."""

        def __init__(self, at: int) -> None:
            super().__init__()
            self.at = at

    def __init__(self) -> None:
        self._feed: Feed = _silence
        self._at = 0
        self._words = ""
        self._back = 0
        self._lines: list[Line] = []
        super().__init__(id="talk")

    def show(self, feed: Feed, at: int, words: str = "") -> None:
        """Show what was said up to a time, from its end, with some words marked."""
        if at != self._at:
            self._back = 0
        self._feed, self._at, self._words = feed, at, words
        self.repaint()

    def scroll_lines(self, lines: int) -> None:
        """Look further back, or with a negative number towards the moment again."""
        back = min(FARTHEST, max(0, self._back + lines))
        if back != self._back:
            self._back = back
            self.repaint()

    def scroll_to_moment(self) -> None:
        """Look at the newest entry again."""
        self.scroll_lines(-self._back)

    @property
    def page(self) -> int:
        """The lines of a page."""
        return max(1, self.size.height - 3)

    def faces(self, size: Size) -> Iterator[Face]:
        """The title, the last lines, and how many more there are below."""
        width, height = size
        yield title(width, KEY, NAME, focused=self.has_focus)
        room = height - 1
        self._lines = self._in_view(width, room)
        for line in self._lines:
            yield Face(fit(line.parts, width))
        if not self._lines and room:
            yield Face(fit(EMPTY, width, tone="dim"))
        if self._back and room:
            yield Face(fit(f"{self._back:,} more below", width, tone="dim"))

    def _in_view(self, width: int, room: int) -> list[Line]:
        """The lines to show, the highest first. Where it is scrolled a line is left for a word."""
        wanted = room - bool(self._back) + self._back
        # Every entry has a line at least, so that as many entries are always enough.
        feed = self._feed(self._at, wanted) if wanted > 0 else ()
        lines = list(islice(talk_lines(feed, width, self._words, airy=room >= AIRY_FROM), wanted))
        # No further back than to the first line.
        self._back = max(0, min(self._back, len(lines) - room + 1))
        shown = lines[self._back :][: room - bool(self._back)]
        return shown[::-1]

    # The mouse.

    def on_click(self, event: events.Click) -> None:
        """Go to the time of an entry."""
        place = event.y - 1
        if 0 <= place < len(self._lines) and self._lines[place].at:
            self.post_message(self.Chosen(self._lines[place].at))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Scroll towards the moment."""
        event.stop()
        self.scroll_lines(-WHEEL_ROWS)

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Scroll back."""
        event.stop()
        self.scroll_lines(WHEEL_ROWS)


def _silence(at: int, count: int) -> tuple[Spoken, ...]:  # noqa: ARG001 - as a deck's feed
    return ()
