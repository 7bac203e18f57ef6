"""What surrounds cctop: terminal, versions, limits, mounts. Collected here, judged elsewhere."""

import os
import platform
import shutil
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

from msgspec import Struct

from cctop import __version__
from cctop.integrations.shell import PROGRAM

_INOTIFY = Path("/proc/sys/fs/inotify")
_MOUNTS = Path("/proc/mounts")


class Machine(Struct, frozen=True):
    """`encoding` is stdout's, `size` in columns and lines, `offset` of the time zone in seconds.

    `inotify`: the kernel's limits by name, empty where it has none. `mounts`: mount point and type
    of every file system. `prices_at`: when the price library was installed, ms. `hook`: where the
    hook writer is on the PATH, "" for nowhere.
    """

    env: Mapping[str, str]
    encoding: str
    size: tuple[int, int]
    tty: bool
    zone: str
    offset: int
    platform: str
    python: str
    cctop: str
    textual: str
    inotify: Mapping[str, int]
    mounts: tuple[tuple[str, str], ...]
    prices_at: int
    hook: str


def gather(prices: str) -> Machine:
    """Return what surrounds this process; `prices` is the name of the price library."""
    size, now = shutil.get_terminal_size(), time.localtime()
    return Machine(
        env=dict(os.environ),
        encoding=sys.stdout.encoding or "",
        size=(size.columns, size.lines),
        tty=sys.stdout.isatty(),
        zone=now.tm_zone,
        offset=now.tm_gmtoff,
        platform=f"{platform.system()} {platform.release()} {platform.machine()}",
        python=platform.python_version(),
        cctop=__version__,
        textual=_version("textual"),
        inotify=_limits(),
        mounts=tuple(_mounts()),
        prices_at=_installed_at(prices),
        hook=shutil.which(PROGRAM) or "",
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _installed_at(name: str) -> int:
    with suppress(PackageNotFoundError, OSError):
        for file in distribution(name).files or ():
            if file.name == "METADATA":
                return int(os.stat(file.locate()).st_mtime * 1000)  # noqa: PTH116 - any path
    return 0


def _limits() -> dict[str, int]:
    limits = {}
    for name in ("max_user_watches", "max_user_instances"):
        with suppress(OSError, ValueError):
            limits[name] = int((_INOTIFY / name).read_text("ascii"))
    return limits


def _mounts() -> list[tuple[str, str]]:
    try:
        lines = _MOUNTS.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    parts = [line.split(" ") for line in lines]
    # A space in a name stands there as \040.
    return [(part[1].replace("\\040", " "), part[2]) for part in parts if len(part) > 2]
