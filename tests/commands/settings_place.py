"""A home in which cctop is installed, and cctop run there to change Claude Code's settings."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cctop.cli import main


class Place:
    """Where everything lies, and cctop run there."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.path = path
        self.user = path / "home" / ".claude" / "settings.json"
        self.project = path / "project" / ".claude" / "settings.json"
        self.local = path / "project" / ".claude" / "settings.local.json"
        self.managed = path / "managed" / "managed-settings.json"
        self.program = path / "bin" / "cctop-hook"
        self.backups = path / "state" / "backups"
        for file in (self.user, self.project, self.program):
            file.parent.mkdir(parents=True)
        self.program.write_text("#!/bin/sh\nexit 0\n")
        self.program.chmod(0o755)
        (self.program.parent / "cctop").touch()
        self._capsys = capsys

    def run(self, *words: str) -> tuple[int, str, str]:
        """The exit code, stdout and stderr of a command."""
        code = main(words)
        return (code, *self._capsys.readouterr())

    def said(self, *words: str) -> str:
        """What a command says that must succeed without a remark."""
        code, out, err = self.run(*words)
        assert (code, err) == (0, "")
        return out

    def write(self, file: Path, settings: Any) -> bytes:
        """Settings in a file, as they stand there."""
        file.parent.mkdir(parents=True, exist_ok=True)
        data = settings if isinstance(settings, bytes) else json.dumps(settings, indent=2).encode()
        file.write_bytes(data)
        return bytes(data)

    def settings(self, file: Path) -> Any:
        """What a file says."""
        return json.loads(file.read_bytes())

    def everything(self) -> dict[str, tuple[int, int, bytes]]:
        """All that lies there: to see that nothing was touched."""
        return {
            str(path): (
                stat.st_mode,
                stat.st_mtime_ns,
                path.read_bytes() if path.is_file() else b"",
            )
            for path in self.path.rglob("*")
            if (stat := os.lstat(path))
        }
