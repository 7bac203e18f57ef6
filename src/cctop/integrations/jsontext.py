"""Changing one part of a JSON text and leaving every other byte as it was.

A JSON library that reads and writes loses the user's layout: indentation, line ends, blank lines,
how a number or a string was spelled. Here the text is only searched for where its parts lie, and
what is new is written in the style of what stands around it. Appending a part and removing it again
gives the same text, but for one case: where an empty object or array held white space and the new
part was put on a line of its own, `{}` is left.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NoReturn

import msgspec

Path = tuple[str | int, ...]
"""Keys and indexes from the root to a part: `("hooks", "Stop", 0)`."""

BOM = "\ufeff"
_TOKEN = re.compile(r'[ \t\r\n]*+(?:([{}\[\],:])|"(?:[^"\\]++|\\.)*+"|[^\s{}\[\],:"]++)', re.DOTALL)
_NEWLINE = re.compile(r"\r\n|\n|\r")


class JsonTextError(ValueError):
    """The text is no JSON; the message says where (line and column, from 1) and why."""


class Entry(msgspec.Struct):
    """A member of an object or an item of an array: where it lies, and its value."""

    gap: int  # where the white space before it begins, behind the bracket or the comma
    start: int  # of the key, or of an item
    key: str | None = None
    key_end: int = 0
    node: "Node" = None  # type: ignore[assignment]


class Node(msgspec.Struct):
    """A value: where it lies, and what is in it."""

    start: int
    end: int = 0
    entries: list[Entry] = []

    def find(self, name: str | int) -> int | None:
        """The index of an entry. Of equal keys the last one counts, as for every reader of JSON."""
        if isinstance(name, int):
            return name if name < len(self.entries) else None
        found = [index for index, entry in enumerate(self.entries) if entry.key == name]
        return found[-1] if found else None

    def duplicates(self) -> set[str]:
        """Return the keys that occur more than once."""
        counts = Counter(entry.key for entry in self.entries if entry.key is not None)
        return {key for key, count in counts.items() if count > 1}


class Style(msgspec.Struct, frozen=True):
    """How a text is laid out."""

    newline: str
    unit: str  # of indentation
    colon: str
    comma: str  # between two entries on one line


class JsonText:
    """A JSON text, its value, and where its parts lie. Raises `JsonTextError`."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.value: Any = _loads(text)
        self.root = _scan(text)
        self.style = _style(text, self.root)

    def node(self, path: Path) -> Node | None:
        """Return the part at a path, None where there is none."""
        node = self.root
        for name in path:
            index = node.find(name)
            if index is None:
                return None
            node = node.entries[index].node
        return node

    def appended(self, path: Path, value: object, key: str | None = None) -> str:
        """Return the text with a last entry more in the object (with `key`) or array at `path`."""
        node = self._at(path)
        if not node.entries:
            return self._filled(path, node, key, value)
        last = node.entries[-1]
        gap, indent = self.text[last.gap : last.start], self._indent(last)
        if indent is not None and _NEWLINE.search(gap):
            gap = self.style.newline + indent
        elif len(node.entries) == 1:
            gap = self.style.comma
        return self._spliced(
            last.node.end, last.node.end, f",{gap}{self._entry(key, value, indent)}"
        )

    def replaced(self, path: Path, value: object) -> str:
        """Return the text with another value at `path`."""
        if not path:
            return self._spliced(self.root.start, self.root.end, self._rendered(value, ""))
        holder, index = self._place(path)
        entry = holder.entries[index]
        text = self._rendered(value, self._indent(entry))
        return self._spliced(entry.node.start, entry.node.end, text)

    def removed(self, path: Path) -> str:
        """Return the text without the member or item at `path`, which is not the root."""
        holder, index = self._place(path)
        entry = holder.entries[index]
        if index:
            return self._spliced(holder.entries[index - 1].node.end, entry.node.end, "")
        if len(holder.entries) > 1:
            return self._spliced(entry.start, holder.entries[1].start, "")
        lead = self.text[holder.start + 1 : entry.start]
        tail = self.text[entry.node.end : holder.end - 1]
        kept = "" if _NEWLINE.search(lead + tail) else tail
        return self._spliced(holder.start + 1, holder.end - 1, kept)

    def _at(self, path: Path) -> Node:
        node = self.node(path)
        if node is None:
            raise KeyError(path)
        return node

    def _place(self, path: Path) -> tuple[Node, int]:
        holder = self._at(path[:-1])
        index = holder.find(path[-1])
        if index is None:
            raise KeyError(path)
        return holder, index

    def _filled(self, path: Path, node: Node, key: str | None, value: object) -> str:
        """Return the text with a first entry in what was empty."""
        inner = self.text[node.start + 1 : node.end - 1]
        indent = self._line_indent(node.start)
        if path:
            holder, index = self._place(path)
            entry = holder.entries[index]
            on_a_line = _NEWLINE.search(self.text[entry.gap : entry.start])
            if not on_a_line and not _NEWLINE.search(inner):
                filled = inner + self._entry(key, value, None) + inner
                return self._spliced(node.start + 1, node.end - 1, filled)
        below = indent + self.style.unit
        entry_text = self._entry(key, value, below)
        newline = self.style.newline
        filled = f"{newline}{below}{entry_text}{newline}{indent}"
        return self._spliced(node.start + 1, node.end - 1, filled)

    def _entry(self, key: str | None, value: object, indent: str | None) -> str:
        name = "" if key is None else _dumped(key) + self.style.colon
        return name + self._rendered(value, indent)

    def _rendered(self, value: object, indent: str | None) -> str:
        """Return a value as text: on one line without `indent`, else as part of such a line."""
        if not isinstance(value, dict | list) or not value:
            return _dumped(value)
        below = None if indent is None else indent + self.style.unit
        if isinstance(value, dict):
            opening, closing = "{}"
            parts = [self._entry(str(key), item, below) for key, item in value.items()]
        else:
            opening, closing = "[]"
            parts = [self._rendered(item, below) for item in value]
        if below is None:
            return opening + f",{self.style.comma}".join(parts) + closing
        newline = self.style.newline
        body = f",{newline}{below}".join(parts)
        return f"{opening}{newline}{below}{body}{newline}{indent}{closing}"

    def _indent(self, entry: Entry) -> str | None:
        """Return the indentation that parts beside an entry have; None for all on one line."""
        gap = self.text[entry.gap : entry.start]
        if _NEWLINE.search(gap):
            return _NEWLINE.split(gap)[-1]
        if _NEWLINE.search(self.text[entry.node.start : entry.node.end]):
            return self._line_indent(entry.node.end - 1)
        return None

    def _line_indent(self, at: int) -> str:
        """Return the white space that the line of a position begins with."""
        line = _NEWLINE.split(self.text[:at])[-1].removeprefix(BOM)
        return line[: len(line) - len(line.lstrip(" \t"))]

    def _spliced(self, start: int, end: int, part: str) -> str:
        return self.text[:start] + part + self.text[end:]


def _loads(text: str) -> Any:
    """Return the value of a text. Raises `JsonTextError`."""
    try:
        return json.loads(text.removeprefix(BOM), parse_int=_integer, parse_constant=_constant)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise JsonTextError(f"{where}: {error.msg}") from error
    except RecursionError as error:
        raise JsonTextError("nested too deeply") from error


def _integer(digits: str) -> int | str:
    return int(digits) if len(digits) < 1000 else digits  # Python refuses to count that far


def _constant(name: str) -> NoReturn:
    raise JsonTextError(f"{name} is no JSON")


def _dumped(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    # A lone surrogate, as in half an emoji, has no bytes in UTF-8 but may stand as an escape.
    return text if text.isascii() or _encodes(text) else json.dumps(value)


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _scan(text: str) -> Node:
    """Return where the parts of a valid JSON text lie."""
    at = len(BOM) if text.startswith(BOM) else 0
    top = Entry(gap=at, start=at)
    open_nodes: list[Node] = []
    entry = top
    while match := _TOKEN.match(text, at):
        mark, at = match[1], match.end()
        start = at - 1 if mark else at - len(match[0].lstrip(" \t\r\n"))
        if mark in {"}", "]"}:
            open_nodes.pop().end = at
        elif mark == ",":
            open_nodes[-1].entries.append(Entry(gap=at, start=at))
            entry = open_nodes[-1].entries[-1]
        elif mark == ":":
            entry.key, entry.key_end = (
                json.loads(text[entry.node.start : entry.node.end]),
                entry.node.end,
            )
        else:
            entry.node = Node(start=start, end=at, entries=[])
            if not entry.key_end:
                entry.start = start
            if mark:
                open_nodes.append(entry.node)
                if not _is_empty(text, at):
                    entry = Entry(gap=at, start=at)
                    open_nodes[-1].entries.append(entry)
    return top.node


def _is_empty(text: str, at: int) -> bool:
    """Whether a bracket that was opened just before `at` closes at once."""
    following = _TOKEN.match(text, at)
    return following is not None and following[1] in {"}", "]"}


def _style(text: str, root: Node) -> Style:
    newline = _NEWLINE.search(text)
    members = [entry for _, entry in _entries(root) if entry.key is not None]
    colons = (text[entry.key_end : entry.node.start] for entry in members)
    colon = next((found for found in colons if not _NEWLINE.search(found)), ": ")
    gaps = (
        text[entry.gap : entry.start]
        for node, entry in _entries(root)
        if entry is not node.entries[0]
    )
    inline = next((gap for gap in gaps if not _NEWLINE.search(gap)), None)
    if inline is None:
        inline = " " if colon != colon.rstrip() else ""
    return Style(newline[0] if newline else "\n", _unit(text, root), colon, inline)


def _unit(text: str, root: Node) -> str:
    """Return by how much a level is indented: as the first one that is."""
    for node, entry in _entries(root):
        gap = text[entry.gap : entry.start]
        if _NEWLINE.search(gap):
            line = _NEWLINE.split(text[: node.start])[-1].removeprefix(BOM)
            outer = line[: len(line) - len(line.lstrip(" \t"))]
            inner = _NEWLINE.split(gap)[-1]
            if inner.startswith(outer) and inner != outer:
                return inner[len(outer) :]
    return "  "


def _entries(root: Node) -> Iterator[tuple[Node, Entry]]:
    """Yield every entry below a node with the node it is in, from the outside to the inside."""
    level = [root]
    for node in level:
        for entry in node.entries:
            yield node, entry
            level.append(entry.node)
