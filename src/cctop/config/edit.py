"""Looking settings up by their dotted key, and changing them in the user's file."""

import tomllib
from pathlib import Path
from typing import Any

import msgspec

from cctop.config.check import Key, dotted, is_valid, type_at
from cctop.config.files import keep_backup, replace_file
from cctop.config.load import ConfigError, Document, decode, parse, read
from cctop.config.model import Config
from cctop.text import clean

UNSET = "none"
"""The word for "not set": `get` prints it, and `set` takes a key out of the file by it."""


def parse_key(text: str) -> Key:
    """The parts of a dotted key, with TOML's quotes: `prices."claude-4.5".input`.

    Raises `ConfigError` for a text that is no key.
    """
    try:
        node: object = None if "\n" in text else tomllib.loads(f"{text} = 0")
    except (ValueError, RecursionError):
        node = None
    key: Key = ()
    while isinstance(node, dict) and len(node) == 1:
        ((name, node),) = node.items()
        key = (*key, name)
    if not key or node != 0:
        raise ConfigError(
            None,
            f"{text}: is not a key; write it as in display.theme, with quotes around a part"
            ' that has dots or brackets, as in prices."claude-4.5".input',
        )
    return key


def get(config: Config, text: str) -> Any:
    """The value at a dotted key: a scalar, a tuple, a dict or a section's struct.

    None for an optional key that is not set. Raises `ConfigError` for a key that does not exist
    and for an entry that is not set.
    """
    key = parse_key(text)
    _type_at(key, None)
    value: Any = config
    for depth, name in enumerate(key):
        if isinstance(value, dict):
            if name not in value:
                names = ", ".join(value) or "nothing"
                raise ConfigError(
                    None, f"{dotted(key)}: is not set; in [{dotted(key[:depth])}]: {names}"
                )
            value = value[name]
        else:
            value = getattr(value, name)
    return value


def shown(value: object) -> str:
    """What `get` found, on one line for a script: bare text, and TOML for all else.

    `set` takes such a line back. A text with control characters is quoted and escaped as in TOML.
    """
    if value is None:
        return UNSET
    if isinstance(value, str) and value.isprintable():
        return value
    from cctop.config.surgery import inline  # noqa: PLC0415 - only where something is written

    return clean(inline(_without_none(settings(value))), 100_000)


def settings(value: object) -> Any:
    """A setting in plain types: structs as dicts, tuples as lists, None where not set."""
    return msgspec.to_builtins(value)


def dump(config: Config) -> str:
    """The whole config as TOML, defaults included. A key that is not set has no line."""
    import tomli_w  # noqa: PLC0415 - only where something is written

    return tomli_w.dumps(_without_none(settings(config)))


def set_value(path: Path, text: str, value_text: str) -> Path | None:
    """Set one key in the user's file, which is made if need be; `none` takes the key out again.

    The value is read as TOML, or as a bare word where the key takes a text. The file is written
    only if the whole of it is then valid. Comments and layout stay wherever a change of one line
    can do it. Where it cannot, the file is written anew without them, the old one is kept beside
    it if it had comments, and the path of that copy is returned.
    Raises `ConfigError` for a wrong key, value or file, `OSError` where writing fails.
    """
    if not _is_utf8(text + value_text):
        raise ConfigError(path, f"{text}: key and value must be UTF-8 text")
    key = parse_key(text)
    source = read(path)
    document = parse(source, path)
    value = None if value_text == UNSET else _parse_value(key, value_text, path)
    if value is None and not _has(document, key):
        _type_at(key, path)
        return None
    changed = _with(document, key, value, path)
    decode(changed, path)
    if changed == document:
        return None
    return _write(path, source, changed, key, value)


def _write(path: Path, source: str, changed: Document, key: Key, value: object) -> Path | None:
    import tomli_w  # noqa: PLC0415 - only where something is written

    from cctop.config.surgery import edited  # noqa: PLC0415 - only where something is written

    backup = None
    text = edited(source, key, value)
    if not _says(text, changed):
        backup = keep_backup(path) if "#" in source else None
        text = tomli_w.dumps(changed)
    replace_file(path, text)
    return backup


def _says(text: str, document: Document) -> bool:
    try:
        return tomllib.loads(text) == document
    except ValueError:
        return False


def _is_utf8(text: str) -> bool:
    """Whether a file can hold the text: arguments of other bytes arrive as lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _parse_value(key: Key, text: str, path: Path) -> object:
    """`text` as the first reading that the key takes: TOML, items of a list, a bare word."""
    kind = _type_at(key, path)
    readings: list[object] = []
    for candidate in (text, f"[{text}]") if text.strip() else ():
        try:
            parsed = tomllib.loads(f"v = {candidate}")
        except (ValueError, RecursionError):
            continue
        if len(parsed) == 1:  # a line break in the text could smuggle in more keys
            readings.append(parsed["v"])
    readings.append(text)
    # Where none fits, checking the whole document will say what is allowed.
    return next((reading for reading in readings if is_valid(reading, kind)), readings[0])


def _type_at(key: Key, path: Path | None) -> Any:
    try:
        return type_at(key)
    except KeyError as error:
        raise ConfigError(path, str(error.args[0])) from error


def _has(document: Document, key: Key) -> bool:
    node: object = document
    for name in key:
        if not isinstance(node, dict) or name not in node:
            return False
        node = node[name]
    return True


def _with(node: Document, key: Key, value: object, path: Path, depth: int = 0) -> Document:
    """A copy of the document with the value put in, or taken out where it is None."""
    name, copy = key[depth], dict(node)
    if depth + 1 < len(key):
        below = node.get(name, {})
        if not isinstance(below, dict):
            section = dotted(key[: depth + 1])
            raise ConfigError(path, f"{section}: must be a table, as in [{section}]")
        copy[name] = _with(below, key, value, path, depth + 1)
    elif value is None:
        del copy[name]
    else:
        copy[name] = value
    return copy


def _without_none(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_none(item) for name, item in value.items() if item is not None}
    return value
