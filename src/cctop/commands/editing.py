"""What `cctop hooks` and `cctop statusline` share: they change Claude Code's settings files."""

import argparse
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

# What reads and writes is imported by those who run: every start builds the parsers.
if TYPE_CHECKING:
    from cctop.integrations.backups import Feature
    from cctop.integrations.change import TakeOut
    from cctop.integrations.settings import Scope, SettingsFile

    Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]

SCOPES = ("user", "project", "local")  # as in `cctop.integrations.settings`; a test compares them
SCOPE_HELP = (
    "whose settings: yours in every project (~/.claude/settings.json or that of"
    " $CLAUDE_CONFIG_DIR, the default), those of the project in this folder"
    " (.claude/settings.json), or yours in it (.claude/settings.local.json)"
)


def add_actions(
    parser: argparse.ArgumentParser, what: str, install: str, status: str
) -> dict[str, argparse.ArgumentParser]:
    """Add `install`, `remove` and `status` to a command and return their parsers."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)
    texts = {
        "install": install,
        "remove": f"take {what} out of the settings again",
        "status": status,
    }
    parsers = {
        name: actions.add_parser(name, help=text, allow_abbrev=False)
        for name, text in texts.items()
    }
    for name in ("install", "remove"):
        parsers[name].add_argument(
            "--scope", choices=SCOPES, default="user", dest="settings_scope", help=SCOPE_HELP
        )
        parsers[name].add_argument(
            "--dry-run", action="store_true", help="show what would change, and change nothing"
        )
    parsers["status"].add_argument("--json", action="store_true", help="as JSON, for scripts")
    return parsers


@contextmanager
def refusals() -> Iterator[None]:
    """Make a fault of a change that is refused."""
    from cctop.commands.fault import FAILED, Fault  # noqa: PLC0415
    from cctop.integrations.refusal import RefusedError  # noqa: PLC0415

    try:
        yield
    except RefusedError as refusal:
        raise Fault(FAILED, *refusal.lines) from refusal


@contextmanager
def about(file: "SettingsFile") -> Iterator[None]:
    """Let a refusal say which file it is about."""
    from cctop.integrations.refusal import RefusedError  # noqa: PLC0415

    try:
        yield
    except RefusedError as refusal:
        first, *others = refusal.lines
        raise RefusedError(f"{file.path}: {first}", *others) from refusal


def opened(scope: "Scope") -> "SettingsFile":
    """Return the settings file of a scope. Raises `RefusedError`."""
    from cctop.integrations import settings  # noqa: PLC0415

    return settings.read(settings.path_of(scope), scope)


def install(
    args: argparse.Namespace,
    feature: "Feature",
    with_it: Callable[["SettingsFile"], str],
    done: str,
) -> bool:
    """Put an integration into a settings file; return whether something was changed.

    Raises `RefusedError`.
    """
    from cctop.integrations import change  # noqa: PLC0415

    file = opened(args.settings_scope)
    with about(file):
        text = with_it(file)
    if file.data is not None and text == file.json.text:
        say(f"{shown(file.path)}: nothing to do, it is there already")
        return False
    if args.dry_run:
        _show_diff(file, text)
        return False
    backup = change.install(feature, file, text)
    say(f"{shown(file.path)}: {done}")
    say(f"The file as it was: {shown(backup)}" if backup else "There was no such file before.")
    return True


def remove(args: argparse.Namespace, feature: "Feature", taken_out: "TakeOut", done: str) -> None:
    """Take an integration out of a settings file. Raises `RefusedError`."""
    from cctop.integrations import change  # noqa: PLC0415

    file = opened(args.settings_scope)
    with about(file):
        if file.data is None or taken_out(file.json, file.value) == file.json.text:
            say(f"{shown(file.path)}: nothing to do, there is nothing of cctop's")
            return
        data = change.removal(feature, file, taken_out)
    if args.dry_run:
        _show_diff(file, None if data is None else data.decode())
        return
    backup = change.remove(feature, file, data)
    gone = " The file is gone: cctop had made it." if data is None else ""
    say(f"{shown(file.path)}: {done}{gone}")
    say(f"The file as it was: {shown(backup)}")


def spool_option() -> str | None:
    """Return the spool folder that a command has to name: Claude Code may not know our variables.

    None where it is the usual one.
    """
    from cctop import paths  # noqa: PLC0415

    named = any(os.environ.get(name, "").strip() for name in ("CCTOP_SPOOL_DIR", "CCTOP_STATE_DIR"))
    return str(paths.spool_dir()) if named else None


def disabled_by() -> list[str]:
    """Return the settings that switch all hooks and status lines off: "FILE: SETTING"."""
    from cctop.integrations import settings  # noqa: PLC0415

    found = []
    for scope, path in [
        *((scope, settings.path_of(scope)) for scope in settings.SCOPES),
        *(("managed", path) for path in settings.managed_paths()),
    ]:
        values = _values(path, scope)
        names = ["disableAllHooks", *(["allowManagedHooksOnly"] if scope == "managed" else [])]
        found += [f"{path}: {name}" for name in names if values.get(name) is True]
    return found


def warn_if_disabled() -> None:
    """Say on stderr that what was installed cannot work yet."""
    for where in disabled_by():
        remark(f"{shown(where)} is set: nothing of this runs until it is taken out")


def say(text: str) -> None:
    """Print a line, whose foreign parts are clean."""
    sys.stdout.write(f"{text}\n")


def remark(text: str) -> None:
    """Print a line to stderr."""
    sys.stderr.write(f"cctop: {text}\n")


def shown(value: object) -> str:
    """Return a path or a command as it may be printed."""
    from cctop.text import clean  # noqa: PLC0415

    return clean(value, 4096)


def _values(path: Any, scope: str) -> dict[str, Any]:
    """Return the settings in a file; none where it cannot be read, which is told elsewhere."""
    from cctop.integrations import settings  # noqa: PLC0415
    from cctop.integrations.refusal import RefusedError  # noqa: PLC0415

    try:
        return settings.read(path, scope).value
    except RefusedError:
        return {}


def _show_diff(file: "SettingsFile", after: str | None) -> None:
    from cctop.integrations import change  # noqa: PLC0415
    from cctop.text import clean_lines  # noqa: PLC0415

    for line in change.diff(file, after):
        say("".join(clean_lines(line, max_lines=1, limit=20_000)))
