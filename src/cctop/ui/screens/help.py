"""The help: every key, what the columns mean, and which figures are good."""

from itertools import zip_longest

from cctop.ui.health import RANGES
from cctop.ui.keys import TIME, KeyMap, by_group
from cctop.ui.panels.marks import MARK
from cctop.ui.screens.page import INDENT, Headline, Page, section, wrapped
from cctop.ui.widgets.parts import Parts, cells_of, fit
from cctop.ui.words import FAILURE, LIST_PRICE, LOOP, STATUS, TRIGGER, Sign

TWO_COLUMNS = 96
KEYS_WIDTH = 16

MEANINGS = (
    ("context", "tokens in the model's window now, of how many it holds"),
    ("in", "tokens sent: input, cache reads and cache writes"),
    ("out", "tokens generated, thinking included"),
    ("hit", "share of what was sent that came from the cache"),
    ("cost", "list price, subagents included; ≥ a lower bound, + some tokens have no price"),
    ("USD/h", "over the last minutes of activity; beside it how it went"),
    ("failed", "tool calls that failed, and their share of all"),
    (f"{LOOP} 9x", "a loop: one tool failed nine times with the same input or error"),
    ("cmp", "compactions"),
    ("sub", "subagents: running/all"),
    ("age", "since the last activity"),
    ("new tokens", "input, cache writes and output: what was not read from the cache"),
    ("metered", "counted from the transcript's responses, each once"),
    ("official", "Claude Code's own books, which it writes when it exits"),
    ("unlogged", "what these hold beyond the transcript: compactions, titles, side calls"),
    ("inherited", "what a fork brought along: its parent's, and counted there"),
)


class HelpPage(Page):
    """The help. Over a replay its keys come first."""

    def __init__(self, keys: KeyMap, *, replays: bool = False) -> None:
        self._replays = replays
        super().__init__(keys)

    def headline(self) -> Headline:
        """What it is."""
        return Headline("help", (("keys, columns, ranges", "dim"),))

    def lines(self, width: int) -> list[Parts]:
        """Keys by group, two beside each other where there is room; then the words."""
        lines: list[Parts] = []
        column = width // 2 if width >= TWO_COLUMNS else width
        keys = sorted(_keys(self._keys), key=lambda group: self._replays and group[0] != TIME)
        groups = [_group(name, rows, column) for name, rows in keys]
        if width >= TWO_COLUMNS:
            if len(groups) % 2:  # the longest one in two halves
                half = len(groups[-1]) // 2 + 1
                groups[-1:] = [groups[-1][:half], [(), *groups[-1][half:]]]
            for left, right in zip(groups[::2], groups[1::2], strict=True):
                lines += [(), *_beside(left, right, width)]
        else:
            for group in groups:
                lines += [(), *group]
        lines += section("states", width)
        lines.append(_signs([STATUS[key] for key in STATUS]))
        lines.append(_signs([FAILURE[key] for key in FAILURE]))
        lines.append(_signs([TRIGGER[key] for key in TRIGGER]))
        lines += section("marks of a replay", width)
        lines += _few(list(MARK.values()), width)
        lines += section("figures", width)
        for name, meaning in MEANINGS:
            lines += _entry(name, meaning, width)
        lines += section("health", width)
        for name, good, watch, bad in RANGES:
            lines += _range(name, good, watch, bad, width)
        return [*lines, (), *wrapped(f"Every amount is a {LIST_PRICE}.", width, "dim")]


def _keys(keys: KeyMap) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (name, [(shown, action.help) for shown, action in rows if shown])
        for name, rows in by_group(keys)
    ]


def _group(name: str, rows: list[tuple[str, str]], width: int) -> list[Parts]:
    lines: list[Parts] = [((f"{INDENT}{name}", "heading"),)]
    for shown, words in rows:
        lines += _entry(shown, words, width)
    return lines


def _beside(left: list[Parts], right: list[Parts], width: int) -> list[Parts]:
    half = width // 2
    return [
        (*fit(one, half), *fit(two, width - half))
        for one, two in zip_longest(left, right, fillvalue=())
    ]


def _signs(signs: list[Sign]) -> Parts:
    line: Parts = ()
    for glyph, word, tone in signs:
        line += ((f"{INDENT}{glyph} ", tone), (f"{word}  ", "dim"))
    return line


def _few(signs: list[Sign], width: int) -> list[Parts]:
    """Signs in as many lines as they need."""
    lines: list[Parts] = []
    for sign in signs:
        one = _signs([sign])
        if not lines or cells_of((*lines[-1], *one)) > width:
            lines.append(())
        lines[-1] += one
    return lines


def _entry(name: str, meaning: str, width: int) -> list[Parts]:
    indent = " " * (len(INDENT) + KEYS_WIDTH)
    first, *rest = wrapped(meaning, width, indent=indent)
    return [((INDENT, ""), *fit(name, KEYS_WIDTH, tone="accent"), *first[1:]), *rest]


def _range(name: str, good: str, watch: str, bad: str, width: int) -> list[Parts]:
    head: Parts = fit(((INDENT, ""), (name, "")), 28)
    marks: Parts = (
        ("✓ ", "dim"),
        (f"{good:<12}", ""),
        ("△ ", "warning"),
        (f"{watch:<14}", ""),
        ("▲ ", "alarm"),
        (bad, ""),
    )
    if cells_of((*head, *marks)) <= width:
        return [(*head, *marks)]
    return [head, ((INDENT * 2, ""), *marks)]
