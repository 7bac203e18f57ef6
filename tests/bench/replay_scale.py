"""How a replay of a large session bears: opened, moved to and fro, and played at 1000x.

    python tests/bench/replay_scale.py [--megabytes 100] [--seeks 200] [--keep DIR] [--json FILE]

All figures are processor time of this process in ms, which other programs disturb little; on a
calm machine the clock shows the same. "seek" is what it takes to have the book as of a random
moment and the session's line of it; making the details for the panels is measured beside it.
"""

import argparse
import gc
import json
import random
import resource
import statistics
import sys
import tempfile
from pathlib import Path
from time import process_time

import generate

from cctop.engine.settings import Settings
from cctop.replay.clockwork import FRAME, next_frame
from cctop.replay.model import Axis
from cctop.replay.places import mains
from cctop.replay.scene import Scene

SLICE = 0.05  # seconds of reading between two looks, as the player has it
SPEED = 1000


def ms(began: float) -> float:
    """Return the processor time since then."""
    return (process_time() - began) * 1000


def spread(times: list[float], name: str) -> dict[str, float]:
    """Return the median, the 95th percentile and the longest."""
    ordered = sorted(times)
    return {
        f"{name} p50": statistics.median(ordered),
        f"{name} p95": ordered[int(0.95 * (len(ordered) - 1))],
        f"{name} max": ordered[-1],
    }


def opened(settings: Settings, session: str, now: int) -> tuple[Scene, Axis, dict[str, float]]:
    """Open a session and read it to its end."""
    began = process_time()
    scene = Scene(settings, session)
    while not scene.reached:
        scene.read(0)
    scene.picture(scene.steps[0])
    first = ms(began)
    while not scene.complete:
        scene.read(SLICE)
    read = ms(began)
    axis = scene.axis(1, None, now)
    return scene, axis, {"start shown": first, "all read": read, "axis there": ms(began)}


def moved(scene: Scene, axis: Axis, seeks: int) -> dict[str, float]:
    """Go to random moments."""
    chance = random.Random(1)
    folds, lines, pictures = [], [], []
    for _ in range(seeks):
        at = chance.choice(axis.steps)
        began = process_time()
        scene.go(at)
        folds.append(ms(began))
        scene.line(at)
        lines.append(ms(began))
        scene.picture(at)
        pictures.append(ms(began))
    return spread(folds, "fold") | spread(lines, "seek") | spread(pictures, "seek and details")


def played(scene: Scene, axis: Axis) -> dict[str, float]:
    """Play the whole session, frame by frame; every mark has to be met."""
    times: list[float] = []
    met: set[int] = set()
    at = axis.start
    scene.go(at)
    while at < axis.end:
        began = process_time()
        at, _ = next_frame(at, SPEED, FRAME, axis)
        scene.line(at)
        times.append(ms(began))
        met.add(at)
    lost = {mark.at for mark in axis.marks if mark.at > axis.start} - met
    if lost:
        raise AssertionError(f"{len(lost)} marks were passed over")
    return spread(times, "frame") | {"frames": len(times), "marks": len(axis.marks)}


def main() -> None:
    """Measure, and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--megabytes", type=float, default=100)
    parser.add_argument("--seeks", type=int, default=200)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where the session lies, or shall")
    parser.add_argument("--json", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cctop-replay-") as scratch:
        folder = given.keep or Path(scratch) / "home"
        if not folder.exists():
            generate.huge(folder, given.megabytes)
        main_file = max(mains([str(folder)]), key=lambda main: (main.place.folder, main.session))
        settings = Settings(roots=(folder,), cache=Path(scratch))
        gc.disable()
        scene, axis, figures = opened(settings, main_file.session, main_file.at)
        gc.enable()
        gc.freeze()
        figures |= {"events": len(axis.steps)}
        figures |= moved(scene, axis, given.seeks)
        figures |= played(scene, axis)
    figures["memory MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    for name, value in figures.items():
        print(f"{name:24} {value:12,.1f}")
    if given.json:
        given.json.write_text(json.dumps(figures, indent=2))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
