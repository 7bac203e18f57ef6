"""The real CLI, typed at, with cctop's hooks and status line set: what arrives, and what is shown.

Hooks are told of things at about the time they happen, so a test waits for what must come and
asserts no time; what is worth knowing about times is printed (`pytest -s`).
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from interactive import HOOK, Desk, Terminal, wait_for
from lab import unavailable
from messages_api import Json

from cctop.integrations.hooks import EVENTS, entry
from cctop.integrations.shell import hook_command, line_command, wrapped

LISTED = {"permissions": {"allow": ["Bash(ls:*)"]}}
HOOKS = {"hooks": {event: [entry(event, hook_command(str(HOOK)))] for event in EVENTS}}
PLUGIN = Path(__file__).parents[2] / "plugin"
PANE = (60, 40)  # a side pane, whose cards say what each session does
USD = 1e-6  # how far two sums of money may lie apart

_reason = unavailable() or (None if HOOK.is_file() else f"there is no {HOOK}")
pytestmark = [
    pytest.mark.lab,
    pytest.mark.pty,
    pytest.mark.skipif(_reason is not None, reason=_reason or "the lab runs here"),
]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path / "home", HOOKS | LISTED) as desk:
        yield desk


def call(tool: str, **arguments: str) -> Json:
    """A turn of the model that calls a tool."""
    block = {"type": "tool_use", "name": tool, "input": arguments}
    return {"content": [block], "usage": {"input_tokens": 1_000, "output_tokens": 400}}


def text(words: str, **changes: object) -> Json:
    """A turn of the model that says something."""
    usage = {"input_tokens": 2_000, "output_tokens": 500, "cache_read_input_tokens": 30_000}
    return {"content": [{"type": "text", "text": words}], "usage": usage} | changes


def leave(claude: Terminal) -> None:
    """End the CLI as a user does."""
    claude.say("/exit")
    assert claude.ended() == 0


def session_of(desk: Desk) -> str:
    """The id of the session that runs."""
    return str(wait_for(lambda: desk.registry().get("sessionId")))


def test_what_happens_in_a_session_is_in_the_spool(desk: Desk) -> None:
    claude = desk.claude({"main": [call("Bash", command="ls nowhere"), text("Finished.")]})
    session = session_of(desk)
    claude.say("go")
    claude.until("Finished.")
    wait_for(lambda: desk.records("Stop"))
    leave(claude)
    wait_for(lambda: desk.records("SessionEnd"))
    records = [record for record in desk.records() if record.get("agent") is None]
    assert {record["session"] for record in records} == {session}
    assert {record["v"] for record in records} == {1}
    assert len({record["id"] for record in records}) == len(records)
    happened = [record["event"] for record in sorted(records, key=lambda record: record["at"])]
    for event in ("SessionStart", "UserPromptSubmit", "PreToolUse", "PostToolUseFailure", "Stop"):
        assert happened.count(event) == 1, happened
    (failed,) = desk.records("PostToolUseFailure")
    assert (failed["tool"], failed["input"]["command"]) == ("Bash", "ls nowhere")
    assert failed["tool_use_id"] == desk.records("PreToolUse")[0]["tool_use_id"]
    assert "nowhere" in failed["error"]
    (prompted,) = desk.records("UserPromptSubmit")
    assert (prompted.get("prompt"), prompted["prompt_chars"]) == (None, len("go"))
    assert desk.records("unreadable") == []


def test_a_wait_for_a_permission_is_shown_with_what_is_asked(desk: Desk) -> None:
    screen = desk.cctop(size=PANE)
    claude = desk.claude({"main": [call("Bash", command="touch made.txt"), text("Finished.")]})
    claude.say("go")
    seen = screen.until("◐ 1 ")
    screen.until("Bash touch made.txt")
    claude.until("Do you want to proceed?")
    since = desk.registry()["statusUpdatedAt"]
    assert desk.registry()["status"] == "waiting"
    print(f"\nwaiting: on the screen {seen - since / 1000:.3f} s after the registry's time")
    (asked,) = wait_for(lambda: desk.records("PermissionRequest"))
    print(f"the hook began {(asked['at'] - since) / 1000:+.3f} s from there")
    claude.accept("Do you want to proceed?")
    screen.until("◐ 0 ")
    claude.until("Finished.")
    assert (desk.project / "made.txt").exists()


def test_a_run_that_nobody_can_answer_does_not_wait(desk: Desk) -> None:
    """The refusal is in the transcript before the hook of the request has begun."""
    asks = call("Bash", command="touch made.txt") | {"delay": 3}  # well after it became busy
    lanes = {"main": [asks, text("Finished.", delay=6)]}
    command, env = desk.command(lanes, "-p", "go")
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=env, cwd=desk.project, stdin=quiet, stdout=quiet):
        (asked,) = wait_for(lambda: desk.records("PermissionRequest"))
        wait_for(lambda: "tool_result" in desk.transcript(asked["session"]))
        assert desk.show(asked["session"])["status"] != "waiting"
    report = desk.show(asked["session"])
    assert (report["tool_calls"], report["tool_failures"], report["denials"]) == (1, 0, 1)


def test_a_failed_call_is_one_failure_however_often_it_is_told(desk: Desk) -> None:
    claude = desk.claude({"main": [call("Bash", command="ls nowhere"), text("Finished.")]})
    claude.say("go")
    claude.until("Finished.")
    wait_for(lambda: desk.records("PostToolUseFailure"))
    wait_for(lambda: desk.records("Stop"))
    report = desk.show()
    assert [(f["tool"], f["kind"]) for f in report["failures"]] == [("Bash", "error")]
    assert (report["tool_calls"], report["tool_failures"]) == (1, 1)


def test_a_compaction_is_shown_while_it_runs_and_what_it_came_to(desk: Desk) -> None:
    summary = "<analysis>a</analysis><summary>We said one.</summary>"
    lanes = {
        "main": [text("One.", usage={"input_tokens": 9_000, "output_tokens": 300})],
        "compact": [text(summary, delay=6)],
    }
    screen = desk.cctop(size=PANE)
    claude = desk.claude(lanes)
    claude.say("go")
    claude.until("One.")
    wait_for(lambda: desk.records("Stop"))
    claude.say("/compact")
    seen = screen.until("compacting")
    (begun,) = desk.records("PreCompact")
    print(f"\ncompacting: on the screen {seen - begun['at'] / 1000:.3f} s after the hook began")
    (ended,) = wait_for(lambda: desk.records("PostCompact"))
    assert ended["trigger"] == begun["trigger"] == "manual"
    screen.until(lambda shown: "compacting" not in shown)
    (mark,) = wait_for(lambda: desk.show()["compactions"])
    assert mark["trigger"] == "manual"
    assert mark["tokens_before"] > mark["tokens_after"] > 0
    screen.until(lambda shown: "compactions  1" in shown and "→" in shown)


@pytest.mark.parametrize(
    ("command", "shown"),
    [
        (line_command(str(HOOK)), "$"),
        (wrapped("echo mine $((1 + 1))", str(HOOK)), "mine 2"),
    ],
    ids=["our own", "the user's"],
)
def test_the_official_cost_is_known_while_the_session_runs(
    tmp_path: Path, command: str, shown: str
) -> None:
    line = {"statusLine": {"type": "command", "command": command}}
    with Desk(tmp_path / "home", HOOKS | line) as desk:
        claude = desk.claude({"main": [text("Finished.")]})
        session = session_of(desk)
        claude.say("go")
        claude.until("Finished.")
        claude.until(shown)

        def total() -> float:
            return float(desk.status_line(session).get("cost", {}).get("total_cost_usd", 0))

        wait_for(total)
        report = wait_for(lambda: agreed(desk.show(session), total()))
        assert desk.registry()["sessionId"] == session  # it runs, and has closed no books
        assert report["official_cost_usd"] >= report["cost_usd"] > 0


def agreed(report: Json, total: float) -> Json:
    """The report if its official cost is this total, else nothing: either may be newer."""
    official = report["official_cost_usd"]
    return report if official is not None and abs(official - total) < USD else {}


def test_a_session_that_was_left_has_ended(desk: Desk) -> None:
    screen = desk.cctop()
    claude = desk.claude({"main": [text("Finished.")]})
    claude.say("go")
    screen.until("○ 1 idle")
    leave(claude)
    screen.until("○ 0 idle")
    assert "● 0 busy   ◐ 0 waiting" in screen.text
    assert desk.show()["status"] == "ended"


def test_a_session_that_was_killed_is_not_busy_for_ever(desk: Desk) -> None:
    screen = desk.cctop()
    lanes = {"main": [call("Bash", command="ls"), {"kill": True, "delay": 5}]}
    claude = desk.claude(lanes)
    claude.say("go")
    screen.until("● 1 busy")
    assert claude.ended() != 0
    screen.until("● 0 busy")
    assert "◐ 0 waiting   ○ 0 idle" in screen.text
    assert desk.registry()["status"] == "busy"  # what it said last stands there still
    assert desk.records("SessionEnd") == []


def test_the_plugin_tells_a_session_of_itself(tmp_path: Path) -> None:
    with Desk(tmp_path / "home") as desk:
        lanes = {"main": [text("One."), text("As it was told.")]}
        claude = desk.claude(lanes, "--plugin-dir", str(PLUGIN))
        session = session_of(desk)
        claude.say("go")
        claude.until("One.")
        claude.say("/cctop:status")
        claude.until("As it was told.")
        # The terminal shows the answer before the transcript has the question.
        wait_for(lambda: "</answer>" in desk.transcript(session))
        written = desk.transcript(session)
        assert "<answer>\\nfleet     1 busy" in written
        assert f" · {session}\\ndoing     busy" in written
        wait_for(lambda: len(desk.records("Stop")) == 2)
        assert len(desk.records("UserPromptSubmit")) == 2  # once each, and no permission is asked
        assert desk.records("PermissionRequest") == []
