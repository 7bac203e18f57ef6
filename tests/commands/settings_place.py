"""A home in which cctop is installed, and cctop run there to change Claude Code's settings."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from in_process import Cctop


class Place(Cctop):
    """Where everything lies, and cctop run there."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(capsys)
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
