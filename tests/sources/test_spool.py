"""Following the spool: each record once, whatever writers and other readers do meanwhile."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cctop.events import FailureKind, Hook, HookKind, Limit, StatusLine
from cctop.hook import spool as writing
from cctop.sources.spool.follow import Spool

SESSION = "0d209047-6f8c-4d8b-a062-135baa81eb7d"
AT = 1_795_642_696_049


class Place:
    """A Claude config dir, and a spool."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "claude"
        self.project = self.root / "projects" / "-home-ada-web"
        self.project.mkdir(parents=True)
        self.folder = folder / "spool"
        self.count = 0

    def reader(self) -> Spool:
        return Spool(str(self.folder), (str(self.root),))

    def record(self, event: str = "PreToolUse", /, **more: Any) -> bytes:
        self.count += 1
        fields = {
            "v": 1,
            "id": f"id-{self.count}",
            "at": AT + self.count,
            "event": event,
            "session": SESSION,
            "transcript": str(self.project / f"{SESSION}.jsonl"),
        }
        given = {key: value for key, value in (fields | more).items() if value is not None}
        return json.dumps(given).encode()

    def write(self, event: str = "PreToolUse", /, **more: Any) -> None:
        writing.append(str(self.folder), self.record(event, **more))

    def segment(self, index: int = 1) -> Path:
        return self.folder / f"events-{index:06}.jsonl"

    def status(self, name: str = SESSION, /, **more: Any) -> Path:
        folder = self.folder / "status"
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{name}.json"
        status = {
            "session_id": SESSION,
            "transcript_path": str(self.project / f"{SESSION}.jsonl"),
            "cost": {"total_cost_usd": 0.0306},
        }
        path.write_text(json.dumps({"v": 1, "at": AT, "status": status | more}))
        return path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def ids(spool: Spool) -> list[str]:
    return [event.id for event in spool.read() if isinstance(event, Hook)]


def test_without_a_spool_there_is_nothing_to_say(place: Place) -> None:
    spool = place.reader()
    assert list(spool.read()) == []
    assert spool.notices == ()
    assert not place.folder.exists()


def test_a_record_becomes_an_event(place: Place) -> None:
    place.write(
        "PostToolUseFailure",
        agent="a1",
        tool="Bash",
        tool_use_id="toolu_1",
        input={"command": "ls /x\x1b[2J", "description": "list"},
        error="Exit code 2\nls: cannot access '/x'",
        duration_ms=111,
        interrupt=False,
    )
    (event,) = place.reader().read()
    assert event == Hook(
        id="id-1",
        at=AT + 1,
        kind=HookKind.POST_TOOL_USE_FAILURE,
        session=SESSION,
        agent="a1",
        tool="Bash",  # type: ignore[arg-type]
        tool_use_id="toolu_1",
        target="ls /x",  # type: ignore[arg-type]
        duration_ms=111,
        failure=FailureKind.ERROR,
        error="Exit code 2: ls: cannot access '/x'",  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("event", "fields", "word"),
    [
        ("SessionStart", {"source": "resume"}, "resume"),
        ("SessionEnd", {"reason": "clear"}, "clear"),
        ("PreCompact", {"trigger": "auto"}, "auto"),
        ("Notification", {"notification": "idle_prompt"}, "idle_prompt"),
        ("StopFailure", {"error_kind": "rate_limit"}, "rate_limit"),
        ("SubagentStop", {"agent_type": "Explore"}, "Explore"),
    ],
)
def test_the_word_of_each_kind(place: Place, event: str, fields: dict[str, str], word: str) -> None:
    place.write(event, **fields)
    (found,) = place.reader().read()
    assert isinstance(found, Hook)
    assert (found.kind, found.word) == (event, word)


def test_an_interrupted_and_a_denied_call(place: Place) -> None:
    place.write("PostToolUseFailure", tool="Bash", error="x", interrupt=True)
    place.write("PermissionDenied", tool="Bash", reason="too risky")
    first, second = place.reader().read()
    assert isinstance(first, Hook)
    assert isinstance(second, Hook)
    assert first.failure is FailureKind.INTERRUPTED
    assert (second.failure, second.error) == (FailureKind.DENIED, "too risky")


def test_each_record_is_given_once(place: Place) -> None:
    spool = place.reader()
    place.write()
    assert ids(spool) == ["id-1"]
    assert ids(spool) == []
    place.write()
    place.write()
    assert ids(spool) == ["id-2", "id-3"]


def test_segments_are_read_in_order(place: Place) -> None:
    place.folder.mkdir()
    for index in (2, 10, 1):
        place.segment(index).write_bytes(b"\n" + place.record(id=f"of-{index}") + b"\n")
    assert ids(place.reader()) == ["of-1", "of-2", "of-10"]


def test_a_segment_that_comes_while_the_folder_is_listed_keeps_its_place(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that is made while a folder is listed may be missed, and one made later be seen."""
    place.folder.mkdir()
    for index in (1, 2, 3):
        place.segment(index).write_bytes(b"\n" + place.record(id=f"of-{index}") + b"\n")
    real, hidden = os.listdir, {place.segment(2).name}

    def racing(folder: str) -> list[str]:
        names = [name for name in real(folder) if name not in hidden]
        hidden.clear()
        return names

    spool = place.reader()
    monkeypatch.setattr(os, "listdir", racing)
    assert ids(spool) == ["of-1", "of-2", "of-3"]


def test_a_record_that_is_being_written_waits_for_its_end(place: Place) -> None:
    spool = place.reader()
    place.folder.mkdir()
    whole = place.record()
    place.segment().write_bytes(b"\n" + whole[:20])
    assert ids(spool) == []
    with place.segment().open("ab") as file:
        file.write(whole[20:] + b"\n")
    assert ids(spool) == ["id-1"]
    assert spool.trouble.torn == 0


def test_a_torn_record_is_counted_and_costs_no_other(place: Place) -> None:
    spool = place.reader()
    place.write()
    with place.segment().open("ab") as file:
        file.write(b"\n" + place.record()[:30])
    place.write()
    assert ids(spool) == ["id-1", "id-3"]
    assert spool.trouble.torn == 1
    assert "1 lines torn" in spool.notices[0]


@pytest.mark.parametrize(
    "line",
    [
        b"null",
        b"[]",
        b'{"v":1}',
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"v":2,"id":"x","at":1,"event":"Stop","session":"s"}',
        b'{"v":1,"id":"x","at":-1,"event":"Stop","session":"s"}',
        b'{"v":1,"id":"x","at":99999999999999999999,"event":"Stop","session":"s"}',
        b'{"v":1,"id":"","at":1,"event":"Stop","session":"s"}',
    ],
)
def test_what_is_no_record_is_skipped_and_counted(place: Place, line: bytes) -> None:
    spool = place.reader()
    place.write()
    with place.segment().open("ab") as file:
        file.write(line + b"\n")
    place.write()
    assert ids(spool) == ["id-1", "id-2"]
    assert spool.trouble.torn == 1


def test_a_line_without_an_end_holds_nothing_up(place: Place) -> None:
    spool = place.reader()
    place.folder.mkdir()
    place.segment().write_bytes(b"x" * (3 << 20) + b"\n" + place.record() + b"\n")
    assert ids(spool) == ["id-1"]
    assert spool.trouble.torn >= 1


def test_unknown_events_are_no_trouble(place: Place) -> None:
    spool = place.reader()
    place.write("TeammateIdle")
    place.write("Stop", session=None)
    assert ids(spool) == []
    assert spool.trouble.torn == 0


def test_an_unreadable_payload_is_counted(place: Place) -> None:
    spool = place.reader()
    place.write("unreadable", session=None, transcript=None, why="empty")
    assert ids(spool) == []
    assert spool.trouble.unreadable == 1


def test_what_was_dropped_is_counted_once(place: Place) -> None:
    spool = place.reader()
    for _ in range(2):
        place.write("dropped", id="dropped-events-000001", count=120)
    place.write("dropped", id="dropped-events-000002", count=30)
    assert ids(spool) == []
    assert spool.trouble.dropped == 150


def test_a_replaced_segment_is_read_again(place: Place) -> None:
    spool = place.reader()
    place.write()
    assert ids(spool) == ["id-1"]
    os.replace(place.segment(), place.folder.parent / "old")
    place.write()
    assert ids(spool) == ["id-2"]


def test_a_pruned_segment_is_no_trouble(place: Place) -> None:
    spool = place.reader()
    place.write()
    assert ids(spool) == ["id-1"]
    place.segment().unlink()
    assert ids(spool) == []
    assert spool.notices == ()


def test_sessions_of_other_roots_are_passed_over(place: Place, tmp_path: Path) -> None:
    other = tmp_path / "claude-other" / "projects" / "-x" / "s.jsonl"
    place.write("Stop", transcript=str(other))
    place.write("Stop")
    place.write("Stop", transcript=None)
    assert ids(place.reader()) == ["id-2", "id-3"]


def test_a_root_by_another_name_is_the_same_root(place: Place, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(place.root)
    place.write("Stop", transcript=str(link / "projects" / "-home-ada-web" / "s.jsonl"))
    assert ids(place.reader()) == ["id-1"]


def test_foreign_files_are_set_aside_and_reported(place: Place) -> None:
    place.write()
    (place.folder / "notes.txt").write_text("mine")
    (place.folder / "events-000007.jsonl").mkdir()
    os.mkfifo(place.folder / "events-000008.jsonl")
    spool = place.reader()
    assert ids(spool) == ["id-1"]
    assert (place.folder / "aside" / "notes.txt").read_text() == "mine"
    assert spool.trouble.aside == 3
    assert any("3 foreign files set aside" in notice for notice in spool.notices)
    (place.folder / "notes.txt").write_text("again")
    assert ids(spool) == []
    assert (place.folder / "aside" / "notes.txt.1").read_text() == "again"


def test_a_spool_that_cannot_be_read_is_reported(place: Place, tmp_path: Path) -> None:
    place.folder.write_text("a file")
    spool = place.reader()
    assert list(spool.read()) == []
    assert "Cannot read" in spool.notices[0]


def test_a_status_line_becomes_an_event(place: Place) -> None:
    place.status(
        model={"id": "claude-opus-5-5"},
        context_window={"total_input_tokens": 5100, "context_window_size": 1_000_000},
        prompt_cache={"expires_at": 1_795_643_370},
        rate_limits={
            "five_hour": {"used_percentage": 42.5, "resets_at": 1_795_650_000},
            "seven_day": {"used_percentage": 7},
        },
    )
    (event,) = place.reader().read()
    assert event == StatusLine(
        session=SESSION,
        root=str(place.root),
        at=AT,
        cost=30_600_000_000,
        window=1_000_000,
        model="claude-opus-5-5",  # type: ignore[arg-type]
        five_hour=Limit(42.5, 1_795_650_000_000),
        seven_day=Limit(7, 0),
        cache_expires_at=1_795_643_370_000,
    )


def test_a_status_line_is_given_when_it_changes(place: Place) -> None:
    spool = place.reader()
    path = place.status()
    assert len(list(spool.read())) == 1
    assert list(spool.read()) == []
    replaced = path.with_suffix(".tmp")
    replaced.write_text(path.read_text().replace("0.0306", "0.05"))
    os.replace(replaced, path)
    (event,) = spool.read()
    assert isinstance(event, StatusLine)
    assert event.cost == 50_000_000_000


@pytest.mark.parametrize(
    "status",
    [
        {"cost": None},
        {"cost": {"total_cost_usd": -1}},
        {"cost": {"total_cost_usd": 1e300}},
        {"session_id": None},
        {"transcript_path": "/elsewhere/projects/x/s.jsonl"},
        {"model": 7},
    ],
)
def test_a_status_line_without_what_matters_gives_nothing(
    place: Place, status: dict[str, Any]
) -> None:
    place.status(**status)
    assert list(place.reader().read()) == []


texts = st.text(max_size=30)
things = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ("v", "id", "at", "event", "session", "transcript", "agent", "tool", "tool_use_id", "input",
     "duration_ms", "error", "interrupt", "notification", "source", "reason", "count", "status")
)  # fmt: skip


@settings(deadline=None)
@given(st.lists(st.dictionaries(KEYS, things, max_size=8), max_size=5), st.binary(max_size=200))
def test_no_content_stops_it(
    tmp_path_factory: pytest.TempPathFactory, records: list[dict[str, Any]], noise: bytes
) -> None:
    place = Place(tmp_path_factory.mktemp("any"))
    place.folder.mkdir()
    known = [{"v": 1, "id": "x", "at": 1, "event": "PostToolUseFailure"} | r for r in records]
    lines = [json.dumps(record).encode() for record in (*records, *known)]
    place.segment().write_bytes(b"\n".join([*lines, noise, place.record("Stop")]) + b"\n")
    place.status(**({"cost": records[0]} if records else {})).with_name("n.json").write_bytes(noise)
    spool = place.reader()
    assert ids(spool)[-1] == f"id-{place.count}"
    assert ids(spool) == []


def test_a_path_that_is_none_stops_nothing(place: Place) -> None:
    place.write("Stop", transcript="/a\0b/s.jsonl")
    place.write("Stop")
    place.status(transcript_path="/a\0b/s.jsonl")
    assert ids(place.reader()) == ["id-2"]


def test_in_a_folder_that_was_not_made_to_be_a_spool_nothing_is_moved(place: Place) -> None:
    """The user's home, by a slip of a variable."""
    (place.folder / "status").mkdir(parents=True)
    (place.folder / ".profile").write_text("mine")
    (place.folder / "status" / "large.json").write_bytes(b"x" * (1 << 17))
    (place.folder / "work").mkdir()
    before = sorted(place.folder.rglob("*"))
    place.write()
    spool = place.reader()
    assert ids(spool) == ["id-1"]
    assert ids(spool) == []
    assert sorted(place.folder.rglob("*")) == sorted([*before, place.segment()])
    assert spool.trouble.aside == 0
    assert any("2 foreign files left there" in notice for notice in spool.notices)
