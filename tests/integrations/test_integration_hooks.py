"""cctop's hooks in settings of every kind: put in, changed, taken out."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layouts import documents
from world_of_settings import LAYOUTS, THEIRS

from cctop.integrations.hooks import (
    EVENTS,
    WITHOUT_MATCHER,
    entry,
    installed,
    with_hooks,
    without_hooks,
)
from cctop.integrations.jsontext import JsonText
from cctop.integrations.refusal import RefusedError

OURS = "'/a b/cctop-hook' >/dev/null 2>&1 || true"
OTHER = "'/opt/cctop-hook' --prompts >/dev/null 2>&1 || true"
TEXTS = {name: data.decode() for name, data in LAYOUTS.items() if data is not None}


def value(text: str) -> Any:
    return JsonText(text).value


def free(settings: Any, command: str) -> Any:
    """The settings without entries of a command: the slow and obvious way."""
    rest = copy.deepcopy(settings)
    for event in list(rest.get("hooks", {})):
        kept = [item for item in rest["hooks"][event] if item != entry(event, command)]
        rest["hooks"][event] = kept
    return rest


def test_what_is_registered() -> None:
    text = with_hooks(JsonText("{}"), OURS)
    handler = {"type": "command", "command": OURS, "async": True, "timeout": 10}
    for event in EVENTS:
        item: dict[str, Any] = {"matcher": "", "hooks": [handler]}
        if event in ("UserPromptSubmit", "Stop"):
            del item["matcher"]
        assert value(text)["hooks"][event] == [item]
        assert list(value(text)["hooks"][event][0]) == list(item)
    assert list(value(text)["hooks"]) == list(EVENTS)
    assert not {"WorktreeCreate", "MessageDisplay"} & set(EVENTS)
    assert set(EVENTS) >= WITHOUT_MATCHER


@pytest.mark.parametrize("layout", TEXTS)
class TestLayouts:
    def test_ours_are_added_behind_theirs(self, layout: str) -> None:
        before = value(TEXTS[layout])
        after = value(with_hooks(JsonText(TEXTS[layout]), OURS))
        for event in EVENTS:
            theirs = before.get("hooks", {}).get(event, [])
            assert after["hooks"][event] == [*theirs, entry(event, OURS)]
        assert {k: v for k, v in after.items() if k != "hooks"} == {
            k: v for k, v in before.items() if k != "hooks"
        }

    def test_a_second_time_changes_no_byte(self, layout: str) -> None:
        once = with_hooks(JsonText(TEXTS[layout]), OURS)
        assert with_hooks(JsonText(once), OURS) == once

    def test_another_path_takes_the_place_of_the_first(self, layout: str) -> None:
        once = with_hooks(JsonText(TEXTS[layout]), OURS)
        assert with_hooks(JsonText(once), OTHER) == with_hooks(JsonText(TEXTS[layout]), OTHER)

    def test_taken_out_again_it_is_the_same_text(self, layout: str) -> None:
        """Without any backup, where the user's own empty lists are known."""
        text = TEXTS[layout]
        after = without_hooks(JsonText(with_hooks(JsonText(text), OURS)), value(text))
        assert after == text.replace('"hooks": { }', '"hooks": {}')

    def test_lines_of_the_user_are_not_touched(self, layout: str) -> None:
        text = TEXTS[layout]
        after = with_hooks(JsonText(text), OURS)
        if "\n" in text:
            lines = [line.rstrip(",") for line in after.splitlines()]
            for line in text.splitlines():
                assert line.rstrip(",") in lines or line.strip(" \t,") in {
                    '"hooks": { }', '"Stop": []'
                }  # fmt: skip


@given(documents(st.dictionaries(st.sampled_from(["hooks", "a", "é"]), st.just({}), max_size=3)))
def test_in_any_layout_it_is_put_in_and_taken_out(text: str) -> None:
    after = with_hooks(JsonText(text), OURS)
    assert installed(JsonText(after)).missing == []
    assert free(value(after), OURS)["hooks"] == {event: [] for event in EVENTS}
    back = without_hooks(JsonText(after), value(text))
    assert value(back) == value(text)
    assert with_hooks(JsonText(after), OURS) == after


def test_without_a_backup_what_is_empty_goes() -> None:
    text = '{"a": 1, "hooks": {"Stop": []}}'
    assert without_hooks(JsonText(with_hooks(JsonText(text), OURS)), {}) == '{"a": 1}'
    for theirs in ('{"hooks": {"Stop": []}}', '{"hooks": {}}', "{}"):
        assert without_hooks(JsonText(theirs), {}) == theirs  # nothing of ours, nothing to do


class TestEdited:
    """Settings in which somebody changed what cctop had put there."""

    def edited(self, change: Any) -> JsonText:
        settings = json.loads(with_hooks(JsonText(json.dumps(THEIRS, indent=2)), OURS))
        change(settings["hooks"])
        return JsonText(json.dumps(settings, indent=2))

    def check(self, json_text: JsonText, rest: Any) -> None:
        """Installed anew every event has ours once; taken out, only `rest` is left."""
        again = JsonText(with_hooks(json_text, OTHER))
        for event in EVENTS:
            ours = [item for item in again.value["hooks"][event] if item == entry(event, OTHER)]
            assert len(ours) == 1
        assert OURS not in again.text.replace('\\"', '"')
        for text in (json_text, again):
            assert value(without_hooks(text, THEIRS)) == rest

    def test_one_is_missing(self) -> None:
        def change(hooks: Any) -> None:
            del hooks["Stop"][1], hooks["PreCompact"]

        text = self.edited(change)
        assert installed(text).missing == ["Stop", "PreCompact"]
        self.check(text, THEIRS)

    def test_it_is_there_twice(self) -> None:
        def change(hooks: Any) -> None:
            hooks["Stop"] = [hooks["Stop"][1], hooks["Stop"][0], hooks["Stop"][1]]

        self.check(self.edited(change), THEIRS)

    def test_a_handler_of_theirs_was_put_beside_it(self) -> None:
        mine = {"type": "command", "command": "mine"}

        def change(hooks: Any) -> None:
            hooks["PostToolUse"][0]["hooks"] += [mine, hooks["PostToolUse"][0]["hooks"][0]]
            hooks["SessionEnd"][0]["hooks"].insert(0, mine)

        rest = copy.deepcopy(THEIRS)
        rest["hooks"] |= {  # type: ignore[operator]
            "SessionEnd": [{"matcher": "", "hooks": [mine]}],
            "PostToolUse": [{"matcher": "", "hooks": [mine]}],
        }
        self.check(self.edited(change), rest)

    def test_it_was_changed_a_little(self) -> None:
        def change(hooks: Any) -> None:
            hooks["PostToolUse"][0]["matcher"] = "Bash"
            hooks["SessionEnd"][0]["hooks"][0] |= {"timeout": 1, "async": False}

        self.check(self.edited(change), THEIRS)

    def test_of_another_version_with_other_events(self) -> None:
        def change(hooks: Any) -> None:
            hooks["TaskCreated"] = hooks["SessionEnd"]

        text = self.edited(change)
        assert "TaskCreated" in installed(text).commands
        assert value(without_hooks(text, THEIRS)) == THEIRS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"hooks": []}', '"hooks" is no object'),
        ('{"hooks": null}', '"hooks" is no object'),
        ('{"hooks": {"Stop": {}}}', '"hooks": Stop is no list'),
        ('{"hooks": {"Other": 1}}', '"hooks": Other is no list'),
        ('{"hooks": {"Stop": ["x"]}}', "Stop holds what is no object with a list"),
        ('{"hooks": {"Stop": [{"hooks": {}}]}}', "Stop holds what is no object with a list"),
        ('{"hooks": {"Stop": [{"hooks": ["x"]}]}}', "Stop holds what is no object with a list"),
        ('{"hooks": {}, "hooks": {}}', 'the key "hooks" is there twice'),
        ('{"hooks": {"Stop": [], "Stop": []}}', 'the key "Stop" is there twice'),
    ],
)
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(RefusedError, match=message) as caught:
        with_hooks(JsonText(text), OURS)
    assert len(caught.value.lines) == 2
    assert caught.value.lines[1].startswith("  ")


def test_a_twin_of_a_key_that_is_left_alone_is_no_obstacle() -> None:
    text = '{"env": {}, "env": {"A": "1"}, "hooks": {}}'
    assert with_hooks(JsonText(text), OURS).startswith('{"env": {}, "env": {"A": "1"}, "hooks": {')


def test_taking_out_refuses_twins_too() -> None:
    text = '{"hooks": 1, ' + with_hooks(JsonText("{}"), OURS)[1:]
    with pytest.raises(RefusedError, match="there twice"):
        without_hooks(JsonText(text), {})
