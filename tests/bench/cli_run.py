"""What cctop's hooks cost Claude Code: the real CLI's own run time with them and without.

    CCTOP_LAB_CLAUDE=/path/to/claude python tests/bench/cli_run.py [--runs 20] [--json FILE]

A `-p` run with six tool calls, offline, from the start of the process to its end, in turns: without
hooks, and with all that `cctop hooks install` sets. Nothing else should run meanwhile.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
from interactive import HOOK, Desk
from lab import unavailable
from messages_api import Json

from cctop.integrations.hooks import EVENTS, entry
from cctop.integrations.shell import hook_command

ALLOWED = {"permissions": {"allow": ["Bash(ls:*)", "Bash(echo:*)"]}}
COMMANDS = ("ls", "echo one", "ls nowhere", "echo two", "ls -la", "echo three")
WARM_UP = 2  # runs of each that are not counted


def run(desk: Desk) -> float:
    """Run the CLI once and return the seconds it took."""
    calls = [{"type": "tool_use", "name": "Bash", "input": {"command": one}} for one in COMMANDS]
    lanes: Json = {"main": [{"content": [call]} for call in calls]}
    command, env = desk.command(lanes, "-p", "go", "--output-format", "json")
    begun = perf_counter()
    done = subprocess.run(
        command,
        env=env,
        cwd=desk.project,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
    )
    seconds = perf_counter() - begun
    told = json.loads(done.stdout)
    if told["num_turns"] != len(COMMANDS) + 1:
        raise SystemExit(f"the run went another way: {done.stdout!r}")
    return seconds


def measure(runs: int) -> tuple[dict[str, list[float]], float]:
    """Return the run times in ms, and how many events a run with hooks left."""
    times: dict[str, list[float]] = {"without": [], "with": []}
    with tempfile.TemporaryDirectory(prefix="cctop-cli.") as folder:
        hooks = {"hooks": {event: [entry(event, hook_command(str(HOOK)))] for event in EVENTS}}
        desks = {
            "without": Desk(Path(folder) / "without", ALLOWED),
            "with": Desk(Path(folder) / "with", ALLOWED | hooks),
        }
        for turn in range(WARM_UP + runs):
            order = sorted(desks, reverse=bool(turn % 2))  # neither is always the first
            for name in order:
                spent = run(desks[name])
                if turn >= WARM_UP:
                    times[name].append(spent * 1000)
        return times, len(desks["with"].records()) / (WARM_UP + runs)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    if reason := unavailable():
        parser.error(reason)
    print(f"load {os.getloadavg()[0]:.2f}")
    times, events = measure(given.runs)
    print(f"{'ms':10} {'min':>7} {'quarter':>8} {'median':>7} {'quarter':>8} {'max':>7}")
    for name, spent in times.items():
        low, middle, high = statistics.quantiles(spent, n=4)
        row = f"{min(spent):7.0f} {low:8.0f} {middle:7.0f} {high:8.0f} {max(spent):7.0f}"
        print(f"{name:10} {row}")
    pairs = [b - a for a, b in zip(times["without"], times["with"], strict=True)]
    without, with_hooks = (statistics.median(spent) for spent in times.values())
    print(f"difference of the medians {with_hooks - without:+.0f} ms; of the pairs:")
    print(f"median {statistics.median(pairs):+.0f} ms, spread {statistics.stdev(pairs):.0f} ms")
    print(f"events a run with hooks left: {events:.1f}")
    if given.json:
        given.json.write_text(json.dumps(times, indent=2) + "\n")


if __name__ == "__main__":
    main()
