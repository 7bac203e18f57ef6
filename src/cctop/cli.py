"""The command line: what may be said, and how every run ends.

This module and the parsers of the commands are imported on every start, so they import nothing
heavy: what a command needs it imports when it runs, and Textual is imported only for the screen.
"""

import argparse
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO, TextIOWrapper
from typing import NoReturn

from cctop import __version__
from cctop.commands import (
    completions_cmd,
    config_cmd,
    doctor_cmd,
    errors_cmd,
    explain_cmd,
    hook_cmd,
    hooks_cmd,
    replay_cmd,
    screen,
    selftest_cmd,
    sessions_cmd,
    show_cmd,
    status_cmd,
    statusline_cmd,
    store_cmd,
)
from cctop.commands.fault import FAILED, INTERRUPTED, MISUSED, OK, Fault
from cctop.commands.options import add_source_options
from cctop.text import clean

DESCRIPTION = """\
A live monitor for Claude Code: tokens, cost, failures and compactions of every session, right to
the cent. Without a command it opens the screen. Unasked it only reads, and nothing leaves this
machine.
"""
EPILOG = """\
examples:
  cctop                                the live screen; ? shows its keys, q leaves it
  cctop --demo                         the same with made-up sessions
  cctop --scope active --theme light   only sessions that run now, on a light ground
  cctop --root ~/.claude-work          another Claude config folder
  cctop sessions --since 7d            a table of the last seven days
  cctop sessions --json                the same book as JSON
  cctop show latest                    everything about the newest session
  cctop explain latest                 every call behind its cost, and the sum
  cctop errors latest                  what became of its failures
  cctop --session latest               … and the screen of it: a replay, or its live end
  cctop replay latest --to today.cast  … as a terminal recording
  cctop config set budget.daily_usd 50
  cctop hooks install                  what a session waits for, at once
  cctop statusline install             official cost and limits while a session runs
  cctop store info                     what is kept for the next start
  cctop doctor                         why do I see zeros?
  cctop selftest                       is this meter right?

exit codes:
  0    all went well
  1    no such session, a figure or self-test that does not hold, or the result could not be written
  2    wrong usage, a faulty config file, or the screen without a terminal
  130  interrupted with Ctrl-C

environment variables:
  CLAUDE_CONFIG_DIR   the Claude config folders to read, with commas between them
                      (else ~/.claude and ~/.config/claude)
  CCTOP_CONFIG        the config file (see `cctop config path`)
  CCTOP_CACHE_DIR     where looked-up prices are kept
  CCTOP_STATE_DIR     where cctop keeps what it must remember (see `cctop store path`)
  CCTOP_SPOOL_DIR     where hooks leave their events (else spool/ in there)
  NO_COLOR            if set: no colours
"""

_COMMANDS: dict[str, Callable[[argparse.Namespace], int]] = {
    "sessions": sessions_cmd.run,
    "show": show_cmd.run,
    "explain": explain_cmd.run,
    "errors": errors_cmd.run,
    "replay": replay_cmd.run,
    "status": status_cmd.run,
    "config": config_cmd.run,
    "hooks": hooks_cmd.run,
    "statusline": statusline_cmd.run,
    "store": store_cmd.run,
    "doctor": doctor_cmd.run,
    "selftest": selftest_cmd.run,
}


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="cctop",
        description=DESCRIPTION,
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"cctop {__version__}")
    add_source_options(parser, below=False)
    screen.add_options(parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    sessions_cmd.add_parser(commands)
    show_cmd.add_parser(commands)
    explain_cmd.add_parser(commands)
    errors_cmd.add_parser(commands)
    replay_cmd.add_parser(commands)
    status_cmd.add_parser(commands)
    config_cmd.add_parser(commands)
    hooks_cmd.add_parser(commands)
    statusline_cmd.add_parser(commands)
    store_cmd.add_parser(commands)
    doctor_cmd.add_parser(commands)
    selftest_cmd.add_parser(commands)
    hook_cmd.add_parser(commands)
    completions_cmd.add_parser(commands)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    _prepare_streams()
    try:
        code = _run(argv)
        sys.stdout.flush()
    except Fault as fault:
        return _failed(fault.code, *fault.lines)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader has seen enough
        _silence_stdout()
        return OK
    except OSError as error:
        _silence_stdout()
        file = f"{clean(error.filename, 500)}: " if error.filename else ""
        return _failed(FAILED, f"{file}{clean(error.strerror or error)}")
    return code


def entry() -> NoReturn:
    """Be the program `cctop`: run the command line, and end at once.

    Taking a large book apart object by object would cost a report a fifth of its time, for nothing:
    everything is closed and written by now.
    """
    code = main()
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            stream.flush()
    os._exit(code)


def _run(argv: Sequence[str] | None) -> int:
    words = sys.argv[1:] if argv is None else argv
    if hook_cmd.is_meant(words):
        hook_cmd.run(words[1:])
    parser = build_parser()
    try:
        args = parser.parse_args(argv)
    except SystemExit as end:  # after --help and --version, too
        return int(end.code or 0)
    if args.command is None:
        return screen.run(args)
    if misplaced := screen.options_in(args):
        raise Fault(MISUSED, f"{misplaced[0]} is for the screen, not for `cctop {args.command}`")
    if args.command == "completions":
        return completions_cmd.run(args, parser)
    return _COMMANDS[args.command](args)


def _prepare_streams() -> None:
    """See to it that writing cannot fail for what is written, nor for a stream that is closed."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, TextIOWrapper(BytesIO(), "utf-8"))
        else:
            with suppress(AttributeError):  # a terminal that knows no "●" gets a "?"
                stream.reconfigure(errors="replace")


def _failed(code: int, *lines: str) -> int:
    with suppress(OSError):
        for line in lines:
            sys.stderr.write(f"cctop: {line}\n" if line[:1] != " " else f"{line}\n")
    return code


def _silence_stdout() -> None:
    """Let nothing that is still buffered fail again when the interpreter exits."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
