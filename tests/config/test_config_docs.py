"""The documentation, the template and the structs tell the same story."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_origin

import pytest
from msgspec import NODEFAULT
from msgspec.structs import fields

from cctop.config import Config
from cctop.config.check import allowed, is_struct
from cctop.config.load import decode
from cctop.config.surgery import inline
from cctop.config.template import TEMPLATE

DOC = (Path(__file__).parents[2] / "docs/configuration.md").read_text("utf-8")
ENTRY = {"prices": '"MODEL"', "windows": '"MODEL"', "keys": "ACTION"}


def settings(kind: Any = Config, prefix: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Every setting as (dotted name in the docs, type, default)."""
    for field in fields(kind):
        name, inner, default = f"{prefix}{field.name}", field.type, field.default
        if get_origin(inner) is dict:
            name, inner, default = f"{name}.{ENTRY[field.name]}", get_args(inner)[1], NODEFAULT
        if is_struct(inner):
            yield from settings(inner, f"{name}.")
        else:
            yield name, inner, default


SETTINGS = list(settings())


@pytest.mark.parametrize(("name", "kind", "default"), SETTINGS, ids=[s[0] for s in SETTINGS])
def test_the_documentation_has_every_key(name: str, kind: Any, default: Any) -> None:
    (row,) = re.findall(rf"^\| `{re.escape(name)}` \| (.*) \| (.*) \|$", DOC, re.MULTILINE)
    assert row[1] == allowed(kind)
    if default not in (NODEFAULT, None):
        assert row[0] == f"`{inline(default)}`"


def test_the_documentation_has_no_other_key() -> None:
    table = DOC[DOC.index("## Keys") : DOC.index("### ")]
    assert re.findall(r"^\| `(.*?)`", table, re.MULTILINE) == [name for name, *_ in SETTINGS]


def test_every_section_has_a_chapter() -> None:
    chapters = re.findall(r"^### `\[(\w+)", DOC, re.MULTILINE)
    assert chapters == [field.name for field in fields(Config)]


def test_examples_in_the_documentation_are_valid() -> None:
    examples = re.findall(r"```toml\n(.*?)```", DOC, re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        decode(tomllib.loads(example), Path("example"))


def uncommented() -> dict[str, Any]:
    return tomllib.loads(re.sub(r"^#(?=\S)", "", TEMPLATE, flags=re.MULTILINE))


@pytest.mark.parametrize(("name", "kind", "default"), SETTINGS, ids=[s[0] for s in SETTINGS])
def test_the_template_has_every_key_with_its_default(name: str, kind: Any, default: Any) -> None:
    node: Any = uncommented()
    for part in name.split("."):
        node = next(iter(node.values())) if part in ENTRY.values() else node[part]
    if default not in (NODEFAULT, None, ()):
        assert inline(node) == inline(default)


def test_the_template_is_valid_as_it_is_and_with_every_line_uncommented() -> None:
    assert decode(tomllib.loads(TEMPLATE), Path("template")) == Config()
    decode(uncommented(), Path("template"))


@pytest.mark.parametrize(("name", "kind", "default"), SETTINGS, ids=[s[0] for s in SETTINGS])
def test_every_key_can_say_what_it_takes(name: str, kind: Any, default: Any) -> None:
    assert allowed(kind) != "of another type"
