"""The spool: there, writable, ours alone, on a local disk, the one that hooks write to."""

import os
from pathlib import Path

import pytest
from clinic import Clinic

from cctop.doctor import spool
from cctop.doctor.check import State


def test_not_there_yet(clinic: Clinic) -> None:
    found = clinic.check("spool")
    assert (found.state, "the first hook makes it" in found.finding) == (State.INFO, True)
    assert not clinic.spool.exists()


def test_no_home_to_keep_one_in(clinic: Clinic) -> None:
    clinic.change(spool="")
    assert (clinic.check("spool").state, clinic.check("spool").remedy) == (
        State.BROKEN,
        "set CCTOP_SPOOL_DIR",
    )


def test_it_cannot_be_made(clinic: Clinic) -> None:
    (clinic.path / "file").touch()
    clinic.change(spool=str(clinic.path / "file" / "spool"))
    assert clinic.check("spool").state is State.BROKEN


def test_well(clinic: Clinic) -> None:
    clinic.hear("Stop")
    clinic.told()
    found = clinic.check("spool")
    assert found.state is State.OK
    assert found.finding.endswith("in 1 segment, 1 status line")
    assert clinic.check("spool-permissions").state is State.OK
    assert not {"spool-same", "spool-disk"} & set(clinic.names())


def test_it_may_not_be_written_to(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic.hear("Stop")
    facts = clinic.facts()
    monkeypatch.setattr(os, "access", lambda *_: False)
    found = next(check for check in spool.checks(facts) if check.id == "spool")
    assert (found.state, "may not be written to" in found.finding) == (State.BROKEN, True)


def test_torn_lines_unreadable_payloads_and_foreign_files(clinic: Clinic) -> None:
    clinic.hear("unreadable", why="not JSON", session=None)
    clinic.hear("dropped", count=40)
    with (clinic.spool / "events-000001.jsonl").open("ab") as file:
        file.write(b'{"v":1,"id":\n')
    (clinic.spool / "notes.txt").touch()
    found = clinic.check("spool")
    assert found.state is State.ATTENTION
    for words in ("1 torn", "1 unreadable payload (not JSON)", "1 foreign file", "40 records gone"):
        assert words in found.finding
    assert clinic.check("spool").details["set_aside"] == 1
    assert clinic.check("spool").details["set_aside_now"] == 0


def test_others_may_look(clinic: Clinic) -> None:
    clinic.hear("Stop")
    (clinic.spool / "events-000001.jsonl").chmod(0o644)
    told = clinic.told()
    told.chmod(0o604)
    found = clinic.check("spool-permissions")
    assert found.state is State.ATTENTION
    assert found.details["open"] == ["events-000001.jsonl 0644", f"{told.name} 0604"]


@pytest.mark.parametrize(
    ("kind", "is_remote"),
    [("nfs4", True), ("cifs", True), ("9p", True), ("fuse.sshfs", True), ("ext4", False)],
)
def test_network_file_systems(clinic: Clinic, kind: str, is_remote: bool) -> None:
    clinic.move(mounts=(("/", "tmpfs"), (os.path.realpath(clinic.path), kind), ("/else", "nfs")))
    assert ("spool-disk" in clinic.names()) is is_remote


def test_a_mount_of_a_similar_name_is_another(clinic: Clinic) -> None:
    clinic.move(mounts=(("/", "ext4"), (os.path.realpath(clinic.path)[:-1], "nfs")))
    assert "spool-disk" not in clinic.names()


def test_a_full_disk(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "LITTLE", 1 << 62)
    assert clinic.check("spool-disk").state is State.ATTENTION


class TestSame:
    def test_hooks_write_elsewhere(self, clinic: Clinic) -> None:
        clinic.install(spools=["/other/spool"])
        found = clinic.check("spool-same")
        assert found.state is State.BROKEN
        assert found.finding == f"hooks write to /other/spool, and this cctop reads {clinic.spool}"

    def test_by_another_name(self, clinic: Clinic) -> None:
        link = clinic.path / "link"
        link.symlink_to(clinic.spool)
        clinic.install(spools=[str(link)])
        assert "spool-same" not in clinic.names()

    def test_a_variable_that_hooks_may_not_know(self, clinic: Clinic) -> None:
        clinic.install()
        assert "spool-same" not in clinic.names()
        clinic.change(spool_variable="CCTOP_SPOOL_DIR")
        assert clinic.check("spool-same").state is State.ATTENTION
        clinic.install(spools=[str(clinic.spool)])
        assert "spool-same" not in clinic.names()


def test_a_link_in_the_place_of_a_segment_is_set_aside(clinic: Clinic) -> None:
    clinic.hear("Stop")
    Path(clinic.spool, "events-000002.jsonl").symlink_to("/etc/passwd")
    assert clinic.check("spool").details["set_aside_now"] == 1
