"""Forks, resumes, subagents and deleted transcripts on the axis."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from scribe import (
    HOUR,
    MINUTE,
    SECOND,
    START,
    answer,
    compaction,
    cost_state,
    prompt,
    result,
    session_id,
    text,
    tool_use,
    usage,
)
from tellings import scene_of, write
from world import encoded, flat

from cctop.engine.reading import read_all
from cctop.engine.settings import Settings
from cctop.replay.model import Axis, MarkKind
from cctop.replay.open import candidates
from cctop.replay.scene import ALL, Scene

PARENT, CHILD, OTHER = session_id(1), session_id(2), session_id(3)
LATER = START + 48 * HOUR
SPENT = usage(10, 500, 40_000, 300)


def put(root: Path, session: str, *records: Any, agent: str = "") -> Path:
    below = f"{session}/subagents/agent-{agent}" if agent else session
    return write(root, f"-home-ada-web/{below}.jsonl", b"".join(map(encoded, flat(records))))


def axis_of(scene: Scene) -> Axis:
    return scene.axis(1, None, LATER)


def marks_of(axis: Axis, kind: MarkKind) -> list[tuple[int, str]]:
    return [(mark.at - START, mark.text) for mark in axis.marks if mark.kind is kind]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A session, a fork of it without a trace, and another one."""
    root = tmp_path / "root"
    told = [prompt(START), *answer(START + SECOND, SPENT)]
    put(root, PARENT, told, prompt(START + 2 * SECOND), answer(START + 3 * SECOND, SPENT))
    own = [prompt(START + HOUR, "on my own"), answer(START + HOUR + SECOND, SPENT)]
    put(root, CHILD, [dict(record) for record in told], own)
    put(root, OTHER, prompt(START), answer(START + SECOND, SPENT))
    return root


@pytest.mark.parametrize("session", [PARENT, CHILD, OTHER])
def test_in_the_end_the_meter_shows_what_the_live_one_does(root: Path, session: str) -> None:
    settings = Settings(roots=(root,))
    live = next(s for s in read_all(settings, lambda: LATER).snapshot.sessions if s.id == session)
    (line,) = scene_of(settings, session).newest(LATER, None).sessions
    assert (line.cost, line.tokens, line.api_calls) == (live.cost, live.tokens, live.api_calls)
    assert line.inherited_cost == live.inherited_cost
    assert line.turns == live.turns


def test_a_fork_is_marked_on_both_sides(root: Path) -> None:
    settings = Settings(roots=(root,))
    child, parent = scene_of(settings, CHILD), scene_of(settings, PARENT)
    assert marks_of(axis_of(child), MarkKind.FORK) == [(HOUR, f"forked from {PARENT[:8]}")]
    assert marks_of(axis_of(parent), MarkKind.FORK) == [(HOUR, f"fork {CHILD[:8]}")]
    assert marks_of(axis_of(scene_of(settings, OTHER)), MarkKind.FORK) == []
    assert [turn - START for turn in axis_of(child).turns] == [HOUR]


def test_only_who_shares_lines_is_read(root: Path) -> None:
    scene = scene_of(Settings(roots=(root,)), PARENT)
    assert scene._reading.sessions == {PARENT, CHILD}


def test_a_fork_that_comes_while_it_is_watched_is_found(root: Path) -> None:
    scene = scene_of(Settings(roots=(root,)), OTHER)
    path = root / "projects" / "-home-ada-web" / f"{OTHER}.jsonl"
    write(root, f"-home-ada-web/{session_id(4)}.jsonl", path.read_bytes())
    scene.look(at_others=False)
    assert scene._reading.sessions == {OTHER}
    scene.look()
    assert scene._reading.sessions == {OTHER, session_id(4)}


def test_going_on_after_the_books_were_closed_is_a_resume(root: Path) -> None:
    put(root, OTHER, cost_state(0.5), prompt(START + 2 * HOUR), answer(START + 2 * HOUR + SECOND))
    axis = axis_of(scene_of(Settings(roots=(root,)), OTHER))
    assert marks_of(axis, MarkKind.RESUME) == [(2 * HOUR, "resumed")]


def test_subagents_are_there_from_their_first_record_to_their_last(root: Path) -> None:
    asked = answer(START + MINUTE, SPENT, [tool_use("Agent", "toolu_a", prompt="look")], stop=None)
    put(root, OTHER, asked, result(START + 3 * MINUTE, "toolu_a"))
    put(root, OTHER, prompt(START + MINUTE), answer(START + 2 * MINUTE, SPENT), agent="a1")
    meta = b'{"agentType":"Explore","description":"looks around","finished":true}'
    write(root, f"-home-ada-web/{OTHER}/subagents/agent-a1.meta.json", meta)
    scene = scene_of(Settings(roots=(root,)), OTHER)
    assert marks_of(axis_of(scene), MarkKind.SUBAGENT) == [(MINUTE, "Explore: looks around")]
    states = []
    for at in (START + SECOND, START + MINUTE, START + 2 * MINUTE):
        detail = scene.picture(at).detail
        assert detail is not None
        states.append([(agent.type, agent.state) for agent in detail.subagents])
    assert states == [[], [("Explore", "running")], [("Explore", "finished")]]
    said = scene.talk.up_to(START + 2 * MINUTE, 9)
    assert {entry.agent for entry in said} == {"", "a1"}


def test_context_falls_with_a_compaction(root: Path) -> None:
    put(root, OTHER, compaction(START + MINUTE, 40_310, 9_000))
    levels = axis_of(scene_of(Settings(roots=(root,)), OTHER)).levels
    assert [(level.at - START, level.context) for level in levels] == [
        (SECOND, 40_310),
        (MINUTE, 9_000),
    ]
    assert levels[0].cost == levels[1].cost > 0


# Deleted transcripts.


@pytest.fixture
def kept(root: Path, tmp_path: Path) -> Settings:
    """All of it was read into a store."""
    put(root, OTHER, prompt(START), answer(START + MINUTE, SPENT, [text("a b")]), agent="a1")
    settings = Settings(roots=(root,), store=tmp_path / "state" / "history.db")
    read_all(settings, lambda: LATER).keep()
    return settings


def all_of(scene: Scene) -> list[Any]:
    return [scene.picture(at).sessions[0].cost for at in axis_of(scene).steps]


@pytest.mark.parametrize("session", [PARENT, CHILD, OTHER])
def test_what_the_store_kept_is_replayed_and_what_is_missing_is_said(
    kept: Settings, session: str
) -> None:
    (root,) = kept.roots
    before = scene_of(kept, session)
    assert axis_of(before).missing == ""
    shutil.rmtree(root / "projects" / "-home-ada-web")
    assert session in {one.id for one in candidates(kept)}
    after = scene_of(kept, session)
    assert all_of(after) == all_of(before)
    assert axis_of(after).marks == axis_of(before).marks
    assert axis_of(after).missing.startswith("the transcript is deleted: replayed from the store")
    assert after.picture(LATER).sessions[0].transcript_gone
    said = [entry.text[0] for entry in after.talk.up_to(ALL, 99)]
    assert said == [entry.text[0] for entry in before.talk.up_to(ALL, 99)]


def test_a_deleted_subagent_is_replayed_from_the_store(kept: Settings) -> None:
    (root,) = kept.roots
    before = all_of(scene_of(kept, OTHER))
    shutil.rmtree(root / "projects" / "-home-ada-web" / OTHER)
    after = scene_of(kept, OTHER)
    assert all_of(after) == before
    assert axis_of(after).missing.startswith("one deleted transcript replayed from the store")


def test_a_subagent_without_a_transcript_is_said_to_be_missing(root: Path) -> None:
    asked = answer(START + MINUTE, SPENT, [tool_use("Agent", "toolu_a", prompt="look")], stop=None)
    said = {"agentId": "a9", "status": "completed"}
    put(root, OTHER, asked, result(START + 3 * MINUTE, "toolu_a", said=said))
    missing = axis_of(scene_of(Settings(roots=(root,)), OTHER)).missing
    assert missing.startswith("one subagent's transcript is not there")


def test_a_store_that_cannot_be_read_is_done_without(root: Path, tmp_path: Path) -> None:
    broken = tmp_path / "history.db"
    broken.write_bytes(b"no database" * 100)
    settings = Settings(roots=(root,), store=broken)
    assert axis_of(scene_of(settings, OTHER)).missing == ""
    assert len(candidates(settings)) == 3
    assert broken.read_bytes() == b"no database" * 100
