"""cctop in the status line of settings of every kind."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import documents
from world_of_settings import LAYOUTS

from cctop.integrations import shell
from cctop.integrations.jsontext import JsonText
from cctop.integrations.refusal import RefusedError
from cctop.integrations.statusline import Kind, kind_of, original, with_line, without_line

HOOK, OTHER = "/a b/cctop-hook", "/opt/cctop-hook"
TEXTS = {name: data.decode() for name, data in LAYOUTS.items() if data is not None}


def value(text: str) -> Any:
    return JsonText(text).value


@pytest.mark.parametrize("layout", TEXTS)
class TestLayouts:
    def test_only_the_command_changes(self, layout: str) -> None:
        before = value(TEXTS[layout])
        after = value(with_line(JsonText(TEXTS[layout]), HOOK, None))
        if "statusLine" in before:
            theirs = before["statusLine"]["command"]
            before["statusLine"]["command"] = shell.wrapped(theirs, HOOK)
            assert kind_of(after) is Kind.WRAPPED
            assert original(after) == theirs
        else:
            command = shell.line_command(HOOK)
            before["statusLine"] = {"type": "command", "command": command}
            assert kind_of(after) is Kind.OURS
        assert after == before
        assert list(after) == list(before)

    def test_a_second_time_changes_no_byte(self, layout: str) -> None:
        once = with_line(JsonText(TEXTS[layout]), HOOK, "/spool")
        assert with_line(JsonText(once), HOOK, "/spool") == once

    def test_another_path_takes_the_place_of_the_first(self, layout: str) -> None:
        once = with_line(JsonText(TEXTS[layout]), HOOK, None)
        assert with_line(JsonText(once), OTHER, "/s") == with_line(
            JsonText(TEXTS[layout]), OTHER, "/s"
        )

    def test_taken_out_again_it_is_the_same_text(self, layout: str) -> None:
        text = TEXTS[layout]
        assert without_line(JsonText(with_line(JsonText(text), HOOK, None))) == text


@given(
    documents(
        st.fixed_dictionaries(
            {"a": st.integers()},
            optional={
                "statusLine": st.fixed_dictionaries(
                    {"type": st.just("command"), "command": st.text()},
                    optional={"padding": st.integers(), "refreshInterval": st.integers()},
                )
            },
        )
    )
)
def test_in_any_layout_any_command_comes_back(text: str) -> None:
    before = value(text)
    if shell.program_in(before.get("statusLine", {}).get("command")):
        return
    after = with_line(JsonText(text), HOOK, None)
    assert value(without_line(JsonText(after))) == before


def test_what_was_added_to_the_object_meanwhile_stays() -> None:
    settings = value(with_line(JsonText("{}"), HOOK, None))
    settings["statusLine"]["padding"] = 2
    settings["other"] = 1
    assert value(without_line(JsonText(json.dumps(settings)))) == {"other": 1}


@pytest.mark.parametrize(
    ("line", "kind", "message"),
    [
        ("null", Kind.UNKNOWN, "is no command"),
        ('"date"', Kind.UNKNOWN, "is no command"),
        ('{"type": "static", "command": "x"}', Kind.UNKNOWN, "is no command"),
        ('{"type": "command"}', Kind.UNKNOWN, "is no command"),
        ('{"type": "command", "command": 1}', Kind.UNKNOWN, "is no command"),
        ('{"type": "command", "command": "date | cctop-hook line"}', Kind.CHANGED, "not as cctop"),
        ('{"type": "command", "command": "a", "command": "b"}', Kind.THEIRS, "there twice"),
        ('{"type": "command", "command": "a"}, "statusLine": {}', Kind.UNKNOWN, "there twice"),
    ],
)
def test_what_is_refused(line: str, kind: Kind, message: str) -> None:
    text = f'{{"statusLine": {line}}}'
    assert kind_of(value(text)) is kind
    with pytest.raises(RefusedError, match=message) as caught:
        with_line(JsonText(text), HOOK, None)
    assert caught.value.lines[1].startswith("  ")
    if kind is Kind.CHANGED:
        with pytest.raises(RefusedError, match=message):
            without_line(JsonText(text))
    else:
        assert without_line(JsonText(text)) == text
