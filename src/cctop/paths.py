"""Where cctop keeps its own files, and where Claude Code keeps its.

cctop's folders follow the platform (XDG on Linux, `~/Library` on macOS); each has an environment
variable that names it outright. Claude Code's folders follow its own rule: `$CLAUDE_CONFIG_DIR`,
else `~/.claude`, with `~/.config/claude` for older installs. Nothing here creates a folder.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

APP = "cctop"


class NoHomeError(OSError):
    """A path below the home directory is needed and there is none; the message has the remedy."""


def config_file() -> Path:
    """The user's config file: `$CCTOP_CONFIG`, else `config.toml` in the platform's config dir.

    Raises `NoHomeError`, as every function here, where the path depends on a home and there is
    none.
    """
    return _override("CCTOP_CONFIG") or _platform_dir("config", "CCTOP_CONFIG") / "config.toml"


def state_dir() -> Path:
    """What cctop must remember (index, history): `$CCTOP_STATE_DIR`, else the platform's."""
    return _override("CCTOP_STATE_DIR") or _platform_dir("state", "CCTOP_STATE_DIR")


def cache_dir() -> Path:
    """What cctop can make anew at any time: `$CCTOP_CACHE_DIR`, else the platform's cache dir."""
    return _override("CCTOP_CACHE_DIR") or _platform_dir("cache", "CCTOP_CACHE_DIR")


def spool_dir() -> Path:
    """Where hooks leave their events: `$CCTOP_SPOOL_DIR`, else `spool` in the state dir."""
    return _override("CCTOP_SPOOL_DIR") or state_dir() / "spool"


def claude_roots(
    cli_roots: Iterable[str | Path] = (), extra_roots: Iterable[str | Path] = ()
) -> tuple[Path, ...]:
    """The Claude config dirs to watch, in order, each once however many links lead to it.

    `cli_roots` (`--root`) stand alone. Without them: the dirs of `$CLAUDE_CONFIG_DIR` (a
    comma-separated list, as some tools write it), else those of `~/.claude` and
    `~/.config/claude` that exist, else `~/.claude`, which may appear later; and after them
    `extra_roots` (the config's `roots.paths`). The dirs need not exist.
    """
    found = [_absolute(root, "--root") for root in cli_roots]
    if not found:
        found = _environment_roots() or _home_roots()
        found += [_absolute(root, "roots.paths") for root in extra_roots]
    by_identity: dict[str, Path] = {}
    for root in found:
        by_identity.setdefault(os.path.realpath(root), root)
    return tuple(by_identity.values())


def _environment_roots() -> list[Path]:
    value = os.environ.get("CLAUDE_CONFIG_DIR", "").strip()
    # A comma may also be part of one folder's name.
    names = (
        [value] if value and _absolute(value, "CLAUDE_CONFIG_DIR").is_dir() else value.split(",")
    )
    return [_absolute(name.strip(), "CLAUDE_CONFIG_DIR") for name in names if name.strip()]


def _home_roots() -> list[Path]:
    home = _home("CLAUDE_CONFIG_DIR, or pass --root DIR")
    candidates = [home / ".claude", home / ".config" / "claude"]
    return [root for root in candidates if root.is_dir()] or candidates[:1]


def _override(variable: str) -> Path | None:
    value = os.environ.get(variable, "").strip()
    return _absolute(value, variable) if value else None


def _absolute(path: str | Path, source: str) -> Path:
    """`path` with `~` filled in, made absolute; `source` is who named it, for the message."""
    try:
        expanded = Path(path).expanduser()
    except RuntimeError as error:
        message = f"{source}: cannot tell whose home {os.fspath(path)!r} means; write it in full"
        raise NoHomeError(message) from error
    # Not `resolve`: the path is shown, and a user knows it by the name given.
    return Path(os.path.abspath(expanded))  # noqa: PTH100


def _home(remedy: str) -> Path:
    # An empty HOME would make "/" of "~", and a relative one a folder of the working directory.
    if os.environ.get("HOME") != "":
        with suppress(RuntimeError):
            home = Path("~").expanduser()
            if home.is_absolute():
                return home
    raise NoHomeError(f"cannot find your home directory; set HOME or {remedy}")


def _platform_dir(kind: str, variable: str) -> Path:
    # An empty or relative HOME is none: the library would look up the account's own.
    has_home = Path(os.environ.get("HOME", "/")).is_absolute()
    named = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
    with suppress(RuntimeError):  # newer versions raise without a home, older ones leave the "~"
        path = _xdg_dir(kind, named) if sys.platform == "linux" else _library_dir(kind)
        if path.is_absolute() and (has_home or named.startswith("/")):
            return path
    raise NoHomeError(f"cannot find your home directory; set HOME or {variable}")


def _xdg_dir(kind: str, named: str) -> Path:
    """XDG's rule, as the library has it, which takes 5 ms of a start to import."""
    below = {"config": ".config", "state": ".local/state", "cache": ".cache"}[kind]
    return (Path(named) if named.startswith("/") else Path("~", below).expanduser()) / APP


def _library_dir(kind: str) -> Path:
    import platformdirs  # noqa: PLC0415 - see above

    finders = {
        "config": platformdirs.user_config_dir,
        "state": platformdirs.user_state_dir,
        "cache": platformdirs.user_cache_dir,
    }
    return Path(finders[kind](APP, appauthor=False))
