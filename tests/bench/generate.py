"""Write realistic transcripts of any size, with the truth beside them.

    python tests/bench/generate.py DIR --megabytes 332 --files 161 [--seed 1] [--end 2026-11-01]
    python tests/bench/generate.py DIR --huge 2000        # one transcript of 2 GB
    python tests/bench/generate.py DIR --long-line 200    # one with a line of 200 MB
    python tests/bench/generate.py DIR --grow 3.3         # append to its newest sessions

`pool.py` has what a session consists of. `DIR/truth.json` says what a meter must find. The same
arguments and the same end write the same bytes; without `--end` the last session ends now. The
files are as old as what is in them: a few of the last day, most of them weeks old, 60 days at most.
"""

import argparse
import json
import random
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from truth import Truth, load
from writer import Session, Writer

DAYS = 60
GROWING = 8  # of the newest sessions


def _age(rng: random.Random, number: int) -> int:
    """Return how long ago a session ended, ms: few today, most of them weeks ago."""
    day = 86_400_000
    if number == 0:
        return 0
    luck = rng.random()
    span = 1 if luck < 0.03 else 7 if luck < 0.12 else DAYS - 2
    return int(rng.random() * span * day)


def write(
    folder: Path, megabytes: float, files: int, seed: int = 1, end: datetime | None = None
) -> Truth:
    """Write a config directory of that many transcripts and megabytes; return the truth.

    Three in ten transcripts are subagents', one in twenty sessions is a fork, and sizes differ a
    hundredfold, as they do in life.
    """
    writer = Writer(folder, Truth(seed=seed), end or datetime.now(UTC))
    truth, rng = writer.truth, random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    weights = [min(8.0, rng.lognormvariate(0, 1.2)) for _ in range(files)]
    total = megabytes * 1e6
    while truth.files < files:
        # What is left of the bytes goes by weight to what is left of the files.
        left = sum(weights[truth.files :])
        fork = truth.sessions % 20 == 7
        agents = rng.choice((1, 1, 2, 3)) if rng.random() < 0.22 and not fork else 0
        agents = min(agents, files - truth.files - 1)
        share = sum(weights[truth.files : truth.files + agents + 1]) / left
        budget = max(0.0, total - truth.bytes) * share
        age = _age(rng, truth.sessions)
        writer.session(int(budget) // (agents + 1), age, agents=agents, fork=fork)
    truth.save(folder)
    return truth


def grow(folder: Path, megabytes: float, end: datetime | None = None) -> Truth:
    """Append to the newest sessions of a folder; return the truth as it is then."""
    truth = load(folder)
    writer = Writer(folder, truth, end or datetime.now(UTC))
    sessions = [Session(**session) for session in truth.open[:GROWING]]
    for session in sessions:
        writer.grow(session, int(megabytes * 1e6 / len(sessions)))
    truth.open[:GROWING] = [asdict(session) for session in sessions]
    truth.save(folder)
    return truth


def huge(folder: Path, megabytes: float, seed: int = 1, end: datetime | None = None) -> Truth:
    """Write one transcript of that size."""
    return write(folder, megabytes, 1, seed, end)


def long_line(folder: Path, megabytes: float, seed: int = 1, end: datetime | None = None) -> Truth:
    """Write one transcript of 2 MB, and into it a line of that size, which no meter can keep."""
    truth = write(folder, 2, 1, seed, end)
    path = folder / truth.open[0]["path"]
    head = b'{"type":"user","message":{"role":"user","content":"'
    with path.open("ab") as file:
        file.write(head)
        for _ in range(int(megabytes)):
            file.write(b"0123456789" * 100_000)
        file.write(b'"}}\n')
    truth.bytes = path.stat().st_size
    truth.skipped = 1
    truth.save(folder)
    return grow(folder, 1, end)


def main() -> None:
    """Write what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--megabytes", type=float, default=332)
    parser.add_argument("--files", type=int, default=161)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--end", type=datetime.fromisoformat, help="when the last session ends")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--huge", type=float, metavar="MB", help="one transcript of that size")
    which.add_argument("--long-line", type=float, metavar="MB", help="one with such a line")
    which.add_argument("--grow", type=float, metavar="MB", help="append to what is there")
    given = parser.parse_args()
    end = given.end.replace(tzinfo=given.end.tzinfo or UTC) if given.end else None
    if given.huge:
        truth = huge(given.folder, given.huge, given.seed, end)
    elif given.long_line:
        truth = long_line(given.folder, given.long_line, given.seed, end)
    elif given.grow:
        truth = grow(given.folder, given.grow, end)
    else:
        truth = write(given.folder, given.megabytes, given.files, given.seed, end)
    shown = {k: v for k, v in asdict(truth).items() if k not in {"by_session", "open"}}
    print(json.dumps(shown, indent=2))


if __name__ == "__main__":
    main()
