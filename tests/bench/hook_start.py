"""How long a hook takes, beside a Python that does nothing.

    python tests/bench/hook_start.py [--runs 40] [--json FILE]

All cases are run in turns, so that whatever else the machine does falls on all alike. The ratio to
`python -c pass` is what to look at: nothing that is written in Python can be below 1.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter

WARM_UP = 3  # runs of each that are not counted: byte code, page cache
NOTHING = "python -c pass"
HOOK = "from cctop.hook.main import entry; entry()"

EVENT = {
    "session_id": "3f2a9c51-0000-4000-8000-000000000001",
    "transcript_path": "/home/me/.claude/projects/-home-me-web/3f2a9c51.jsonl",
    "cwd": "/home/me/web",
    "permission_mode": "default",
    "hook_event_name": "PostToolUse",
    "tool_name": "Bash",
    "tool_use_id": "toolu_01ABCDEFGHJKMNPQRSTVWXYZ",
    "tool_input": {"command": "git status --short && ls -la src", "description": "Look around"},
    "tool_response": {"stdout": "M src/app.py\n" * 40, "stderr": "", "interrupted": False},
    "duration_ms": 41,
}
SECRET = EVENT | {"tool_input": {"command": "API_TOKEN=abcdef make deploy"}}
LARGE = EVENT | {"tool_response": {"stdout": "a line of output\n" * 600_000, "stderr": ""}}
STATUS = {
    "session_id": EVENT["session_id"],
    "model": {"id": "claude-opus-5-5", "display_name": "Opus 5.5"},
    "cost": {"total_cost_usd": 12.41},
    "context_window": {"context_window_size": 1_000_000, "used_percentage": 22},
    "rate_limits": {"five_hour": {"used_percentage": 42, "resets_at": 1_795_003_600}},
}


class Case:
    """A program to run with a payload."""

    def __init__(self, name: str, argv: list[str], payload: object = None) -> None:
        self.name = name
        self.argv = argv
        self.payload = json.dumps(payload).encode()
        self.times: list[float] = []  # seconds

    def run(self, env: Mapping[str, str], scratch: Path) -> float:
        """Return the seconds from the start of the process to its end."""
        path = scratch / "payload.json"
        path.write_bytes(self.payload)
        with path.open("rb") as payload:
            began = perf_counter()
            subprocess.run(self.argv, stdin=payload, stdout=subprocess.DEVNULL, env=env, check=True)
            return perf_counter() - began


def measure(cases: list[Case], runs: int) -> None:
    """Run all cases in turns."""
    with tempfile.TemporaryDirectory(prefix="cctop-bench-") as name:
        scratch = Path(name)
        env = {"PATH": os.environ["PATH"], "HOME": name, "CCTOP_SPOOL_DIR": f"{name}/spool"}
        env |= {key: os.environ[key] for key in ("PYTHONPATH", "LANG") if key in os.environ}
        for turn in range(WARM_UP + runs):
            for case in cases:
                seconds = case.run(env, scratch)
                if turn >= WARM_UP:
                    case.times.append(seconds)


def result(cases: list[Case]) -> dict[str, dict[str, float]]:
    """Return the figures, in ms, and the ratios of the medians and of the fastest to nothing."""
    median, fastest = statistics.median(cases[0].times), min(cases[0].times)
    return {
        case.name: {
            "median_ms": round(statistics.median(case.times) * 1000, 1),
            "fastest_ms": round(min(case.times) * 1000, 1),
            "ratio": round(statistics.median(case.times) / median, 2),
            "fastest_ratio": round(min(case.times) / fastest, 2),
        }
        for case in cases
    }


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=40)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    given = parser.parse_args()
    hook = [sys.executable, "-c", HOOK]
    cases = [
        Case(NOTHING, [sys.executable, "-c", "pass"]),
        Case("an event", hook, EVENT),
        Case("an event with a secret", hook, SECRET),
        Case("an event of 10 MB", hook, LARGE),
        Case("statusline", [*hook, "statusline"], STATUS),
        Case("line", [*hook, "line"], STATUS),
    ]
    measure(cases, given.runs)
    figures = result(cases)
    print(f"{'':24} {'median':>9} {'fastest':>9} {'ratio':>6} {'fastest':>8}")
    for label, row in figures.items():
        print(
            f"{label:24} {row['median_ms']:6} ms {row['fastest_ms']:6} ms"
            f" {row['ratio']:6.2f} {row['fastest_ratio']:8.2f}"
        )
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
