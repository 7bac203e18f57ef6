"""Whatever lies where the store should be: cctop works, says it in one line, and loses nothing."""

import os
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from keeping import NOW, Stage, pages, without_traces, zero
from scribe import HOUR, START, answer, compaction, prompt, session_id

from cctop.store import database
from cctop.store.lock import Lock
from cctop.store.look import look

REST = "history is kept in memory alone"
ANEW = "made anew"
root = pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")


def grown(stage: Stage) -> None:
    """A store with some hundred sessions in it: each table has several pages."""
    for number in range(3, 60):
        stage.work(number, START + number)
    stage.run()
    with closing(sqlite3.connect(stage.store)) as store:
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as other:
        other.executescript("CREATE TABLE things (id); INSERT INTO things VALUES (7);")


def garbage(stage: Stage) -> None:
    stage.store.write_bytes(random.Random(1).randbytes(50_000))


def truncated(stage: Stage) -> None:
    os.truncate(stage.store, pages(stage.store) // 2 * 4096)


def half_a_page(stage: Stage) -> None:
    os.truncate(stage.store, 700)


def without_header(stage: Stage) -> None:
    zero(stage.store, 0)


def another_program(stage: Stage) -> None:
    stage.store.unlink()
    foreign(stage.store)


def without_a_table(stage: Stage) -> None:
    stage.ask("DROP TABLE session")


def log_of_another(stage: Stage) -> None:
    """The write-ahead log of another program's database, as a mixed up restore leaves it."""
    other = stage.path / "other.db"
    with closing(sqlite3.connect(other)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.executescript("CREATE TABLE things (id); INSERT INTO things VALUES (7);")
        shutil.copy(f"{other}-wal", f"{stage.store}-wal")


DAMAGES: list[Callable[[Stage], None]] = [
    garbage, truncated, half_a_page, without_header, another_program, without_a_table,
    log_of_another,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_cannot_be_used_is_set_aside_and_made_anew(
    stage: Stage, damage: Callable[[Stage], None]
) -> None:
    grown(stage)
    damage(stage)
    seen, notices = stage.tell()
    assert seen == stage.bare()
    (notice,) = notices
    assert ANEW in notice
    assert "\n" not in notice
    (aside,) = stage.aside()
    assert aside.name in notice
    assert stage.run() == seen  # and it says so once


def test_an_empty_file_is_a_store_that_was_never_used(stage: Stage) -> None:
    stage.store.parent.mkdir()
    stage.store.touch()
    assert stage.run() == stage.bare()
    assert look(stage.store).sessions == 2


def test_a_store_that_loses_any_page_shows_what_the_transcripts_say(stage: Stage) -> None:
    """Whatever page it is: the figures are those of the transcripts, at once and from then on."""
    grown(stage)
    good = stage.path / "good.db"
    shutil.copy(stage.store, good)
    bare = stage.bare()
    told = 0
    for page in range(0, pages(good), 2):
        shutil.copy(good, stage.store)
        zero(stage.store, page)
        seen, notices = stage.tell()
        assert seen == bare, page
        assert len(notices) <= 1, notices
        told += len(notices)
        for path in stage.store.parent.glob("history.db*"):
            path.unlink()
    assert told > 10  # many pages matter at once; free ones and indexes need not


def test_bytes_that_changed_never_end_a_run(stage: Stage) -> None:
    grown(stage)
    good = stage.store.read_bytes()
    chance = random.Random(2)
    for _ in range(40):
        bad = bytearray(good)
        start = chance.randrange(100, len(bad) - 64)
        bad[start : start + 64] = chance.randbytes(64)
        stage.store.write_bytes(bad)
        seen, notices = stage.tell()
        assert len(seen) >= 59
        assert len(notices) <= 1, notices
        for path in stage.store.parent.glob("history.db*"):
            path.unlink()


def test_what_only_the_damaged_store_knew_comes_along(stage: Stage) -> None:
    grown(stage)
    before = stage.run()
    gone = [stage.projects / "-home-web" / f"{session_id(number)}.jsonl" for number in (1, 7, 50)]
    for path in gone:
        path.unlink()
    stage.ask("DROP TABLE session")
    seen, (notice,) = stage.tell()
    assert "3 sessions without transcripts came along" in notice
    assert without_traces(seen) == before
    assert {id for id, (session, _) in seen.items() if session.transcript_gone} == {
        session_id(number) for number in (1, 7, 50)
    }
    assert stage.run() == seen


def test_a_directory_in_its_place_is_left_alone(stage: Stage) -> None:
    stage.store.mkdir(parents=True)
    seen, (notice,) = stage.tell()
    assert seen == stage.bare()
    assert notice == f"{stage.store}: it is no file; {REST}"
    assert stage.store.is_dir()
    assert "no file" in look(stage.store).trouble


def test_a_state_folder_that_is_a_file_is_left_alone(stage: Stage) -> None:
    stage.store.parent.write_text("mine")
    seen, (notice,) = stage.tell()
    assert seen == stage.bare()
    assert REST in notice
    assert stage.store.parent.read_text() == "mine"


def test_a_store_of_a_newer_cctop_is_left_alone(stage: Stage) -> None:
    stage.run()
    stage.ask(f"PRAGMA user_version = {len(database.MIGRATIONS) + 1}")
    before = stage.store.read_bytes()
    seen, (notice,) = stage.tell()
    assert seen == stage.bare()
    assert "newer cctop" in notice
    assert stage.store.read_bytes() == before
    assert stage.aside() == []
    assert "newer" in look(stage.store).trouble


@root
def test_a_file_that_may_not_be_written_to_is_left_alone(stage: Stage) -> None:
    stage.run()
    stage.store.chmod(0o400)
    seen, (notice,) = stage.tell()
    assert seen == stage.bare()
    assert REST in notice


@root
def test_a_folder_that_may_not_be_written_to_is_left_alone(stage: Stage) -> None:
    stage.run()
    stage.store.parent.chmod(0o500)
    try:
        seen, notices = stage.tell()
        assert look(stage.store).sessions == 2
    finally:
        stage.store.parent.chmod(0o700)
    assert seen == stage.bare()
    assert len(notices) == 1


FULL = """
import resource, sys
from pathlib import Path
sys.path[:0] = sys.argv[3:]
from keeping import Stage, shown
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
stage = Stage(Path(sys.argv[1]))
seen, notices = stage.tell()
print(seen == stage.bare(), len(notices), notices)
"""


@pytest.mark.parametrize("room", [0, 4096, 30_000, 100_000])
def test_a_full_disk_costs_the_history_and_nothing_else(stage: Stage, room: int) -> None:
    for number in range(3, 120):
        stage.work(number, START + number)
    places = [str(Path(__file__).parent), str(Path(__file__).parents[1] / "book")]
    command = [sys.executable, "-c", FULL, str(stage.path), str(room), *places]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("True 1 "), done.stdout + done.stderr
    assert str(stage.store) in done.stdout
    assert stage.run() == stage.bare()  # when there is room again


def test_one_that_holds_it_for_long_is_waited_for_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    stage.run()
    stage.work(3)
    with closing(sqlite3.connect(stage.store, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        seen, (notice,) = stage.tell()
        assert seen == stage.bare()
        assert "held by another program" in notice
        other.execute("ROLLBACK")
        assert look(stage.store).sessions == 2
    assert stage.run() == seen
    assert look(stage.store).sessions == 3


def test_one_that_shuts_everybody_out_is_gone_around(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "BUSY_MS", 50)
    stage.run()
    with closing(sqlite3.connect(stage.store, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM entry WHERE 0")
        other.execute("COMMIT")
        seen, (notice,) = stage.tell()
    assert seen == stage.bare()
    assert "locked" in notice
    assert stage.aside() == []
    assert stage.run() == seen


def test_a_damaged_store_that_another_cctop_has_open_stays_where_it_is(stage: Stage) -> None:
    """SQLite finds its log by name: a file in use that is moved spoils the next one."""
    grown(stage)
    stage.ask("DROP TABLE session")
    held = Lock(stage.store.with_name("history.lock"))
    seen, (notice,) = stage.tell()
    assert seen == stage.bare()
    assert "another cctop has it open" in notice
    assert stage.aside() == []
    held.close()
    assert ANEW in stage.tell()[1][0]


def test_a_session_that_is_being_looked_at_survives_the_store(stage: Stage) -> None:
    """The details of a session that rests are read when asked for: then the file may be damaged."""
    grown(stage)
    bare = stage.bare()
    reading = stage.reading()
    stage.ask("UPDATE session SET detail = x'00', course = x'00'")
    for id, (_, detail) in bare.items():
        assert reading.detail(id).turns == detail.turns
    assert ANEW in reading.keep()
    assert stage.run() == bare


def test_numbers_that_no_database_holds_are_shown_all_the_same(stage: Stage) -> None:
    stage.write(3, prompt(START), compaction(START, before=2**70), answer(START + 9_000))
    bare = stage.bare()
    (mark,) = bare[session_id(3)][1].compactions
    assert mark.tokens_before == 2**70
    assert stage.run() == bare
    assert stage.run(NOW + HOUR) == stage.bare(NOW + HOUR)
    assert stage.ask("SELECT count(*) FROM file") == [(3,)]  # the others


def test_names_that_are_no_text_are_kept_all_the_same(stage: Stage) -> None:
    folder = Path(os.fsdecode(os.fsencode(stage.projects) + b"/-home-\xff"))
    try:
        folder.mkdir()
    except OSError:
        pytest.skip("this file system takes only names that are text")
    path = stage.work(5)
    path.rename(folder / path.name)
    bare = stage.bare()
    assert bare[session_id(5)][1].failures
    assert stage.run() == bare
    assert stage.run() == bare
    assert stage.ask("SELECT count(*) FROM file") == [(4,)]
    (folder / path.name).unlink()
    assert without_traces(stage.run()) == bare


def test_a_full_disk_is_named(stage: Stage) -> None:
    """SQLite takes back by itself what has no room; taking it back again would hide the reason."""
    stage.run()
    stage.work(3)
    reading = stage.reading()
    assert reading._history is not None
    reading._history._store._db.execute("PRAGMA max_page_count = 1")
    assert reading.keep() == f"{stage.store}: database or disk is full; nothing more is kept"
    assert stage.run() == stage.bare()
