"""What a terminal sees that a pipe does not."""

import os
import pty
import re
import select
import subprocess
import sys

import pytest
from scratch_home import Home

PATIENT_FOR = """
import sys
from cctop.cli import main
from cctop.commands import progress
progress.PATIENCE = {}
sys.exit(main(sys.argv[1:]))
"""
IMPATIENT, PATIENT = PATIENT_FOR.format(0), PATIENT_FOR.format(60)


def at_a_terminal(home: Home, *command: str) -> tuple[int, bytes]:
    """Run Python with a terminal as stderr: the exit code and what it showed there."""
    leader, follower = pty.openpty()
    running = subprocess.Popen(
        [sys.executable, *command],
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=follower, env=home.env,
    )  # fmt: skip
    os.close(follower)
    shown = b""
    with running:
        while running.poll() is None or select.select([leader], [], [], 0)[0]:
            if select.select([leader], [], [], 0.05)[0]:
                try:
                    shown += os.read(leader, 65536)
                except OSError:  # the other side is closed
                    break
    os.close(leader)
    return running.returncode, shown


@pytest.mark.pty
def test_progress_goes_to_a_terminal_and_is_erased(home: Home) -> None:
    path = home.write()
    with path.open("ab") as file:  # so much that it is not read in one go
        line = b'{"type": "api-request", "timestamp": "2026-01-01T00:00:00Z", "x": "%s"}\n'
        file.writelines(line % (b"x" * 1_000_000) for _ in range(80))
    code, shown = at_a_terminal(home, "-c", IMPATIENT, "sessions", "--json")
    assert code == 0
    assert re.search(rb"\r\x1b\[Kreading \d of 1 files, \d+%", shown)
    assert shown.endswith(b"\r\x1b[K")
    assert home.run("sessions", "--json").stderr == ""


@pytest.mark.pty
def test_a_short_reading_is_not_worth_a_word(home: Home) -> None:
    home.write()
    assert at_a_terminal(home, "-c", PATIENT, "sessions", "--json") == (0, b"")
