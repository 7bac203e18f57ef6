"""A replay's screen without a terminal: drawn moment by moment, for casts and stills."""

import asyncio
import sys
from dataclasses import replace
from typing import IO

from cctop.clock import now_ms
from cctop.replay import casts
from cctop.replay.player import Player
from cctop.replay.times import parse_time
from cctop.text import Clean
from cctop.ui.options import Options
from cctop.ui.record import Recorder, recorder

Size = tuple[int, int]
_ERASE = "\r\x1b[K"


def still(player: Player, options: Options, size: Size, time: str) -> str:
    """Return the screen at a time, as a user writes it, as SVG. Raises ValueError for no time."""

    async def take() -> str:
        async with recorder(player, _of_then(player, options), *size) as screen:
            axis = player.axis()
            at = parse_time(time, axis, axis.start)
            return await screen.svg(at)

    return asyncio.run(take())


def record(
    player: Player, options: Options, size: Size, speed: float | None, idle: float, out: IO[str]
) -> None:
    """Write the whole session as a cast. `speed`: None for one that suits its length."""

    told = sys.stderr  # which the app takes for its own while it runs

    async def take() -> None:
        async with recorder(player, _of_then(player, options), *size) as screen:
            axis = player.axis()
            pace = speed or casts.speed_for(axis, idle)
            frames = list(casts.frames_of(axis, pace, idle))
            title = Clean(f"cctop --session {axis.session}")
            out.write(casts.header(*size, now_ms(), title))
            await _draw(screen, frames, out, told if told and told.isatty() else None)

    asyncio.run(take())


async def _draw(
    screen: Recorder, frames: list[casts.Frame], out: IO[str], told: IO[str] | None
) -> None:
    """Write the frames, and to `told` how far it is."""
    before: list[str] = []
    for number, frame in enumerate(frames, 1):
        after = await screen.rows(frame.at)
        if data := casts.change(before, after):
            out.write(casts.output(frame.seconds, data))
        before = after
        if told is not None:
            told.write(f"{_ERASE}{number:,} of {len(frames):,} frames")
            told.flush()
    if told is not None:
        told.write(_ERASE)
    end = frames[-1].seconds if frames else 0.0
    out.write(casts.output(end + casts.HOLD, ""))


def _of_then(player: Player, options: Options) -> Options:
    """Return options in which it is as late as the replay: "5 min ago" is meant from there."""
    return replace(options, now=lambda: player.moment().at, title=False, bell=False)
