"""The Claude Code plugin and its marketplace: consistent, harmless, and valid for the real CLI."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cctop import __version__
from cctop.integrations import hooks as integrations

ROOT = Path(__file__).parents[1]
PLUGIN = ROOT / "plugin"
SKILLS = sorted(PLUGIN.glob("skills/*/SKILL.md"))
CLI_VARIABLE = "CCTOP_LAB_CLAUDE"
SESSION = "3f2a9c51-4f1c-4c55-9d5e-3b1f6a2e7c01"
# Those that say what no transcript says, or say it earlier. WorktreeCreate would replace what git
# does, and MessageDisplay hands over the screen: a monitor has no business with either.
EVENTS = {
    "SessionStart", "SessionEnd", "UserPromptSubmit", "PreToolUse", "PostToolUse",
    "PostToolUseFailure", "PermissionRequest", "PermissionDenied", "Notification", "Stop",
    "StopFailure", "SubagentStart", "SubagentStop", "PreCompact", "PostCompact",
}  # fmt: skip
SH = shutil.which("sh") or "/bin/sh"


def load(name: str) -> Any:
    """A JSON file of the project."""
    return json.loads((ROOT / name).read_text("utf-8"))


def handlers() -> list[dict[str, Any]]:
    """What the hooks run."""
    hooks = load("plugin/hooks/hooks.json")["hooks"]
    return [handler for groups in hooks.values() for group in groups for handler in group["hooks"]]


def commands_of(skill: Path) -> list[str]:
    """What a skill runs before its text is sent, as a session would."""
    text = skill.read_text("utf-8").replace("${CLAUDE_SESSION_ID}", SESSION)
    return re.findall(r"!`([^`]+)`", text)


def head_of(skill: Path) -> dict[str, str]:
    """The frontmatter of a skill."""
    (head,) = re.findall(r"\A---\n(.*?)\n---\n", skill.read_text("utf-8"), re.DOTALL)
    return dict(line.split(": ", 1) for line in head.splitlines())


def sh(command: str, path: Path) -> subprocess.CompletedProcess[str]:
    """What a shell makes of a command with these programs and no other."""
    return subprocess.run(
        [SH, "-c", command], capture_output=True, check=False, env={"PATH": str(path)}, input="{}",
        text=True,
    )  # fmt: skip


def program(folder: Path, name: str, script: str) -> None:
    """Put a program into a folder."""
    file = folder / name
    file.write_text(f"#!{SH}\n{script}\n", encoding="utf-8")
    file.chmod(0o755)


class TestManifests:
    def test_the_marketplace_offers_the_plugin(self) -> None:
        market, plugin = (
            load(f"{folder}.claude-plugin/{name}.json")
            for folder, name in (("", "marketplace"), ("plugin/", "plugin"))
        )
        (offer,) = market["plugins"]
        assert market["name"] == offer["name"] == plugin["name"] == "cctop"
        assert (ROOT / offer["source"]).resolve() == PLUGIN
        assert offer["description"] == plugin["description"]
        assert "version" not in offer  # the plugin's own is the one

    def test_its_version_is_that_of_cctop(self) -> None:
        assert load("plugin/.claude-plugin/plugin.json")["version"] == __version__

    def test_hooks_are_not_named_twice(self) -> None:
        """Claude Code finds hooks/hooks.json by itself; named, each hook would run twice."""
        assert "hooks" not in load("plugin/.claude-plugin/plugin.json")

    def test_the_source_distribution_has_both(self) -> None:
        text = (ROOT / "pyproject.toml").read_text("utf-8")
        for name in ('"/plugin"', '"/.claude-plugin"'):
            assert name in text


class TestHooks:
    def test_every_event_has_one_handler(self) -> None:
        hooks = load("plugin/hooks/hooks.json")["hooks"]
        assert set(hooks) == EVENTS
        assert len(handlers()) == len(EVENTS)

    def test_they_are_those_that_settings_get(self) -> None:
        assert set(integrations.EVENTS) == EVENTS
        for handler in handlers():
            assert handler["timeout"] == integrations.TIMEOUT_S

    def test_nothing_waits_for_them(self) -> None:
        for handler in handlers():
            assert (handler["type"], handler["async"]) == ("command", True)
            assert 0 < handler["timeout"] <= 10

    @pytest.mark.parametrize("script", ["", "echo out; echo err >&2; exit 2", "kill -9 $$"])
    def test_they_are_silent_and_never_fail(self, tmp_path: Path, script: str) -> None:
        """Exit 2 would block the tool; a program that is not there must not be one, either."""
        if script:
            program(tmp_path, "cctop-hook", script)
        for command in {handler["command"] for handler in handlers()}:
            done = sh(command, tmp_path)
            assert (done.returncode, done.stdout) == (0, "")
            assert script.startswith("kill") or done.stderr == ""  # that one the shell tells of


@pytest.mark.parametrize("skill", SKILLS, ids=lambda path: path.parent.name)
class TestSkills:
    def test_its_name_is_that_of_its_folder(self, skill: Path) -> None:
        assert head_of(skill)["name"] == skill.parent.name
        assert head_of(skill)["description"]

    def test_only_the_user_calls_it(self, skill: Path) -> None:
        assert head_of(skill)["disable-model-invocation"] == "true"

    def test_it_may_run_what_it_runs_and_no_more(self, skill: Path) -> None:
        allowed = head_of(skill)["allowed-tools"].split(", ")
        name = skill.parent.name
        assert allowed == [f"Bash(cctop {name} *)", "Bash(command -v cctop)", "Bash(echo *)"]

    @pytest.mark.parametrize("code", [0, 1, 2])
    def test_it_says_what_cctop_says_and_never_fails(
        self, skill: Path, tmp_path: Path, code: int
    ) -> None:
        program(tmp_path, "cctop", f'echo "said $@"; echo besides >&2; exit {code}')
        (command,) = commands_of(skill)
        done = sh(command, tmp_path)
        argument = {"status": SESSION, "doctor": "--brief"}[skill.parent.name]
        assert done.stdout == f"said {skill.parent.name} {argument}\nbesides\n"
        assert (done.returncode, done.stderr) == (0, "")

    def test_without_cctop_it_says_how_to_get_it(self, skill: Path, tmp_path: Path) -> None:
        done = sh(commands_of(skill)[0], tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "cctop is not installed" in done.stdout
        assert "uv tool install ." in done.stdout
        assert "uv tool install ." in (ROOT / "README.md").read_text("utf-8")


def test_there_are_two_skills() -> None:
    assert [path.parent.name for path in SKILLS] == ["doctor", "status"]


@pytest.mark.lab
@pytest.mark.skipif(CLI_VARIABLE not in os.environ, reason=f"{CLI_VARIABLE} names no Claude Code")
class TestWithTheRealCli:
    @staticmethod
    def claude(home: Path, *words: str) -> str:
        """What the CLI says, without a network and in a home of its own."""
        isolation = ["unshare", "--net"] + (["--map-root-user"] if os.geteuid() else [])
        done = subprocess.run(
            [*isolation, os.environ[CLI_VARIABLE], *words],
            capture_output=True,
            check=False,
            cwd=home,
            env={"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    @pytest.mark.parametrize("path", [ROOT, PLUGIN], ids=["marketplace", "plugin"])
    def test_it_is_valid(self, path: Path, tmp_path: Path) -> None:
        assert "Validation passed" in self.claude(
            tmp_path, "plugin", "validate", "--strict", str(path)
        )

    def test_it_can_be_installed(self, tmp_path: Path) -> None:
        self.claude(tmp_path, "plugin", "marketplace", "add", str(ROOT))
        self.claude(tmp_path, "plugin", "install", "cctop@cctop")
        details = self.claude(tmp_path, "plugin", "details", "cctop@cctop")
        assert f"cctop {__version__}" in details
        assert f"Hooks ({len(EVENTS)})" in details
        assert "doctor, status" in details
