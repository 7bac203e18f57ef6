"""`cctop store`: where, what, anew, and gone for good."""

import json
import os
import pty
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from in_process import Cctop

HOURS = 3_600_000
ENV = ("CLAUDE_CONFIG_DIR", "CCTOP_STATE_DIR", "CCTOP_SPOOL_DIR", "CCTOP_CONFIG", "CCTOP_CACHE_DIR")


class Shelf(Cctop):
    """A home with sessions of any age, and cctop run there."""

    def __init__(self, path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(capsys)
        self.path = path
        self.root = path / ".claude"
        self.state = path / "state"
        self.store = self.state / "history.db"

    def write(self, name: str, days: int, copy_of: str = "") -> Path:
        """A session of one answer so many days ago, perhaps a fork of another."""
        id, made = (f"{one:0>8}-0000-4000-8000-000000000000" for one in (name, copy_of or name))
        at = f"2026-06-{30 - days:02}T12:00:00.000Z"
        message = {
            "id": f"msg_{made}", "role": "assistant", "model": "claude-opus-5-5",
            "content": [{"type": "text", "text": "well"}], "stop_reason": "end_turn",
            "usage": {"input_tokens": 1_000, "output_tokens": 500},
        }  # fmt: skip
        common = {"type": "assistant", "sessionId": id, "cwd": "/home/web"}
        lines = [common | {"uuid": made, "timestamp": "2026-06-01T12:00:00.000Z",
                           "requestId": f"req_{made}", "message": message}]  # fmt: skip
        own = message | {"id": f"msg_own_{id}"}
        lines += [common | {"uuid": id, "timestamp": at, "requestId": f"r_{id}", "message": own}]
        path = self.root / "projects" / "-home-web" / f"{id}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
        return path

    def ids(self, *more: str) -> set[str]:
        """The sessions that are shown, by the end of their first part."""
        listed = json.loads(self.said("sessions", "--all", "--json", *more))["sessions"]
        return {one["id"].partition("-")[0].lstrip("0") for one in listed}

    def holds(self, data: bytes) -> bool:
        """Whether any file of the store holds some bytes."""
        return any(data in path.read_bytes() for path in self.state.glob("history.db*"))

    def info(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said("store", "info", "--json"))
        return found


@pytest.fixture
def shelf(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Shelf:
    """Sessions a, b and c of 20, 10 and 1 days before the 30th of June, which is long ago."""
    for name in ENV:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("CCTOP_STATE_DIR", str(tmp_path / "state"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setattr("cctop.clock.now_ms", lambda: 1_782_900_000_000)  # 2026-07-01, 10:00
    monkeypatch.setattr("cctop.commands.reading.now_ms", lambda: 1_782_900_000_000)
    shelf = Shelf(tmp_path, capsys)
    for name, days in (("a", 20), ("b", 10), ("c", 1)):
        shelf.write(name, days)
    return shelf


class TestLooking:
    def test_path(self, shelf: Shelf) -> None:
        assert shelf.said("store", "path") == f"{shelf.store}\n"
        assert not shelf.state.exists()

    def test_none_yet(self, shelf: Shelf) -> None:
        assert "there is none yet" in shelf.said("store", "info")
        assert not shelf.state.exists()
        assert shelf.info()["exists"] is False

    def test_what_it_holds(self, shelf: Shelf) -> None:
        read = sum(path.stat().st_size for path in shelf.root.rglob("*.jsonl"))
        assert shelf.ids() == {"a", "b", "c"}
        (shelf.root / "projects/-home-web/0000000a-0000-4000-8000-000000000000.jsonl").unlink()
        info = shelf.info()
        assert (info["sessions"], info["sessions_without_transcript"], info["files"]) == (3, 1, 3)
        assert info["transcript_bytes_read"] == read
        assert info["bytes"] >= shelf.store.stat().st_size
        assert info["oldest_activity"] == "2026-06-10T12:00:00.000Z"
        assert info["newest_activity"] == "2026-06-29T12:00:00.000Z"
        assert info["roots"] == [str(shelf.root)]
        text = shelf.said("store", "info")
        assert "3 sessions, of which 1 have no transcript any more" in text
        assert "2026-06-10 12:00 to 2026-06-29 12:00" in text

    def test_while_another_writes(self, shelf: Shelf) -> None:
        shelf.ids()
        with closing(sqlite3.connect(shelf.store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("DELETE FROM file")
            assert shelf.info()["sessions"] == 3
            other.execute("ROLLBACK")

    def test_one_that_cannot_be_used(self, shelf: Shelf) -> None:
        shelf.state.mkdir()
        shelf.store.write_text("not ours " * 1_000)
        assert "not a database" in shelf.info()["trouble"]
        assert "trouble" in shelf.said("store", "info")
        assert shelf.store.read_text().startswith("not ours")
        assert shelf.run("sessions", "--all")[0] == 0
        assert shelf.info()["set_aside"] == ["history.db.aside-1"]
        assert "set aside" in shelf.said("store", "info")


class TestRebuild:
    def test_everything_is_read_anew_and_what_is_gone_stays(self, shelf: Shelf) -> None:
        shelf.ids()
        before = json.loads(shelf.said("sessions", "--all", "--json"))["totals"]
        (shelf.root / "projects/-home-web/0000000b-0000-4000-8000-000000000000.jsonl").unlink()
        with closing(sqlite3.connect(shelf.store)) as store:
            store.execute("DELETE FROM chunk WHERE file != (SELECT id FROM file"
                          " WHERE session LIKE '0000000b%')")  # fmt: skip
            store.execute("DELETE FROM session")
            store.commit()
        wrong = json.loads(shelf.said("sessions", "--all", "--json"))["totals"]
        assert wrong["cost_usd"] < before["cost_usd"]
        said = shelf.said("store", "rebuild")
        assert said == "3 sessions in 3 transcripts; of 1 no transcript is left\n"
        assert json.loads(shelf.said("sessions", "--all", "--json"))["totals"] == before

    def test_without_a_store_before(self, shelf: Shelf) -> None:
        assert shelf.said("store", "rebuild") == "3 sessions in 3 transcripts\n"

    def test_a_damaged_one(self, shelf: Shelf) -> None:
        shelf.state.mkdir()
        shelf.store.write_bytes(b"x" * 9_000)
        code, out, err = shelf.run("store", "rebuild")
        assert (code, out) == (0, "3 sessions in 3 transcripts\n")
        assert "set aside as history.db.aside-1" in err
        assert err.count("\n") == 1

    def test_one_that_another_program_holds(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf.ids()
        monkeypatch.setattr("cctop.store.database.BUSY_MS", 20)
        with closing(sqlite3.connect(shelf.store, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            code, out, err = shelf.run("store", "rebuild")
        assert (code, out) == (1, "")
        assert "held by another program" in err

    def test_another_folder_s_sessions_stay(self, shelf: Shelf) -> None:
        other = shelf.path / "other"
        shutil.copytree(shelf.root, other)
        shelf.ids()
        assert shelf.said("store", "rebuild", "--root", str(other)).startswith("3 sessions in 6")
        assert shelf.ids() == {"a", "b", "c"}


class TestForget:
    def test_it_needs_to_know_before_when(self, shelf: Shelf) -> None:
        assert shelf.run("store", "forget")[0] == 2
        code, _, err = shelf.run("store", "forget", "--before", "yesterday", "--yes")
        assert (code, "no time" in err) == (2, True)

    def test_without_a_terminal_it_says_what_would_go(self, shelf: Shelf) -> None:
        code, out, err = shelf.run("store", "forget", "--before", "2026-06-21")
        assert (code, out) == (2, "")
        assert "would forget 2 sessions, $" in err
        assert "2 of them still have a transcript" in err
        assert "--yes" in err
        assert shelf.info()["sessions"] == 3

    def test_what_is_forgotten_is_gone(self, shelf: Shelf) -> None:
        shelf.ids()
        gone = shelf.root / "projects/-home-web/0000000a-0000-4000-8000-000000000000.jsonl"
        gone.unlink()
        said = shelf.said("store", "forget", "--before", "2026-06-15", "--yes")
        assert said.startswith("Forgotten: 1 session, $")
        assert "come back" not in said
        assert shelf.ids() == {"b", "c"}
        assert not shelf.holds(b"0000000a-0000")
        with closing(sqlite3.connect(shelf.store)) as store:
            assert store.execute("PRAGMA freelist_count").fetchone() == (0,)

    def test_it_is_overwritten_where_its_room_cannot_be_given_back(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("cctop.store.store.Store.pack", lambda _: None)
        shelf.ids()
        assert shelf.holds(b"0000000a-0000")
        shelf.said("store", "forget", "--before", "2026-06-15", "--yes")
        assert not shelf.holds(b"0000000a-0000")

    def test_one_whose_transcript_is_there_comes_back(self, shelf: Shelf) -> None:
        said = shelf.said("store", "forget", "--before", "2026-06-15", "--yes")
        assert "1 of them still have a transcript, and come back at the next start" in said
        assert shelf.info()["sessions"] == 2
        assert shelf.ids() == {"a", "b", "c"}

    def test_a_family_goes_together_or_stays(self, shelf: Shelf) -> None:
        shelf.write("d", 19, copy_of="c")
        assert shelf.ids() == {"a", "b", "c", "d"}
        assert "1 session," in shelf.said("store", "forget", "--before", "2026-06-15", "--yes")
        assert shelf.info()["sessions"] == 3
        # With the one that came back meanwhile.
        assert "4 sessions," in shelf.said("store", "forget", "--before", "1h", "--yes")
        assert shelf.info()["sessions"] == 0

    def test_what_was_active_within_the_last_hour_stays(
        self, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        shelf.write("e", 0)
        for name in ("cctop.clock.now_ms", "cctop.commands.reading.now_ms"):
            monkeypatch.setattr(name, lambda: 1_782_823_200_000)  # 40 minutes after e
        assert "3 sessions," in shelf.said("store", "forget", "--before", "10m", "--yes")
        assert shelf.info()["sessions"] == 1

    def test_nothing_is_that_old(self, shelf: Shelf) -> None:
        assert "no session" in shelf.said("store", "forget", "--before", "2026-01-01", "--yes")

    @pytest.mark.pty
    @pytest.mark.parametrize(("typed", "left"), [(b"y\n", 2), (b"n\n", 3), (b"\n", 3)])
    def test_it_asks_at_a_terminal(self, shelf: Shelf, typed: bytes, left: int) -> None:
        source = Path(__file__).parents[2] / "src"
        env = {"HOME": str(shelf.path), "CCTOP_STATE_DIR": str(shelf.state)}
        env |= {"PATH": os.environ["PATH"], "PYTHONPATH": str(source), "TZ": "UTC"}
        pid, terminal = pty.fork()
        if pid == 0:
            command = [sys.executable, "-m", "cctop", "store", "forget", "--before", "2026-06-15"]
            os.execve(command[0], command, env)
        shown = b""
        while b"[y/N]" not in shown:
            shown += os.read(terminal, 4096)
        os.write(terminal, typed)
        try:
            while data := os.read(terminal, 4096):
                shown += data
        except OSError:  # how Linux says that the other side has closed
            pass
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        assert b"1 session, $" in shown
        assert os.waitstatus_to_exitcode(status) == (0 if left == 2 else 1)
        assert shelf.info()["sessions"] == left


def test_it_needs_a_store(shelf: Shelf) -> None:
    code, _, err = shelf.run("--no-store", "store", "info")
    assert (code, "--no-store" in err) == (2, True)
