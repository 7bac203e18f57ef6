"""JSON documents in every layout that people and programs write."""

import json
from typing import Any

from hypothesis import strategies as st

SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**20), 10**20), st.text(max_size=8),
    st.sampled_from([0.5, 1e300, -0.25]),
)  # fmt: skip
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda below: (
        st.lists(below, max_size=4) | st.dictionaries(st.text(max_size=6), below, max_size=4)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(max_size=6), VALUES, max_size=5)
HOLDERS = OBJECTS | st.lists(VALUES, max_size=5)

_SPACES = ["", " ", "  ", "\t", "\n", "\r\n", "\n\n  ", " \n\t"]
TIDY: list[dict[str, Any]] = [
    {"indent": 2}, {"indent": 4}, {"indent": "\t"}, {"indent": 0}, {},
    {"separators": (",", ":")}, {"indent": 2, "separators": (",", " : ")}, {"indent": 3},
]  # fmt: skip


@st.composite
def wild(draw: st.DrawFn, values: st.SearchStrategy[Any] = HOLDERS) -> str:
    """A document with any white space wherever JSON takes some."""

    def space() -> str:
        return draw(st.sampled_from(_SPACES))

    def text_of(value: Any) -> str:
        if isinstance(value, dict):
            members = [
                f"{space()}{string(key)}{space()}:{space()}{text_of(item)}{space()}"
                for key, item in value.items()
            ]
            return "{" + (",".join(members) or space()) + "}"
        if isinstance(value, list):
            return "[" + (",".join(space() + text_of(v) + space() for v in value) or space()) + "]"
        return string(value) if isinstance(value, str) else json.dumps(value)

    def string(value: str) -> str:
        return json.dumps(value, ensure_ascii=draw(st.booleans()))

    bom = draw(st.sampled_from(["", "\ufeff"]))
    return bom + space() + text_of(draw(values)) + space()


@st.composite
def tidy(draw: st.DrawFn, values: st.SearchStrategy[Any] = HOLDERS) -> str:
    """A document as programs and editors lay it out."""
    text = json.dumps(draw(values), ensure_ascii=False, **draw(st.sampled_from(TIDY)))
    newline = draw(st.sampled_from(["\n", "\r\n"]))
    end = draw(st.sampled_from(["", "\n", "\n\n"]))
    return (text + end).replace("\n", newline)


def documents(values: st.SearchStrategy[Any] = HOLDERS) -> st.SearchStrategy[str]:
    """Documents of both kinds. A lone surrogate never occurs: a file could not hold it."""
    return st.one_of(tidy(values), wild(values))


def places(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The paths to all parts of a value, the whole of it first."""
    found = [path]
    if isinstance(value, dict):
        for key, item in value.items():
            found += places(item, (*path, key))
    if isinstance(value, list):
        for index, item in enumerate(value):
            found += places(item, (*path, index))
    return found


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """The part at a path."""
    for name in path:
        value = value[name]
    return value
