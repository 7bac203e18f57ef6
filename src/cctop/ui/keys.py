"""Every action a key can reach, once: bindings, help, palette and docs are made from this list.

Users remap actions by id in the config's `[keys]` table; `resolve` checks that and says what is
wrong with it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import NamedTuple

from textual.binding import Binding
from textual.keys import Keys

BOARD = "board"
PAGE = "page"
PROOF = "proof"
REPLAY = "replay"
STAGE = "stage"
"""The board and the replay: both have panels."""
LISTS = "lists"
"""The board and the proof: both have a table to sort and to filter."""
EVERYWHERE = "everywhere"
_SCREENS = {
    BOARD: {BOARD},
    PAGE: {PAGE},
    PROOF: {PROOF},
    REPLAY: {REPLAY},
    STAGE: {BOARD, REPLAY},
    LISTS: {BOARD, PROOF},
    EVERYWHERE: {BOARD, PAGE, PROOF, REPLAY},
}

MOVE = "Move"
SESSIONS = "Sessions"
PANELS = "Panels"
SCREEN = "Screen"
PROOFS = "Proof of a figure"
TIME = "Replay"
GROUPS = (MOVE, SESSIONS, PANELS, SCREEN, PROOFS, TIME)


class Action(NamedTuple):
    """One thing a key can do. `run` is the Textual action, `where` the screens that know it."""

    id: str
    keys: tuple[str, ...]
    group: str
    help: str
    run: str
    where: str = BOARD

    def meets(self, other: "Action") -> bool:
        """Whether both can be live at once, so that they may not share a key.

        A replay's own keys may hide what others do elsewhere: it needs many.
        """
        if (self.where == REPLAY) is not (other.where == REPLAY):
            return False
        return not _SCREENS[self.where].isdisjoint(_SCREENS[other.where])

    def is_on(self, screen: str) -> bool:
        """Whether this kind of screen knows it."""
        return screen in _SCREENS[self.where]


_JUMPS = (
    ("failure", "n"),
    ("compaction", "c"),
    ("milestone", "m"),
    ("subagent", "a"),
    ("api error", "e"),
)


def _jumps() -> Iterator[Action]:
    """A letter goes to the next mark of a kind in a replay, its capital to the one before."""
    for kind, key in _JUMPS:
        name, run = kind.replace(" ", "-"), f"jump('{kind}', {{}})"
        words = kind.replace("api", "API")
        yield Action(f"next-{name}", (key,), TIME, f"next {words}", run.format(1), REPLAY)
        before = f"{words} before"
        yield Action(f"{name}-before", (key.upper(),), TIME, before, run.format(-1), REPLAY)


ACTIONS: tuple[Action, ...] = (
    Action("down", ("down", "j"), MOVE, "next line", "move(1)", EVERYWHERE),
    Action("up", ("up", "k"), MOVE, "line before", "move(-1)", EVERYWHERE),
    Action("page-down", ("pagedown", "ctrl+d"), MOVE, "a page down", "page(1)", EVERYWHERE),
    Action("page-up", ("pageup", "ctrl+u"), MOVE, "a page up", "page(-1)", EVERYWHERE),
    Action("top", ("home", "g"), MOVE, "first line", "edge(-1)", EVERYWHERE),
    Action("bottom", ("end", "G"), MOVE, "last line", "edge(1)", EVERYWHERE),
    Action("open", ("enter", "l", "right"), MOVE, "open what is selected", "open", STAGE),
    Action("back", ("escape", "h", "left"), MOVE, "back, one step at a time", "back", EVERYWHERE),
    Action("next", ("n",), MOVE, "next failure, compaction, …", "step(1)", PAGE),
    Action("previous", ("N", "p"), MOVE, "the one before", "step(-1)", PAGE),
    Action("filter", ("/",), SESSIONS, "filter what is listed", "filter", LISTS),
    Action("scope", ("a",), SESSIONS, "active, today, all", "scope"),
    Action("freeze", ("space",), SESSIONS, "freeze the picture, and let it go on", "freeze"),
    Action("sort-next", (">",), SESSIONS, "sort by the next column", "sort_step(1)", LISTS),
    Action("sort-previous", ("<",), SESSIONS, "sort by the column before", "sort_step(-1)", LISTS),
    Action("sort-status", ("S",), SESSIONS, "sort by status: who waits first", "sort('status')"),
    Action("sort-project", ("P",), SESSIONS, "sort by project", "sort('project')"),
    Action("sort-context", ("X",), SESSIONS, "sort by context used", "sort('context')"),
    Action("sort-cost", ("C",), SESSIONS, "sort by cost", "sort('cost')"),
    Action("sort-burn", ("B",), SESSIONS, "sort by USD an hour", "sort('burn')"),
    Action("sort-failures", ("F",), SESSIONS, "sort by tool failures", "sort('failures')"),
    Action("sort-age", ("A",), SESSIONS, "sort by last activity", "sort('age')"),
    Action("reverse", ("R",), SESSIONS, "reverse the order", "reverse", LISTS),
    Action("replay", ("r",), SESSIONS, "replay the selected session", "replay(0)"),
    Action("past", ("[",), SESSIONS, "look at its past, from its last turn on", "replay(-1)"),
    Action("sessions", ("0",), PANELS, "the sessions", "panel('sessions')"),
    Action("meter", ("1",), PANELS, "meter: tokens and cost by kind", "panel('meter')", STAGE),
    Action("failures", ("2",), PANELS, "failures: calls gone wrong", "panel('failures')", STAGE),
    Action("compactions", ("3",), PANELS, "compactions over time", "panel('compactions')", STAGE),
    Action("subagents", ("4",), PANELS, "subagents", "panel('subagents')", STAGE),
    Action("turns", ("5",), PANELS, "turns, with the cost of each", "panel('turns')", STAGE),
    Action("talk", ("6",), PANELS, "conversation of a replay", "panel('talk')", REPLAY),
    Action("next-panel", ("tab",), PANELS, "next panel", "cycle(1)", STAGE),
    Action("previous-panel", ("shift+tab",), PANELS, "panel before", "cycle(-1)", STAGE),
    Action("zoom", ("z",), PANELS, "zoom the panel, and back", "zoom", STAGE),
    Action("proof", ("=",), PANELS, "prove the figure: every call behind it", "proof"),
    Action("help", ("?", "f1"), SCREEN, "this help", "app.help", EVERYWHERE),
    Action("palette", (":", "ctrl+p"), SCREEN, "find an action by name", "app.palette", EVERYWHERE),
    Action("skipped", ("!",), SCREEN, "lines that could not be read", "app.skipped"),
    Action("copy", ("y",), SCREEN, "copy: session id, error or text", "copy", EVERYWHERE),
    Action("screenshot", ("s",), SCREEN, "save a picture (SVG)", "app.save_picture", EVERYWHERE),
    Action("mute", ("M",), SCREEN, "mute bell and notifications, and back", "app.mute", EVERYWHERE),
    Action("theme", ("t",), SCREEN, "next theme", "app.next_theme", EVERYWHERE),
    Action("faster", ("+",), SCREEN, "refresh more often", "app.refresh_rate(1)", EVERYWHERE),
    Action("slower", ("-",), SCREEN, "refresh less often", "app.refresh_rate(-1)", EVERYWHERE),
    Action("quit", ("q", "ctrl+c", "ctrl+q"), SCREEN, "quit", "app.quit", EVERYWHERE),
    Action("figure-next", ("tab",), PROOFS, "next figure", "figure(1)", PROOF),
    Action("figure-previous", ("shift+tab",), PROOFS, "figure before", "figure(-1)", PROOF),
    Action("figure-today", ("=",), PROOFS, "today's: what the budget is spent on", "today", PROOF),
    Action("copy-all", ("Y",), PROOFS, "copy all rows as CSV", "copy_all", PROOF),
    Action("export-csv", ("e",), PROOFS, "save all rows as CSV", "export('csv')", PROOF),
    Action("export-json", ("E",), PROOFS, "save all rows as JSON", "export('json')", PROOF),
    Action("play", ("space",), TIME, "play, and pause", "play", REPLAY),
    Action("play-faster", (">",), TIME, "faster, up to as fast as it reads", "speed(1)", REPLAY),
    Action("play-slower", ("<",), TIME, "slower, down to as fast as it was", "speed(-1)", REPLAY),
    Action("event-on", ("right",), TIME, "an event on", "event(1)", REPLAY),
    Action("event-back", ("left",), TIME, "an event back", "event(-1)", REPLAY),
    Action("turn-on", ("]",), TIME, "a turn on", "turn(1)", REPLAY),
    Action("turn-back", ("[",), TIME, "a turn back", "turn(-1)", REPLAY),
    *_jumps(),
    Action("goto", ("g",), TIME, "go to a time: 14:05, +20m, 50%", "goto", REPLAY),
    Action("start", ("home",), TIME, "the start", "start", REPLAY),
    Action("end", ("end",), TIME, "the end; of a running session: live again", "end", REPLAY),
    Action("find", ("/",), TIME, "find words in what was said and done", "find", REPLAY),
    Action("curve", ("v",), TIME, "cost or context over time", "curve", REPLAY),
    Action("close", ("q",), TIME, "close the replay", "close", REPLAY),
)

_BY_ID = {action.id: action for action in ACTIONS}
_MODIFIERS = frozenset({"ctrl", "shift", "alt", "super", "meta"})
_NAMED = {key.value for key in Keys if "<" not in key.value}
_SHOWN = {
    "down": "↓",
    "up": "↑",
    "left": "←",
    "right": "→",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "escape": "esc",
}

KeyMap = Mapping[str, tuple[str, ...]]
"""The keys of every action, by its id."""


class KeyMapError(ValueError):
    """The config's `[keys]` names something unknown, or gives one key to two actions."""


DEFAULT_KEYS: KeyMap = {action.id: action.keys for action in ACTIONS}


def resolve(overrides: Mapping[str, str | list[str]]) -> KeyMap:
    """The keys of every action, with a user's own in place of the defaults; [] takes all away.

    Raises KeyMapError for an unknown action, an unknown key, or one key for two actions.
    """
    keymap = dict(DEFAULT_KEYS)
    for name, given in overrides.items():
        if name not in _BY_ID:
            raise KeyMapError(f"keys.{name}: no such action{_meant(name, _BY_ID)}")
        keys = (given,) if isinstance(given, str) else tuple(given)
        for key in keys:
            _check_key(name, key)
        keymap[name] = keys
    # The user's own first: where two share a key, the word is on what the user can change.
    for name in overrides:
        _check_clashes(_BY_ID[name], keymap)
    return keymap


def bindings(where: str) -> list[Binding]:
    """Textual's bindings for one kind of screen (or, with EVERYWHERE, for the app)."""
    return [
        Binding(
            ",".join(map(_long, action.keys)), action.run, action.help, show=False, id=action.id
        )
        for action in ACTIONS
        if action.where == where
    ]


def replay_bindings() -> list[Binding]:
    """Textual's bindings for the replay. Its own keys come first, in its panels too.

    A user's own key for anything else that the replay knows comes before them: Textual sees to it.
    """
    own = [replace(binding, priority=True) for binding in bindings(REPLAY)]
    taken = {key for binding in own for key in binding.key.split(",")}
    found = own
    # A key with two bindings would lose both when the user gives one of them another key.
    for binding in [*bindings(STAGE), *bindings(EVERYWHERE)]:
        if free := [key for key in binding.key.split(",") if key not in taken]:
            found.append(replace(binding, key=",".join(free)))
    return found


def textual_keymap(keymap: KeyMap) -> dict[str, str]:
    """What `App.set_keymap` takes: the actions whose keys are not the default ones."""
    return {
        name: ",".join(map(_long, keys)) or "none"
        for name, keys in keymap.items()
        if keys != DEFAULT_KEYS[name]
    }


def by_group(keymap: KeyMap) -> Iterator[tuple[str, list[tuple[str, Action]]]]:
    """For help and docs: each group with its (shown keys, action) pairs."""
    for group in GROUPS:
        yield group, [(shown(keymap[a.id]), a) for a in ACTIONS if a.group == group]


def shown(keys: Iterable[str]) -> str:
    """Keys as a person reads them: "↓ j"."""
    return " ".join(_SHOWN.get(key, key) for key in keys)


def keys_markdown() -> str:
    """The page docs/keys.md: all actions with their ids and default keys."""
    lines = [
        "# Keys",
        "",
        "Press `?` for this list on the screen, `:` or `ctrl+p` to find an action by its name.",
        "",
        "Any action can have other keys: name it in the config's `[keys]` table.",
        "A key for two actions, an unknown action and an unknown key are errors that say so.",
        "A replay's own keys come first there: they may be those of other screens.",
        "",
        "```toml",
        "[keys]",
        'freeze = "f"',
        'quit = ["q", "ctrl+q"]',
        "```",
    ]
    for group, rows in by_group(DEFAULT_KEYS):
        lines += ["", f"## {group}", "", "| keys | action | what it does |", "|---|---|---|"]
        for _, action in rows:
            keys = " ".join(f"`{_SHOWN.get(key, key)}`" for key in action.keys)
            lines.append(f"| {keys} | `{action.id}` | {action.help} |")
    return "\n".join(lines) + "\n"


def _long(key: str) -> str:
    """A comma separates keys in Textual's bindings, and must go by its name."""
    return "comma" if key == "," else key


def _check_key(name: str, key: str) -> None:
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    known = len(last) == 1 or last in _NAMED
    if known and _MODIFIERS.issuperset(modifiers):
        return
    allowed = "allowed: one character, or a name such as space, enter, f5, ctrl+s"
    raise KeyMapError(f"keys.{name}: unknown key {key!r}{_meant(key, _NAMED)}; {allowed}")


def _check_clashes(action: Action, keymap: KeyMap) -> None:
    for other in ACTIONS:
        shared = set(keymap[action.id]).intersection(keymap[other.id])
        if shared and other is not action and action.meets(other):
            raise KeyMapError(
                f"keys.{action.id}: {min(shared)!r} is also the key of {other.id!r};"
                f" give keys.{other.id} another one (or [] for none)"
            )


def _meant(word: str, known: Iterable[str]) -> str:
    close = get_close_matches(word, list(known), n=3, cutoff=0.5)
    if close:
        return f"; did you mean {' or '.join(map(repr, close))}?"
    return f"; allowed: {', '.join(sorted(known))}" if len(list(known)) < 100 else ""
