"""What cctop's part in the status line costs: a user's command plain, and with cctop beside it.

    python tests/bench/statusline_wrap.py [--runs 200] [--command 'cat >/dev/null; echo x']

Both run as Claude Code runs them: `sh -c`, the input by a pipe that is closed, until the output has
ended. The runs are interleaved, so that whatever else the machine does falls on both alike; between
two of them there is time for the hook writer, which goes on in the background, to end.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, sleep

from cctop.integrations import shell

INPUT = (
    b'{"session_id":"3f2a9c51-4f1c-4c55-9d5e-3b1f6a2e7c01","cwd":"/home/me","version":"2.1.330",'
    b'"model":{"id":"claude-opus-5-5","display_name":"Opus"},"cost":{"total_cost_usd":1.25},'
    b'"context_window":{"used_percentage":41,"context_window_size":200000},"filler":"'
    + b"x" * 2000
    + b'"}'
)
PAUSE_S = 0.1
WARM_UP = 5  # runs of each that are not counted


def seconds(command: str, env: dict[str, str]) -> float:
    """Return how long it takes until a status line is there."""
    begun = perf_counter()
    subprocess.run(
        ["/bin/sh", "-c", command], input=INPUT, env=env, check=True, capture_output=True
    )
    return perf_counter() - begun


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--command", default="cat >/dev/null; echo opus 41 %")
    given = parser.parse_args()
    beside = Path(sys.executable).with_name(shell.PROGRAM)
    program = str(beside) if beside.exists() else shutil.which(shell.PROGRAM)
    if program is None:
        raise SystemExit(f"{shell.PROGRAM} is not installed")
    with tempfile.TemporaryDirectory(prefix="cctop-bench-") as scratch:
        env = {"PATH": os.environ["PATH"], "HOME": scratch}
        wrapped = shell.wrapped(given.command, program, f"{scratch}/spool")
        commands = {"plain": given.command, "wrapped": wrapped}
        times: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(WARM_UP + given.runs):
            for name, command in commands.items():
                spent = seconds(command, env)
                sleep(PAUSE_S)
                if turn >= WARM_UP:
                    times[name].append(spent)
    median = {name: statistics.median(spent) * 1000 for name, spent in times.items()}
    least = {name: min(spent) * 1000 for name, spent in times.items()}
    print(f"{'ms':10} {'median':>8} {'min':>8}")
    for name in commands:
        print(f"{name:10} {median[name]:8.2f} {least[name]:8.2f}")
    more = [figures["wrapped"] - figures["plain"] for figures in (median, least)]
    print(f"{'difference':10} {more[0]:8.2f} {more[1]:8.2f}")


if __name__ == "__main__":
    main()
