"""A report with nothing new to read does no more than it needs."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest
from keeping import Stage

from cctop.sources.transcripts.discover import Scan, Scanner

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


def test_it_looks_at_the_folders_once(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.run()
    scans = 0
    scan = Scanner.scan

    def counted(scanner: Scanner, hints: Iterable[str] = ()) -> Scan:
        nonlocal scans
        scans += 1
        return scan(scanner, hints)

    monkeypatch.setattr(Scanner, "scan", counted)
    stage.run()
    assert scans == 1
