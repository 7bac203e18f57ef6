"""A report with nothing new to read waits for no module that only reading needs."""

import subprocess
import sys
from pathlib import Path

import pytest
from keeping import Stage

LATE = {
    *("cctop.sources.transcripts.decode", "cctop.store.salvage", "difflib", "hashlib"),
    *("typing_extensions", "rich", "textual"),
}
REPORT = f"""
import sys
from cctop.cli import main
code = main(["sessions", "--all", "--json", "--root", sys.argv[1]])
print(*sorted({LATE!r} & sys.modules.keys()), file=sys.stderr)
import typing_extensions  # what was left out is there for whoever wants it
sys.exit(code or not hasattr(typing_extensions, "deprecated"))
"""


def imported(stage: Stage) -> set[str]:
    """Those of the late ones that a report imports."""
    command = [sys.executable, "-c", REPORT, str(stage.root)]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert stage.root.name in run.stdout
    return set(run.stderr.split())


def test_a_report_imports_what_it_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CCTOP_STATE_DIR", "CCTOP_CACHE_DIR", "CCTOP_SPOOL_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    stage = Stage(tmp_path)
    stage.work(1)
    assert "cctop.sources.transcripts.decode" in imported(stage)
    assert imported(stage) == set()
