"""Where the spool lies, found without `platformdirs` and `pathlib`, which cost more than the rest.

The answer is that of `cctop.paths.spool_dir`; a test holds the two together.
"""

import os
import sys

_APP = "cctop"


def spool_folder(given: str = "") -> str:
    """Return the spool's folder: `given`, else what the environment says, else the platform's.

    Raises OSError where there is no way to tell.
    """
    if path := given.strip() or os.environ.get("CCTOP_SPOOL_DIR", "").strip():
        return _absolute(path)
    if path := os.environ.get("CCTOP_STATE_DIR", "").strip():
        return f"{_absolute(path)}/spool"
    return f"{_platform_state()}/{_APP}/spool"


def _absolute(path: str) -> str:
    expanded = os.path.expanduser(path)
    if expanded.startswith("~"):
        raise OSError("no such home")
    return os.path.abspath(expanded)


def _platform_state() -> str:
    """Return the folder that holds every program's state: XDG's, on macOS Apple's by default."""
    named = os.environ.get("XDG_STATE_HOME", "")
    if named.startswith("/"):
        return named
    below = "Library/Application Support" if sys.platform == "darwin" else ".local/state"
    return f"{_home()}/{below}"


def _home() -> str:
    home = os.environ.get("HOME")
    if home is None:  # an empty or relative one is none at all
        import pwd  # noqa: PLC0415 - hardly anyone has no HOME

        try:
            home = pwd.getpwuid(os.getuid()).pw_dir
        except KeyError as error:
            raise OSError("no home") from error
    if not home.startswith("/"):
        raise OSError("no home")
    return home.rstrip("/")
