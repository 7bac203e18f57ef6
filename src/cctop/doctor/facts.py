"""All that the checks look at, collected once."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from cctop.book.snapshot import Detail, Snapshot
from cctop.doctor.heard import Heard, listen
from cctop.doctor.machine import Machine, gather
from cctop.doctor.sample import Sample, take
from cctop.sources.transcripts.discover import Scan, Scanner


class Settings(Struct, frozen=True):
    """What the user's settings and Claude Code's say, as the commands hand it in.

    `chosen`: how the roots came to be chosen. `config`: the config file, `config_faults` what is
    wrong with it. `desktop`: the way notifications are asked for. `spool`: the folder that is
    read, "" for none, and `spool_variable` the variable that names it. `hooks` and `line` are what
    `cctop hooks status` and `cctop statusline status` tell as JSON, `overruled` the warnings of
    the latter, and `refused` why they could not tell. `store` is the file in which history is kept,
    "" for none.
    """

    roots: tuple[str, ...]
    chosen: str
    config: str = ""
    config_faults: tuple[str, ...] = ()
    desktop: str = "off"
    spool: str = ""
    spool_variable: str = ""
    hooks: Mapping[str, Any] = {}
    line: Mapping[str, Any] = {}
    overruled: tuple[str, ...] = ()
    refused: str = ""
    store: str = ""


class Facts(Struct, frozen=True):
    """`picture` is of the book, `detail` tells more of a session of it. `now` is in ms."""

    now: int
    settings: Settings
    picture: Snapshot
    detail: Callable[[str], Detail]
    scan: Scan
    sample: Sample
    heard: Heard
    machine: Machine


def collect(
    settings: Settings,
    picture: Snapshot,
    detail: Callable[[str], Detail],
    machine: Machine | None = None,
) -> Facts:
    """Return the facts as of the picture's time; `machine` is this one unless it is given."""
    scan = Scanner(settings.roots).scan()
    return Facts(
        picture.at,
        settings,
        picture,
        detail,
        scan,
        take(scan.found),
        listen(settings.spool, settings.roots),
        machine or gather(picture.prices_source),
    )


def mtime(path: str) -> int:
    """Return when a file was last changed, ms; 0 where there is none."""
    try:
        return int(Path(path).stat().st_mtime * 1000)
    except (OSError, ValueError):
        return 0
