"""What is wrong with a config document, in words that name the key and what is allowed.

msgspec stops at the first fault and writes `$.prices[...]` for a model's entry; this walk over the
same structs finds every fault and names each key as the user wrote it. It runs only where
decoding failed.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec
from msgspec.structs import fields

from cctop.config.model import Config
from cctop.text import clean

Key = tuple[str, ...]
"""The parts of a dotted key: `("prices", "claude-x", "input")`."""

_BARE = re.compile("[A-Za-z0-9_-]+")


def dotted(key: Key) -> str:
    """A key as TOML writes it, with quotes around the parts that need them."""
    parts = (part if _BARE.fullmatch(part) else json.dumps(part) for part in key)
    return clean(".".join(parts), 120)


def problems(document: object, kind: Any = Config, key: Key = ()) -> Iterator[str]:
    """Every fault of `document` as a value of type `kind`: "display.theme: must be one of ..."."""
    bare = _bare(kind)
    if is_struct(bare):
        yield from _struct_problems(document, bare, key)
    elif get_origin(bare) is dict:
        yield from _dict_problems(document, bare, key)
    elif not is_valid(document, kind):
        yield f"{dotted(key)}: must be {allowed(kind)}, not {_shown(document)}"


def allowed(kind: Any) -> str:
    """What a value of this type may be, to stand after "must be"."""
    if get_origin(kind) is Literal:
        return "one of " + ", ".join(f'"{value}"' for value in get_args(kind))
    return next(_notes(kind), "of another type")


def is_valid(value: object, kind: Any) -> bool:
    """Whether `value` decodes as `kind`."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError:
        return False
    return True


def is_struct(kind: Any) -> bool:
    """Whether this type is a section of the config, or an entry with keys of its own."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def type_at(key: Key) -> Any:
    """The type of the value at `key`. Raises `KeyError` with a message that names what there is."""
    kind: Any = Config
    for depth, name in enumerate(key):
        if is_struct(kind):
            types = {field.name: field.type for field in fields(kind)}
            if name not in types:
                raise KeyError(_unknown(key[: depth + 1], types))
            kind = types[name]
        elif get_origin(kind) is dict:
            kind = get_args(kind)[1]
        else:
            raise KeyError(f"{dotted(key[:depth])}: has no keys of its own")
        kind = _section_or(kind)
    return kind


def _notes(kind: Any) -> Iterator[str]:
    for note in getattr(kind, "__metadata__", ()):
        if note.description:
            yield note.description
    for part in get_args(kind):
        yield from _notes(part)


def _section_or(kind: Any) -> Any:
    bare = _bare(kind)
    return bare if is_struct(bare) or get_origin(bare) is dict else kind


def _struct_problems(value: object, kind: type[msgspec.Struct], key: Key) -> Iterator[str]:
    if not isinstance(value, dict):
        header = f", as in [{dotted(key)}]" if key else ""
        yield f"{dotted(key)}: must be a table{header}, not {_shown(value)}"
        return
    known = {field.name: field for field in fields(kind)}
    found = [_unknown((*key, name), known) for name in value if name not in known]
    for name, field in known.items():
        if name in value:
            found += problems(value[name], field.type, (*key, name))
        elif field.required:
            found.append(f"{dotted((*key, name))}: is missing; must be {allowed(field.type)}")
    if not found:  # then only a rule over several keys can be broken
        try:
            msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            found.append(f"{dotted(key)}: {error}")
    yield from found


def _dict_problems(value: object, kind: Any, key: Key) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{dotted(key)}: must be a table, as in [{dotted(key)}], not {_shown(value)}"
        return
    name_kind, item_kind = get_args(kind)
    for name, item in value.items():
        if not is_valid(name, name_kind):
            yield f"{dotted((*key, name))}: the name must not be empty"
        yield from problems(item, item_kind, (*key, name))


def _unknown(key: Key, known: Iterable[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only where a key was mistyped

    *section, name = key
    names = list(known)
    hint = ""
    if close := get_close_matches(name, names, n=1):
        hint = f" (did you mean {close[0]}?)"
    elif home := [s.name for s in fields(Config) if name in _names(s.type) and s.name != name]:
        hint = f" (it belongs in [{home[0]}])"
    where = f"in [{dotted(tuple(section))}]" if section else "sections"
    return f"{dotted(key)}: no such key{hint}; allowed {where}: {', '.join(names)}"


def _names(kind: Any) -> set[str]:
    return {field.name for field in fields(kind)} if is_struct(kind) else set()


def _bare(kind: Any) -> Any:
    return get_args(kind)[0] if get_origin(kind) is Annotated else kind


def _shown(value: object) -> str:
    return clean(json.dumps(value, ensure_ascii=False, default=str), 60)
