"""The store: there, usable, what is in it, and what lies beside it."""

import os
from pathlib import Path

import pytest
from clinic import Clinic, cctop
from scribe import SECOND

from cctop.doctor.check import State


def test_not_there_yet(clinic: Clinic) -> None:
    found = clinic.check("store")
    assert (found.state, "the first run makes it" in found.finding) == (State.INFO, True)
    assert not clinic.store.parent.exists()


def test_none_is_used(clinic: Clinic) -> None:
    clinic.change(store="")
    assert clinic.check("store").state is State.INFO


def test_well(clinic: Clinic) -> None:
    clinic.work("toolu_1")
    clinic.keep()
    found = clinic.check("store")
    assert (found.state, found.remedy) == (State.OK, "")
    assert found.finding.startswith(f"{clinic.store}, ")
    assert found.finding.endswith(", 1 session")
    assert found.details["sessions"] == 1


def test_transcripts_that_are_gone(clinic: Clinic) -> None:
    clinic.work("toolu_1")
    path = clinic.write()
    clinic.keep()
    path.unlink()
    found = clinic.check("store")
    assert found.state is State.OK
    assert found.finding.endswith("1 session, 1 of them without a transcript")


def test_damaged(clinic: Clinic) -> None:
    clinic.store.parent.mkdir()
    clinic.store.write_bytes(b"x" * 5_000)
    found = clinic.check("store")
    assert found.state is State.ATTENTION
    assert "file is not a database" in found.finding
    assert "cctop store rebuild" in found.remedy
    assert clinic.store.read_bytes() == b"x" * 5_000


def test_a_page_of_it_is_damaged(clinic: Clinic) -> None:
    for number in range(20):
        clinic.work(f"toolu_{number}", at=clinic.facts().now - number * SECOND)
    clinic.keep()
    size = clinic.store.stat().st_size
    with clinic.store.open("r+b") as file:
        file.seek(4096 * 2)
        file.write(b"\xff" * (size - 4096 * 2))
    assert clinic.check("store").state is State.ATTENTION


def test_one_was_set_aside(clinic: Clinic) -> None:
    clinic.store.parent.mkdir()
    clinic.store.write_bytes(b"x" * 5_000)
    clinic.work("toolu_1")
    clinic.keep()
    found = clinic.check("store")
    assert found.state is State.ATTENTION
    assert "history.db.aside-1" in found.finding
    assert str(clinic.store.parent) in found.remedy


def test_a_folder_that_may_not_be_written_to(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path) != clinic.path)
    found = clinic.check("store")
    assert found.state is State.ATTENTION
    assert "every start reads everything anew" in found.finding


def test_a_file_in_place_of_the_folder(clinic: Clinic) -> None:
    clinic.store.parent.write_text("mine")
    assert clinic.check("store").state is State.ATTENTION


def test_the_command_looks_at_the_store_that_others_use(tmp_path: Path) -> None:
    (tmp_path / ".claude" / "projects").mkdir(parents=True)
    said = cctop(tmp_path, "doctor").stdout
    assert f"{tmp_path}/.local/state/cctop/history.db is not there yet" in said
    assert not (tmp_path / ".local").exists()
    assert "every start reads everything anew" in cctop(tmp_path, "doctor", "--no-store").stdout
