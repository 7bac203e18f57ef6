"""What cctop's hooks cost Claude Code: the real CLI's own run time with them and without.

    CCTOP_LAB_CLAUDE=/path/to/claude python tests/bench/cli_run.py [--runs 20] [--delay S]

A `-p` run with six tool calls, offline, from the start of the process to its end, in turns:
without hooks; with hooks that run `true`, which is what Claude Code itself spends on any hooks;
and with all that `cctop hooks install` sets. Nothing else should run meanwhile. The model takes
`--delay` seconds for each of its seven answers, far less than a real one does; with 0 the CLI is
at work all the time, and shares the processor with sixteen hooks in a second.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
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
LAST_WORDS_S = 2  # in which the hooks of the last run have written
WARM_UP = 2  # runs of each that are not counted


def settings_with(command: str) -> Json:
    """Settings with hooks that run a command, for all events that cctop takes."""
    return ALLOWED | {"hooks": {event: [entry(event, command)] for event in EVENTS}}


def run(desk: Desk, delay: float) -> float:
    """Run the CLI once and return the ms it took."""
    calls = [{"type": "tool_use", "name": "Bash", "input": {"command": one}} for one in COMMANDS]
    turns = [[call] for call in calls] + [[{"type": "text", "text": "done"}]]
    lanes: Json = {"main": [{"content": content, "delay": delay} for content in turns]}
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
    if json.loads(done.stdout)["num_turns"] != len(COMMANDS) + 1:
        raise SystemExit(f"the run went another way: {done.stdout!r}")
    return seconds * 1000


def measure(runs: int, delay: float) -> tuple[dict[str, list[float]], float]:
    """Return the run times in ms, and how many events a run with cctop's hooks left."""
    cases = {
        "no hooks": ALLOWED,
        "`true`": settings_with("true"),
        "cctop's": settings_with(hook_command(str(HOOK))),
    }
    names = list(cases)
    times: dict[str, list[float]] = {name: [] for name in names}
    with tempfile.TemporaryDirectory(prefix="cctop-cli.") as folder:
        desks = {name: Desk(Path(folder) / str(n), cases[name]) for n, name in enumerate(names)}
        for turn in range(WARM_UP + runs):
            first = turn % len(names)  # none is always the first
            for name in names[first:] + names[:first]:
                spent = run(desks[name], delay)
                if turn >= WARM_UP:
                    times[name].append(spent)
        time.sleep(LAST_WORDS_S)
        return times, len(desks["cctop's"].records()) / (WARM_UP + runs)


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--delay", type=float, default=0.5, metavar="S")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    if reason := unavailable():
        parser.error(reason)
    print(f"load {os.getloadavg()[0]:.2f}")
    times, events = measure(given.runs, given.delay)
    print(f"{'ms':10} {'min':>6} {'quarter':>8} {'median':>7} {'quarter':>8} {'max':>6}   paired")
    plain = times["no hooks"]
    for name, spent in times.items():
        low, middle, high = statistics.quantiles(spent, n=4)
        row = f"{min(spent):6.0f} {low:8.0f} {middle:7.0f} {high:8.0f} {max(spent):6.0f}"
        more = [after - before for before, after in zip(plain, spent, strict=True)]
        paired = f"{statistics.median(more):+.0f}, spread {statistics.stdev(more):.0f}"
        print(f"{name:10} {row}   {paired}")
    print(f"events that a run with cctop's hooks left: {events:.1f}")
    if given.json:
        given.json.write_text(json.dumps(times, indent=2) + "\n")


if __name__ == "__main__":
    main()
