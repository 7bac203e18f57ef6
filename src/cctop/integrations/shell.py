"""The shell commands that cctop puts into Claude Code's settings, and how they are known again.

Claude Code runs them with `sh -c`. They are written for every POSIX shell, and so that an
uninstalled cctop does no harm: a hook's command must never exit with 2, which would block the tool
or the prompt it was run for, and a wrapped status line must show what it showed before.
"""

import re
import shlex
from itertools import pairwise
from pathlib import PurePath

PROGRAM = "cctop-hook"

# A copy of stdin goes to the hook writer while the user's command gets the very same bytes as they
# come, by a pipe as before. Nothing waits for the writer: `&` leaves it (and the shell on the left
# of the last pipe ends at once), and it holds neither the user's pipe (4) nor Claude Code's own, so
# that both see their end. `tee` goes on when one of its readers is gone or was never there: SIGPIPE
# is ignored for it alone. 3 is stdin, which a shell takes away from what runs in the background.
# The user's text is the last part of the pipe, so that its exit code is the code of all; it is run
# by `eval`, in a subshell, because text put between brackets would be read otherwise where it has
# a here-document without an end, an alias, or a backslash as its last character.
_HEAD = "{ { (trap '' PIPE;exec tee /dev/fd/5 <&3 5>&1 >&4 2>/dev/null)|"
_MIDDLE = " >/dev/null 2>&1 3<&- 4>&- & } 3<&0 4>&1;}|(eval "
_TAIL = ")"

# A `-p` run ends within milliseconds of its Stop event, and ends hooks that still run by a signal:
# the writer, which takes 50 ms, was gone first in three of four runs (measured on 2.1.330). Shell
# and writer ignore the signal instead; the writer ends by itself within two seconds. Leaving it in
# the background would not do: Claude Code stops writing to a hook whose shell has ended, and of a
# long payload (a file that was written) only the beginning would arrive.
_HOOK_HEAD = "trap '' TERM HUP INT;"
_HOOK_TAIL = " >/dev/null 2>&1 || true"

_WORD = r"'(?:[^']|'\\'')*+'"
_WRAPPED = re.compile(
    rf"{re.escape(_HEAD)}{_WORD} statusline(?: --spool {_WORD})?{re.escape(_MIDDLE)}"
    rf"({_WORD}){re.escape(_TAIL)}"
)
_OWN_LINE = re.compile(rf"{_WORD} line(?: --spool {_WORD})? 2>/dev/null \|\| true")


def hook_command(program: str, spool: str | None = None, *, prompts: bool = False) -> str:
    """The command of a hook: prints nothing, and exits with 0 whatever happens."""
    return _HOOK_HEAD + _called(program, " --prompts" if prompts else "", spool) + _HOOK_TAIL


def line_command(program: str, spool: str | None = None) -> str:
    """The command of a status line of cctop's own."""
    return f"{_called(program, ' line', spool)} 2>/dev/null || true"


def wrapped(original: str, program: str, spool: str | None = None) -> str:
    """A status line's command that does what `original` does, and leaves cctop a copy of stdin."""
    return _HEAD + _called(program, " statusline", spool) + _MIDDLE + quoted(original) + _TAIL


def unwrapped(command: str) -> str | None:
    """The command that was wrapped; None where it is none that `wrapped` makes."""
    match = _WRAPPED.fullmatch(command)
    return match[1][1:-1].replace("'\\''", "'") if match else None


def is_own_line(command: str) -> bool:
    """Whether it is a command that `line_command` makes."""
    return _OWN_LINE.fullmatch(command) is not None


def program_in(command: object) -> str | None:
    """The path of cctop's hook writer as a command names it; None where it is not in there."""
    return next((word for word in _words(command) if PurePath(word).name == PROGRAM), None)


def options_in(command: str) -> tuple[bool, str | None]:
    """Whether a hook's command keeps prompts, and the spool folder it names."""
    words = _words(command)
    spools = [after for word, after in pairwise(words) if word == "--spool"]
    return "--prompts" in words, spools[0] if spools else None


def quoted(text: str) -> str:
    """A text as one word of the shell."""
    return "'" + text.replace("'", "'\\''") + "'"


def _called(program: str, form: str, spool: str | None) -> str:
    return quoted(program) + form + (f" --spool {quoted(spool)}" if spool else "")


def _words(command: object) -> list[str]:
    if not isinstance(command, str) or PROGRAM not in command:
        return []
    lexer = shlex.shlex(command, posix=True, punctuation_chars=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    try:
        return list(lexer)
    except ValueError:  # a quote without its end: nothing of ours
        return []
