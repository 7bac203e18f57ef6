"""A store of every version that was released is opened by this one, and nothing in it is lost."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from keeping import NOW, Seen, Stage, without_traces
from msgspec.structs import replace

from cctop.store import database
from cctop.store.look import look

FIXTURES = Path(__file__).parents[1] / "fixtures"
STORES = sorted((FIXTURES / "store").glob("v*.db"))
NOWHERE = Path("/nowhere/.claude")
LATER = NOW + 365 * 24 * 3_600_000


def schema(path: Path) -> list[tuple[str, str]]:
    with closing(sqlite3.connect(path)) as store:
        query = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
        return store.execute(query).fetchall()


def plain(seen: Seen, root: str) -> object:
    """All that can be seen as plain values, without the place where it was read."""
    return msgspec.json.decode(msgspec.json.encode(seen).replace(root.encode(), b"~/.claude"))


def test_there_is_one_of_every_version() -> None:
    """A new migration needs a store as the version before it left it: make_store.py."""
    assert [path.stem for path in STORES] == [
        f"v{version}" for version in range(1, len(database.MIGRATIONS) + 1)
    ]


@pytest.mark.parametrize("released", STORES, ids=lambda path: path.stem)
class TestReleased:
    def test_its_schema_is_what_the_first_migrations_make(
        self, released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        version = int(released.stem[1:])
        monkeypatch.setattr(database, "MIGRATIONS", database.MIGRATIONS[:version])
        database.open_database(tmp_path / "history.db").close()
        assert schema(tmp_path / "history.db") == schema(released)

    def test_it_reads_the_same_as_the_transcripts(self, released: Path, tmp_path: Path) -> None:
        stage = Stage(tmp_path)
        for scenario in ("forks", "compaction"):
            shutil.copytree(FIXTURES / "transcripts" / scenario, stage.root, dirs_exist_ok=True)
        stage.store.parent.mkdir()
        shutil.copy(released, stage.store)
        stage.settings = replace(stage.settings, spool=None)
        kept = stage.run(LATER, roots=(NOWHERE,))
        assert len(kept) > 3
        assert all(session.transcript_gone for session, _ in kept.values())
        told = plain(stage.bare(LATER), str(stage.root))
        assert plain(without_traces(kept), str(NOWHERE)) == told
        found = look(stage.store)
        assert (found.schema, found.trouble) == (len(database.MIGRATIONS), "")
        assert found.without == found.sessions
        assert stage.run(LATER, roots=(NOWHERE,)) == kept


def test_a_migration_that_fails_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(tmp_path)
    stage.work(1)
    before = stage.run()
    bad = (*database.MIGRATIONS, ("CREATE TABLE more (id)", "CREATE TABLE more (id)"))
    with monkeypatch.context() as patch:
        patch.setattr(database, "MIGRATIONS", bad)
        seen, (notice,) = stage.tell()
        assert seen == before
        assert "already exists" in notice
    assert stage.run() == before
    assert look(stage.store).schema == len(database.MIGRATIONS)


def test_a_migration_to_come(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(tmp_path)
    stage.work(1)
    before = stage.run()
    for path in stage.projects.rglob("*.jsonl"):
        path.unlink()
    more = (*database.MIGRATIONS, ("ALTER TABLE file ADD COLUMN colour TEXT",))
    monkeypatch.setattr(database, "MIGRATIONS", more)
    assert without_traces(stage.run()) == before
    assert stage.ask("SELECT colour FROM file") == [(None,)]
