"""Which kind of notification a terminal understands, by the names it leaves in the environment.

| way | who shows it |
|---|---|
| OSC 9 | iTerm2 (where it comes from), WezTerm, Ghostty, Warp |
| OSC 777 | rxvt-unicode (with its `notify` extension), foot, Konsole, Contour, Fedora's VTE |
| OSC 99 | kitty (where it comes from), foot |

Windows Terminal takes OSC 9 for ConEmu's commands, and knows OSC 777 from 1.26 on: like all that
are not named here it gets the bell, which every terminal makes something of.
"""

from collections.abc import Mapping
from enum import StrEnum


class Way(StrEnum):
    """How the desktop is told. AUTO is a wish, BELL what may come of it."""

    OFF = "off"
    AUTO = "auto"
    OSC9 = "osc9"
    OSC777 = "osc777"
    OSC99 = "osc99"
    BELL = "bell"


class Relay(StrEnum):
    """What stands between us and the terminal, and has to be asked to pass a sequence on."""

    NONE = ""
    TMUX = "tmux"
    SCREEN = "screen"


# $TERM_PROGRAM is the innermost terminal's own word: first of all, for the variables below are
# inherited by terminals that were started from another one.
_BY_PROGRAM = {
    "iTerm.app": Way.OSC9,
    "WezTerm": Way.OSC9,
    "ghostty": Way.OSC9,
    "WarpTerminal": Way.OSC9,
    "kitty": Way.OSC99,
    "vscode": Way.BELL,
    "Apple_Terminal": Way.BELL,
}
_BY_TERM = (
    ("xterm-kitty", Way.OSC99),
    ("xterm-ghostty", Way.OSC9),
    ("wezterm", Way.OSC9),
    ("foot", Way.OSC777),
    ("rxvt-unicode", Way.OSC777),
    ("contour", Way.OSC777),
)
# What is left inside tmux and screen, which put themselves into the other two.
_BY_SIGN = (
    ("KITTY_WINDOW_ID", Way.OSC99),
    ("WEZTERM_PANE", Way.OSC9),
    ("GHOSTTY_RESOURCES_DIR", Way.OSC9),
    ("ITERM_SESSION_ID", Way.OSC9),
    ("KONSOLE_VERSION", Way.OSC777),
    ("VTE_VERSION", Way.OSC777),
)
_WITHOUT_TITLE = frozenset({"linux", "dumb"})


def resolve(wish: Way, environ: Mapping[str, str]) -> Way:
    """The way to take: the one wished for, or for AUTO the one that the terminal understands."""
    if wish is not Way.AUTO:
        return wish
    if way := _BY_PROGRAM.get(environ.get("TERM_PROGRAM", "")):
        return way
    term = environ.get("TERM", "")
    by_term = (way for prefix, way in _BY_TERM if term.startswith(prefix))
    by_sign = (way for name, way in _BY_SIGN if environ.get(name))
    return next(by_term, next(by_sign, Way.BELL))


def relay(environ: Mapping[str, str]) -> Relay:
    """What the program runs in."""
    if environ.get("TMUX"):
        return Relay.TMUX
    return Relay.SCREEN if environ.get("STY") else Relay.NONE


def has_title(environ: Mapping[str, str]) -> bool:
    """Whether the terminal has a title to set: a console has none, and may print it instead."""
    return environ.get("TERM") not in _WITHOUT_TITLE
