"""Edits of JSON text: what was to be changed is, and every other byte stays."""

import copy
import json
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from layouts import VALUES, at, documents, places

from cctop.integrations.jsontext import JsonText, JsonTextError

NEW = "new key of a test"
Path = tuple[str | int, ...]


def parsed(text: str) -> Any:
    return json.loads(text.removeprefix("\ufeff"))


def chosen(data: st.DataObject, doc: JsonText, kinds: tuple[type, ...], above: int = 0) -> Path:
    """A place in a document that holds a value of one of these kinds."""
    found = [
        path for path in places(doc.value)
        if len(path) >= above and isinstance(at(doc.value, path), kinds)
    ]  # fmt: skip
    assume(found)
    return data.draw(st.sampled_from(found))


def appended(doc: JsonText, path: Path, value: object) -> str:
    key = NEW if isinstance(at(doc.value, path), dict) else None
    return doc.appended(path, value, key)


def last(doc: JsonText, path: Path) -> Path:
    """The path to what was appended."""
    holder = at(doc.value, path)
    return (*path, NEW if isinstance(holder, dict) else len(holder))


@given(documents())
def test_the_parts_are_found(text: str) -> None:
    doc = JsonText(text)
    assert doc.value == parsed(text)
    for path in places(doc.value):
        node = doc.node(path)
        assert node is not None
        assert parsed(text[node.start : node.end]) == at(doc.value, path)


@given(documents(), VALUES, st.data())
def test_appending_and_removing_again_gives_the_same_text(
    text: str, value: Any, data: st.DataObject
) -> None:
    doc = JsonText(text)
    path = chosen(data, doc, (dict, list))
    longer = JsonText(appended(doc, path, value))
    shorter = longer.removed(last(doc, path))
    node = doc.node(path)
    assert node is not None
    inner = text[node.start + 1 : node.end - 1]
    if not node.entries and inner and shorter != text:  # the one exception, and only it
        assert shorter == text[: node.start + 1] + text[node.end - 1 :]
        grown = longer.node(path)
        assert grown is not None
        assert "\n" in longer.text[grown.start : grown.end]
    else:
        assert shorter == text


@given(documents(), VALUES, st.data())
def test_appending_adds_that_and_nothing_else(text: str, value: Any, data: st.DataObject) -> None:
    doc = JsonText(text)
    path = chosen(data, doc, (dict, list))
    expected = copy.deepcopy(doc.value)
    holder = at(expected, path)
    if isinstance(holder, dict):
        holder[NEW] = value
    else:
        holder.append(value)
    after = appended(doc, path, value)
    assert parsed(after) == expected
    node = doc.node(path)
    assert node is not None
    edge = node.entries[-1].node.end if node.entries else node.start + 1
    assert after.startswith(text[:edge])
    assert after.endswith(text[edge if node.entries else node.end - 1 :])


@given(documents(), VALUES, st.data())
def test_replacing_changes_one_value(text: str, value: Any, data: st.DataObject) -> None:
    doc = JsonText(text)
    path = data.draw(st.sampled_from(places(doc.value)))
    after = doc.replaced(path, value)
    node = doc.node(path)
    assert node is not None
    assert after.startswith(text[: node.start])
    assert after.endswith(text[node.end :])
    new = after[node.start : len(after) - len(text) + node.end]
    assert parsed(new) == value
    assert JsonText(after).replaced(path, at(doc.value, path)) is not None


@given(documents(), st.data())
def test_removing_takes_one_part_and_what_holds_it_together(text: str, data: st.DataObject) -> None:
    doc = JsonText(text)
    path = chosen(data, doc, (object,), above=1)
    expected = copy.deepcopy(doc.value)
    del at(expected, path[:-1])[path[-1]]
    after = doc.removed(path)
    assert parsed(after) == expected
    holder = doc.node(path[:-1])
    assert holder is not None
    assert after.startswith(text[: holder.start + 1])
    assert after.endswith(text[holder.end - 1 :])


ONE = {"type": "command", "list": [1, {}]}
CASES = {
    "two spaces": (
        '{\n  "a": 1\n}\n',
        ('{\n  "a": 1,\n  "k": {\n    "type": "command",\n    "list": [\n'
        "      1,\n      {}\n    ]\n  }\n}\n"),
    ),
    "tabs, no space before nor behind the colon, CRLF, no end of line": (
        '{\r\n\t"a":1\r\n}',
        ('{\r\n\t"a":1,\r\n\t"k":{\r\n\t\t"type":"command",\r\n\t\t"list":[\r\n'
        "\t\t\t1,\r\n\t\t\t{}\r\n\t\t]\r\n\t}\r\n}"),
    ),
    "one line": ('{"a": 1}', '{"a": 1, "k": {"type": "command", "list": [1, {}]}}'),
    "one line without spaces": ('{"a":1}', '{"a":1,"k":{"type":"command","list":[1,{}]}}'),
    "nothing yet": (
        "{}\n",
        ('{\n  "k": {\n    "type": "command",\n    "list": [\n'
        "      1,\n      {}\n    ]\n  }\n}\n"),
    ),
    "blank lines between": (
        '{\n    "a": 1,\n\n    "b": 2\n}',
        ('{\n    "a": 1,\n\n    "b": 2,\n    "k": {\n        "type": "command",\n'
        '        "list": [\n            1,\n            {}\n        ]\n    }\n}'),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_new_follows_the_style_around_it(case: str) -> None:
    text, after = CASES[case]
    assert JsonText(text).appended((), ONE, "k") == after


def test_a_list_that_hugs_its_items() -> None:
    text = '{\n  "Stop": [{\n    "a": 1\n  }]\n}'
    after = '{\n  "Stop": [{\n    "a": 1\n  }, {\n    "b": 2\n  }]\n}'
    assert JsonText(text).appended(("Stop",), {"b": 2}) == after
    assert JsonText(after).replaced(("Stop", 1), {"c": 3}) == after.replace('"b": 2', '"c": 3')


def test_an_empty_object_on_a_line_of_its_own_is_opened() -> None:
    text = '{\n  "hooks": {}\n}'
    assert JsonText(text).appended(("hooks",), 1, "k") == '{\n  "hooks": {\n    "k": 1\n  }\n}'
    assert JsonText('{"hooks": { }}').appended(("hooks",), 1, "k") == '{"hooks": { "k": 1 }}'


def test_of_equal_keys_the_last_one_counts() -> None:
    doc = JsonText('{"a": 1, "b": 2, "a": 3}')
    assert doc.root.duplicates() == {"a"}
    assert doc.replaced(("a",), 4) == '{"a": 1, "b": 2, "a": 4}'
    assert JsonText('{"a": {"b": 1}, "b": {"a": 1}}').root.duplicates() == set()


def test_half_an_emoji_stays_an_escape() -> None:
    after = JsonText('{"a": "\\ud83d"}').replaced(("a",), "\ud83d!")
    assert after == '{"a": "\\ud83d!"}'
    assert JsonText("{}").replaced((), "é😀") == '"é😀"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{\n  "a": 1,\n}', "line (3, column 1|2, column 9)"),  # Python 3.13 finds the comma
        ('{\n  // mine\n  "a": 1\n}', "line 2, column 3"),
        ('\ufeff{"a": 1,,}', "line 1, column 9"),
        ('{"a": NaN}', "NaN is no JSON"),
        ("[" * 100_000, "nested too deeply"),
        ("{} {}", "line 1, column 4"),
        ('{"a": "\n"}', "line 1, column 8"),
    ],
)
def test_what_is_no_json(text: str, message: str) -> None:
    with pytest.raises(JsonTextError, match=message):
        JsonText(text)


def test_a_number_of_any_length() -> None:
    text = f'{{"a": {"9" * 20_000}}}'
    assert JsonText(text).appended((), 1, "b") == text[:-1] + ', "b": 1}'


@pytest.mark.parametrize("path", [("x",), ("a", "x"), ("l", 1), ("l", "x")])
def test_what_is_not_there_cannot_be_changed(path: Path) -> None:
    doc = JsonText('{"a": {}, "l": [1]}')
    assert doc.node(path) is None
    for change in (
        doc.removed,
        lambda path: doc.replaced(path, 1),
        lambda path: doc.appended(path, 1),
    ):
        with pytest.raises(KeyError):
            change(path)
