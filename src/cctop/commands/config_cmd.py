"""`cctop config path|init|show|get|set`: the user's settings from the command line.

Results go to stdout, remarks and errors to stderr. Exit codes: 0, or 2 for a wrong key, value or
file, with a message that names the file, the key and what is allowed.
"""

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from cctop.paths import config_file
from cctop.text import clean, clean_lines

# The config machinery (msgspec, tomli-w) is imported by the actions: every start of the program
# builds this parser, few run it.
if TYPE_CHECKING:
    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

_KEY_HELP = 'dotted key, as in display.theme or prices."claude-4.5".input'


def add_parser(subparsers: "Subparsers") -> None:
    """Add `config` and its actions to the program's subcommands."""
    parser = subparsers.add_parser("config", help="show and change the settings")
    actions = parser.add_subparsers(dest="config_action", metavar="ACTION", required=True)
    actions.add_parser("path", help="print where the config file is, or would be")
    actions.add_parser("init", help="write a commented config file, unless there is one")
    show = actions.add_parser("show", help="print every setting that holds now, defaults included")
    show.add_argument("--json", action="store_true", help="as JSON, with the file's path")
    get = actions.add_parser("get", help="print one setting")
    get.add_argument("key", metavar="KEY", help=_KEY_HELP)
    change = actions.add_parser("set", help="change one setting in the config file")
    change.add_argument("key", metavar="KEY", help=_KEY_HELP)
    change.add_argument(
        "value", metavar="VALUE", help='a TOML value or a bare word; "none" returns to the default'
    )


def run(args: argparse.Namespace) -> int:
    """Run the chosen action and return the exit code: 0, or 2 after an error on stderr.

    Raises `BrokenPipeError` where the reader of stdout has gone.
    """
    from cctop.config import ConfigError  # noqa: PLC0415

    try:
        _ACTIONS[args.config_action](args, config_file())
    except BrokenPipeError:  # a closed reader is no fault of the config
        raise
    except (ConfigError, OSError) as error:
        said: object = error
        if isinstance(error, OSError) and error.strerror and not error.filename:
            said = f"{config_file()}: {error.strerror}"  # a full disk tells no name
        for line in clean_lines(said, max_lines=100, limit=1000):
            _remark(line)
        return 2
    return 0


def _path(_: argparse.Namespace, path: Path) -> None:
    _say(clean(path, 4096))


def _init(_: argparse.Namespace, path: Path) -> None:
    from cctop.config.template import init  # noqa: PLC0415

    if init(path):
        _say(clean(path, 4096))
    else:
        _remark(f"{clean(path, 500)}: is there already, and was left as it is")


def _show(args: argparse.Namespace, path: Path) -> None:
    from cctop.config import load  # noqa: PLC0415
    from cctop.config.edit import dump, settings  # noqa: PLC0415

    config = load(path)
    exists = path.exists()
    if args.json:
        content = {"path": str(path), "exists": exists, "config": settings(config)}
        _say(json.dumps(content, indent=2))
        return
    _say(f"# {clean(path, 500)}{'' if exists else ' does not exist: all defaults'}")
    _say("\n".join(clean_lines(dump(config), max_lines=10_000, limit=10_000)))


def _get(args: argparse.Namespace, path: Path) -> None:
    from cctop.config import load  # noqa: PLC0415
    from cctop.config.edit import get, shown  # noqa: PLC0415

    _say(shown(get(load(path), args.key)))


def _set(args: argparse.Namespace, path: Path) -> None:
    from cctop.config.edit import set_value  # noqa: PLC0415

    backup = set_value(path, args.key, args.value)
    if backup is not None:
        _remark(
            f"{clean(path, 500)}: had to be written anew, without its comments; "
            f"the file as it was: {clean(backup, 500)}"
        )


_ACTIONS: dict[str, Callable[[argparse.Namespace, Path], None]] = {
    "path": _path,
    "init": _init,
    "show": _show,
    "get": _get,
    "set": _set,
}


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _remark(text: str) -> None:
    sys.stderr.write(f"cctop: {text}\n")
