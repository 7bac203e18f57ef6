"""The screen's first start, as a program: what runs stands there, and nobody it started stays."""

import json
import os
import pty
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable
from fcntl import ioctl
from pathlib import Path
from select import select

import psutil
import pyte
import pytest
from scratch_home import ID, Home

from cctop.engine import processes

PATIENCE = 60.0  # seconds
NOTED = """
import os, sys
if any(word.startswith("cctop.engine.") for word in sys.orig_argv):
    with open(os.environ["NOTES"], "a") as notes:
        notes.write(f"{os.getpid()} {' '.join(sys.orig_argv)}\\n")
"""


def run_entry(home: Home) -> None:
    """Let the session run: its process is this one."""
    folder = home.root / "sessions"
    folder.mkdir()
    entry = {"pid": os.getpid(), "sessionId": ID, "status": "busy", "cwd": "/home/dev/web"}
    (folder / "1.json").write_text(json.dumps(entry | {"startedAt": 1000 * int(time.time())}))


@pytest.mark.pty
def test_a_session_that_runs_is_true_and_scouts_end(home: Home, tmp_path: Path) -> None:
    home.write()
    run_entry(home)
    for sent in (processes.cores() > 1, False):  # what the store has needs none
        notes = tmp_path / f"notes-{sent}"
        screened(home, notes)
        helpers = notes.read_text().splitlines() if notes.exists() else []
        assert [ID in helper for helper in helpers] == [True] * sent
        assert not [line for line in helpers if psutil.pid_exists(int(line.split()[0]))]


def screened(home: Home, notes: Path) -> None:
    """Open the screen until the session stands there, note who is started, and quit."""
    custom = notes.parent / "custom"
    custom.mkdir(exist_ok=True)
    (custom / "sitecustomize.py").write_text(NOTED)
    path = os.pathsep.join([str(custom), home.env["PYTHONPATH"]])
    env = home.env | {"TERM": "xterm-256color", "NOTES": str(notes), "PYTHONPATH": path}
    leader, follower = pty.openpty()
    ioctl(leader, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 160, 0, 0))
    screen = pyte.Screen(160, 45)
    stream = pyte.ByteStream(screen)
    argv = [sys.executable, "-m", "cctop"]
    running = subprocess.Popen(argv, stdin=follower, stdout=follower, stderr=follower, env=env)
    os.close(follower)

    def until(shows: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not shows():
            assert time.monotonic() < deadline, "\n".join(screen.display)
            if select([leader], [], [], 0.02)[0]:
                try:
                    stream.feed(os.read(leader, 65_536))
                except OSError:  # it has ended
                    return

    with running:
        until(lambda: any(" web " in line and "$0.01" in line for line in screen.display))
        os.write(leader, b"q")
        until(lambda: running.poll() is not None)
    os.close(leader)
    assert running.returncode == 0
