"""Settings files as people have them, and where they lie in a scratch home."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

THEIRS = {
    "$schema": "https://json.schemastore.org/claude-code-settings.json",
    "model": "opus",
    "permissions": {"allow": ["Bash(ls:*)"], "deny": []},
    "hooks": {
        "Stop": [{"hooks": [{"type": "command", "command": "afplay ding.wav"}]}],
        "PreToolUse": [
            {"matcher": "Bash", "hooks": [{"type": "command", "command": "guard", "timeout": 5}]}
        ],
    },
    "statusLine": {
        "type": "command",
        "command": "jq -r '.model.display_name' # mine",
        "padding": 0,
    },
}
ODD = (
    '{\r\n\t"env": {"A":"1",  "B":"\\u00e9"},\r\n\r\n\t"hooks": { },\r\n'
    '\t"statusLine" : {"type":"command","command":"printf \'%s\' \\"$(date)\\"\\nexit 3"}\r\n}'
)
LAYOUTS: dict[str, bytes | None] = {
    "no file": None,
    "empty object": b"{}",
    "two spaces": json.dumps(THEIRS, indent=2).encode() + b"\n",
    "four spaces": json.dumps(THEIRS, indent=4).encode(),
    "tabs": json.dumps(THEIRS, indent="\t").encode() + b"\n\n",
    "one line": json.dumps(THEIRS).encode(),
    "no spaces": json.dumps(THEIRS, separators=(",", ":")).encode(),
    "CRLF, BOM and oddities": b"\xef\xbb\xbf" + ODD.encode(),
    "no hooks, no status line": b'{\n  "model": "opus"\n}\n',
    "empty hooks": b'{\n  "hooks": {\n    "Stop": []\n  }\n}\n',
}


class World:
    """Where everything lies."""

    def __init__(self, path: Path) -> None:
        self.home, self.state = path / "home", path / "state"
        self.bin, self.project = path / "bin", path / "project"
        for folder in (self.home / ".claude", self.bin, self.project):
            folder.mkdir(parents=True)
        self.user = self.home / ".claude" / "settings.json"
        self.program = str(self.bin / "cctop-hook")
        self.spool = str(self.state / "spool")

    def write(self, data: bytes | str | None) -> Path:
        """The user's settings."""
        if data is not None:
            self.user.write_bytes(data if isinstance(data, bytes) else data.encode())
        return self.user

    def settings(self) -> Any:
        """What they say now."""
        return json.loads(self.user.read_text("utf-8-sig"))

    def bytes(self) -> bytes | None:
        """What they are now; None where there is no file."""
        return self.user.read_bytes() if self.user.exists() else None

    def everything(self) -> dict[str, str]:
        """Every file and folder with what is in it: to see that nothing was touched."""
        found = {}
        for folder in (self.home, self.state, self.project):
            for path in sorted([folder, *folder.rglob("*")]) if folder.exists() else []:
                kind = os.lstat(path)
                data = path.read_bytes() if path.is_file() else b""
                sum_of = hashlib.sha256(data).hexdigest()
                found[str(path)] = f"{kind.st_mode} {kind.st_mtime_ns} {sum_of}"
        return found
