"""Settings files are replaced safely, kept as they were, and given back byte by byte."""

import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from full_disk import full_disk
from world_of_settings import LAYOUTS, World

from cctop.integrations import backups, change, hooks, settings, shell, statusline
from cctop.integrations.backups import Feature
from cctop.integrations.jsontext import JsonText
from cctop.integrations.refusal import RefusedError
from cctop.integrations.settings import SettingsFile

COMMAND = shell.hook_command("/a/cctop-hook")
OTHER = shell.hook_command("/b/cctop-hook")
TAKEN_OUT: dict[Feature, change.TakeOut] = {
    "hooks": hooks.without_hooks, "statusline": statusline.without_line
}  # fmt: skip
not_root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")


def opened(path: Path) -> SettingsFile:
    return settings.read(path, "user")


def with_hooks(file: SettingsFile) -> str:
    return hooks.with_hooks(file.json, COMMAND)


def install(path: Path, feature: Feature = "hooks", command: str = COMMAND) -> Path | None:
    file = opened(path)
    if feature == "hooks":
        text = hooks.with_hooks(file.json, command)
    else:
        text = statusline.with_line(file.json, "/a/cctop-hook", None)
    return change.install(feature, file, text)


def remove(path: Path, feature: Feature = "hooks") -> None:
    file = opened(path)
    change.remove(feature, file, change.removal(feature, file, TAKEN_OUT[feature]))


@pytest.mark.parametrize("layout", LAYOUTS)
class TestThereAndBack:
    @pytest.mark.parametrize("feature", TAKEN_OUT)
    def test_one(self, layout: str, feature: Feature, world: World) -> None:
        path = world.write(LAYOUTS[layout])
        install(path, feature)
        assert world.bytes() != LAYOUTS[layout]
        remove(path, feature)
        assert world.bytes() == LAYOUTS[layout]

    @pytest.mark.parametrize("order", ["hshs", "hssh", "shsh", "shhs"])
    def test_both(self, layout: str, order: str, world: World) -> None:
        path = world.write(LAYOUTS[layout])
        names: dict[str, Feature] = {"h": "hooks", "s": "statusline"}
        for letter in order[:2]:
            install(path, names[letter])
        for letter in order[2:]:
            remove(path, names[letter])
        now, before = world.bytes(), LAYOUTS[layout]
        if before and order[0] == order[2]:  # not the last one out first: from the text alone
            before = before.replace(b'"hooks": { }', b'"hooks": {}')
        assert now == before

    def test_installed_twice_with_other_options(self, layout: str, world: World) -> None:
        path = world.write(LAYOUTS[layout])
        install(path)
        install(path, command=OTHER)
        remove(path)
        assert world.bytes() == LAYOUTS[layout]

    def test_changed_meanwhile(self, layout: str, world: World) -> None:
        """The user's change stays, ours goes, and what was theirs before is there."""
        path = world.write(LAYOUTS[layout])
        before = {} if LAYOUTS[layout] is None else world.settings()
        install(path)
        path.write_text(JsonText(path.read_text("utf-8")).appended((), 1, "new"), "utf-8")
        remove(path)
        assert world.settings() == before | {"new": 1}

    def test_changed_between_two_installs(self, layout: str, world: World) -> None:
        """The copy that the second one kept holds hooks of ours: the first one tells what was."""
        path = world.write(LAYOUTS[layout])
        before = {} if LAYOUTS[layout] is None else world.settings()
        install(path)
        path.write_text(JsonText(path.read_text("utf-8")).appended((), 1, "new"), "utf-8")
        install(path, command=OTHER)
        remove(path)
        assert world.settings() == before | {"new": 1}

    def test_without_records(self, layout: str, world: World) -> None:
        path = world.write(LAYOUTS[layout])
        install(path, "statusline")
        for file in backups.folder().iterdir():
            file.unlink()
        remove(path, "statusline")
        assert world.bytes() == (LAYOUTS[layout] or b"{}\n")


class TestBackups:
    def test_every_change_keeps_the_file_as_it_was(self, world: World) -> None:
        path = world.write(b"{}")
        assert install(path) == backups.folder() / min(backups.folder().glob("*-user.json")).name
        first = path.read_bytes()
        install(path, command=OTHER)
        second = path.read_bytes()
        remove(path)
        kept = {file.read_bytes() for file in backups.folder().glob("*.json")}
        assert kept == {b"{}", first, second}

    def test_they_are_the_users_alone(self, world: World) -> None:
        backups.folder().mkdir(mode=0o755, parents=True)
        install(world.write(b"{}"))
        assert stat.S_IMODE(backups.folder().stat().st_mode) == 0o700
        for file in backups.folder().iterdir():
            assert stat.S_IMODE(file.stat().st_mode) == 0o600

    @pytest.mark.parametrize("garbage", [b"", b"{}", b"\xff", b'{"file": 1}'])
    def test_a_record_that_is_of_no_use(self, world: World, garbage: bytes) -> None:
        path = world.write(b'{"hooks": {}}')
        install(path)
        (record,) = backups.folder().glob("*.record")
        record.write_bytes(garbage)
        remove(path)
        assert world.bytes() == b"{}"

    def test_a_record_that_names_a_file_elsewhere(self, world: World) -> None:
        path = world.write(b"{}")
        install(path)
        secret = world.home / "secret.json"
        secret.write_bytes(b'{"secret": 1}')
        record = backups.record_of("hooks", path)
        assert record is not None
        changed = backups.Record(
            record.file, record.wrote, f"../../home/{secret.name}", record.made
        )
        backups.remember(backups.draft("hooks", changed))
        remove(path)
        assert world.bytes() == b"{}"

    def test_no_backup_no_change(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        blocked = world.home / "file"
        blocked.touch()
        monkeypatch.setenv("CCTOP_STATE_DIR", str(blocked))
        path = world.write(b"{}")
        with pytest.raises(RefusedError, match=r"backups.*cannot be written"):
            install(path)
        assert world.bytes() == b"{}"

    @pytest.mark.parametrize("text", [None, b"{}"])
    def test_no_room_no_change(self, text: bytes | None, world: World) -> None:
        path = world.write(text)
        with full_disk(), pytest.raises(RefusedError, match=r"backups.*cannot be written"):
            install(path)
        assert world.bytes() == text
        assert list(backups.folder().iterdir()) == []

    def test_no_room_for_another_record(self, world: World) -> None:
        path = world.write(None)
        install(path)
        before = world.bytes(), backups.record_of("hooks", path)
        with full_disk(), pytest.raises(RefusedError):
            install(path, command=OTHER)
        assert (world.bytes(), backups.record_of("hooks", path)) == before
        remove(path)
        assert world.bytes() is None


class TestReplace:
    def test_mode_and_link_stay(self, world: World) -> None:
        real = world.home / "dotfiles" / "claude.json"
        real.parent.mkdir()
        real.write_bytes(b"{}")
        real.chmod(0o640)
        world.user.symlink_to(real)
        install(world.user)
        assert world.user.is_symlink()
        assert stat.S_IMODE(real.stat().st_mode) == 0o640
        assert b"cctop-hook" in real.read_bytes()
        remove(world.user)
        assert (world.user.is_symlink(), real.read_bytes()) == (True, b"{}")
        assert sorted(path.name for path in real.parent.iterdir()) == ["claude.json"]

    def test_a_link_to_nothing_yet(self, world: World) -> None:
        world.user.symlink_to(world.home / "later.json")
        install(world.user)
        assert (world.user.is_symlink(), (world.home / "later.json").is_file()) == (True, True)
        remove(world.user)
        assert (world.user.is_symlink(), world.user.exists()) == (True, False)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
    def test_the_owner_stays(self, world: World) -> None:
        path = world.write(b"{}")
        os.chown(path, 12345, 23456)
        install(path)
        assert (path.stat().st_uid, path.stat().st_gid) == (12345, 23456)

    def test_an_owner_that_cannot_be_kept(
        self, world: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = world.write(b"{}")
        monkeypatch.setattr(os, "geteuid", lambda: 12345)

        def refuse(*_: int) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "fchown", refuse)
        with pytest.raises(RefusedError, match="cannot be replaced: Operation not permitted"):
            install(path)
        assert world.bytes() == b"{}"
        assert [file.name for file in path.parent.iterdir()] == [path.name]

    def test_missing_folders_are_made(self, world: World) -> None:
        path = world.project / "a" / ".claude" / "settings.json"
        install(path)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

    @pytest.mark.parametrize("late", [b'{"a": 1}', None])
    def test_a_file_that_changes_meanwhile(self, world: World, late: bytes | None) -> None:
        path = world.write(b"{}")
        file = opened(path)
        if late is None:
            path.unlink()
        else:
            path.write_bytes(late)
        attempts: list[Callable[[], object]] = [
            lambda: change.install("hooks", file, with_hooks(file)),
            lambda: change.remove("hooks", file, b"{}"),
            lambda: change.remove("hooks", file, None),
            lambda: settings.replace(file, b"x"),
            lambda: settings.delete(file),
        ]
        for attempt in attempts:
            with pytest.raises(RefusedError, match="changed it in this moment"):
                attempt()
            assert world.bytes() == late
        assert not backups.folder().exists()

    def test_a_file_that_appears_meanwhile(self, world: World) -> None:
        file = opened(world.user)
        world.write(b'{"a": 1}')
        with pytest.raises(RefusedError, match="changed it in this moment"):
            settings.replace(file, b"{}")
        assert world.bytes() == b'{"a": 1}'

    def test_a_disk_that_is_full(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        path = world.write(b"{}")
        monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space")))
        with pytest.raises(RefusedError, match="cannot be replaced: No space"):
            install(path)
        assert [file.name for file in path.parent.iterdir()] == [path.name]
        assert world.bytes() == b"{}"


class TestRefused:
    def check(self, world: World, message: str) -> None:
        before = world.everything()
        with pytest.raises(RefusedError, match=message) as caught:
            install(world.user)
        assert caught.value.lines[0].startswith(str(world.user))
        assert caught.value.lines[1].startswith("  ")
        assert world.everything() == before

    def test_a_pipe(self, world: World) -> None:
        os.mkfifo(world.user)
        before = list(world.user.parent.iterdir())
        with pytest.raises(RefusedError, match="no regular file"):
            opened(world.user)
        assert list(world.user.parent.iterdir()) == before

    def test_a_folder(self, world: World) -> None:
        world.user.mkdir()
        self.check(world, "no regular file")

    def test_a_link_in_a_circle(self, world: World) -> None:
        world.user.symlink_to(world.user)
        with pytest.raises(RefusedError, match="cannot be read"):
            opened(world.user)

    def test_a_file_in_the_place_of_the_folder(self, world: World) -> None:
        world.user.parent.rmdir()
        world.user.parent.touch()
        self.check(world, "cannot be read: Not a directory")

    def test_what_may_not_be_written(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        world.write(b"{}")
        for guarded, message in ((world.user, "is write-protected"), (world.user.parent, "folder")):
            monkeypatch.setattr(os, "access", lambda path, _, guarded=guarded: path != guarded)
            self.check(world, message)

    @not_root
    def test_what_may_not_be_read(self, world: World) -> None:
        world.write(b"{}").chmod(0)
        with pytest.raises(RefusedError, match="cannot be read: Permission denied"):
            opened(world.user)


def test_the_diff_of_a_file_with_and_without_its_last_line_end(world: World) -> None:
    file = opened(world.write(b'{\r\n  "a": "\xe2\x80\xa8"\r\n}'))
    lines = list(change.diff(file, file.json.appended((), 1, "b") + "\n"))
    assert lines[3:] == [
        " {\r", '-  "a": "\u2028"\r', "-}", "\\ No newline at end of file",
        '+  "a": "\u2028",\r', '+  "b": 1\r', "+}",
    ]  # fmt: skip
    assert list(change.diff(file, file.json.text)) == []


def test_what_was_empty_stays_though_another_cctop_was_installed_over_it(world: World) -> None:
    """The second copy of the settings has the hooks of the first in the list that was empty."""
    path = world.write(LAYOUTS["empty hooks"])
    install(path)
    install(path, "statusline")
    install(path, command=OTHER)
    remove(path)
    remove(path, "statusline")
    assert world.bytes() == LAYOUTS["empty hooks"]
