"""Pictures: a new one exactly when something changed."""

from typing import Any

import pytest
from scribe import HOUR, MINUTE, SECOND, START, answer, prompt, session_id, usage
from world import World

from cctop.book.milestones import Rule
from cctop.book.snapshot import Progress
from cctop.engine.painter import Painter
from cctop.text import Clean

A, B = session_id(1), session_id(2)


@pytest.fixture
def world() -> World:
    world = World()
    for id_ in (A, B):
        world.feed(id_, prompt(START, f"for {id_[:8]}"), answer(START))
    return world


def test_without_change_the_picture_is_the_same_one(world: World) -> None:
    first = world.paint(START + 100)
    assert world.paint(START + 100) is first
    assert world.paint(START + 900) is first


def test_a_repeated_line_is_no_change_of_the_sums_and_other_sessions_stay_as_they_are(
    world: World,
) -> None:
    before = world.paint(START)
    world.feed(A, answer(START + 1))
    after = world.paint(START)
    assert after.version == before.version + 1
    was = {session.id: session for session in before.sessions}
    now = {session.id: session for session in after.sessions}
    assert now[B] is was[B]
    assert now[A].version > was[A].version
    assert now[A].api_calls == 2


@pytest.mark.parametrize(
    "change",
    [
        {"progress": Progress(1, 2, 3, 4)},
        {"roots": (Clean("/r"),)},
        {"notices": (Clean("what cannot be read"),)},
        {"prices": ("a list", "1.0")},
        {"focus": A},
    ],
)
def test_the_version_grows_exactly_when_something_else_changed(
    world: World, change: dict[str, Any]
) -> None:
    before = world.painter.paint(START)
    after = world.painter.paint(START + 1, **change)
    assert (after.version, after.at) == (before.version + 1, START + 1)
    assert world.painter.paint(START + 2, **change) is after


def test_time_alone_changes_the_rates_and_the_status(world: World) -> None:
    seen = [world.paint(START + minutes * MINUTE) for minutes in range(75)]
    statuses = [picture.sessions[0].status for picture in seen]
    assert statuses == sorted(statuses, key=["idle", "ended"].index)
    assert set(statuses) == {"idle", "ended"}
    rates = [picture.sessions[0].rate.cost_per_hour for picture in seen]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == 0
    assert seen[-1] is seen[-2]  # at last all is still


def test_a_new_day_begins_without_a_record(world: World) -> None:
    before = world.paint(START + MINUTE)
    after = world.paint(START + 24 * HOUR)
    assert before.fleet.today_cost > 0
    assert after.fleet.today_cost == 0
    assert after.version > before.version


def test_the_focused_session_has_its_detail(world: World) -> None:
    assert world.paint(START).detail is None
    picture = world.paint(START, focus=A)
    assert picture.detail is not None
    assert picture.detail.session is next(s for s in picture.sessions if s.id == A)
    other = world.paint(START, focus=B)
    assert other.detail is not None
    assert other.detail.session.id == B
    assert world.paint(START, focus="nonesuch").detail is None
    assert world.paint(START).detail is None


def test_the_detail_is_made_again_only_when_its_session_changed(world: World) -> None:
    first = world.paint(START, focus=A)
    world.feed(B, answer(START + 1))
    second = world.paint(START, focus=A)
    assert second is not first
    assert second.detail is first.detail
    world.feed(A, answer(START + 1))
    third = world.paint(START, focus=A)
    assert third.detail is not None
    assert len(third.detail.points) == 2
    assert third.detail.session.api_calls == 2


def test_a_patient_painter_shows_a_detail_a_little_late_but_not_for_good(world: World) -> None:
    painter = Painter(world.book, world.path_of, Rule(), {}, patience=1e9)
    painter.paint(START, A)
    world.feed(A, answer(START + 1))
    late = painter.paint(START, A)
    assert late.detail is not None
    assert late.detail.session.api_calls == 1
    assert next(s for s in late.sessions if s.id == A).api_calls == 2
    painter._detail_due = 0.0
    again = painter.paint(START, A)
    assert again.detail is not None
    assert again.detail.session.api_calls == 2
    other = painter.paint(START, B)  # another session is shown at once
    assert other.detail is not None
    assert other.detail.session.id == B


def test_details_of_any_session_can_be_asked_for(world: World) -> None:
    world.paint(START)
    detail = world.painter.detail(B, START)
    assert detail is not None
    assert detail.session.id == B
    assert world.painter.detail("nonesuch", START) is None


def test_a_session_of_which_nothing_is_left_is_gone(world: World) -> None:
    """A fork named it as the maker of a call, and then it turned out who that was."""
    made = answer(START + SECOND, usage(10, 5))
    ghost = session_id(9)
    world.feed(B, [record | {"forkedFrom": {"sessionId": ghost}} for record in made])
    assert {session.id for session in world.paint(START).sessions} == {A, B, ghost}
    world.feed(B, [record | {"requestSessionId": A} for record in made])
    world.feed(A, made)
    sessions = {session.id: session for session in world.paint(START).sessions}
    assert set(sessions) == {A, B}
    assert sessions[A].api_calls == 2


def test_skipped_lines_are_counted_over_all_files(world: World) -> None:
    world.feed(A, b"null\n", b"{\n")
    world.feed(A, b"null\n", agent="a1")
    world.feed(B, b"null\n")
    picture = world.paint(START)
    assert (picture.skipped_files, picture.skipped_lines) == (3, 4)
    assert {s.id: s.skipped_lines for s in picture.sessions} == {A: 3, B: 1}


def test_a_session_of_broken_lines_alone_is_there_to_be_told_of() -> None:
    world = World()
    world.feed(A, b"null\n")
    assert world.session(A).skipped_lines == 1


def test_a_file_that_says_nothing_is_no_session() -> None:
    world = World()
    world.feed(A, {"type": "mode", "mode": "normal"})
    assert world.paint(START).sessions == ()
