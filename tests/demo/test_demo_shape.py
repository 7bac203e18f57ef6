"""Everything the demo writes has the shape of real records.

`shapes.json` lists the keys that records of Claude Code 2.1.330 show, by kind: those that all of
them have and those that only some do. It was made from transcripts of the real CLI, run offline;
`ai-title`, which needs a server, from the CLI's own code.
"""

import json
from pathlib import Path

import pytest
from playback import NOON, Clock, play_live, transcripts
from record_shapes import Record, parts

from cctop.demo.agent import Agent
from cctop.demo.day import Day
from cctop.demo.writer import World
from cctop.events import Usage

SHAPES = json.loads((Path(__file__).parent / "shapes.json").read_bytes())


def faults(records: list[Record]) -> set[str]:
    """What is missing from, or foreign to, the records of one session."""
    tools: dict[str, str] = {}
    found = set()
    for record in records:
        for kind, keys in parts(record, tools):
            if kind not in SHAPES:
                found.add(f"no real record is a {kind}")
                continue
            always, sometimes = set(SHAPES[kind]["always"]), set(SHAPES[kind]["sometimes"])
            found |= {f"{kind} lacks {key}" for key in always - keys}
            found |= {f"{kind} has {key}" for key in keys - always - sometimes}
    return found


def test_the_whole_day_has_the_true_shape(day: Day, clock: Clock, tmp_path: Path) -> None:
    for _ in play_live(day, clock, 400):
        pass
    for path, records in transcripts(tmp_path).items():
        assert not faults(records), path


def test_rare_records_have_it_too(tmp_path: Path) -> None:
    world = World(tmp_path, now=NOON)
    session = world.session("/x", "claude-opus-5-5")
    session.prompt("Go")
    reply = session.reply(Usage(output=1))
    session.reject(reply.call("Bash", command="ls", description=""))
    call = reply.call("Agent", description="", prompt="", subagent_type="")
    agent = Agent(
        session, call, kind="x", description="", prompt="", model="claude-opus-5-5", background=True
    )
    told = [{"type": "text", "text": "Launched."}]
    session.ok(call, told, agent.launched())
    session.end_turn(agents_left=1)
    session.notify(agent)
    world.flush()
    for records in transcripts(tmp_path).values():
        assert not faults(records)


@pytest.mark.parametrize(
    ("pattern", "kind"), [("projects/**/*.meta.json", "agent meta"), ("sessions/*", "registry")]
)
def test_small_files_have_it_too(day: Day, tmp_path: Path, pattern: str, kind: str) -> None:
    always, sometimes = set(SHAPES[kind]["always"]), set(SHAPES[kind]["sometimes"])
    paths = list(tmp_path.glob(pattern))
    assert paths
    for path in paths:
        keys = set(json.loads(path.read_bytes()))
        assert always <= keys <= always | sometimes


def test_a_foreign_key_would_be_seen() -> None:
    assert faults([{"type": "mode", "mode": "normal", "sessionId": "x", "extra": 1}]) == {
        "mode has extra"
    }
    assert faults([{"type": "mode", "sessionId": "x"}]) == {"mode lacks mode"}
    assert faults([{"type": "nonesuch"}]) == {"no real record is a nonesuch"}


def test_uuids_chain_and_times_do_not_run_backwards(day: Day, tmp_path: Path) -> None:
    for path, records in transcripts(tmp_path).items():
        seen: set[str | None] = {None}
        stamps = []
        for record in records:
            if "uuid" in record:
                assert record["parentUuid"] in seen, path
                seen.add(record["uuid"])
                stamps.append(record["timestamp"])
        assert stamps == sorted(stamps)
        assert len(seen) == len(stamps) + 1
