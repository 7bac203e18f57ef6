"""Transcripts of other people, where there are any: whatever they hold, it folds and adds up.

`CCTOP_CORPUS` names a folder with `.jsonl` files at any depth; without it nothing is tested here.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from disk import Disk
from world import File, World, differences

from cctop.book.snapshot import Detail, Session
from cctop.engine.reading import Reading
from cctop.sources.transcripts.layout import first_session
from cctop.text import clean

CORPUS = Path(os.environ.get("CCTOP_CORPUS", "/nowhere"))
FILES = sorted(CORPUS.rglob("*.jsonl"))
NOW = 1_795_000_000_000
PLAIN = {"id", "path", "result_path", "agent_id", "tool_use_id", "parent"}  # no text to be shown

pytestmark = pytest.mark.skipif(not FILES, reason="CCTOP_CORPUS names no folder with transcripts")


def whole_lines(path: Path) -> bytes:
    data = path.read_bytes()
    return data[: data.rfind(b"\n") + 1]


def file_of(world: World, path: Path) -> File:
    """The file, named as a config dir would name it."""
    if not path.stem.startswith("agent-"):
        return world.file(path.stem, slug=str(path.parent))
    session = first_session(whole_lines(path)) or path.stem
    return world.file(session, path.stem.removeprefix("agent-"), slug=str(path.parent))


@pytest.fixture(scope="module")
def world() -> World:
    """All files in one book."""
    world = World()
    for path in FILES:
        world.feed_bytes(whole_lines(path), file_of(world, path))
    return world


@pytest.fixture(scope="module")
def details(world: World) -> list[Detail]:
    world.paint(NOW)
    found = [world.painter.detail(session.id, NOW) for session in world.paint(NOW).sessions]
    return [detail for detail in found if detail is not None]


def texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text in a picture, with the name of its field."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item, name)
    elif isinstance(value, msgspec.Struct):
        for field in value.__struct_fields__:
            yield from texts(getattr(value, field), field)


def test_every_file_gives_a_session_or_nothing(details: list[Detail]) -> None:
    assert details
    assert sum(detail.session.api_calls for detail in details) > 0


def test_every_text_is_clean(details: list[Detail]) -> None:
    for detail in details:
        for name, words in texts(detail):
            assert name in PLAIN or clean(words, max(1, len(words))) == words, (name, words)


def test_the_parts_add_up_to_the_whole(details: list[Detail]) -> None:
    for detail in details:
        session: Session = detail.session
        assert detail.cost.total == session.cost
        assert sum(use.tokens.total for use in detail.models) == session.tokens.total
        assert sum(use.calls for use in detail.models) == session.api_calls
        assert sum(tool.calls for tool in detail.tools) == session.tool_calls
        assert sum(tool.failures for tool in detail.tools) == session.tool_failures
        assert len(detail.failures) == (
            session.tool_failures + session.denials + session.interruptions
        )
        assert len(detail.turns) == session.turns
        assert len(detail.compactions) == session.compactions
        assert len(detail.subagents) == session.subagents
        assert len(detail.points) == session.api_calls
        if detail.points:
            assert (detail.points[-1].cost, detail.points[-1].tokens) == (
                session.cost,
                session.tokens.new,
            )
        assert min(msgspec.structs.astuple(session.tokens)) >= 0
        assert session.tokens.thinking <= session.tokens.output


def test_the_sessions_add_up_to_all_calls(world: World, details: list[Detail]) -> None:
    assert sum(detail.session.api_calls for detail in details) == len(world.book._calls)


def test_the_order_of_the_files_makes_no_difference() -> None:
    # Made-up files say other things under the same name, or under ids that were numbered by hand.
    names = Counter(path.name for path in FILES)
    numbered = b"-0000-4000-8000-0000"
    unique = [p for p in FILES if names[p.name] == 1 and numbered not in p.read_bytes()]
    assert unique
    forwards, backwards = World(), World()
    for path in unique:
        forwards.feed_bytes(whole_lines(path), file_of(forwards, path))
    for path in reversed(unique):
        for line in whole_lines(path).splitlines(keepends=True):
            backwards.feed_bytes(line, file_of(backwards, path))
    assert differences(forwards.picture(NOW), backwards.picture(NOW)) == []


def test_the_whole_pipeline_reads_them_too(tmp_path: Path) -> None:
    disk = Disk(tmp_path / ".claude")
    for number, path in enumerate(FILES):
        folder = disk.projects / f"-{number}"
        folder.mkdir()
        shutil.copy(path, folder / path.name)
    reading: Reading = disk.read(NOW)
    assert reading.snapshot.notices == ()
    for session in reading.snapshot.sessions:
        assert reading.detail(session.id).cost.total == session.cost
