"""Run the real Claude Code CLI offline, against a stand-in for the API that keeps the bill.

The CLI named by the environment variable `CCTOP_LAB_CLAUDE` runs in a network namespace that has
loopback alone, with a scratch home. It writes real transcripts there and prints its own
`total_cost_usd`; the stand-in appends what it billed to `ledger.jsonl`. Those two are the truth
that a meter is held against.

A scenario (`scenarios/*.json`) is `{"about", "files"?, "settings"?, "steps", "expect"}`: files of
the project, the CLI's user settings, runs of the CLI one after the other, and what a monitor must
count in each session. `{project}` in it stands for the project's folder. A step is `{"prompt",
"model", "args"?, "env"?, "resume"?, "lanes"}`, `resume` being the number of the step whose session
goes on; `messages_api` explains the lanes.

`python lab.py play SCENARIO HOME` plays one by hand and leaves all of it in HOME, with the steps
in `steps.json`: what `tests/fixtures/sanitise.py` makes a fixture of.
"""

import argparse
import fcntl
import json
import os
import shutil
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from messages_api import PORT, Json, Ledger, MessagesApi, Script

CLI_VARIABLE = "CCTOP_LAB_CLAUDE"
TIMEOUT_S = 120.0
# Lanes whose responses the CLI bills but writes no transcript line for.
UNLOGGED = frozenset({"compact", "side"})


@dataclass(frozen=True)
class Step:
    """One run of the CLI. `total_usd` is its own total; None where it was killed."""

    session: str
    total_usd: float | None
    exit_code: int
    billed: tuple[Json, ...]  # the ledger's new lines
    base_usd: float = 0.0  # what a fork's total already held when it began


@dataclass(frozen=True)
class Played:
    """A scenario that was played in `home`."""

    home: Path
    expect: list[Json]
    steps: tuple[Step, ...]

    @property
    def sessions(self) -> tuple[str, ...]:
        """The sessions' ids, in the order in which they began."""
        return tuple(dict.fromkeys(step.session for step in self.steps))

    def steps_of(self, session: str) -> list[Step]:
        """The runs that belong to a session."""
        return [step for step in self.steps if step.session == session]

    def logged(self) -> list[Json]:
        """The billed responses that have lines in a transcript."""
        return [e for step in self.steps for e in step.billed if e["lane"] not in UNLOGGED]


def unavailable() -> str | None:
    """Why the lab cannot run here; None when it can."""
    cli = os.environ.get(CLI_VARIABLE)
    if not cli:
        return f"{CLI_VARIABLE} does not name a Claude Code CLI"
    if not os.access(cli, os.X_OK):
        return f"{CLI_VARIABLE}={cli} is not an executable file"
    if not shutil.which("unshare"):
        return "unshare (util-linux) is not installed"
    probe = subprocess.run([*isolation(), "true"], capture_output=True, check=False)
    return None if probe.returncode == 0 else "this machine does not permit network namespaces"


def isolation() -> list[str]:
    """The command prefix that takes the network away; for ordinary users by a user namespace."""
    return ["unshare", "--net"] if os.geteuid() == 0 else ["unshare", "--net", "--map-root-user"]


def play(scenario: Path, home: Path) -> Played:
    """Run the steps of a scenario in the scratch folder `home`.

    Raises `subprocess.TimeoutExpired` where a run hangs, `ValueError` where it leaves no session.
    """
    project = home / "project"
    project.mkdir(parents=True)
    text = scenario.read_text(encoding="utf-8").replace("{project}", str(project))
    plan = json.loads(text)
    for name, content in plan.get("files", {}).items():
        (project / name).write_text(content, encoding="utf-8")
    (home / ".claude").mkdir()
    settings = json.dumps(plan.get("settings", {}))
    (home / ".claude" / "settings.json").write_text(settings, encoding="utf-8")
    steps: list[Step] = []
    for step in plan["steps"]:
        steps.append(_run(home, step, steps))
    return Played(home, plan["expect"], tuple(steps))


def _run(home: Path, step: Json, before: Sequence[Step]) -> Step:
    """Run the CLI once, headless."""
    args = ["-p", step["prompt"], "--output-format", "json", "--model", step["model"]]
    args += step.get("args", [])
    parent = before[step["resume"]] if "resume" in step else None
    forks = "--fork-session" in args
    if parent:
        args += ["--resume", parent.session]
    script = home / "script.json"
    script.write_text(json.dumps(step["lanes"]), encoding="utf-8")
    seen = len(_ledger(home))
    serve = [sys.executable, __file__, "serve", str(home), str(script)]
    done = subprocess.run(
        [*isolation(), *serve, os.environ[CLI_VARIABLE], *args],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=TIMEOUT_S,
        env=environment(home, step.get("env", {})),
    )
    billed = tuple(_ledger(home)[seen:])
    results = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    if results:
        base = _last_total(before, parent.session) if parent and forks else 0.0
        session, total = results[-1]["session_id"], results[-1]["total_cost_usd"]
        return Step(session, total, done.returncode, billed, base)
    if parent and not forks:  # killed: it could not say whose run it was
        return Step(parent.session, None, done.returncode, billed)
    raise ValueError(f"no result of the CLI: {done.stdout[-400:]} {done.stderr[-400:]}")


def _last_total(before: Sequence[Step], session: str) -> float:
    totals = [s.total_usd for s in before if s.session == session and s.total_usd is not None]
    return totals[-1]


def _ledger(home: Path) -> list[Json]:
    path = home / "ledger.jsonl"
    if not path.exists():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def environment(home: Path, extra: Mapping[str, str]) -> dict[str, str]:
    """The whole environment of the CLI: of the caller's nothing but PATH."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "IS_SANDBOX": "1",  # root may skip permissions only in a sandbox, and this is one
        "ANTHROPIC_BASE_URL": f"http://127.0.0.1:{PORT}",
        "ANTHROPIC_API_KEY": "a-key-for-the-loopback",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_TELEMETRY": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_ERROR_REPORTING": "1",
        **extra,
    }


def serve(home: Path, script: Path, command: Sequence[str]) -> int:
    """Inside the namespace: serve `script`, run the CLI beside it, return its exit code."""
    _raise_loopback()
    lanes = json.loads(script.read_text(encoding="utf-8"))
    server = MessagesApi(Script(lanes), Ledger(home / "ledger.jsonl"))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with subprocess.Popen(command, cwd=home / "project") as cli:
        server.kill = cli.kill
        return cli.wait()


def _raise_loopback() -> None:
    """Bring `lo` up, which is down in a new namespace, without needing iproute2."""
    read_flags, write_flags, up = 0x8913, 0x8914, 0x1  # SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        asked = fcntl.ioctl(any_socket, read_flags, struct.pack("16sh14x", b"lo", 0))
        flags = struct.unpack("16sh14x", asked)[1]
        fcntl.ioctl(any_socket, write_flags, struct.pack("16sh14x", b"lo", flags | up))


def main(argv: Sequence[str]) -> int:
    """Serve one run of the CLI (from within the lab), or play a scenario by hand."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    inside = actions.add_parser("serve")
    inside.add_argument("home", type=Path)
    inside.add_argument("script", type=Path)
    inside.add_argument("command", nargs=argparse.REMAINDER)
    by_hand = actions.add_parser("play")
    by_hand.add_argument("scenario", type=Path)
    by_hand.add_argument("home", type=Path)
    asked = parser.parse_args(argv)
    if asked.action == "serve":
        return serve(asked.home, asked.script, asked.command)
    if reason := unavailable():
        parser.error(reason)
    steps = [asdict(step) for step in play(asked.scenario, asked.home).steps]
    (asked.home / "steps.json").write_text(json.dumps(steps, indent=1), encoding="utf-8")
    for step in steps:
        print(step["session"], step["total_usd"], "exit", step["exit_code"])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
