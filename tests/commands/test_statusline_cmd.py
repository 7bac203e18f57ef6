"""`cctop statusline`: what is written where, what is said, and what is refused."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from settings_place import Place

from cctop.integrations import shell

COMMAND = "printf '%s' \"it's\" # mine"
THEIRS: dict[str, Any] = {
    "statusLine": {"type": "command", "padding": 0, "command": COMMAND, "refreshInterval": 5},
    "model": "opus",
}
BARE = {"statusLine": {"type": "command", "command": "date"}}


def line_in(place: Place, file: Path | None = None) -> Any:
    return place.settings(file or place.user)["statusLine"]


class TestInstall:
    def test_their_own_is_wrapped(self, place: Place) -> None:
        before = place.write(place.user, THEIRS)
        said = place.said("statusline", "install")
        (backup,) = place.backups.glob("*-user.json")
        assert said == (
            f"{place.user}: cctop is in the status line now.\n"
            f"The file as it was: {backup}\n"
            "Sessions that run pick it up by themselves, with their next line.\n"
            "`cctop doctor` shows whether it arrives, `cctop statusline remove` takes it out"
            " again.\n"
        )
        assert backup.read_bytes() == before
        wrapped = shell.wrapped(COMMAND, str(place.program))
        assert line_in(place) == THEIRS["statusLine"] | {"command": wrapped}
        shown = subprocess.run(["sh", "-c", wrapped], input=b"{}", capture_output=True, check=True)
        assert shown.stdout == b"it's"

    def test_where_there_is_none_it_is_cctops_own(self, place: Place) -> None:
        place.said("statusline", "install")
        command = f"'{place.program}' line 2>/dev/null || true"
        assert line_in(place) == {"type": "command", "command": command}

    def test_again_nothing_is_done(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        place.said("statusline", "install")
        before = place.everything()
        assert "nothing to do, it is there already" in place.said("statusline", "install")
        assert place.everything() == before

    def test_a_spool_of_its_own_is_named(
        self, place: Place, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place.write(place.user, THEIRS)
        monkeypatch.setenv("CCTOP_SPOOL_DIR", "/s p")
        place.said("statusline", "install")
        assert f"'{place.program}' statusline --spool '/s p' >" in line_in(place)["command"]
        assert shell.unwrapped(line_in(place)["command"]) == COMMAND

    def test_a_dry_run_writes_nothing(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        before = place.everything()
        said = place.said("statusline", "install", "--dry-run")
        changed = [line for line in said.splitlines()[2:] if line[:1] in {"+", "-"}]
        assert [line[:16] for line in changed] == ['-    "command": ', '+    "command": ']
        assert place.everything() == before

    def test_a_project_that_wins(self, place: Place) -> None:
        place.write(place.project, BARE)
        code, _, err = place.run("statusline", "install")
        warning = (
            f"In this folder {place.project} wins, whose status line cctop does not hear;"
            " `cctop statusline install --scope project` wraps that one, too"
        )
        assert (code, err) == (0, f"cctop: {warning}\n")
        assert place.said("statusline", "status").splitlines()[-1] == warning
        place.said("statusline", "install", "--scope", "project")
        assert " wins, " not in place.said("statusline", "status")

    def test_what_cctop_does_not_know(self, place: Place) -> None:
        for line in (None, {"type": "command", "command": "date | cctop-hook line"}):
            place.write(place.user, {"statusLine": line})
            before = place.everything()
            code, out, err = place.run("statusline", "install")
            assert (code, out) == (1, "")
            assert err.startswith(f'cctop: {place.user}: "statusLine" ')
            assert err.splitlines()[1].startswith("  ")
            assert place.everything() == before


class TestRemove:
    @pytest.mark.parametrize("spelling", [b"\\u00e9 \\/", "é /".encode()])
    def test_byte_for_byte(self, place: Place, spelling: bytes) -> None:
        data = b'{ "statusLine": {"type":"command","command" : "echo %s"}}'.replace(b"%s", spelling)
        before = place.write(place.user, data)
        place.said("statusline", "install")
        place.said("statusline", "remove")
        assert place.user.read_bytes() == before

    def test_without_the_state_folder(self, place: Place) -> None:
        before = place.write(place.user, THEIRS)
        place.said("statusline", "install")
        for file in place.backups.iterdir():
            file.unlink()
        place.said("statusline", "remove")
        assert place.user.read_bytes() == before

    def test_a_file_that_cctop_made(self, place: Place) -> None:
        place.said("statusline", "install")
        place.said("statusline", "remove")
        assert not place.user.exists()

    def test_nothing_to_do(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        assert "nothing of cctop's" in place.said("statusline", "remove")

    @pytest.mark.parametrize("first", ["hooks", "statusline"])
    @pytest.mark.parametrize("there", [None, b"{}", b'{"hooks":{"Stop":[ ]},\n"a":1}'])
    def test_beside_hooks_in_any_order(self, place: Place, first: str, there: bytes | None) -> None:
        second = {"hooks": "statusline", "statusline": "hooks"}[first]
        if there:
            place.write(place.user, there)
        for words in ((first, "install"), (second, "install"), (second, "remove")):
            place.said(*words)
        place.said(first, "remove")
        assert (place.user.read_bytes() if place.user.exists() else None) == there
        for words in ((first, "install"), (second, "install"), (first, "remove")):
            place.said(*words)
        place.said(second, "remove")
        left = place.user.read_bytes() if place.user.exists() else None
        assert left == there


class TestStatus:
    def test_what_stands_where(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        assert place.said("statusline", "status") == (
            f"user     not installed  {place.user}\n"
            "         your own command, without cctop\n"
            f"         command: {COMMAND}\n"
            f"project  no status line {place.project}\n"
            f"local    no status line {place.local}\n"
        )
        place.said("statusline", "install")
        said = place.said("statusline", "status")
        assert f"user     installed      {place.user}\n" in said
        assert "your own command, with cctop beside it" in said
        assert f"command: {COMMAND}\n         runs: {place.program}\n" in said
        place.program.unlink()
        assert "is not there (or not executable)" in place.said("statusline", "status")

    def test_json(self, place: Place) -> None:
        place.write(place.user, THEIRS)
        place.write(place.project, b"{")
        place.said("statusline", "install")
        place.write(place.managed, BARE | {"disableAllHooks": True})
        document = json.loads(place.said("statusline", "status", "--json"))
        states = {found["scope"]: found["state"] for found in document["scopes"]}
        assert states == {
            "user": "wrapped", "project": "unreadable", "local": "none", "managed": "theirs"
        }  # fmt: skip
        assert document["holds_here"] == "managed"
        assert document["disabled_by"] == [f"{place.managed}: disableAllHooks"]
        assert document["scopes"][0]["command"] == COMMAND
        assert document["scopes"][0]["program"] == str(place.program)
        said = place.said("statusline", "status")
        assert (
            f"In this folder {place.managed} wins, whose status line cctop does not hear\n" in said
        )
        assert said.endswith(
            f"Off: {place.managed}: disableAllHooks is set, and no status line is drawn.\n"
        )

    def test_a_file_with_escapes(self, place: Place) -> None:
        place.write(place.user, {"statusLine": {"type": "command", "command": "\u001b[2J\u202e\n"}})
        said = place.said("statusline", "status")
        assert said.replace("\n", "").isprintable()
        for words in (["--dry-run"], []):
            said = place.said("statusline", "install", *words)
            assert said.replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "words", [[], ["install", "--with-prompts"], ["status", "--scope", "user"]]
)
def test_wrong_usage(place: Place, words: list[str]) -> None:
    code, out, err = place.run("statusline", *words)
    assert (code, out) == (2, "")
    assert "usage: cctop statusline" in err or "unrecognized arguments" in err
