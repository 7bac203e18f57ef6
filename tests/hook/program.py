"""`cctop-hook` as a process, and what it left."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

CODE = "from cctop.hook import main; main.entry()"
# For tests with many processes at once: how fast the machine is must not decide.
PATIENT = "from cctop.hook import main; main.READ_S = main.LIMIT_S = 300; main.entry()"


class Program:
    """Runs it with a home and a spool below a scratch folder."""

    def __init__(self, scratch: Path) -> None:
        self.scratch = scratch
        self.spool = scratch / "spool"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(scratch / "home"),
            "CCTOP_SPOOL_DIR": str(self.spool),
        }

    def command(self, *words: str, patient: bool = True) -> list[str]:
        return [sys.executable, "-c", PATIENT if patient else CODE, *words]

    def run(
        self,
        payload: object,
        *words: str,
        env: dict[str, str] | None = None,
        patient: bool = True,
    ) -> bytes:
        """Run it to its end, and return what it printed. It must end with 0 and an empty stderr."""
        data = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        done = subprocess.run(
            self.command(*words, patient=patient),
            input=data,
            capture_output=True,
            env=self.env | (env or {}),
            check=False,
            timeout=120,
        )
        assert (done.returncode, done.stderr) == (0, b"")
        return done.stdout

    def segments(self) -> list[Path]:
        return sorted(self.spool.glob("events-*.jsonl"))

    def records(self) -> list[dict[str, Any]]:
        """All records, in order. Every line must be one."""
        lines = [line for path in self.segments() for line in path.read_bytes().split(b"\n")]
        return [json.loads(line) for line in lines if line]

    def only(self) -> dict[str, Any]:
        (record,) = self.records()
        return record
