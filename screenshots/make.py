"""Take the pictures in this folder anew, from the demo at a fixed hour.

    python screenshots/make.py            write all of them, SVG and PNG
    python screenshots/make.py --check    write nothing, say which are out of date

The same version makes the same SVG everywhere, byte for byte: no clock, no font and no process of
this machine goes in. A PNG names the SVG that it was made from. Only PNGs need `resvg-py`.
"""

import argparse
import asyncio
import os
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from cctop.book.proof import Figure, Proof
from cctop.book.snapshot import Failure, Snapshot
from cctop.book.trace import Trace
from cctop.demo.day import BUDGET_USD
from cctop.demo.play import Demo
from cctop.engine.opening import open_book
from cctop.engine.prover import Prover
from cctop.engine.settings import Settings
from cctop.engine.traces import trace
from cctop.prices.rates import PICO
from cctop.replay.player import Player
from cctop.sources.transcripts.lookup import WholeCall, read_call
from cctop.ui.app import CctopApp
from cctop.ui.options import Options
from cctop.ui.record import recorder
from cctop.ui.svg import svg_of
from cctop.ui.theme import read_tokens

FOLDER = Path(__file__).parent
NOON = 1_795_348_800_000  # a Sunday in November 2026, 12:00 UTC, ms since the epoch
ZOOM = 1.5
SETTLE = 0.3  # seconds: several ticks of the screen


@dataclass(frozen=True)
class Scene:
    """A picture: the size of the terminal, and the keys that lead to what it shows."""

    name: str
    columns: int
    lines: int
    keys: tuple[str, ...] = ()
    theme: str = "dark"


TO_API_GATEWAY = ("j", "j", "j")
TO_STOREFRONT = ("j", "j")
SCENES = (
    Scene("board", 160, 45, TO_API_GATEWAY),
    Scene("board-light", 160, 45, TO_API_GATEWAY, "light"),
    Scene("side-pane", 48, 50, TO_API_GATEWAY),
    Scene("small", 80, 24),
    Scene("failure", 88, 26, (*TO_STOREFRONT, "2", "enter", "n", "n")),
    Scene("compaction", 88, 26, (*TO_API_GATEWAY, "3", "enter")),
    Scene("proof", 120, 34, (*TO_API_GATEWAY, "=", "j", "j")),
)
REPLAYED = "api-gateway"  # the project whose session is played again in "replay"
REPLAYED_AT = NOON - 5_400_000


class Still:
    """The demo's book as it stands at noon: what the screen reads, without threads or a clock."""

    def __init__(self, root: Path, spool: Path, cache: Path) -> None:
        budget = round(BUDGET_USD * PICO)
        self.settings = Settings(roots=(root,), cache=cache, daily_budget=budget, spool=spool)
        self._reader, self._painter = open_book(self.settings)
        self._reader.look()
        self._reader.read()
        self._focus: str | None = None

    def start(self, on_change: Callable[[], None]) -> None:
        """Nothing will ever change."""

    def stop(self) -> None:
        """Nothing runs."""

    def latest(self) -> Snapshot:
        """The picture."""
        return self._painter.paint(NOON, self._focus, roots=self._reader.existing_roots())

    def focus(self, session: str | None) -> None:
        """Say whose detail is wanted."""
        self._focus = session

    def read_call(self, failure: Failure) -> WholeCall:
        """Read one tool call, whole."""
        return read_call(failure.where, failure.tool_use_id)

    def proof(self, session: str, figure: Figure) -> Proof:
        """Return every call behind a figure, of a folder whose name is the same everywhere."""
        prover = Prover(self.settings, lambda question: question(self._reader), lambda: NOON)
        return prover.prove(session, figure)

    def trace(self, session: str) -> Trace | None:
        """Say what became of a session's failures."""
        return trace(self._reader, session, NOON)


async def take(scene: Scene, source: Still) -> str:
    """Return the picture of a scene as SVG."""
    budget = BUDGET_USD * PICO
    app = CctopApp(
        source, Options(theme=scene.theme, refresh_hz=10, daily_budget=budget, now=lambda: NOON)
    )
    async with app.run_test(size=(scene.columns, scene.lines)) as pilot:
        await pilot.pause(SETTLE)
        for key in scene.keys:
            await pilot.press(key)
            await pilot.pause(SETTLE)
        tokens = read_tokens()[scene.theme]
        strips = app.screen._compositor.render_strips()
        return svg_of(strips, scene.columns, tokens["ground"], tokens["text"])


async def take_replay(still: Still) -> str:
    """Return the picture of a replay as SVG."""
    sessions = still.latest().sessions
    session = next(each.id for each in sessions if each.project == REPLAYED)
    player = Player(still.settings, session, lambda: NOON)
    options = Options(now=lambda: NOON)
    async with recorder(player, options, 160, 45) as record:
        return await record.svg(REPLAYED_AT)


async def take_all() -> dict[str, str]:
    """Return the pictures of all scenes, by name."""
    folder = tempfile.TemporaryDirectory(prefix="cctop-pictures-")
    with folder as cache, Demo(freeze_at=NOON) as demo:
        still = Still(demo.root, demo.spool, Path(cache))
        pictures = {scene.name: await take(scene, still) for scene in SCENES}
        return {**pictures, "replay": await take_replay(still)}


def png_of(svg: str) -> bytes:
    """Return a picture as PNG, with a note of the SVG that it was made from."""
    import resvg_py  # noqa: PLC0415 - no check needs it

    png = bytes(resvg_py.svg_to_bytes(svg_string=svg, zoom=ZOOM))
    head = 8 + 25  # the signature, and the header, which comes first
    return png[:head] + source_note(svg) + png[head:]


def source_note(svg: str) -> bytes:
    """Return the PNG text chunk that names an SVG by its hash."""
    body = b"tEXtSource\0" + sha256(svg.encode()).hexdigest().encode()
    return (len(body) - 4).to_bytes(4) + body + zlib.crc32(body).to_bytes(4)


def outdated(pictures: dict[str, str], folder: Path) -> Iterator[str]:
    """Yield the files of a folder that are missing, out of date or of no scene."""
    for name, svg in pictures.items():
        drawn, painted = folder / f"{name}.svg", folder / f"{name}.png"
        if not drawn.is_file() or drawn.read_text("utf-8") != svg:
            yield drawn.name
        if not painted.is_file() or source_note(svg) not in painted.read_bytes():
            yield painted.name
    for suffix in ("svg", "png"):
        yield from (p.name for p in folder.glob(f"*.{suffix}") if p.stem not in pictures)


def main() -> int:
    """Write the pictures, or check them; return the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="only say what is out of date")
    parser.add_argument("--folder", type=Path, default=FOLDER, help=argparse.SUPPRESS)
    given = parser.parse_args()
    os.environ["TZ"] = "UTC"
    time.tzset()
    os.environ.pop("NO_COLOR", None)
    pictures = asyncio.run(take_all())
    if given.check:
        stale = list(outdated(pictures, given.folder))
        for name in stale:
            print(f"{given.folder / name} is out of date: run `just pictures`", file=sys.stderr)
        return 1 if stale else 0
    for name, svg in pictures.items():
        (given.folder / f"{name}.svg").write_text(svg, "utf-8")
        (given.folder / f"{name}.png").write_bytes(png_of(svg))
    return 0


if __name__ == "__main__":
    sys.exit(main())
