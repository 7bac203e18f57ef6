"""`cctop hooks`: let Claude Code tell cctop what it does, the moment it does it."""

import argparse
import json
import os
from typing import TYPE_CHECKING, Any

from cctop.commands import editing
from cctop.commands.editing import say, shown

if TYPE_CHECKING:
    from cctop.integrations.settings import Scope

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

EPILOG = """\
examples:
  cctop hooks install --dry-run        see what would be written, and write nothing
  cctop hooks install                  for all your projects
  cctop hooks install --scope local    for the project in this folder, and for you alone
  cctop hooks status                   where they are, and whether something keeps them from running
  cctop hooks remove                   take them out again

cctop works without hooks. With them it knows at once what takes a transcript some seconds, and a
little that no transcript says. They run in the background: Claude Code never waits for them, and
they cannot block a tool, not even when cctop is gone. What they tell stays on this machine.

install adds to what is in the settings file and changes nothing else in it; the file as it was is
kept. remove gives back the very same bytes, unless the file was changed meanwhile: then it takes
out what is cctop's. docs/hooks.md tells all of it.
"""


def add_parser(subparsers: "Subparsers") -> None:
    """Add `hooks` and its actions to the program's subcommands."""
    parser = subparsers.add_parser(
        "hooks",
        help="let Claude Code tell cctop at once what it does: install, remove, status",
        description="Register cctop with Claude Code's hooks, or look whether it is.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    actions = editing.add_actions(
        parser,
        "the hooks",
        "add the hooks to Claude Code's settings, behind your own",
        "show where the hooks are, and whether anything keeps them from running",
    )
    actions["install"].add_argument(
        "--with-prompts",
        action="store_true",
        help="keep the text of your prompts, too, not only its length",
    )


def run(args: argparse.Namespace) -> int:
    """Run the chosen action and return the exit code. Raises `Fault`."""
    with editing.refusals():
        {"install": _install, "remove": _remove, "status": _status}[args.action](args)
    return 0


def _install(args: argparse.Namespace) -> None:
    from cctop.integrations import executable, hooks, shell  # noqa: PLC0415

    program = executable.find()
    command = shell.hook_command(program, editing.spool_option(), prompts=args.with_prompts)
    if executable.is_passing(program):
        editing.remark(f"{shown(program)} will not stay; install cctop with pipx, uv tool or pip")
    done = f"cctop's {len(hooks.EVENTS)} hooks are in it now."
    changed = editing.install(
        args, "hooks", lambda file: hooks.with_hooks(file.json, command), done
    )
    if _plugin_scopes():
        editing.remark("the cctop plugin is enabled, too: its hooks do the same a second time")
    editing.warn_if_disabled()
    if changed:
        say("Sessions that run pick them up by themselves; nothing has to be restarted.")
        say(
            "`cctop doctor` shows whether events arrive, `cctop hooks remove` takes them out again."
        )


def _remove(args: argparse.Namespace) -> None:
    from cctop.integrations import hooks  # noqa: PLC0415

    editing.remove(args, "hooks", hooks.without_hooks, "cctop's hooks are out of it.")


def standing() -> dict[str, Any]:
    """Return where the hooks are, and what keeps them from running. Raises `RefusedError`."""
    return {
        "scopes": [_of_scope(scope) for scope in editing.SCOPES],  # type: ignore[arg-type]
        "disabled_by": editing.disabled_by(),
        "plugin": bool(_plugin_scopes()),
    }


def _status(args: argparse.Namespace) -> None:
    document = standing()
    if args.json:
        say(json.dumps(document, indent=2))
        return
    scopes, disabled, plugin = (document[key] for key in ("scopes", "disabled_by", "plugin"))
    for found in scopes:
        say(f"{found['scope']:8} {found['state']:14} {shown(found['file'])}")
        for line in _details(found):
            say(f"{'':8} {line}")
    for where in disabled:
        say(f"Off: {shown(where)} is set, and no hook runs.")
    if plugin and any(found["events"] for found in scopes):
        say("The cctop plugin is enabled, too: every event is told twice, which does no harm.")
    elif plugin:
        say("The cctop plugin is enabled, and brings the hooks with it.")


def _of_scope(scope: "Scope") -> dict[str, Any]:
    """Return what is to be said about a settings file."""
    from cctop.integrations import hooks, settings, shell  # noqa: PLC0415
    from cctop.integrations.refusal import RefusedError  # noqa: PLC0415

    about: dict[str, Any] = {"scope": scope, "file": "", "state": "unreadable", "why": None}
    about |= {"events": [], "missing": [], "programs": [], "prompts": False, "spools": []}
    try:
        about["file"] = str(settings.path_of(scope))
        found = hooks.installed(editing.opened(scope).json)
    except RefusedError as refusal:
        return about | {"why": " ".join(refusal.lines)}
    commands = set(found.commands.values())
    programs = sorted({program for one in commands if (program := shell.program_in(one))})
    options = [shell.options_in(one) for one in commands]
    missing = found.missing
    state = "not installed" if not commands else "partly" if missing else "installed"
    return about | {
        "state": state,
        "events": list(found.commands),
        "missing": missing if commands else [],
        "programs": [{"path": one, "exists": os.access(one, os.X_OK)} for one in programs],
        "prompts": any(prompts for prompts, _ in options),
        "spools": sorted({spool for _, spool in options if spool}),
    }


def _details(found: dict[str, Any]) -> list[str]:
    """Return the lines below the one about a settings file."""
    if found["why"]:
        return [shown(found["why"])]
    lines = []
    if found["events"]:
        count = len(found["events"])
        some = f"{count}, {shown(', '.join(found['events']))}"
        lines.append(f"events: {some if found['missing'] else f'all {count}'}")
    if found["missing"]:
        lines.append(f"missing: {', '.join(found['missing'])}; `cctop hooks install` adds them")
    for program in found["programs"]:
        gone = "" if program["exists"] else " is not there (or not executable); install anew"
        lines.append(f"runs: {shown(program['path'])}{gone}")
    lines += [f"spool: {shown(spool)}" for spool in found["spools"]]
    if found["events"]:
        lines.append(f"prompts: {'kept' if found['prompts'] else 'not kept, only their length'}")
    return lines


def _plugin_scopes() -> list[str]:
    """Return the scopes whose settings enable the cctop plugin."""
    from cctop.integrations.refusal import RefusedError  # noqa: PLC0415

    found = []
    for scope in editing.SCOPES:
        try:
            plugins = editing.opened(scope).value.get("enabledPlugins")  # type: ignore[arg-type]
        except RefusedError:
            continue
        if isinstance(plugins, dict) and any(
            name.startswith("cctop@") and enabled is not False for name, enabled in plugins.items()
        ):
            found.append(scope)
    return found
