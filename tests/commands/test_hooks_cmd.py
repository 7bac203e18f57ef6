"""`cctop hooks`: what is written where, what is said, and what is refused."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from settings_place import Place

from cctop.commands import editing
from cctop.integrations import settings
from cctop.integrations.hooks import EVENTS

THEIRS = {"model": "opus", "hooks": {"Stop": [{"hooks": [{"type": "command", "command": "ding"}]}]}}
HEAD = "trap '' TERM HUP INT;"
NEXT = (
    "Sessions that run pick them up by themselves; nothing has to be restarted.\n"
    "`cctop doctor` shows whether events arrive, `cctop hooks remove` takes them out again.\n"
)


def command_in(place: Place, file: Path | None = None, event: str = "PreToolUse") -> str:
    entry = place.settings(file or place.user)["hooks"][event][-1]
    return str(entry["hooks"][0]["command"])


class TestInstall:
    def test_a_new_file(self, place: Place) -> None:
        said = place.said("hooks", "install")
        assert said == (
            f"{place.user}: cctop's 15 hooks are in it now.\nThere was no such file before.\n{NEXT}"
        )
        assert command_in(place) == f"{HEAD}'{place.program}' >/dev/null 2>&1 || true"
        assert list(place.settings(place.user)["hooks"]) == list(EVENTS)
        assert place.user.stat().st_mode & 0o777 == 0o600
        assert place.user.read_bytes().endswith(b"}\n")

    def test_beside_their_own(self, place: Place) -> None:
        before = place.write(place.user, THEIRS)
        said = place.said("hooks", "install")
        (backup,) = place.backups.glob("*-user.json")
        assert f"The file as it was: {backup}\n" in said
        assert backup.read_bytes() == before
        assert place.settings(place.user)["hooks"]["Stop"][0] == THEIRS["hooks"]["Stop"][0]  # type: ignore[index]

    def test_again_nothing_is_done(self, place: Place) -> None:
        place.said("hooks", "install")
        before = place.everything()
        said = place.said("hooks", "install")
        assert said == f"{place.user}: nothing to do, it is there already\n"
        assert place.everything() == before

    def test_a_dry_run_shows_a_diff_and_writes_nothing(self, place: Place) -> None:
        place.write(place.user, b'{\n  "model": "\\u001b[2J",\n  "x": "\x7f"\n}')
        before = place.everything()
        said = place.said("hooks", "install", "--dry-run")
        assert place.everything() == before
        lines = said.splitlines()
        assert lines[:2] == [f"--- {place.user}", f"+++ {place.user}"]
        assert '+  "hooks": {' in lines
        assert said.endswith("\n }\n\\ No newline at end of file\n")
        assert said.replace("\n", "").isprintable()

    def test_a_dry_run_for_a_new_file(self, place: Place) -> None:
        said = place.said("hooks", "install", "--dry-run")
        assert said.startswith(f"--- /dev/null\n+++ {place.user}\n")
        assert not place.user.exists()

    @pytest.mark.parametrize(("scope", "name"), [("project", "project"), ("local", "local")])
    def test_scopes(self, place: Place, scope: str, name: str) -> None:
        place.project.parent.rmdir()
        place.said("hooks", "install", "--scope", scope)
        assert command_in(place, getattr(place, name))
        assert not place.user.exists()

    def test_a_config_folder_of_its_own(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(place.path / "work"))
        place.said("hooks", "install")
        assert command_in(place, place.path / "work" / "settings.json")
        monkeypatch.setenv("CLAUDE_CONFIG_DIR", f"{place.path}/work,{place.path}/home")
        code, out, err = place.run("hooks", "install")
        assert (code, out) == (1, "")
        assert err.startswith("cctop: $CLAUDE_CONFIG_DIR names several folders\n  Run this once")

    def test_prompts_only_when_asked_for(self, place: Place) -> None:
        place.said("hooks", "install", "--with-prompts")
        assert command_in(place) == f"{HEAD}'{place.program}' --prompts >/dev/null 2>&1 || true"
        assert "prompts: kept\n" in place.said("hooks", "status")
        place.said("hooks", "install")
        assert "--prompts" not in place.user.read_text()

    def test_a_spool_of_its_own_is_named(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CCTOP_SPOOL_DIR", str(place.path / "a b"))
        place.said("hooks", "install")
        named = f"{HEAD}'{place.program}' --spool '{place.path}/a b' >/dev/null 2>&1 || true"
        assert command_in(place) == named
        monkeypatch.delenv("CCTOP_SPOOL_DIR")
        monkeypatch.setenv("CCTOP_STATE_DIR", str(place.path / "state"))
        place.said("hooks", "install")
        assert f"--spool '{place.path}/state/spool'" in command_in(place)

    def test_hooks_that_are_switched_off(self, place: Place) -> None:
        place.write(place.local, {"disableAllHooks": True})
        place.write(place.managed, {"allowManagedHooksOnly": True})
        drop_in = place.managed.parent / "managed-settings.d" / "10.json"
        place.write(drop_in, {"disableAllHooks": True})
        code, out, err = place.run("hooks", "install")
        assert code == 0
        assert err.splitlines() == [
            f"cctop: {where} is set: nothing of this runs until it is taken out"
            for where in (
                f"{place.local}: disableAllHooks",
                f"{place.managed}: allowManagedHooksOnly",
                f"{drop_in}: disableAllHooks",
            )
        ]
        assert out.endswith(NEXT)

    def test_the_plugin_beside_it(self, place: Place) -> None:
        place.write(place.project, {"enabledPlugins": {"cctop@cctop": True}})
        code, _, err = place.run("hooks", "install")
        assert (code, err) == (
            0, "cctop: the cctop plugin is enabled, too: its hooks do the same a second time\n"
        )  # fmt: skip
        assert "told twice" in place.said("hooks", "status")
        place.write(place.project, {"enabledPlugins": {"cctop@cctop": False, "other@x": True}})
        assert "The cctop plugin" not in place.said("hooks", "status")


class TestExecutable:
    def test_none_is_installed(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        place.program.unlink()
        monkeypatch.setattr(sys, "executable", str(place.path / "python"))
        for command in ("hooks", "statusline"):
            code, out, err = place.run(command, "install")
            assert (code, out) == (1, "")
            assert err.startswith("cctop: cctop-hook is not installed beside this cctop\n  Install")
        assert not place.user.exists()

    def test_a_stranger_on_the_path_is_not_taken(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stranger = place.path / "else" / "cctop-hook"
        stranger.parent.mkdir()
        stranger.write_text("#!/bin/sh\n")
        stranger.chmod(0o755)
        monkeypatch.setenv("PATH", str(stranger.parent))
        place.said("hooks", "install")
        assert command_in(place).startswith(f"{HEAD}'{place.program}'")

    def test_the_link_that_lasts(self, place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
        link = place.path / "it's here" / "cctop-hook"
        link.parent.mkdir()
        link.symlink_to(place.program)
        monkeypatch.setenv("PATH", str(link.parent))
        place.said("hooks", "install")
        assert command_in(place).startswith(f"{HEAD}'{place.path}/it'\\''s here/cctop-hook' ")
        assert subprocess.run(["/bin/sh", "-c", command_in(place)], check=False).returncode == 0

    def test_beside_python_where_cctop_is_run_as_a_module(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sys, "argv", ["-m"])
        python = place.program.with_name("python")
        python.touch()
        monkeypatch.setattr(sys, "executable", str(python))
        place.said("hooks", "install")
        assert command_in(place).startswith(f"{HEAD}'{place.program}'")

    def test_one_that_will_be_thrown_away(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        passing = place.path / "uv" / "archive-v0" / "x" / "bin" / "cctop-hook"
        passing.parent.mkdir(parents=True)
        place.program.rename(passing)
        (passing.parent / "cctop").touch()
        monkeypatch.setattr(sys, "argv", [str(passing.parent / "cctop")])
        code, _, err = place.run("hooks", "install")
        assert code == 0
        assert err.startswith(f"cctop: {passing} will not stay")


class TestRemove:
    def test_byte_for_byte(self, place: Place) -> None:
        before = place.write(place.user, b'{"hooks":{\n},\t"a" : "\\u00e9"}\r\n\r\n')
        place.said("hooks", "install")
        said = place.said("hooks", "remove")
        assert place.user.read_bytes() == before
        assert said.startswith(f"{place.user}: cctop's hooks are out of it.\nThe file as it was: ")
        assert not list(place.backups.glob("*.record"))

    def test_a_file_that_cctop_made(self, place: Place) -> None:
        place.said("hooks", "install")
        assert "The file is gone: cctop had made it." in place.said("hooks", "remove")
        assert not place.user.exists()

    def test_nothing_to_do(self, place: Place) -> None:
        for settings_now in (None, THEIRS):
            if settings_now:
                place.write(place.user, settings_now)
            before = place.everything()
            said = place.said("hooks", "remove")
            assert said == f"{place.user}: nothing to do, there is nothing of cctop's\n"
            assert place.everything() == before

    def test_a_dry_run(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        place.said("hooks", "install")
        before = place.everything()
        said = place.said("hooks", "remove", "--dry-run")
        assert '-    "SessionStart": [' in said
        assert place.everything() == before

    def test_after_a_change_of_the_users(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        place.said("hooks", "install")
        place.write(place.user, place.settings(place.user) | {"theme": "light"})
        place.said("hooks", "remove")
        assert place.settings(place.user) == THEIRS | {"theme": "light"}


class TestStatus:
    def test_none_part_and_all(self, place: Place) -> None:
        assert place.said("hooks", "status") == (
            f"user     not installed  {place.user}\n"
            f"project  not installed  {place.project}\n"
            f"local    not installed  {place.local}\n"
        )
        place.said("hooks", "install")
        said = place.said("hooks", "status")
        assert f"user     installed      {place.user}\n" in said
        assert "         events: all 15\n" in said
        assert f"         runs: {place.program}\n" in said
        assert "prompts: not kept" in said
        rest = place.settings(place.user)
        del rest["hooks"]["Stop"]
        place.write(place.user, rest)
        place.program.unlink()
        said = place.said("hooks", "status")
        assert f"user     partly         {place.user}\n" in said
        assert "         events: 14, SessionStart, SessionEnd, " in said
        assert "missing: Stop; `cctop hooks install` adds them" in said
        assert f"runs: {place.program} is not there (or not executable)" in said

    def test_json(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        place.said("hooks", "install", "--scope", "local")
        place.write(place.project, b"{,}")
        place.write(place.managed, {"disableAllHooks": True})
        document = json.loads(place.said("hooks", "status", "--json"))
        user, project, local = document["scopes"]
        assert document["disabled_by"] == [f"{place.managed}: disableAllHooks"]
        assert document["plugin"] is False
        assert (user["state"], user["events"], user["missing"]) == ("not installed", [], [])
        assert project["state"] == "unreadable"
        assert "is not JSON: line 1, column 2" in project["why"]
        assert local["state"] == "installed"
        assert local["file"] == str(place.local)
        assert local["events"] == list(EVENTS)
        assert local["programs"] == [{"path": str(place.program), "exists": True}]

    def test_a_file_with_escapes(self, place: Place) -> None:
        hostile = "/x\u001b]52;c;eA\u0007/cctop-hook"
        handler = {"type": "command", "command": f"'{hostile}' --spool '\u001b[2J'"}
        place.write(place.user, {"hooks": {"Stop\u001b[31m": [{"hooks": [handler]}]}})
        said = place.said("hooks", "status")
        assert "partly" in said
        assert said.replace("\n", "").isprintable()
        assert place.said("hooks", "status", "--json").replace("\n", "").isprintable()


REFUSED = {
    "no JSON": (b'{\n  // mine\n  "a": 1\n}', "is not JSON: line 2, column 3: "),
    "empty": (b"\n", "is empty"),
    "no object": (b"[]", "is JSON, but no object"),
    "no UTF-8": (b'{"a": "\xff"}', "is not UTF-8 (byte 7)"),
    "odd hooks": (b'{"hooks": []}', '"hooks" is no object'),
    "odd event": (b'{"hooks": {"Stop": [1]}}', '"hooks": Stop holds what is no object'),
    "twins": (b'{"hooks": {}, "hooks": {}}', 'the key "hooks" is there twice'),
    "too deep": (
        b'{"a": ' + b"[" * 50_000 + b"]" * 50_000 + b"}",
        "is not JSON: nested too deeply",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals_say_why_and_what_to_do_and_change_nothing(place: Place, case: str) -> None:
    data, message = REFUSED[case]
    place.write(place.user, data)
    before = place.everything()
    for words in (["install"], ["install", "--dry-run"]):
        code, out, err = place.run("hooks", *words)
        assert (code, out) == (1, "")
        assert err.startswith(f"cctop: {place.user}: {message}")
        assert err.splitlines()[1].startswith("  ")
        assert place.everything() == before


@pytest.mark.parametrize("words", [[], ["frobnicate"], ["install", "--scope", "all"]])
def test_wrong_usage(place: Place, words: list[str]) -> None:
    code, out, err = place.run("hooks", *words)
    assert (code, out) == (2, "")
    assert "usage: cctop hooks" in err


def test_an_option_of_the_screen(place: Place) -> None:
    code, _, err = place.run("--scope", "all", "hooks", "status")
    assert (code, err) == (2, "cctop: --scope is for the screen, not for `cctop hooks`\n")


def test_without_a_home(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "")
    code, out, err = place.run("hooks", "install")
    assert (code, out) == (1, "")
    assert err == "cctop: cannot find your home directory; set HOME\n"


def test_the_scopes_are_the_same_everywhere() -> None:
    assert get_args(settings.Scope) == editing.SCOPES


def test_building_the_parser_imports_nothing_of_it() -> None:
    code = (
        "import sys, cctop.cli; cctop.cli.build_parser()\n"
        "sys.exit(', '.join(n for n in sys.modules if n.startswith('cctop.integrations')) or 0)"
    )
    env = {"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
