"""What a tool call is about: two calls about the same are tries of the same thing."""

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from cctop.phrases import words_of

if TYPE_CHECKING:
    from cctop.book.tools import ToolCall

SHELLS = frozenset({"Bash", "PowerShell", "Shell"})
READERS = frozenset({"Read", "NotebookRead"})
EDITORS = frozenset({"Edit", "MultiEdit", "NotebookEdit", "Write"})
_FOLDERS = frozenset({"LS", "Glob", "Grep"})

_next = re.compile(r"\s*(?:&&|\|\||[;|\n])\s*")
_set = re.compile(r"[A-Za-z_]\w*=\S*")
# Programs and words that only prepare what follows, or say how it is run.
_preparing = frozenset({"cd", "pushd", "export", "source", ".", "set", "unset", "mkdir", "sleep"})
_wrapping = frozenset(
    {"sudo", "time", "env", "nohup", "command", "exec", "timeout", "nice", "npx", "bunx", "uvx"}
)
_running = {
    "uv": "run", "poetry": "run", "pipenv": "run", "hatch": "run", "bundle": "exec", "npm": "exec",
    "pnpm": "exec", "python": "-m", "python3": "-m",
}  # fmt: skip
# First words after the program that do not yet say what is done.
_leading = frozenset({"run", "exec", "compose"})


def subject_of(call: "ToolCall") -> str:
    """Return what a call is about, on one line.

    Of a file tool that is the file, of a shell command its program and what it does ("npm test",
    "git push"), and of any other tool the line it was called with.
    """
    if call.name in SHELLS:
        return " ".join(command_of(call.target))
    return file_of(call) or " ".join(call.target.split())


def file_of(call: "ToolCall") -> str:
    """Return the file that a call reads or writes, "" where it is about something else."""
    is_file = call.path and call.path == call.target and call.name not in _FOLDERS
    return call.path if is_file else ""


@lru_cache(4096)
def command_of(line: str) -> tuple[str, ...]:
    """Return the words by which a command is known: the program and the first of its arguments.

    Of several commands in a line the first that does something counts: in "cd web && npm test" that
    is "npm test". Options are left out, and so are variables that are set before it.
    """
    first: tuple[str, ...] = ()
    for command in _next.split(line):
        known = _known_by(command)
        first = first or known
        if known and known[0] not in _preparing:
            return known
    return first


def _known_by(command: str) -> tuple[str, ...]:
    words = _unwrapped(words_of(command))
    if not words:
        return ()
    program, *rest = words
    program = program.rpartition("/")[2] or program
    if program.startswith("-"):
        return ()  # an option by itself, or a dash
    arguments = [word for word in rest if not word.startswith("-")]
    wanted = 2 if arguments[:1] and arguments[0] in _leading else 1
    return (program, *arguments[:wanted])


def _unwrapped(words: list[str]) -> list[str]:
    """Return the words of a command without what only says how it is run."""
    while words:
        first = words[0]
        if _running.get(first, "") in words[1:2]:
            words = words[2:]
        elif first in _wrapping or _set.fullmatch(first):
            words = words[1:]
        else:
            return words
        while words and (
            words[0].startswith("-") or (first == "timeout" and words[0][0].isdigit())
        ):
            words = words[1:]
    return []
