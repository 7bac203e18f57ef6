"""`cctop replay`: a session as a terminal recording, or its screen at one moment as a picture."""

import argparse
import re
import sys
from typing import IO, TYPE_CHECKING

from cctop.commands import screen
from cctop.commands.options import add_session_argument, add_source_options, roots_of

if TYPE_CHECKING:
    from cctop.replay.player import Player
    from cctop.ui.options import Options

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
To watch a replay instead: `cctop --session ID`.

examples:
  cctop replay latest --to today.cast            about a minute of it; asciinema play today.cast
  cctop replay 3f2a --to - | asciinema play -    the same, kept nowhere
  cctop replay 3f2a --to fast.cast --speed 200 --idle 0.5 --size 100x30
  cctop replay 3f2a --svg 14:05 --to then.svg    the screen as it was at five past two
  cctop replay latest --svg 100% > end.svg       … and at its end
  cctop replay ~/old/3f2a9c.jsonl --svg +20m     … twenty minutes after its start

A recording shows what was typed, run and answered: look at it before you share it.
"""
STDOUT = "-"
SIZE = (160, 45)
_size = re.compile(r"(\d{2,3})x(\d{2,3})")


def add_parser(subparsers: "Subparsers") -> None:
    """Add `replay` to the program's subcommands."""
    parser = subparsers.add_parser(
        "replay",
        help="write a session as a terminal recording, or its screen at a moment as a picture",
        description="Write the replay of a session as an asciinema cast (asciicast v2), or as an"
        " SVG the screen as it was at one moment.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    add_session_argument(parser, more="; or the path of a transcript")
    parser.add_argument(
        "--to", metavar="FILE", help='where to write it; "-" for stdout, which is usual with --svg'
    )
    parser.add_argument(
        "--svg",
        metavar="TIME",
        help='the screen at a time: "14:05", "14:05:30", "2026-11-22 14:05"; "+20m" after the'
        ' start; "50%%" of the line that the replay shows',
    )
    parser.add_argument(
        "--speed",
        type=_positive,
        metavar="N",
        help="how many times as fast as it was (else such that it takes a minute or so)",
    )
    parser.add_argument(
        "--idle",
        type=_positive,
        default=1.0,
        metavar="SECONDS",
        help="for how long nothing may happen in the recording (1)",
    )
    parser.add_argument(
        "--size",
        type=_size_of,
        default=SIZE,
        metavar="COLUMNSxLINES",
        help="of the terminal (160x45)",
    )
    parser.add_argument("--theme", choices=screen.THEMES, dest="theme_below", help="the colours")
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Write what is asked for and return the exit code. Raises `Fault`."""
    from cctop.commands.fault import MISUSED, OK, Fault  # noqa: PLC0415
    from cctop.commands.replaying import replay_of  # noqa: PLC0415
    from cctop.commands.settings import load_config, settings_of  # noqa: PLC0415

    if args.to is None and args.svg is None:
        raise Fault(
            MISUSED,
            "where to? --to FILE.cast writes a recording, --svg TIME a picture;"
            " `cctop --session ID` plays it",
        )
    config = load_config()
    settings = settings_of(config, roots_of(args), poll=args.poll, store=not args.no_store)
    player = replay_of(settings, args.session)
    args.theme, args.scope, args.refresh, args.no_mouse = args.theme_below, None, None, True
    options = screen.options_of(args, config, settings)
    write = _svg if args.svg is not None else _cast
    if args.to in {None, STDOUT}:
        write(args, player, options, sys.stdout)
    else:
        from cctop.commands.writing import replacing  # noqa: PLC0415

        with replacing(args.to) as file:
            write(args, player, options, file)
    return OK


def _svg(args: argparse.Namespace, player: "Player", options: "Options", out: IO[str]) -> None:
    from cctop.commands.fault import MISUSED, Fault  # noqa: PLC0415
    from cctop.commands.recording import still  # noqa: PLC0415

    try:
        picture = still(player, options, args.size, args.svg)
    except ValueError as error:
        raise Fault(MISUSED, f"--svg: {error}") from error
    out.write(picture)


def _cast(args: argparse.Namespace, player: "Player", options: "Options", out: IO[str]) -> None:
    from cctop.commands.recording import record  # noqa: PLC0415

    record(player, options, args.size, args.speed, args.idle, out)


def _positive(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 1_000_000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return value


def _size_of(text: str) -> tuple[int, int]:
    match = _size.fullmatch(text)
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no size of a terminal, such as 100x30")
    return int(match[1]), int(match[2])
