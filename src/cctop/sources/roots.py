"""Where the parts of a root lie: a root is a Claude config dir, or a folder like its `projects/`.

A root may be absent, appear later or change its shape: so all of this is asked anew on each scan.
"""

import os
from collections.abc import Iterable
from errno import EACCES, EPERM

from cctop.text import Clean, clean

PATH_LIMIT = 1000  # characters: a path is only useful whole
_CONFIG_MARKS = ("sessions", "settings.json", "history.jsonl")


def normal(roots: Iterable[str]) -> tuple[str, ...]:
    """Roots as absolute paths in the order given, each once. Symbolic links stay as they are."""
    return tuple(dict.fromkeys(os.path.abspath(root) for root in roots))


def projects_dir(root: str) -> str:
    """The folder that holds one folder of transcripts a project; it need not exist.

    `root/projects` where that exists or `root` looks like a config dir; otherwise `root` itself,
    so that a copied `projects/` folder of any name can be read.
    """
    below = os.path.join(root, "projects")
    return below if os.path.isdir(below) or _is_config_dir(root) else root


def sessions_dir(root: str) -> str:
    """The folder with the registry of running sessions; it need not exist."""
    if os.path.basename(root) == "projects" and projects_dir(root) == root:
        return os.path.join(os.path.dirname(root), "sessions")
    return os.path.join(root, "sessions")


def cannot_read(path: str, error: OSError) -> Clean:
    """A notice: what cannot be read, why, and the remedy."""
    if error.errno in {EACCES, EPERM}:
        remedy = "make it readable for this user (chmod u+rX) and it is read at once"
    elif isinstance(error, NotADirectoryError):
        remedy = "a root has to be a folder"
    else:
        remedy = "it is tried again"
    reason = (error.strerror or type(error).__name__).lower()
    return clean(f"Cannot read {path}: {reason}; {remedy}.", PATH_LIMIT)


def _is_config_dir(root: str) -> bool:
    if os.path.basename(root) == ".claude":
        return True
    return any(os.path.exists(os.path.join(root, mark)) for mark in _CONFIG_MARKS)
