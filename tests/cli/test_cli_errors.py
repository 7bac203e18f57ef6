"""`cctop errors` from outside."""

import json
import subprocess
import sys
from pathlib import Path

from scratch_home import ID, Home

HOSTILE = "[/] [bold]x[/bold] \x1b]52;c;AAAA\x07\x1b[2J\u202e [@click=app.quit]y[/]"


def fail(home: Home, error: str = "Exit code 1\nboom", command: str = "npm test") -> Path:
    """A session whose one tool call fails and is tried again."""
    path = home.write(text="Let us see.")
    lines = path.read_text("utf-8").splitlines()
    asked = json.loads(lines[1])
    for number in (1, 2):
        id = f"toolu_{number}{'0' * 20}"
        use = {"type": "tool_use", "id": id, "name": "Bash", "input": {"command": command}}
        message = asked["message"] | {"id": f"msg_{number}{ID}", "content": [use]}
        lines.append(json.dumps(asked | {"message": message, "requestId": f"req_{number}"}))
        answer: dict[str, object] = {"type": "tool_result", "tool_use_id": id, "content": error}
        answer |= {"is_error": True} if number == 1 else {"content": "ok"}
        record = asked | {"type": "user", "uuid": f"r{number}"}
        lines.append(json.dumps(record | {"message": {"role": "user", "content": [answer]}}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_the_page_and_the_json(home: Home) -> None:
    fail(home)
    done = home.run("errors", "latest")
    assert (done.returncode, done.stderr) == (0, "")
    assert "1: 1 recovered" in done.stdout
    assert "said  Let us see." in done.stdout
    assert "Exit code 1: boom" in done.stdout
    told = home.said("errors", "3f2a")
    assert (told["session_id"], told["tool_failures"]) == (ID, 1)
    (chain,) = told["chains"]
    assert (chain["outcome"], chain["retries"]) == ("recovered", 1)


def test_it_outlives_the_transcript(home: Home) -> None:
    path = fail(home)
    before = home.said("errors", ID)
    path.unlink()
    for _ in range(2):
        after = home.said("errors", ID)
        assert after["chains"] == before["chains"]


def test_an_unknown_session_is_an_error_that_names_near_ones(home: Home) -> None:
    home.write()
    done = home.run("errors", "3f9")
    assert done.returncode == 1
    assert "no session begins with '3f9'" in done.stderr
    assert ID in done.stderr


def test_hostile_text_reaches_no_terminal(home: Home) -> None:
    fail(home, HOSTILE, HOSTILE)
    for words in (("errors", ID), ("errors", ID, "--json"), ("errors", ID, "--all")):
        done = home.run(*words)
        assert done.returncode == 0
        assert "\x1b" not in done.stdout
        assert "\u202e" not in done.stdout
        assert "\\u001b" not in done.stdout
        assert "[bold]x[/bold]" in done.stdout


def test_neither_rich_nor_textual_for_json(home: Home) -> None:
    fail(home)
    probe = (
        "import sys; from cctop.cli import main; main(['errors', 'latest', '--json']);"
        "print([m for m in ('rich', 'textual') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True, env=home.env
    )
    assert done.stderr == "[]\n"
