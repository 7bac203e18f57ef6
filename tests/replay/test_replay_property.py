"""The state as of any moment is the fold of what had happened by then, whatever was seen before."""

import os
import tempfile
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from families import Story, families
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tellings import Prefix, difference, path_of, put, scene_of, shown, write

from cctop.engine.settings import Settings
from cctop.events import Origin
from cctop.replay import timeline
from cctop.sources.transcripts.decode import Decoder

chances = st.randoms(use_true_random=False)
often = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True)
def few_events_between_checkpoints(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timeline, "INTERVAL", 3)
    monkeypatch.setattr(timeline, "MOST", 6)


@given(families, chances)
@often
def test_any_moment_is_the_fold_of_its_prefix(story: Story, chance: Random) -> None:
    with tempfile.TemporaryDirectory() as folder:
        roots = put(story, Path(folder) / "root")
        session = chance.choice(sorted({thread.session for thread in story.threads}))
        prefix = Prefix(roots, session, story.spool)
        scene = scene_of(roots, session, story.spool)
        if not prefix.end:
            return
        moments = [chance.choice(prefix.times) + chance.choice((0, 0, -1, 1)) for _ in range(12)]
        for at in [*moments, prefix.times[-1], prefix.times[0]]:
            expected = prefix.picture(max(at, prefix.times[0]))
            if expected is not None:  # the live screen hides who has said nothing yet
                got = shown(scene, max(at, prefix.times[0]))
                assert difference(got, expected) == [], (at, moments)


@given(families, chances)
@often
def test_a_session_that_grows_is_the_same_as_one_read_at_once(story: Story, chance: Random) -> None:
    if not all(is_timed([thread.data]) for thread in story.threads):
        return  # what has no time at all is as of the end, which moves
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "root"
        session = chance.choice(sorted({thread.session for thread in story.threads}))
        parts = cut(story, chance)
        for told in story.metas.values():  # that is written when the last line is
            told["finished"] = False
        put(story, root, {key: data[0] for key, data in parts.items()})
        roots = Settings(roots=(root,))
        scene = scene_of(roots, session, story.spool)
        left = [(key, piece) for key, data in parts.items() for piece in data[1:]]
        chance.shuffle(left)
        by_file: dict[str, list[bytes]] = {}
        for key, piece in left:  # each file's in its order
            by_file.setdefault(key, []).append(piece)
        for key, pieces in by_file.items():
            pieces[:] = parts[key][1:]
        for key, _ in left:
            write(root, key, by_file[key].pop(0))
            scene.look(at_others=bool(chance.randrange(2)))
            if scene.steps and not chance.randrange(3):
                scene.picture(chance.choice(scene.steps))
        scene.look(at_others=True)
        prefix = Prefix(roots, session, story.spool)
        moments = [chance.choice(prefix.times) for _ in range(6)] if prefix.times else []
        for at in moments:
            if (expected := prefix.picture(at)) is not None:
                assert difference(shown(scene, at), expected) == [], at


def is_timed(lines: list[bytes]) -> bool:
    """Whether anything that these lines say has a time."""
    events = Decoder(Origin(0, "s", "", "/r", "-p")).decode(b"".join(lines), 0)
    return any(event.at for event in events)


def cut(story: Story, chance: Random) -> dict[str, list[bytes]]:
    """The bytes of each file in a few pieces of whole lines, the first of which has a time."""
    found = {}
    for thread in story.threads:
        lines = thread.data.splitlines(keepends=True)
        first = next(number for number in range(1, len(lines) + 1) if is_timed(lines[:number]))
        places = sorted(chance.randint(first, len(lines)) for _ in range(2))
        ends = [0, *places, len(lines)]
        pieces = [b"".join(lines[a:b]) for a, b in pairwise(ends)]
        found[path_of(thread)] = [pieces[0], *filter(None, pieces[1:])]
    return found


CORPUS = Path(os.environ.get("CCTOP_CORPUS", "/nowhere"))
MAINS = [path for path in sorted(CORPUS.rglob("*.jsonl")) if not path.stem.startswith("agent-")]


@pytest.mark.skipif(not MAINS, reason="CCTOP_CORPUS names no folder with transcripts")
@pytest.mark.parametrize("path", MAINS, ids=str)
def test_other_peoples_sessions_are_the_folds_of_their_prefixes(path: Path, tmp_path: Path) -> None:
    chance = Random(7)
    data = path.read_bytes()
    write(tmp_path, f"-home-ada-web/{path.stem}.jsonl", data[: data.rfind(b"\n") + 1])
    beside = path.with_suffix("") / "subagents"
    for agent in sorted(beside.rglob("agent-*.*")):
        below = f"-home-ada-web/{path.stem}/subagents/{agent.relative_to(beside)}"
        write(tmp_path, below, agent.read_bytes())
    roots = Settings(roots=(tmp_path,))
    prefix = Prefix(roots, path.stem)
    scene = scene_of(roots, path.stem)
    for _ in range(12) if prefix.end else ():
        at = max(prefix.times[0], chance.choice(prefix.times))
        if (expected := prefix.picture(at)) is not None:
            assert difference(shown(scene, at), expected) == [], at
