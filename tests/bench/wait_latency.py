"""How soon a session that waits for a permission shows as waiting, and with what it asks for.

    CCTOP_LAB_CLAUDE=/path/to/claude python tests/bench/wait_latency.py [--rounds 10] [--json FILE]

The real Claude Code runs offline with cctop's hooks set, and asks for one permission after the
other. The time runs from `statusUpdatedAt` in its list of running sessions, which is when it began
to wait by its own clock, to the bytes on cctop's terminal: of the word, and of the command. Beside
that, when the hook's program began.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from latency import Screen

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
from interactive import HOOK, Desk, Terminal, wait_for
from lab import unavailable
from messages_api import Json

from cctop.integrations.hooks import EVENTS, entry
from cctop.integrations.shell import hook_command

THINKING_S = 2.0  # of the model before each call: the screen shows it busy in between
QUESTION = "Do you want to proceed?"


def turn(name: str) -> Json:
    """A turn of the model that asks for a permission."""
    block = {"type": "tool_use", "name": "Bash", "input": {"command": f"touch {name}"}}
    return {"content": [block], "delay": THINKING_S}


def ms(seconds: float) -> float:
    """Return seconds of the monotonic clock as ms since the epoch."""
    return (seconds + time.time() - time.monotonic()) * 1000


def wait_once(desk: Desk, claude: Terminal, screen: Screen, name: str) -> dict[str, float]:
    """Send the CLI on to its next question; return the ms from its beginning to what was seen."""
    claude.press("enter")  # the first sends the prompt, the others say yes
    wait_for(lambda: desk.registry().get("status") == "busy")
    time.sleep(THINKING_S / 2)  # the screen shows the wait before no more
    begun = time.monotonic()
    marks = {b"waits": begun, name.encode(): begun}
    screen.wanted.update(marks)
    claude.until(lambda shown: QUESTION in shown and name in shown)
    wait_for(lambda: not screen.wanted)
    since = wait_for(lambda: _waiting_since(desk))
    asked = wait_for(lambda: _asked_at(desk, name))
    word, what = (ms(begun + screen.seen[mark]) - since for mark in marks)
    return {"word": word, "all": max(word, what), "hook": asked - since}


def measure(rounds: int) -> list[dict[str, float]]:
    """Let it wait so many times."""
    with tempfile.TemporaryDirectory(prefix="cctop-wait.") as folder:
        home = Path(folder) / "home"
        command = hook_command(str(HOOK), str(home / "state" / "spool"))
        with Desk(home, {"hooks": {event: [entry(event, command)] for event in EVENTS}}) as desk:
            desk.spool = home / "state" / "spool"  # where the screen looks
            screen = Screen(desk.root, home)
            names = [f"zq{n:03}" for n in range(rounds)]
            claude = desk.claude({"main": [turn(name) for name in names]})
            claude.type("go")
            claude.until("go")
            told = [wait_once(desk, claude, screen, name) for name in names]
            screen.end()
    return told


def _waiting_since(desk: Desk) -> int:
    entry = desk.registry()
    return int(entry["statusUpdatedAt"]) if entry.get("status") == "waiting" else 0


def _asked_at(desk: Desk, name: str) -> int:
    asked = desk.records("PermissionRequest")
    return next((int(one["at"]) for one in asked if name in one["input"]["command"]), 0)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    if reason := unavailable():
        parser.error(reason)
    print(f"load {os.getloadavg()[0]:.2f}")
    told = measure(given.rounds)
    print(f"{'ms after it began to wait':34} {'min':>6} {'median':>7} {'max':>6}")
    for name, label in (
        ("hook", "the hook began"),
        ("word", "the screen says that it waits"),
        ("all", "... and for which command"),
    ):
        times = [one[name] for one in told]
        print(f"{label:34} {min(times):6.0f} {statistics.median(times):7.0f} {max(times):6.0f}")
    if given.json:
        given.json.write_text(json.dumps(told, indent=2) + "\n")


if __name__ == "__main__":
    main()
