"""`cctop doctor` as a program: exit codes, forms, and that it leaves no trace."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from clinic import SESSION, Clinic, cctop, environment
from scribe import prompt

from cctop.hook import spool as writing

HYGIENE = """
import sys
from cctop.cli import main
code = main(sys.argv[1:])
heavy = {"textual", "rich"} & {name.partition(".")[0] for name in sys.modules}
sys.exit(f"imports {heavy}" if heavy else code)
"""


def everything(path: Path) -> dict[str, tuple[int, int]]:
    return {
        str(file): (info.st_mtime_ns, info.st_size)
        for file in path.rglob("*")
        if (info := os.lstat(file))
    }


def test_all_well(clinic: Clinic) -> None:
    clinic.write(prompt(0))
    done = cctop(clinic.path, "doctor")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith(f"✓ folders              {clinic.root} (usual place), readable\n")
    assert done.stdout.splitlines()[-1] == "All is well."


def test_something_broken(clinic: Clinic) -> None:
    done = cctop(clinic.path, "doctor", "--root", str(clinic.path / "no"))
    assert (done.returncode, done.stderr) == (1, "")
    assert "✕ folders" in done.stdout


def test_brief_never_fails(clinic: Clinic) -> None:
    done = cctop(clinic.path, "doctor", "--brief", "--root", str(clinic.path / "no"))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].startswith("✕ folders: ")
    done = cctop(clinic.path, "doctor", "--brief", HOME="", CCTOP_CONFIG="/dev/null")
    assert (done.returncode, done.stderr) == (0, "")
    assert "set HOME" in done.stdout


def test_without_a_home(clinic: Clinic) -> None:
    done = cctop(clinic.path, "doctor", HOME="", CCTOP_CONFIG="/dev/null")
    assert (done.returncode, "set HOME" in done.stderr) == (2, True)


def test_a_faulty_config_is_one_of_its_findings(clinic: Clinic) -> None:
    config = clinic.path / "config.toml"
    config.write_text("[budget]\ndaily_usd = -1\n")
    done = cctop(clinic.path, "doctor", "--json", CCTOP_CONFIG=str(config))
    told = json.loads(done.stdout)
    assert (done.returncode, told["ok"]) == (1, False)
    (found,) = (check for check in told["checks"] if check["id"] == "config")
    assert (found["state"], "budget.daily_usd" in found["finding"]) == ("broken", True)


def test_what_is_in_the_settings_is_looked_up(clinic: Clinic) -> None:
    """As `cctop hooks` and `cctop statusline` write it, and for the folder that is named."""
    other = clinic.path / "other"
    (other / "projects").mkdir(parents=True)
    command = "'/gone/cctop-hook' >/dev/null 2>&1 || true"
    hooks = {"Stop": [{"hooks": [{"type": "command", "command": command}]}]}
    line = {"type": "command", "command": "'/gone/cctop-hook' line 2>/dev/null || true"}
    settings = {"hooks": hooks, "statusLine": line}
    (other / "settings.json").write_text(json.dumps(settings))

    def states(*words: str) -> dict[str, str]:
        told = json.loads(cctop(clinic.path, "doctor", "--json", *words).stdout)
        return {check["id"]: check["state"] for check in told["checks"]}

    usual, named = states(), states("--root", str(other))
    assert (usual["hooks"], usual["status-line"]) == ("info", "info")
    assert (named["hooks"], named["status-line"]) == ("broken", "broken")
    both = states("--root", str(clinic.root), "--root", str(other))
    assert (both["hooks"], both["status-line"]) == ("broken", "broken")


def test_several_folders_in_the_environment(clinic: Clinic) -> None:
    other = clinic.path / "other"
    (other / "projects").mkdir(parents=True)
    done = cctop(clinic.path, "doctor", "--json", CLAUDE_CONFIG_DIR=f"{clinic.root},{other}")
    checks = json.loads(done.stdout)["checks"]
    assert [check["state"] for check in checks if check["id"] == "folders"] == ["ok", "ok"]
    (hooks,) = (check for check in checks if check["id"] == "hooks")
    users = [scope for scope in hooks["details"]["scopes"] if scope["scope"] == "user"]
    assert [scope["file"] for scope in users] == [
        f"{clinic.root}/settings.json",
        f"{other}/settings.json",
    ]


def test_it_leaves_no_trace(clinic: Clinic) -> None:
    clinic.work("toolu_1")
    clinic.hear("Stop")
    before = everything(clinic.path)
    for form in ((), ("--json",), ("--brief",)):
        cctop(clinic.path, "doctor", *form, CCTOP_SPOOL_DIR=str(clinic.spool))
    assert everything(clinic.path) == before


def test_a_foreign_file_is_set_aside(clinic: Clinic) -> None:
    writing.append(str(clinic.spool), b'{"v":1,"id":"a","at":1,"event":"Stop"}')
    (clinic.spool / "notes.txt").touch()
    done = cctop(clinic.path, "doctor", CCTOP_SPOOL_DIR=str(clinic.spool))
    assert "1 foreign file set aside in aside/" in done.stdout
    assert (clinic.spool / "aside" / "notes.txt").exists()


@pytest.mark.parametrize("form", [(), ("--json",), ("--brief",)])
def test_no_screen_is_imported(clinic: Clinic, form: tuple[str, ...]) -> None:
    clinic.write(prompt(0))
    done = subprocess.run(
        [sys.executable, "-c", HYGIENE, "doctor", *form],
        capture_output=True, env=environment(clinic.path), check=False, cwd=clinic.path,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


def test_hostile_text_reaches_no_terminal(clinic: Clinic) -> None:
    evil = "\x1b]0;owned\x07\x1b[2J\u202e\x9b31m"
    clinic.write({"type": f"x{evil}"}, {"type": "user", "version": evil}, b"{\x1b[2J\n")
    clinic.hear("Stop", session=f"{SESSION}{evil}")
    settings = clinic.root / "settings.json"
    settings.write_text(json.dumps({"hooks": {f"Stop{evil}": 7}}))
    for form in ((), ("--json",), ("--brief",)):
        done = cctop(
            clinic.path, "doctor", *form, CCTOP_SPOOL_DIR=str(clinic.spool), TERM=f"xterm{evil}"
        )
        assert not set("\x1b\x07\u202e\x9b") & set(done.stdout + done.stderr)
        assert "\\u001b" not in done.stdout


def test_forms_exclude_each_other(clinic: Clinic) -> None:
    assert cctop(clinic.path, "doctor", "--json", "--brief").returncode == 2
