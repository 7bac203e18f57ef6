"""The sequences that set a title and show a notification, whatever the text in them holds.

Title: `OSC 2 ; text` and the title stack, `CSI 22 ; 2 t` and `CSI 23 ; 2 t` (xterm's control
sequences). Notifications: `OSC 9 ; text` (iTerm2), `OSC 777 ; notify ; title ; body`
(rxvt-unicode) and `OSC 99 ; keys ; text` (kitty). Passing them on: `DCS tmux; … ST` with every ESC
doubled (tmux 3.3 and later: only with `allow-passthrough on`), `DCS … ST` in GNU screen.
"""

import re

from cctop.alerts.terminal import Relay, Way
from cctop.alerts.words import LINE_LIMIT, NAME, TITLE_LIMIT
from cctop.text import clean

BEL = "\x07"
_ESC = "\x1b"
_ST = f"{_ESC}\\"
_OSC = f"{_ESC}]"
_DCS = f"{_ESC}P"

SAVE_TITLE = f"{_ESC}[22;2t"
# The empty title first, for terminals without a stack: ours would stay, and be wrong.
RESTORE_TITLE = f"{_OSC}2;{BEL}{_ESC}[23;2t"

_not_in_a_key = re.compile("[^A-Za-z0-9-]")


def set_title(text: str) -> str:
    """The sequence for a title."""
    return f"{_OSC}2;{plain(text, TITLE_LIMIT)}{BEL}"


def notification(way: Way, text: str, name: str, to: Relay = Relay.NONE) -> str:
    """The sequence for a notification; empty for a way that has none.

    `name` is what it is about: where the terminal can, a newer one takes the older one's place.
    """
    words = plain(text, LINE_LIMIT)
    match way:
        case Way.OSC9:
            # After `9;` a digit would begin one of ConEmu's commands: our name keeps that away.
            sequence = f"{_OSC}9;{NAME}: {words}{BEL}"
        case Way.OSC777:
            sequence = f"{_OSC}777;notify;{NAME};{words}{BEL}"
        case Way.OSC99:
            key = f"i={NAME}-{_not_in_a_key.sub('', name)[:36]}"
            title = f"{_OSC}99;{key}:d=0;{NAME}{_ST}"
            sequence = f"{title}{_OSC}99;{key}:p=body;{words}{_ST}"
        case _:
            return ""
    return _passed_on(sequence, to)


def plain(text: str, limit: int) -> str:
    """Text that ends no sequence and begins no new field of one."""
    return clean(text, limit).replace(";", ",")


def _passed_on(sequence: str, to: Relay) -> str:
    match to:
        case Relay.TMUX:
            return f"{_DCS}tmux;{sequence.replace(_ESC, _ESC + _ESC)}{_ST}"
        case Relay.SCREEN:  # the first ST would end it, and BEL ends the inner sequence as well
            return f"{_DCS}{sequence.replace(_ST, BEL)}{_ST}"
        case Relay.NONE:
            return sequence
