"""Byte for byte what the terminal gets, and that no text can get out of its sequence."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.alerts import sequences
from cctop.alerts.sequences import notification, set_title
from cctop.alerts.terminal import Relay, Way

SHOWING = (Way.OSC9, Way.OSC777, Way.OSC99)
HOSTILE = (
    "\x1b]52;c;ZXZpbA==\x07", "\x1b\\\x1b[2J", "\x07", "\x9c\x9b2J", "\x9d0;evil\x9c", "a;b;c",
    "4;1;50", "one\ntwo\r\nthree", "\u202egnp.exe", "\u2028\u2029", "\x1b", "\\", "\x1bPtmux;\x1b",
    "\x00\x08\x7f", "\ud800",
)  # fmt: skip


def test_the_title_and_its_stack() -> None:
    assert set_title("● 3 busy · cctop") == "\x1b]2;● 3 busy · cctop\x07"
    assert sequences.SAVE_TITLE == "\x1b[22;2t"
    assert sequences.RESTORE_TITLE == "\x1b]2;\x07\x1b[23;2t"


@pytest.mark.parametrize(
    ("way", "sequence"),
    [
        (Way.OSC9, "\x1b]9;cctop: web waits: Bash ls\x07"),
        (Way.OSC777, "\x1b]777;notify;cctop;web waits: Bash ls\x07"),
        (
            Way.OSC99,
            (
                "\x1b]99;i=cctop-0a-1f:d=0;cctop\x1b\\"
                "\x1b]99;i=cctop-0a-1f:p=body;web waits: Bash ls\x1b\\"
            ),
        ),
        (Way.BELL, ""),
        (Way.OFF, ""),
    ],
)
def test_every_way_has_its_sequence(way: Way, sequence: str) -> None:
    assert notification(way, "web waits: Bash ls", "0a-1f") == sequence


def test_tmux_and_screen_are_asked_to_pass_it_on() -> None:
    assert notification(Way.OSC9, "hi", "", Relay.TMUX) == (
        "\x1bPtmux;\x1b\x1b]9;cctop: hi\x07\x1b\\"
    )
    assert notification(Way.OSC9, "hi", "", Relay.SCREEN) == "\x1bP\x1b]9;cctop: hi\x07\x1b\\"
    assert notification(Way.OSC99, "hi", "a", Relay.TMUX) == (
        "\x1bPtmux;\x1b\x1b]99;i=cctop-a:d=0;cctop\x1b\x1b\\"
        "\x1b\x1b]99;i=cctop-a:p=body;hi\x1b\x1b\\\x1b\\"
    )
    assert notification(Way.OSC99, "hi", "a", Relay.SCREEN) == (
        "\x1bP\x1b]99;i=cctop-a:d=0;cctop\x07\x1b]99;i=cctop-a:p=body;hi\x07\x1b\\"
    )
    assert notification(Way.OFF, "hi", "a", Relay.TMUX) == ""


_text = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=60), max_size=12).map("".join)
_INNER = re.compile(
    r"\x1b\]9;cctop: ([^;\x00-\x1f\x7f-\x9f]*)\x07"
    r"|\x1b\]777;notify;cctop;([^;\x00-\x1f\x7f-\x9f]*)\x07"
    r"|\x1b\]99;i=cctop-[A-Za-z0-9-]*:d=0;cctop(?:\x1b\\|\x07)"
    r"\x1b\]99;i=cctop-[A-Za-z0-9-]*:p=body;([^;\x00-\x1f\x7f-\x9f]*)(?:\x1b\\|\x07)"
)


def unwrapped(sequence: str, to: Relay) -> str:
    """What arrives at the terminal: ESC ends the wrapping unless it is doubled."""
    if to is Relay.NONE:
        return sequence
    head, tail = ("\x1bPtmux;" if to is Relay.TMUX else "\x1bP"), "\x1b\\"
    assert sequence.startswith(head)
    assert sequence.endswith(tail)
    body = sequence[len(head) : -len(tail)]
    if to is Relay.SCREEN:
        assert tail not in body
        return body
    assert "\x1b" not in body.replace("\x1b\x1b", "")
    return body.replace("\x1b\x1b", "\x1b")


@given(_text, _text, st.sampled_from(SHOWING), st.sampled_from(Relay))
def test_no_text_gets_out_of_its_notification(text: str, name: str, way: Way, to: Relay) -> None:
    sequence = unwrapped(notification(way, text, name, to), to)
    match = _INNER.fullmatch(sequence)
    assert match
    shown = next(group for group in match.groups() if group is not None)
    assert len(shown) <= 160
    assert not re.search("[\u200b-\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]", shown)
    sequence.encode()


@given(_text)
def test_no_text_gets_out_of_the_title(text: str) -> None:
    assert re.fullmatch(r"\x1b\]2;[^;\x00-\x1f\x7f-\x9f]{0,80}\x07", set_title(text))


@pytest.mark.parametrize("evil", HOSTILE)
def test_what_is_hostile_is_taken_out_and_the_rest_is_shown(evil: str) -> None:
    sequence = notification(Way.OSC777, f"before {evil} after", "a")
    assert sequence.startswith("\x1b]777;notify;cctop;before ")
    assert sequence.endswith("er\x07")  # a lone ESC takes a letter along, as in a terminal
    assert sequence.count(";") == 3


def test_commands_stay_readable_without_their_semicolons() -> None:
    assert sequences.plain("cd a; rm -rf b", 80) == "cd a, rm -rf b"
