"""A scratch home, with sessions in it, and cctop as a process of its own."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ID = "3f2a9c51-4f1c-4c55-9d5e-3b1f6a2e7c01"
OTHER = "3f2b0000-4f1c-4c55-9d5e-3b1f6a2e7c02"


class Home:
    """A scratch home, and cctop run in it as a process of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.root = path / ".claude"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(path),
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONWARNINGS": "error",
            "LANG": "C.UTF-8",
            # Where an hour ago is today, at any hour.
            "TZ": "UTC" if time.gmtime().tm_hour > 1 else "EST5",
        }

    def write(self, id: str = ID, text: str = "Why is it red?", age_s: float = 3600) -> Path:
        """A session of one turn that ended so many seconds ago."""
        at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - age_s))
        common = {"timestamp": at, "sessionId": id, "cwd": "/home/dev/web", "version": "2.1.330"}
        usage = {"input_tokens": 1_000, "output_tokens": 500}
        message = {
            "id": f"msg_{id}", "type": "message", "role": "assistant", "model": "claude-opus-5-5",
            "content": [{"type": "text", "text": text}], "stop_reason": "end_turn", "usage": usage,
        }  # fmt: skip
        user = {"type": "user", "uuid": f"u-{id}", "message": {"role": "user", "content": text}}
        answer = {"type": "assistant", "uuid": f"a-{id}", "requestId": f"req_{id}"}
        lines = [user | common, answer | common | {"message": message}]
        path = self.root / "projects" / "-home-dev-web" / f"{id}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
        return path

    def run(self, *words: str, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cctop", *words]
        env = {**self.env, **options.pop("env", {})}
        return subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=60, env=env,
            stdin=subprocess.DEVNULL, **options,
        )  # fmt: skip

    def said(self, *words: str) -> Any:
        """What a command says as JSON."""
        done = self.run(*words, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)
