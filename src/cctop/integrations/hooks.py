"""cctop's hooks in the text of a settings file: put in, taken out, looked up.

The shape, as Claude Code 2.1 reads it: `{"hooks": {EVENT: [{"matcher": "", "hooks": [{"type":
"command", "command": …, "async": true, "timeout": 10}]}]}}`. An entry is ours where the command of
its handler calls `cctop-hook`. An `async` handler is not waited for.
"""

from typing import Any

import msgspec

from cctop.integrations.jsontext import JsonText, Node, Path
from cctop.integrations.refusal import RefusedError
from cctop.integrations.shell import program_in

EVENTS = (
    "SessionStart", "SessionEnd", "UserPromptSubmit", "PreToolUse", "PostToolUse",
    "PostToolUseFailure", "PermissionRequest", "PermissionDenied", "Notification", "Stop",
    "StopFailure", "SubagentStart", "SubagentStop", "PreCompact", "PostCompact",
)  # fmt: skip
"""What is registered. Never WorktreeCreate, whose hook replaces what git does."""

WITHOUT_MATCHER = frozenset({"UserPromptSubmit", "Stop"})
TIMEOUT_S = 10
_OUTLINE = '{"hooks": {"Stop": [{"hooks": [{"type": "command", "command": "…"}]}]}}'


class Installed(msgspec.Struct, frozen=True):
    """What a settings file holds of cctop: the command registered for each event."""

    commands: dict[str, str]

    @property
    def missing(self) -> list[str]:
        """The events that are not registered, in the usual order."""
        return [event for event in EVENTS if event not in self.commands]


def entry(event: str, command: str) -> dict[str, Any]:
    """Return the entry of an event."""
    handler = {"type": "command", "command": command, "async": True, "timeout": TIMEOUT_S}
    matcher = {} if event in WITHOUT_MATCHER else {"matcher": ""}
    return {**matcher, "hooks": [handler]}


def installed(json: JsonText) -> Installed:
    """Return what is registered. Raises `RefusedError` where hooks have no shape that is known."""
    commands = {}
    for event, entries in _hooks(json).items():
        for item in entries:
            for handler in _handlers(item):
                if program_in(handler.get("command")):
                    commands[event] = handler["command"]
    return Installed(commands)


def with_hooks(json: JsonText, command: str) -> str:
    """Return the text with one entry of ours for each event, behind the user's own.

    An entry of ours that is there is left where it is, and changed only where it has to be.
    Raises `RefusedError` where the text has another shape than is known.
    """
    _check_keys(json, (), "hooks")
    hooks = _hooks(json)
    if "hooks" not in json.value:
        everything = {event: [entry(event, command)] for event in EVENTS}
        return json.appended((), everything, "hooks")
    for event in EVENTS:
        _check_keys(json, ("hooks",), event)
        wanted = entry(event, command)
        if event not in hooks:
            json = JsonText(json.appended(("hooks",), [wanted], event))
            continue
        json, place = _tidied(json, event)
        if place is None:
            json = JsonText(json.appended(("hooks", event), wanted))
        elif json.value["hooks"][event][place] != wanted:
            json = JsonText(json.replaced(("hooks", event, place), wanted))
    return json.text


def without_hooks(json: JsonText, before: dict[str, Any]) -> str:
    """Return the text without anything of ours, and without what is empty then.

    What was as empty in the settings `before` stays. Raises `RefusedError` where the text has
    another shape than is known.
    """
    were = before.get("hooks")
    ours = list(installed(json).commands)
    if ours:
        _check_keys(json, (), "hooks")
    for event in ours:
        _check_keys(json, ("hooks",), event)
        json, place = _tidied(json, event)
        if place is not None:
            json = JsonText(json.removed(("hooks", event, place)))
        was_empty = isinstance(were, dict) and were.get(event) == []
        if not json.value["hooks"][event] and not was_empty:
            json = JsonText(json.removed(("hooks", event)))
    if ours and not json.value["hooks"] and were != {}:
        json = JsonText(json.removed(("hooks",)))
    return json.text


def _tidied(json: JsonText, event: str) -> tuple[JsonText, int | None]:
    """Take out what is ours and does not stand alone, or stands there twice.

    Returns where the one entry that is left of ours is, None where there is none.
    """
    place: int | None = None
    for index in reversed(range(len(json.value["hooks"][event]))):
        item = json.value["hooks"][event][index]
        ours = [
            n for n, handler in enumerate(_handlers(item)) if program_in(handler.get("command"))
        ]
        if not ours:
            continue
        path: Path = ("hooks", event, index)
        if len(ours) < len(item["hooks"]):  # somebody put a handler of their own beside it
            _check_keys(json, path, "hooks")
            for number in reversed(ours):
                json = JsonText(json.removed((*path, "hooks", number)))
        else:
            if place is not None:
                json = JsonText(json.removed(("hooks", event, place)))
            place = index
    return json, place


def _hooks(json: JsonText) -> dict[str, list[Any]]:
    """Return what is registered, with its shape checked."""
    hooks = json.value.get("hooks", {})
    if not isinstance(hooks, dict):
        raise RefusedError('"hooks" is no object', f"  The shape that is known: {_OUTLINE}")
    for event, entries in hooks.items():
        if not isinstance(entries, list):
            raise RefusedError(
                f'"hooks": {event} is no list', f"  The shape that is known: {_OUTLINE}"
            )
        if event in EVENTS and not all(_is_entry(item) for item in entries):
            raise RefusedError(
                f'"hooks": {event} holds what is no object with a list "hooks"',
                f"  The shape that is known: {_OUTLINE}",
            )
    return hooks


def _is_entry(item: object) -> bool:
    handlers = item.get("hooks") if isinstance(item, dict) else None
    return isinstance(handlers, list) and all(isinstance(handler, dict) for handler in handlers)


def _handlers(item: Any) -> list[dict[str, Any]]:
    return item["hooks"] if _is_entry(item) else []


def _check_keys(json: JsonText, path: Path, key: str) -> None:
    """Raise `RefusedError` where a key that is to be changed stands there twice."""
    node: Node | None = json.node(path)
    if node is not None and key in node.duplicates():
        raise RefusedError(
            f'the key "{key}" is there twice',
            "  Only the last one counts, for Claude Code too. Take one away and try again.",
        )
