"""The door for untrusted text: what comes through can never be obeyed by a terminal."""

import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cctop import text
from cctop.text import clean, clean_lines

ESC, BEL = "\x1b", "\x07"

# Text as an attacker writes it: introducers, terminators and harmless letters, densely mixed.
INTRODUCERS = [
    ESC,
    f"{ESC}]",
    f"{ESC}[",
    f"{ESC}P",
    "\x9b",
    "\x9d",
    "\x90",
    f"{ESC}\\",
    "\x9c",
    BEL,
]
INVISIBLE = ["\u202e", "\u2066", "\u200b", "\u200d", "\ufeff", "\u3164", "\ufe0f", "\U000e0041"]
BREAKS = ["\n", "\r", "\r\n", "\t", "\x85", "\u2028", " ", "\u3000", "\u00a0"]
ODDITIES = ["\x00", "\x7f", "\x18", "\ud800", "\udc00", "\ue000", "\ufdd0", "\u0378"]
LETTERS = ["\u0301", "\u0489", "é", "字", "…", "a", "m", "52;c;", "31", ";", "?", "[/]"]
HOSTILE = st.lists(
    st.sampled_from([*INTRODUCERS, *INVISIBLE, *BREAKS, *ODDITIES, *LETTERS]), max_size=60
).map("".join)
ANY_TEXT = st.one_of(st.text(alphabet=st.characters(), max_size=400), HOSTILE)
LIMITS = st.integers(min_value=-1, max_value=60)
FORBIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def assert_obedient_to_nobody(shown: str) -> None:
    assert not [c for c in shown if unicodedata.category(c) in FORBIDDEN], ascii(shown)
    assert shown.isprintable()
    assert not set(shown) & {"\ufe0f", "\u034f", "\u3164", "\u115f", "\uffa0"}
    marks = 0
    for index, char in enumerate(shown):
        marks = marks + 1 if unicodedata.category(char)[0] == "M" else 0
        assert marks <= 4
        assert index > 0 or marks == 0


@given(ANY_TEXT, LIMITS)
@example("\n \u0301a", 10)
@example("a\u0301\u0301\u0301\u0301\u200b\u0301", 10)
def test_output_is_printable_bounded_and_final(value: str, limit: int) -> None:
    shown = clean(value, limit)
    assert_obedient_to_nobody(shown)
    assert len(shown) <= max(limit, 0)
    assert clean(shown, limit) == shown


# Plain at first, in which case what follows is not looked at.
OPENING = st.text(alphabet="ab é…字\n\r\t ", max_size=100)


@given(OPENING, HOSTILE, LIMITS)
@example("ab  ", "\n", 2)
@example("  ab", "\n\n", 3)
@example("a\n ", " \n" * 40 + "b", 2)
def test_a_text_that_shows_by_its_beginning_shows_so_by_the_whole(
    opening: str, rest: str, limit: int
) -> None:
    assert clean(opening + rest, limit) == text._whole(opening + rest, limit)


@given(ANY_TEXT, st.integers(min_value=-1, max_value=6), LIMITS)
def test_lines_are_printable_bounded_and_final(value: str, max_lines: int, limit: int) -> None:
    shown = clean_lines(value, max_lines, limit)
    assert len(shown) <= max(max_lines, 0)
    for line in shown:
        assert_obedient_to_nobody(line)
        assert len(line) <= max(limit, 0)
    if any(shown):
        assert clean_lines("\n".join([*shown, ""]), max_lines, limit) == shown


@given(st.text(alphabet=st.characters(min_codepoint=32, max_codepoint=126), max_size=200))
def test_plain_ascii_is_unchanged(value: str) -> None:
    assert clean(value) == value
    assert "\n".join(clean_lines(value)) == value


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (f"{ESC}[31mred{ESC}[0m", "red"),
        ("\x9b31mred\x9b0m", "red"),
        (f"{ESC}[2J{ESC}[Hhome", "home"),
        (f"{ESC}[?1049h{ESC}[38;2;1;2;3mx{ESC}[ qy", "xy"),
        (f"a{ESC}]52;c;ZXZpbA=={BEL}b", "ab"),
        (f"a{ESC}]0;title{ESC}\\b", "ab"),
        ("a\x9d0;title\x9cb", "ab"),
        (f"{ESC}]8;;http://evil/{ESC}\\link{ESC}]8;;{ESC}\\", "link"),
        (f"a{ESC}Pq#0;2\n!A{ESC}\\b", "ab"),
        (f"a{ESC}_G payload{ESC}\\b{ESC}^pm{ESC}\\c{ESC}Xsos{ESC}\\d", "abcd"),
        (f"{ESC}c{ESC}7{ESC}(B{ESC}=x", "x"),
        (f"cut {ESC}[38;5", "cut "),
        (f"cut {ESC}", "cut "),
        (f"first {ESC}]0;never ended\nsecond", "first second"),
        (f"a{ESC}[3{ESC}[31mb", "ab"),
        ("one\r\ntwo\n\n   three\tfour", "one two three four"),
        ("a\u2028b\u2029c\x85d\x0be", "a b c d e"),
        ("\n  padded \n", "padded"),
        ("kept  double   spaces", "kept  double   spaces"),
        ("nul\x00 del\x7f bell\x07", "nul del bell"),
        ("user\u202egnp.exe\u2066x\u2069\u200e\u061c", "usergnp.exex"),
        ("zero\u200b\u200c\u200d\u2060\ufeff\u00adwidth", "zerowidth"),
        ("tag\U000e0067\U000e007f\U000e0001s", "tags"),
        ("\ue0b0 branch \U000f0001", " branch "),
        ("lone \ud800 half", "lone \ufffd half"),
        ("new \u0378 letter", "new \ufffd letter"),
        ("wide\u3000space\u00a0here", "wide space here"),
        ("z" + "\u0334" * 40 + "algo", "z" + "\u0334" * 4 + "algo"),
        ("\u0301leading", "leading"),
        ("cafe\u0301 naïve 東京 Привет", "cafe\u0301 naïve 東京 Привет"),
        ("[/] [@click=app.quit]x[/]", "[/] [@click=app.quit]x[/]"),
        ("✓ → ● ⣿ █ … — “x”", "✓ → ● ⣿ █ … — “x”"),
        ("", ""),
    ],
)
def test_one_line(raw: str, shown: str) -> None:
    assert clean(raw) == shown


def test_cut_text_says_so() -> None:
    assert clean("abcdef", 6) == "abcdef"
    assert clean("abcdefg", 6) == "abcde…"
    assert clean("abcdefg", 1) == "…"
    assert clean("abcdefg", 0) == ""
    assert clean(f"{ESC}[0m" * 5_000 + "far away", 20) == "…"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, ""),
        (12, "12"),
        (True, "True"),
        (["a\n"], "['a\\n']"),
        (b"caf\xc3\xa9 \xff", "café \ufffd"),
    ],
)
def test_other_values(value: object, shown: str) -> None:
    assert clean(value) == shown


def test_values_without_a_text_have_a_name() -> None:
    assert clean(10**5000) == "(int)"
    nested: list[object] = []
    for _ in range(200_000):
        nested = [nested]
    assert clean(nested) == "(list)"


def test_lines_keep_their_structure() -> None:
    body = f"def f():\n\treturn 1\r\n\n{ESC}[32mok{ESC}[0m\rlast\n"
    assert clean_lines(body) == ("def f():", "    return 1", "", "ok", "last")
    assert clean_lines("a\tb\n") == ("a   b",)
    assert clean_lines(None) == ()
    assert clean_lines("a", max_lines=0) == ()


def test_left_out_lines_are_announced_in_the_last_one() -> None:
    assert clean_lines("a\nb\nc", max_lines=2) == ("a", "b…")
    assert clean_lines("a\nb\n", max_lines=2) == ("a", "b")
    assert clean_lines("x" * 30 + "\ny", limit=5) == ("xxxx…", "y")
    assert clean_lines("x\n" * 600_000, max_lines=600_000)[-1] == "x…"


def test_a_sequence_over_several_lines_goes_whole() -> None:
    assert clean_lines(f"a{ESC}Pq\nsixel\n{ESC}\\b\nc") == ("ab", "c")


def test_plain_ranges_hold_nothing_that_needs_a_look() -> None:
    for code in range(0x110000):
        char = chr(code)
        if char.isprintable() and text._PLAIN.fullmatch(char):
            assert text._printable(char) == char, hex(code)
            assert unicodedata.category(char)[0] != "M", hex(code)


@pytest.mark.parametrize(
    "unit",
    [*INTRODUCERS, *BREAKS, "\u0301", "\ud800", "a\u200b", " \n", "\x9d\n"]
    + [f"{ESC}{rest}" for rest in ("]0;a", "P\n", "[1 ", "[31mx")],
)
def test_megabytes_cost_what_is_shown(unit: str) -> None:
    value = unit * (2_000_000 // len(unit))
    start = time.process_time()
    clean(value)
    assert time.process_time() - start < 0.5
    clean_lines(value)
    # A quadratic rule would need minutes here.
    assert time.process_time() - start < 20
