"""`cctop status`: ten plain lines about the fleet and a session."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from report_cases import CENT, MINUTE, NOW, golden, picture, session

from cctop.book.snapshot import Books, Context, Fleet, Session, Status, Tokens
from cctop.events import Limit
from cctop.report.brief import brief
from cctop.text import clean

SOURCE = Path(__file__).parents[2] / "src"
RUNS, ENDED = (f"{n}f2a9c51-4f1c-4c55-9d5e-3b1f6a2e7c01" for n in "12")
FLEET = Fleet(busy=2, waiting=1, idle=4, today_cost=4_182 * CENT, cost_per_hour=640 * CENT)
LIMITED = replace(FLEET, five_hour=Limit(41.6, NOW + 124 * MINUTE), seven_day=Limit(0.2, 0))
# What a prompt runs all day: neither the screen's library nor that of the tables.
WITHOUT_RICH = """
import sys
from cctop.cli import main
code = main(sys.argv[1:])
heavy = {"textual", "rich"} & {name.partition(".")[0] for name in sys.modules}
sys.exit(f"imports {heavy}" if heavy else code)
"""


def told(of: Session | None, **changes: Any) -> dict[str, str]:
    """The lines, by their names."""
    lines = brief(picture(*([of] if of else []), **{"fleet": FLEET} | changes), of)
    return {line[:10].strip(): line[10:] for line in lines}


def test_golden(as_golden: Callable[[Path, str], None]) -> None:
    of = session(
        status=Status.BUSY, status_since=NOW - 2_000, activity="Bash npm test", subagents_running=1,
        books=Books(official=1_300 * CENT, unlogged=59 * CENT),
    )  # fmt: skip
    text = "".join(f"{line}\n" for line in brief(picture(of, fleet=LIMITED), of))
    as_golden(golden("status.txt"), text)
    assert len(text.splitlines()) <= 10


def test_without_a_session_the_fleet_stands_alone() -> None:
    lines = list(brief(picture(fleet=FLEET), None))
    assert lines == ["fleet     2 busy, 1 waiting, 4 idle · today $41.82 · burn $6.40/h"]
    lines = list(brief(picture(fleet=LIMITED), None))
    assert lines[1:] == ["limits    5 h 42 %, reset in 2 h 04 · 7 d <1 %"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"status": Status.WAITING, "waiting_for": "permission prompt", "activity": "Bash rm x"},
         "waiting 9 min for Bash rm x"),
        ({"status": Status.WAITING, "waiting_for": "dialog open", "activity": "Bash rm x"},
         "waiting 9 min for dialog open"),
        ({"status": Status.WAITING, "waiting_for": "", "activity": ""}, "waiting 9 min"),
        ({"status": Status.BUSY, "activity": "thinking"}, "busy 9 min · thinking"),
        ({"status": Status.BUSY, "activity": "", "status_since": 0}, "busy"),
        ({"status": Status.BUSY, "activity": "thinking", "status_inferred": True},
         "busy 9 min · thinking · inferred"),
        ({"status": Status.WAITING, "waiting_for": "Bash rm x", "status_inferred": True},
         "waiting 9 min for Bash rm x · inferred"),
        ({"status": Status.IDLE, "activity": "done"}, "idle 9 min"),
        ({"status": Status.ENDED, "last_activity_at": NOW - 3 * MINUTE},
         "ended, last active 3:00 ago"),
        ({"status": Status.ENDED, "last_activity_at": 0}, "ended"),
    ],
)  # fmt: skip
def test_what_it_does(changes: dict[str, Any], words: str) -> None:
    assert told(session(**changes))["doing"] == words


def test_the_books_stand_beside_the_meter_only_where_there_are_books() -> None:
    assert told(session())["cost"] == "$12.41 metered at list price"
    books = Books(official=1_231 * CENT, unlogged=-10 * CENT)
    shown = told(session(books=books, lower_bounds=1))["cost"]
    assert shown == "≥ $12.41 metered at list price · $12.31 official · -$0.10 unlogged"


def test_what_has_no_price_is_never_free() -> None:
    lines = told(
        session(cost=0, unpriced_tokens=1_234_567), fleet=Fleet(today_unpriced_tokens=1_234_567)
    )
    assert lines["cost"] == "– + 1.23M tokens unpriced metered at list price"
    assert lines["fleet"] == "0 busy, 0 waiting, 0 idle · today – + 1.23M tokens unpriced"


def test_what_is_not_known_is_left_out() -> None:
    lines = told(
        session(
            model="", context=Context(), tokens=Tokens(), tool_calls=1, tool_failures=0, denials=0,
            interruptions=0, compactions=2, subagents=1, title="",
        )
    )  # fmt: skip
    assert (lines["model"], lines["tokens"], lines["failures"]) == (
        "none yet",
        "none yet",
        "0 of 1 tool call",
    )
    assert lines["besides"] == "2 compactions · 1 subagent"
    windowless = told(session(context=Context(90_000, None)))["model"]
    assert windowless == "opus-5-5 · context 90,000 tokens"


def test_texts_of_others_are_cut_and_stay_in_their_lines() -> None:
    text = clean("x\n[/]\x1b[2J" * 200, 2_000)
    of = session(title=text, activity=text, waiting_for=text, status=Status.WAITING)
    lines = list(brief(picture(of), of))
    assert len(lines) <= 10
    assert all(len(line) < 200 and line.isprintable() for line in lines)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A config folder: a session that runs (as this process does), and a newer one that ended."""
    root = tmp_path / ".claude"
    write(root, RUNS, 7200)
    write(root, ENDED, 3600)
    (root / "sessions").mkdir()
    since = int(time.time() * 1000) - 600_000
    entry = {"pid": os.getpid(), "sessionId": RUNS, "status": "busy", "statusUpdatedAt": since}
    (root / "sessions" / f"{os.getpid()}.json").write_text(json.dumps(entry), encoding="utf-8")
    return root


def write(root: Path, id: str, age_s: float) -> None:
    """A session of one turn, last active so many seconds ago."""
    at = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(time.time() - age_s))
    common = {"timestamp": at, "sessionId": id, "cwd": "/home/dev/web", "version": "2.1.330"}
    usage = {"input_tokens": 1_000, "output_tokens": 500}
    message = {
        "id": f"msg_{id}", "type": "message", "role": "assistant", "model": "claude-opus-5-5",
        "content": [{"type": "text", "text": "done"}], "stop_reason": "end_turn", "usage": usage,
    }  # fmt: skip
    user = {"type": "user", "uuid": f"u-{id}", "message": {"role": "user", "content": "go"}}
    answer = {"type": "assistant", "uuid": f"a-{id}", "requestId": f"req_{id}", "message": message}
    path = root / "projects" / "-home-dev-web" / f"{id}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line | common) + "\n" for line in (user, answer)), "utf-8")


def status(root: Path, *words: str) -> tuple[int, str, str]:
    """The exit code of `cctop status`, what it says, and what it complains of."""
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_RICH, "status", *words, "--root", str(root)],
        capture_output=True,
        check=False,
        env={"HOME": str(root.parent), "PYTHONPATH": str(SOURCE), "PYTHONWARNINGS": "error"},
        stdin=subprocess.DEVNULL,
        text=True,
    )
    return done.returncode, done.stdout, done.stderr


def named(text: str) -> str:
    """The id of the session that is told of."""
    lines = [line for line in text.splitlines() if line.startswith("session ")]
    return lines[0].rpartition(" ")[2] if lines else ""


@pytest.mark.parametrize(
    ("words", "id"), [((), RUNS), (("latest",), ENDED), ((ENDED,), ENDED), (("1f2a",), RUNS)]
)
def test_which_session_is_meant(root: Path, words: tuple[str, ...], id: str) -> None:
    code, text, complaint = status(root, *words)
    assert (code, complaint, named(text)) == (0, "", id)
    assert text.startswith("fleet     1 busy, 0 waiting, 0 idle · today ")


def test_where_none_runs_the_latest_is_meant(root: Path) -> None:
    for entry in (root / "sessions").iterdir():
        entry.unlink()
    assert named(status(root)[1]) == ENDED


def test_an_unknown_session_costs_the_fleet_nothing(root: Path) -> None:
    code, text, complaint = status(root, "9f9f")
    assert (code, complaint) == (1, "cctop: no session begins with '9f9f'\n")
    assert text.startswith("fleet ")
    assert named(text) == ""
    code, text, complaint = status(root, "")
    assert (code, complaint) == (1, "cctop: 2 sessions begin with ''\n")


def test_no_sessions_at_all(tmp_path: Path) -> None:
    code, text, complaint = status(tmp_path)
    assert (code, complaint) == (1, "cctop: there are no sessions\n")
    assert text == "fleet     0 busy, 0 waiting, 0 idle · today $0.00\n"
