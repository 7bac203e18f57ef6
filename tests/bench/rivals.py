"""Another meter beside cctop, on the same files and in turns: ccusage, installed for this."""

import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import throughput
from suite import Figure, Home, Runs, Suite

# The newest of version 20 that has a program for Linux.
PACKAGE = "ccusage@20.0.24"


def installed() -> list[str] | None:
    """Return the command of ccusage, installed where it is not; None where that is impossible."""
    npm = shutil.which("npm")
    if npm is None:
        return None
    folder = Path(os.environ.get("CCTOP_BENCH_CACHE") or tempfile.gettempdir()) / "cctop-rivals"
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "node_modules" / ".bin" / "ccusage"
    if not program.exists():
        command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), PACKAGE]
        if subprocess.run(command, check=False).returncode:
            return None
    return [str(program)]


class Rival:
    """The figures of the other meter in one case; none where it was not asked for."""

    def __init__(self, suite: Suite, label: str = "") -> None:
        self._suite = suite
        self._runs = Runs(f"{label}: ccusage" if label else "ccusage")

    def turn(self, home: Home) -> None:
        """Run it once. Its totals may differ from the truth; then the figure says by how much."""
        command = self._suite.rival
        if command is None:
            return
        env = self._suite.env(self._suite.state("rival")) | {"CLAUDE_CONFIG_DIR": str(home.root)}
        run = throughput.run([*command, "session", "--json", "--offline"], env)
        self._runs.add(run)
        counted = json.loads(run.printed)["totals"]["totalTokens"]
        self._runs.seconds.note = _difference(counted, home)

    def figures(self) -> list[Figure]:
        """What was measured."""
        return self._runs.figures()


def _difference(counted: int, home: Home) -> str:
    true = sum(home.truth.tokens.values())
    return "" if counted == true else f"{counted - true:+,} tokens off the truth"
