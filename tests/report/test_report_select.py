"""Which sessions are meant."""

from pathlib import Path
from typing import Any

import pytest
from report_cases import MINUTE, NOW, session

from cctop.book.snapshot import Session, Status
from cctop.report.select import Scope, UnknownSessionError, find, in_scope

TODAY = NOW - 12 * 60 * MINUTE
WEEK = 7 * 24 * 60 * MINUTE


def at(id: str, last: int = NOW, **changes: Any) -> Session:
    return session(id=id, last_activity_at=last, **changes)


OLD = at("aaaa", TODAY - 1)
OLD_AND_WAITING = at("bbbb", TODAY - 1, status=Status.WAITING)
EARLIER_TODAY = at("cccc", TODAY)
BUSY = at("dddd", status=Status.BUSY)
ALL = [OLD, OLD_AND_WAITING, EARLIER_TODAY, BUSY]


@pytest.mark.parametrize(
    ("scope", "listed"),
    [
        ("active", [OLD_AND_WAITING, BUSY]),
        ("today", [OLD_AND_WAITING, EARLIER_TODAY, BUSY]),
        ("all", ALL),
    ],
)
def test_scopes(scope: Scope, listed: list[Session]) -> None:
    assert in_scope(ALL, scope, TODAY) == listed


def test_since_is_about_the_last_activity_and_narrows_any_scope() -> None:
    assert in_scope(ALL, "all", TODAY, since=TODAY) == [EARLIER_TODAY, BUSY]
    assert in_scope(ALL, "active", TODAY, since=TODAY) == [BUSY]


def test_project_by_name() -> None:
    web, api = at("1", project="Web-Shop"), at("2", project="api")
    assert in_scope([web, api], "all", 0, project="web") == [web]
    assert in_scope([web, api], "all", 0, project="nothing") == []


def test_project_by_path_is_the_folder_and_what_is_below(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    here, below = at("1", cwd=str(tmp_path)), at("2", cwd=str(tmp_path / "a" / "b"))
    beside = at("3", cwd=f"{tmp_path}-other")
    monkeypatch.chdir(tmp_path)
    for path in (".", "./", str(tmp_path), f"{tmp_path}/"):
        assert in_scope([here, below, beside], "all", 0, project=path) == [here, below]
    assert in_scope([here, below], "all", 0, project="./a") == [below]
    assert in_scope([here, below], "all", 0, project="/") == [here, below]


def test_latest_is_the_one_that_was_active_last() -> None:
    assert find(ALL, "latest") is BUSY


def test_an_id_or_the_beginning_of_one() -> None:
    sessions = [at("3f2a-1"), at("3f2a-12"), at("77")]
    assert find(sessions, "3f2a-1") is sessions[0]  # exact, though another one begins so, too
    assert find(sessions, "3F2A-12") is sessions[1]
    assert find(sessions, "7") is sessions[2]


def test_an_ambiguous_beginning_names_all_candidates() -> None:
    sessions = [at("3f2a"), at("3f2b"), at("77")]
    with pytest.raises(UnknownSessionError, match="2 sessions begin with '3f'") as caught:
        find(sessions, "3f")
    assert caught.value.candidates == sessions[:2]


def test_an_unknown_id_names_the_nearest() -> None:
    sessions = [at(f"{n:04x}", NOW + n) for n in range(0x1000, 0x1010)] + [at("3f2a")]
    with pytest.raises(UnknownSessionError, match="no session begins with '3f2b'") as caught:
        find(sessions, "3f2b")
    assert caught.value.candidates[0] is sessions[-1]
    assert len(caught.value.candidates) == 5


def test_an_unknown_id_may_be_the_name_of_a_project() -> None:
    sessions = [at("aa", project="billing"), at("bb", project="web", last=NOW + 1)]
    with pytest.raises(UnknownSessionError) as caught:
        find(sessions, "Billing")
    assert caught.value.candidates[0] is sessions[0]


def test_no_sessions() -> None:
    with pytest.raises(UnknownSessionError, match="no sessions"):
        find([], "latest")
