"""`cctop doctor`: does everything arrive, and if not, why."""

import argparse
import json
import os
import select
import shutil
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cctop.commands.options import add_source_options, roots_of

# What reads and judges is imported by `run`: every start of the program builds this parser.
if TYPE_CHECKING:
    from cctop.config import Config
    from cctop.doctor.check import Check
    from cctop.engine.settings import Settings

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop doctor                         every check, and what to do about what is not well
  cctop doctor --brief                 only that, in at most twelve lines
  cctop doctor --json | jq '.checks[] | select(.state == "broken")'
  cctop doctor --watch                 what hooks and status lines tell, as it comes; Ctrl-C ends it

It changes nothing. docs/doctor.md explains every check; exit code 1 says that one is broken
(--brief always ends with 0).
"""
_SPOOL_VARIABLES = ("CCTOP_SPOOL_DIR", "CCTOP_STATE_DIR")


def add_parser(subparsers: "Subparsers") -> None:
    """Add `doctor` to the program's subcommands."""
    parser = subparsers.add_parser(
        "doctor",
        help="check whether everything arrives, and say what to do where it does not",
        description="Check whether transcripts, hooks and status lines arrive, and explain.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    forms = parser.add_mutually_exclusive_group()
    forms.add_argument("--json", action="store_true", help="a JSON document, for scripts")
    forms.add_argument(
        "--brief", action="store_true", help="at most twelve lines: only what is not well"
    )
    forms.add_argument(
        "--watch",
        action="store_true",
        help="print every event as it arrives, as JSON, one a line, with secrets masked",
    )
    add_source_options(parser)


def run(args: argparse.Namespace) -> int:
    """Examine, and return 1 where something is broken, else 0. Raises `Fault`."""
    from cctop.commands.fault import FAILED, OK, Fault  # noqa: PLC0415

    if args.watch:
        return _watch(args)
    try:
        checks, now = _examined(args)
    except Fault as fault:
        if not args.brief:
            raise
        sys.stdout.writelines(f"{line}\n" for line in fault.lines)
        return OK  # a slash command whose program fails shows nothing at all
    _print(args, checks, now)
    from cctop.doctor.page import is_well  # noqa: PLC0415

    return OK if args.brief or is_well(checks) else FAILED


def _print(args: argparse.Namespace, checks: "Sequence[Check]", now: int) -> None:
    from cctop.doctor.page import brief, document, page  # noqa: PLC0415

    if args.json:
        text = json.dumps(document(checks, now), indent=2, ensure_ascii=False)
        sys.stdout.buffer.write(f"{text}\n".encode())
        return
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    lines = brief(checks) if args.brief else page(checks, width)
    sys.stdout.writelines(f"{line}\n" for line in lines)


def _examined(args: argparse.Namespace) -> tuple[list["Check"], int]:
    """Return all checks, and when they were made (ms)."""
    from cctop.clock import now_ms  # noqa: PLC0415
    from cctop.commands.progress import ProgressLine  # noqa: PLC0415
    from cctop.doctor.examine import examine  # noqa: PLC0415
    from cctop.doctor.facts import collect  # noqa: PLC0415
    from cctop.engine.reading import read_all  # noqa: PLC0415

    config, faults = _config()
    engine = _engine_settings(args, config)
    with ProgressLine() as line:
        # The spool is read apart, with all that the book passes over; and no price is kept.
        reading = read_all(_without_traces(engine), now_ms, line.show if line.visible else None)
    settings = _settings(args, config, faults, engine)
    facts = collect(settings, reading.snapshot, lambda id: reading.detail(id, course=False))
    return examine(facts), facts.now


def _config() -> tuple["Config", tuple[str, ...]]:
    """Return the user's config and what is wrong with it; then it is the default."""
    from cctop.commands.fault import Fault  # noqa: PLC0415
    from cctop.commands.settings import load_config  # noqa: PLC0415
    from cctop.config import Config  # noqa: PLC0415

    try:
        return load_config(), ()
    except Fault as fault:
        return Config(), fault.lines


def _engine_settings(args: argparse.Namespace, config: "Config") -> "Settings":
    from cctop.commands.settings import settings_of  # noqa: PLC0415

    return settings_of(config, roots_of(args), poll=args.poll, store=not args.no_store)


def _without_traces(engine: "Settings") -> "Settings":
    from msgspec.structs import replace  # noqa: PLC0415

    return replace(engine, spool=None, cache=None, store=None)


def _settings(
    args: argparse.Namespace, config: "Config", faults: tuple[str, ...], engine: "Settings"
) -> Any:
    """Return what the checks have to know of the settings, cctop's and Claude Code's."""
    from cctop import paths  # noqa: PLC0415
    from cctop.doctor import facts  # noqa: PLC0415
    from cctop.integrations.refusal import RefusedError  # noqa: PLC0415

    file, named = "", [name for name in _SPOOL_VARIABLES if os.environ.get(name, "").strip()]
    with suppress(paths.NoHomeError):
        file = str(paths.config_file())
    hooks: dict[str, Any] = {}
    line: dict[str, Any] = {}
    overruled: list[str] = []
    refused = ""
    try:
        hooks, line, overruled = _integrations(args, engine.roots)
    except (RefusedError, paths.NoHomeError) as error:
        refused = str(error)
    return facts.Settings(
        roots=tuple(str(root) for root in engine.roots),
        chosen=_chosen(args),
        config=file,
        config_faults=faults,
        desktop=config.notify.desktop,
        spool=str(engine.spool or ""),
        store=str(engine.store or ""),
        spool_variable=named[0] if named else "",
        hooks=hooks,
        line=line,
        overruled=tuple(overruled),
        refused=refused,
    )


def _chosen(args: argparse.Namespace) -> str:
    if roots_of(args):
        return "--root"
    if os.environ.get("CLAUDE_CONFIG_DIR", "").strip():
        return "CLAUDE_CONFIG_DIR"
    return "usual place"


def _integrations(
    args: argparse.Namespace, roots: Sequence[Path]
) -> tuple[dict[str, Any], dict[str, Any], list[str]]:
    """Return what is told of hooks and the status line, for each config folder that is named.

    Without `--root` Claude Code's settings are those of its usual folder, unless the environment
    names several, of which Claude Code knows but one at a time.
    """
    from cctop.commands import hooks_cmd, statusline_cmd  # noqa: PLC0415

    several = len(os.environ.get("CLAUDE_CONFIG_DIR", "").split(",")) > 1
    hooks: dict[str, Any] = {}
    line: dict[str, Any] = {}
    overruled: list[str] = []
    for root in roots if roots_of(args) or several else [None]:
        with _as_with(root):
            found, drawn = hooks_cmd.standing(), statusline_cmd.standing()
        overruled += statusline_cmd.overruled(drawn["scopes"])
        if not hooks:
            hooks, line = found, drawn
            continue
        for whole, more in ((hooks, found), (line, drawn)):
            # Those of the project are the same whatever the user's folder.
            whole["scopes"] += [one for one in more["scopes"] if one["scope"] == "user"]
            whole["disabled_by"] = list(dict.fromkeys(whole["disabled_by"] + more["disabled_by"]))
        hooks["plugin"] = hooks["plugin"] or found["plugin"]
    return hooks, line, list(dict.fromkeys(overruled))


@contextmanager
def _as_with(root: Path | None) -> Iterator[None]:
    """Look at the settings as Claude Code does that was started with this config folder."""
    name = "CLAUDE_CONFIG_DIR"
    before = os.environ.get(name)
    if root is not None:
        os.environ[name] = str(root)
    try:
        yield
    finally:
        if root is not None:
            if before is None:
                del os.environ[name]
            else:
                os.environ[name] = before


def _watch(args: argparse.Namespace) -> int:
    """Print what arrives until Ctrl-C, or until nobody reads it. Raises `Fault`."""
    from cctop.commands.fault import FAILED, OK, Fault  # noqa: PLC0415
    from cctop.commands.reading import remark  # noqa: PLC0415
    from cctop.doctor.watch import Watch, follow  # noqa: PLC0415
    from cctop.text import clean  # noqa: PLC0415

    engine = _engine_settings(args, _config()[0])
    if engine.spool is None:
        raise Fault(FAILED, "no home folder to keep a spool in; set CCTOP_SPOOL_DIR")
    waits_for = (
        f"nothing yet; waiting for events in {clean(engine.spool, 1000)}. `cctop doctor` says"
        " whether hooks and status line are installed"
    )

    def say(line: str) -> None:
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    watch = Watch(str(engine.spool), [str(root) for root in engine.roots])
    follow(watch, say, remark, _heard_at_stdout(), waits_for)
    return OK


def _heard_at_stdout() -> Any:
    """Return what tells whether stdout still has a reader: a pipe may close while nothing comes."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
    except (AttributeError, OSError, ValueError):  # no such call, or no such file
        return lambda: True
    return lambda: not any(said & (select.POLLERR | select.POLLHUP) for _, said in poll.poll(0))
