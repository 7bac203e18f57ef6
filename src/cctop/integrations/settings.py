"""Claude Code's settings files: where they are, and reading and replacing them safely."""

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal, get_args

import msgspec

from cctop import paths
from cctop.integrations.jsontext import BOM, JsonText, JsonTextError
from cctop.integrations.refusal import RefusedError

Scope = Literal["user", "project", "local"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
EMPTY = "{}\n"  # what a file that is not there yet begins as

if sys.platform == "darwin":
    MANAGED = Path("/Library/Application Support/ClaudeCode")
else:
    MANAGED = Path("/etc/claude-code")


class SettingsFile(msgspec.Struct, frozen=True):
    """A settings file as it was read."""

    scope: str
    path: Path  # as the user knows it
    target: Path  # where it is, behind all links
    data: bytes | None  # None where there is no file
    json: JsonText

    @property
    def value(self) -> dict[str, Any]:
        """The settings."""
        settings: dict[str, Any] = self.json.value
        return settings


def path_of(scope: Scope) -> Path:
    """Return where the settings of a scope are, or would be.

    Raises `RefusedError` where `$CLAUDE_CONFIG_DIR` names several folders, which cctop can read and
    Claude Code cannot, and `cctop.paths.NoHomeError` without a home.
    """
    if scope != "user":
        name = "settings.json" if scope == "project" else "settings.local.json"
        return Path.cwd() / ".claude" / name
    if not os.environ.get("CLAUDE_CONFIG_DIR", "").strip():
        if os.environ.get("HOME") == "":  # "~" would be the root folder
            raise paths.NoHomeError("cannot find your home directory; set HOME")
        return paths.claude_roots(["~/.claude"])[0] / "settings.json"
    roots = paths.claude_roots()
    if len(roots) > 1:
        raise RefusedError(
            "$CLAUDE_CONFIG_DIR names several folders",
            "  Run this once for each, with CLAUDE_CONFIG_DIR set to that folder alone.",
        )
    return roots[0] / "settings.json"


def managed_paths() -> list[Path]:
    """Return the files in which an administrator sets what holds for everybody."""
    return [MANAGED / "managed-settings.json", *sorted(MANAGED.glob("managed-settings.d/*.json"))]


def read(path: Path, scope: str) -> SettingsFile:
    """Read a settings file. Raises `RefusedError` for one that cannot be read or understood."""
    target = Path(os.path.realpath(path))
    data = _bytes(path, target)
    try:
        text = EMPTY if data is None else data.decode()
    except UnicodeDecodeError as error:
        raise RefusedError(
            f"{path}: is not UTF-8 (byte {error.start})", "  Save it as UTF-8 and try again."
        ) from error
    if not text.removeprefix(BOM).strip():
        raise RefusedError(f"{path}: is empty", "  Put {} into it, or delete it, and try again.")
    try:
        json = JsonText(text)
    except JsonTextError as error:
        raise RefusedError(
            f"{path}: is not JSON: {error}",
            "  Comments and trailing commas are not JSON. Mend it (Claude Code itself ignores such"
            " a file) and try again.",
        ) from error
    if not isinstance(json.value, dict):
        raise RefusedError(f"{path}: is JSON, but no object", "  Settings are an object: {…}.")
    return SettingsFile(scope, path, target, data, json)


def replace(file: SettingsFile, data: bytes) -> None:
    """Put `data` in the file's place in one step, with the mode and owner that it has.

    A new file is the user's alone (0600). Raises `RefusedError`, with nothing changed, where that
    cannot be done, and where the file is no longer as it was read.
    """
    draft = file.target.with_name(f".{file.target.name}.cctop-{os.getpid()}.tmp")
    try:
        file.target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(data)
                stream.flush()
                os.fsync(stream.fileno())
                check_unchanged(file)
                if file.data is not None:
                    _take_after(file.target.stat(), stream.fileno())
            draft.replace(file.target)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise _unwritable(file.path, error) from error


def delete(file: SettingsFile) -> None:
    """Take the file away. Raises `RefusedError` as `replace` does."""
    check_unchanged(file)
    try:
        file.target.unlink()
    except OSError as error:
        raise _unwritable(file.path, error) from error


def check_writable(file: SettingsFile) -> None:
    """Raise `RefusedError` where the file or its folder is not the user's to change."""
    folder = file.target.parent
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    if file.data is not None and not os.access(file.target, os.W_OK):
        raise RefusedError(
            f"{file.path}: is write-protected",
            "  Permit writing, or, where another program makes this file, let that one add what"
            " --dry-run shows.",
        )
    if not os.access(folder, os.W_OK | os.X_OK):
        raise RefusedError(
            f"{file.path}: its folder is write-protected: {folder}",
            "  The file is replaced in one step, for which its folder must be writable.",
        )


def check_unchanged(file: SettingsFile) -> None:
    """Raise `RefusedError` where the file is no longer as it was read."""
    if _bytes(file.path, Path(os.path.realpath(file.path))) != file.data:
        raise RefusedError(
            f"{file.path}: another program changed it in this moment", "  Try again."
        )


def _take_after(old: os.stat_result, handle: int) -> None:
    """Give a new file the owner and the mode of the old one."""
    if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(handle, old.st_uid, old.st_gid)
    os.fchmod(handle, stat.S_IMODE(old.st_mode))


def _bytes(path: Path, target: Path) -> bytes | None:
    """Return what is in a file, None where there is none. Raises `RefusedError`."""
    try:
        with suppress(FileNotFoundError):
            # Asked before it is opened: opening a pipe would wait for its other end.
            if not stat.S_ISREG(target.stat().st_mode):
                raise RefusedError(
                    f"{path}: is no regular file", "  cctop only changes regular files; move it."
                )
            return target.read_bytes()
    except OSError as error:
        raise RefusedError(
            f"{path}: cannot be read: {error.strerror}", "  See to its permissions, and try again."
        ) from error
    return None


def _unwritable(path: Path, error: OSError) -> RefusedError:
    return RefusedError(
        f"{path}: cannot be replaced: {error.strerror}",
        "  Nothing was changed. See to the permissions and the space of its folder and try again.",
    )
