"""The files of the status lines."""

import copy
import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import STATUS, VALUES

from cctop.hook import status
from cctop.hook.status import kept_samples, prune, reduced, store, with_sample

SESSION = STATUS["session_id"]
NOW = 1_795_000_000_000
NOW_S = NOW / 1000


def kept(folder: Path, session: str = SESSION) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "status" / f"{session}.json").read_bytes())
    return content


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "status").iterdir())


def test_what_is_kept(tmp_path: Path) -> None:
    store(str(tmp_path), reduced(STATUS), [(NOW, 12.41)], NOW)
    expected = copy.deepcopy(STATUS)
    del expected["workspace"], expected["prompt_id"], expected["context_window"]["current_usage"]
    assert kept(tmp_path) == {"v": 1, "at": NOW, "samples": [[NOW, 12.41]], "status": expected}


def test_files_are_for_the_user_alone_and_nothing_else_is_left(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        store(str(tmp_path), reduced(STATUS), [], NOW)
        store(str(tmp_path), reduced(STATUS), [], NOW)
    finally:
        os.umask(before)
    assert names(tmp_path) == [f"{SESSION}.json"]
    assert stat.S_IMODE((tmp_path / "status").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "status" / f"{SESSION}.json").stat().st_mode) == 0o600


@pytest.mark.parametrize("session", ["", "../x", "a/b", ".", "a.b", "x" * 129, "ä", None, 5, "a\0"])
def test_an_id_that_is_no_name_makes_no_file(tmp_path: Path, session: object) -> None:
    store(str(tmp_path), {"session_id": session}, [], NOW)
    assert list(tmp_path.iterdir()) == []
    assert kept_samples(str(tmp_path), session, NOW) == []


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("no")

    store(str(tmp_path), reduced(STATUS), [], NOW)
    monkeypatch.setattr(os, "replace", broken)
    with pytest.raises(OSError, match="no"):
        store(str(tmp_path), reduced(STATUS), [], NOW + 1)
    assert names(tmp_path) == [f"{SESSION}.json"]
    assert kept(tmp_path)["at"] == NOW


@given(st.dictionaries(st.sampled_from([*status.KEPT, "other"]), VALUES))
def test_any_payload_becomes_valid_json(payload: dict[str, object]) -> None:
    fields = json.loads(json.dumps(reduced(payload), allow_nan=True))
    assert fields.keys() <= set(status.KEPT)


def test_a_file_that_no_reader_would_take_is_not_written(tmp_path: Path) -> None:
    many = {str(number): "x" * 300 for number in range(40)}
    store(str(tmp_path), reduced(STATUS), [], NOW)
    store(str(tmp_path), reduced(STATUS | {"cost": dict.fromkeys(many, many)}), [], NOW + 1)
    assert kept(tmp_path)["at"] == NOW


def test_large_and_deep_payloads_are_cut() -> None:
    deep: Any = "x"
    for _ in range(500):
        deep = {"a": deep}
    payload = {
        "model": {str(n): "y" * 5000 for n in range(5000)},
        "cost": deep,
        "session_name": "token=abc " + "z" * 5000,
        "cwd": "/" + "d" * 5000,
        "prompt_cache": {"list": list(range(10_000))},
    }
    fields = reduced(payload)
    assert len(json.dumps(fields)) < 40 * 700 + 3000
    assert str(fields["session_name"]).startswith("token=[masked] z")
    assert len(str(fields["cwd"])) == 1024


class TestSamples:
    def test_they_are_ten_seconds_apart(self) -> None:
        samples: status.Samples = []
        for second in range(31):
            samples = with_sample(samples, NOW + second * 1000, second / 10)
        assert samples == [
            (NOW, 0.0),
            (NOW + 10_000, 1.0),
            (NOW + 20_000, 2.0),
            (NOW + 30_000, 3.0),
        ]

    def test_there_are_sixty_at_most(self) -> None:
        samples: status.Samples = []
        for number in range(100):
            samples = with_sample(samples, NOW + number * 10_000, 1.0)
        assert len(samples) == 60
        assert samples[-1][0] == NOW + 990_000

    def test_a_cost_that_fell_begins_anew(self) -> None:
        samples = with_sample([(NOW, 5.0), (NOW + 10_000, 6.0)], NOW + 20_000, 0.5)
        assert samples == [(NOW + 20_000, 0.5)]

    def test_no_cost_is_no_sample(self) -> None:
        assert with_sample([(NOW, 5.0)], NOW + 20_000, None) == [(NOW, 5.0)]

    def test_they_are_read_back_while_they_are_young(self, tmp_path: Path) -> None:
        old, young = NOW - 15 * 60_000 - 1, NOW - 15 * 60_000
        samples = [(old, 1.0), (young, 2.0), (NOW, 3.0), (NOW + 1, 4.0)]
        store(str(tmp_path), reduced(STATUS), samples, NOW)
        assert kept_samples(str(tmp_path), SESSION, NOW) == [(young, 2.0), (NOW, 3.0)]

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"{",
            b"[]",
            b'{"samples":5}',
            b'{"samples":[5,[1],["a",1],[1795000000000,"a"],[1795000000000,true],[1,2,3],[null,1]]}',
            b'{"samples":[[1795000000000,NaN],[1795000000000,Infinity],[99999999999999999999,1]]}',
            b"\xff" * 100_000,
        ],
    )
    def test_a_file_that_is_none_of_ours_has_none(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "status").mkdir()
        (tmp_path / "status" / f"{SESSION}.json").write_bytes(content)
        assert kept_samples(str(tmp_path), SESSION, NOW) == []


class TestPrune:
    def file(self, folder: Path, name: str, age_s: float) -> None:
        (folder / "status").mkdir(exist_ok=True)
        path = folder / "status" / name
        path.touch()
        os.utime(path, (NOW_S - age_s, NOW_S - age_s))

    def test_the_oldest_go_where_there_are_too_many(self, tmp_path: Path) -> None:
        for number in range(205):
            self.file(tmp_path, f"{number:03}.json", number)
        prune(str(tmp_path), NOW_S)
        assert names(tmp_path) == [f"{number:03}.json" for number in range(200)]

    def test_those_of_old_sessions_go(self, tmp_path: Path) -> None:
        self.file(tmp_path, "a.json", status.AGE_S - 1)
        self.file(tmp_path, "b.json", status.AGE_S + 1)
        prune(str(tmp_path), NOW_S)
        assert names(tmp_path) == ["a.json"]

    def test_what_a_killed_writer_left_goes(self, tmp_path: Path) -> None:
        self.file(tmp_path, ".a.json.5.tmp", 60)
        self.file(tmp_path, ".b.json.5.tmp", 3660)
        prune(str(tmp_path), NOW_S)
        assert names(tmp_path) == [".a.json.5.tmp"]

    def test_a_new_session_prunes(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(status, "FILES", 3)
        for number in range(5):
            store(str(tmp_path), {"session_id": f"s{number}"}, [], NOW)
            written = time.time() - 1000 + number
            os.utime(tmp_path / "status" / f"s{number}.json", (written, written))
        assert names(tmp_path) == ["s2.json", "s3.json", "s4.json"]

    def test_what_is_not_ours_stays(self, tmp_path: Path) -> None:
        """Where the spool is somebody's folder, by a slip of a variable."""
        others = [".hidden", "notes.txt", "my thesis.json", "a.b.json"]
        for name in [*others, "old.json"]:
            self.file(tmp_path, name, 40 * 24 * 3600)
        prune(str(tmp_path), NOW_S)
        assert names(tmp_path) == sorted(others)

    def test_a_link_is_not_followed(self, tmp_path: Path) -> None:
        self.file(tmp_path, "old.json", 40 * 24 * 3600)
        (tmp_path / "spool").mkdir()
        (tmp_path / "spool" / "status").symlink_to(tmp_path / "status")
        prune(str(tmp_path / "spool"), NOW_S)
        assert names(tmp_path) == ["old.json"]

    def test_a_folder_or_no_folder_is_left_alone(self, tmp_path: Path) -> None:
        prune(str(tmp_path), NOW_S)
        (tmp_path / "status" / "x.json").mkdir(parents=True)
        os.utime(tmp_path / "status" / "x.json", (0, 0))
        prune(str(tmp_path), NOW_S)
        assert names(tmp_path) == ["x.json"]
