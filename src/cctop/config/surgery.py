"""Changing one key in TOML text and leaving every other character as it was.

TOML libraries that write (tomli-w among them) drop comments and layout. These line edits cover
the plain cases, `key = value` on a line below its `[section]`, and make no claim beyond: the
caller parses the result and rewrites the file whole where it does not say what it should.
"""

import re
import tomllib
from typing import Any

_MISSING = object()


def edited(text: str, key: tuple[str, ...], value: object) -> str:
    """`text` with `value` at `key`, or without the key where `value` is None: a first guess.

    A key that is there keeps its place and the comment behind it; a new one goes below its
    commented default (`#key = ...`) where there is one, else below the last key of its section,
    else to a new section at the end of the file.
    """
    *section, name = key
    if not section:  # a whole section is more than a line
        return text
    lines = text.splitlines(keepends=True)
    newline = "\r\n" if "\r\n" in text else "\n"
    assignment = "" if value is None else f"{_key(name)} = {inline(value)}"
    body = _section_body(lines, section)
    if body is None:
        lines += _new_section(lines, section, assignment, newline)
        return "".join(lines)
    for index in body:
        if _assigned(lines[index], name) is not _MISSING:
            lines[index] = _replaced(lines[index], name, assignment)
            return "".join(lines)
    _insert(lines, body, name, assignment, newline)
    return "".join(lines)


def inline(value: object) -> str:
    """A TOML value on one line. Takes what tomllib gives: tables, lists and scalars."""
    import tomli_w  # noqa: PLC0415 - only where something is written

    if isinstance(value, dict):
        items = ", ".join(f"{_key(name)} = {inline(item)}" for name, item in value.items())
        return f"{{ {items} }}" if items else "{}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    return tomli_w.dumps({"v": value}).removeprefix("v = ").rstrip("\n")


def _key(name: str) -> str:
    return name if re.fullmatch("[A-Za-z0-9_-]+", name) else inline(name)


def _loads(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError):  # part of a longer value, or no TOML at all
        return {}


def _header(line: str) -> list[str] | None:
    """The path a `[table]` line opens; None for any other line."""
    if not line.lstrip().startswith("["):
        return None
    path, table = [], _loads(line)
    while len(table) == 1:
        ((name, table),) = table.items()
        path.append(name)
        if not isinstance(table, dict):  # an array of tables, which no setting uses
            return [*path, ""]
    return path or None


def _section_body(lines: list[str], section: list[str]) -> range | None:
    headers = [(index, path) for index, line in enumerate(lines) if (path := _header(line))]
    starts = [index for index, _ in headers] + [len(lines)]
    for number, (start, path) in enumerate(headers, 1):
        if path == section:
            return range(start + 1, starts[number])
    return None


def _assigned(line: str, name: str) -> object:
    return _loads(line).get(name, _MISSING)


def _replaced(line: str, name: str, assignment: str) -> str:
    """The line with its value replaced; the comment behind it stays, unless the key goes."""
    if not assignment:
        return ""
    content = line.rstrip("\r\n")
    ending = line[len(content) :]
    indent = content[: len(content) - len(content.lstrip())]
    value = _assigned(content, name)
    for mark in (match.start() for match in re.finditer(r"\s*#", content)):
        if _assigned(content[:mark], name) == value:  # else the "#" was part of the value
            return indent + assignment + content[mark:] + ending
    return indent + assignment + ending


def _insert(lines: list[str], body: range, name: str, assignment: str, newline: str) -> None:
    default = re.compile(rf"\s*#\s*{re.escape(_key(name))}\s*=")
    place = next((index for index in body if default.match(lines[index])), None)
    if place is None:
        filled = [index for index in body if _loads(lines[index])]
        # Below the last setting; in a section without one, below the prose under its header.
        blank = (index for index in body if not lines[index].strip())
        place = filled[-1] if filled else next(blank, body.stop) - 1
    if not lines[place].endswith(newline):
        lines[place] += newline
    lines.insert(place + 1, assignment + newline)


def _new_section(lines: list[str], section: list[str], assignment: str, newline: str) -> list[str]:
    gap = [newline] if lines and lines[-1].strip() else []
    if lines and not lines[-1].endswith(newline):
        gap.insert(0, newline)
    return [*gap, f"[{'.'.join(map(_key, section))}]{newline}", f"{assignment}{newline}"]
