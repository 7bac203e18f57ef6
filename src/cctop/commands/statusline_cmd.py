"""`cctop statusline`: cost, limits and context as Claude Code itself counts them, live."""

import argparse
import json
import os
from typing import TYPE_CHECKING, Any

from cctop.commands import editing
from cctop.commands.editing import say, shown

if TYPE_CHECKING:
    from cctop.integrations.settings import SettingsFile

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop statusline install --dry-run   see what would be written, and write nothing
  cctop statusline install             listen to the status line of all your projects
  cctop statusline status              who draws the status line here, and whether cctop listens
  cctop statusline remove              as it was before

Claude Code tells its own total cost, the limits of a plan and the context window to the command
that draws its status line, and to nothing else while a session runs. install puts cctop beside that
command: yours gets the same input, prints the same line and does not wait. Where you have none,
cctop draws one: model, context, cost, limits. What it hears stays on this machine.

docs/hooks.md tells what is written, and how to take it out by hand.
"""
_WORDS = {
    "none": "no status line",
    "theirs": "not installed",
    "wrapped": "installed",
    "ours": "installed",
    "changed": "changed",
    "unknown": "not known",
    "unreadable": "unreadable",
}
_MEANINGS = {
    "theirs": "your own command, without cctop",
    "wrapped": "your own command, with cctop beside it",
    "ours": "cctop's own line",
    "changed": "calls cctop-hook, but not as cctop writes it",
    "unknown": "is no command",
}


def add_parser(subparsers: "Subparsers") -> None:
    """Add `statusline` and its actions to the program's subcommands."""
    parser = subparsers.add_parser(
        "statusline",
        help="let cctop hear what the status line hears: install, remove, status",
        description="Put cctop beside the command of Claude Code's status line, or look for it.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    editing.add_actions(
        parser,
        "cctop's part of the status line",
        "wrap the status line's command, or draw one",
        "show who draws the status line, and whether cctop listens",
    )


def run(args: argparse.Namespace) -> int:
    """Run the chosen action and return the exit code. Raises `Fault`."""
    with editing.refusals():
        {"install": _install, "remove": _remove, "status": _status}[args.action](args)
    return 0


def _install(args: argparse.Namespace) -> None:
    from cctop.integrations import executable, statusline  # noqa: PLC0415

    program, spool = executable.find(), editing.spool_option()
    if executable.is_passing(program):
        editing.remark(f"{shown(program)} will not stay; install cctop with pipx, uv tool or pip")

    def with_line(file: "SettingsFile") -> str:
        return statusline.with_line(file.json, program, spool)

    changed = editing.install(args, "statusline", with_line, "cctop is in the status line now.")
    editing.warn_if_disabled()
    for warning in overruled(_everywhere()):
        editing.remark(warning)
    if changed:
        say("Sessions that run pick it up by themselves, with their next line.")
        say(
            "`cctop doctor` shows whether it arrives, `cctop statusline remove` takes it out again."
        )


def _remove(args: argparse.Namespace) -> None:
    from cctop.integrations import statusline  # noqa: PLC0415

    editing.remove(
        args, "statusline", statusline.without_line, "the status line is as it was before cctop."
    )


def standing() -> dict[str, Any]:
    """Return who draws the status line, and what keeps it from it. Raises `RefusedError`."""
    scopes = _everywhere()
    winner = next((found["scope"] for found in reversed(scopes) if _is_set(found)), None)
    return {"scopes": scopes, "holds_here": winner, "disabled_by": editing.disabled_by()}


def _status(args: argparse.Namespace) -> None:
    document = standing()
    if args.json:
        say(json.dumps(document, indent=2))
        return
    scopes, disabled = document["scopes"], document["disabled_by"]
    warnings = overruled(scopes)
    for found in scopes:
        say(f"{found['scope']:8} {_WORDS[found['state']]:14} {shown(found['file'])}")
        for line in _details(found):
            say(f"{'':8} {line}")
    for warning in warnings:
        say(warning)
    for where in disabled:
        say(f"Off: {shown(where)} is set, and no status line is drawn.")


def _everywhere() -> list[dict[str, Any]]:
    """Return what each settings file says, those that win last."""
    from cctop.integrations import settings  # noqa: PLC0415

    found = [_of_file(scope) for scope in settings.SCOPES]
    for path in settings.managed_paths():
        managed = _of_file("managed", path)
        if _is_set(managed):
            found.append(managed)
    return found


def _of_file(scope: Any, path: Any = None) -> dict[str, Any]:
    """Return what is to be said about a settings file."""
    from cctop.integrations import settings, shell, statusline  # noqa: PLC0415
    from cctop.integrations.refusal import RefusedError  # noqa: PLC0415

    about: dict[str, Any] = {"scope": scope, "file": "", "state": "unreadable", "why": None}
    about |= {"command": None, "program": None, "exists": None}
    try:
        path = path or settings.path_of(scope)
        about["file"] = str(path)
        values = settings.read(path, scope).value
    except RefusedError as refusal:
        return about | {"why": " ".join(refusal.lines)}
    kind = statusline.kind_of(values)
    line = values.get(statusline.KEY)
    program = shell.program_in(line.get("command")) if isinstance(line, dict) else None
    return about | {
        "state": kind.value,
        "command": statusline.original(values),
        "program": program,
        "exists": os.access(program, os.X_OK) if program else None,
    }


def _details(found: dict[str, Any]) -> list[str]:
    """Return the lines below the one about a settings file."""
    if found["why"]:
        return [shown(found["why"])]
    lines = [_MEANINGS[found["state"]]] if found["state"] in _MEANINGS else []
    if found["command"] is not None:
        lines.append(f"command: {shown(found['command'])}")
    if found["program"]:
        gone = "" if found["exists"] else " is not there (or not executable); install anew"
        lines.append(f"runs: {shown(found['program'])}{gone}")
    return lines


def _is_set(found: dict[str, Any]) -> bool:
    """Whether a settings file has a status line, of whatever kind."""
    return found["state"] not in {"none", "unreadable"}


def overruled(scopes: list[dict[str, Any]]) -> list[str]:
    """Return warnings about status lines that win over one that cctop hears, in this folder."""
    used = [found for found in scopes if _is_set(found)]
    if not used or used[-1]["state"] in {"wrapped", "ours"}:
        return []
    if not any(found["state"] in {"wrapped", "ours"} for found in used):
        return []
    winner = used[-1]
    warning = f"In this folder {shown(winner['file'])} wins, whose status line cctop does not hear"
    if winner["scope"] == "managed":
        return [warning]
    return [f"{warning}; `cctop statusline install --scope {winner['scope']}` wraps that one, too"]
