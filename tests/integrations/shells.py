"""Real shells, and commands run in them as Claude Code runs them."""

import os
import shutil
import subprocess
from pathlib import Path

SHELLS = [
    found for name in ("sh", "dash", "bash", "ksh", "mksh", "zsh") if (found := shutil.which(name))
]  # fmt: skip


def run(
    shell: str,
    command: str,
    stdin: bytes = b"",
    env: dict[str, str] | None = None,
    **options: object,
) -> tuple[int, bytes, bytes]:
    """The exit code, stdout and stderr of a command."""
    done = subprocess.run(  # type: ignore[call-overload]
        [shell, "-c", command], input=stdin, capture_output=True, check=False, timeout=60,
        env=env or {"PATH": os.environ["PATH"]}, **options,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def program(folder: Path, script: str) -> str:
    """A `cctop-hook` that is a shell script."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "cctop-hook"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)
