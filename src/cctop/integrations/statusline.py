"""cctop in Claude Code's status line: beside the user's own command, or a line of its own.

Only one command can be configured, `{"statusLine": {"type": "command", "command": …}}`, and its
stdin is the one place where Claude Code tells cost, limits and context while a session runs. So the
user's command is wrapped: it runs as before, and a copy of its stdin goes to cctop. Only the text
of `command` is replaced; the original is in it.
"""

from enum import Enum
from typing import Any

from cctop.integrations import shell
from cctop.integrations.jsontext import JsonText
from cctop.integrations.refusal import RefusedError

KEY = "statusLine"


class Kind(Enum):
    """Whose status line it is."""

    NONE = "none"
    THEIRS = "theirs"
    WRAPPED = "wrapped"  # the user's own, with cctop beside it
    OURS = "ours"  # cctop's own
    CHANGED = "changed"  # names cctop-hook, but not as cctop writes it
    UNKNOWN = "unknown"  # no command, or no shape that is known


def kind_of(settings: dict[str, Any]) -> Kind:
    """Return whose status line the settings name."""
    if KEY not in settings:
        return Kind.NONE
    line = settings[KEY]
    command = line.get("command") if isinstance(line, dict) else None
    if not isinstance(command, str) or line.get("type") != "command":
        return Kind.UNKNOWN
    if shell.is_own_line(command) and shell.program_in(command):
        return Kind.OURS
    if shell.program_in(command) is None:
        return Kind.THEIRS
    return Kind.CHANGED if shell.unwrapped(command) is None else Kind.WRAPPED


def original(settings: dict[str, Any]) -> str | None:
    """Return the user's own command, None where there is none or none that is known."""
    match kind_of(settings):
        case Kind.THEIRS:
            return str(settings[KEY]["command"])
        case Kind.WRAPPED:
            return shell.unwrapped(settings[KEY]["command"])
    return None


def with_line(json: JsonText, program: str, spool: str | None) -> str:
    """Return the text with cctop in the status line. Raises `RefusedError`."""
    kind = kind_of(json.value)
    _check(json, kind)
    if kind is Kind.NONE:
        line = {"type": "command", "command": shell.line_command(program, spool)}
        return json.appended((), line, KEY)
    theirs = original(json.value)
    if theirs is None:
        command = shell.line_command(program, spool)
    else:
        command = shell.wrapped(theirs, program, spool)
    return _with_command(json, command)


def without_line(json: JsonText, _before: dict[str, Any] | None = None) -> str:
    """Return the text with the user's own status line, or none. Raises `RefusedError`.

    It needs no settings from before: the user's command is in the text.
    """
    kind = kind_of(json.value)
    if kind in {Kind.NONE, Kind.THEIRS, Kind.UNKNOWN}:
        return json.text
    _check(json, kind)
    theirs = original(json.value)
    return json.removed((KEY,)) if theirs is None else _with_command(json, theirs)


def _with_command(json: JsonText, command: str) -> str:
    if json.value[KEY]["command"] == command:
        return json.text
    return json.replaced((KEY, "command"), command)


def _check(json: JsonText, kind: Kind) -> None:
    """Raise `RefusedError` where it cannot be told what has to be changed."""
    line = json.node((KEY,))
    if KEY in json.root.duplicates() or (line and "command" in line.duplicates()):
        raise RefusedError(
            f'a key of "{KEY}" is there twice',
            "  Only the last one counts, for Claude Code too. Take one away and try again.",
        )
    if kind is Kind.UNKNOWN:
        raise RefusedError(
            f'"{KEY}" is no command',
            '  The shape that is known: {"type": "command", "command": "…"}',
        )
    if kind is Kind.CHANGED:
        raise RefusedError(
            f'"{KEY}" calls {shell.PROGRAM}, but not as cctop writes it',
            '  Put your own command into "command" (or take "statusLine" out) and try again.',
        )
