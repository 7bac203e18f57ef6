"""Which way goes to which terminal."""

from typing import get_args

import pytest

from cctop.alerts.terminal import Relay, Way, has_title, relay, resolve
from cctop.config import Desktop

XTERM = {"TERM": "xterm-256color"}
TMUX = {"TERM": "tmux-256color", "TERM_PROGRAM": "tmux", "TMUX": "/tmp/tmux-1000/default,1,0"}


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"}, Way.OSC99),
        ({"TERM": "xterm-kitty"}, Way.OSC99),
        ({**TMUX, "KITTY_WINDOW_ID": "1"}, Way.OSC99),
        ({**XTERM, "TERM_PROGRAM": "WezTerm"}, Way.OSC9),
        ({**TMUX, "WEZTERM_PANE": "0"}, Way.OSC9),
        ({**XTERM, "TERM_PROGRAM": "iTerm.app"}, Way.OSC9),
        ({**TMUX, "ITERM_SESSION_ID": "w0t0p0:1"}, Way.OSC9),
        ({"TERM": "xterm-ghostty", "TERM_PROGRAM": "ghostty"}, Way.OSC9),
        ({"TERM": "xterm-ghostty"}, Way.OSC9),
        ({**TMUX, "GHOSTTY_RESOURCES_DIR": "/usr/share/ghostty"}, Way.OSC9),
        ({**XTERM, "TERM_PROGRAM": "WarpTerminal"}, Way.OSC9),
        ({"TERM": "foot"}, Way.OSC777),
        ({"TERM": "foot-direct"}, Way.OSC777),
        ({"TERM": "rxvt-unicode-256color"}, Way.OSC777),
        ({**XTERM, "VTE_VERSION": "7600"}, Way.OSC777),
        ({**XTERM, "KONSOLE_VERSION": "240801"}, Way.OSC777),
        ({**XTERM, "WT_SESSION": "e6a1"}, Way.BELL),
        ({**XTERM, "TERM_PROGRAM": "Apple_Terminal"}, Way.BELL),
        ({**XTERM, "TERM_PROGRAM": "vscode", "KITTY_WINDOW_ID": "1"}, Way.BELL),
        (XTERM, Way.BELL),
        (TMUX, Way.BELL),
        ({}, Way.BELL),
        ({"KITTY_WINDOW_ID": "", "TERM_PROGRAM": "", "TERM": ""}, Way.BELL),
    ],
)
def test_auto_takes_what_the_terminal_understands(environ: dict[str, str], way: Way) -> None:
    assert resolve(Way.AUTO, environ) is way


@pytest.mark.parametrize("wish", [way for way in Way if way is not Way.AUTO])
def test_any_other_wish_is_taken_at_its_word(wish: Way) -> None:
    assert resolve(wish, {"TERM": "xterm-kitty", "TERM_PROGRAM": "WezTerm"}) is wish


def test_the_config_offers_every_way_but_what_another_setting_is_for() -> None:
    assert set(get_args(Desktop)) == set(Way) - {Way.BELL}


def test_what_it_runs_in() -> None:
    assert relay(XTERM) is Relay.NONE
    assert relay(TMUX) is Relay.TMUX
    assert relay({"STY": "1234.pts-0.host"}) is Relay.SCREEN
    assert relay({"STY": "", "TMUX": ""}) is Relay.NONE


def test_a_console_has_no_title() -> None:
    assert has_title(XTERM)
    assert has_title({})
    assert not has_title({"TERM": "linux"})
    assert not has_title({"TERM": "dumb"})
