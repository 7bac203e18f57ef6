"""Which sessions are listed, and in which order."""

import pytest
from factory import HOUR, NOW, session, sessions
from hypothesis import given
from hypothesis import strategies as st

from cctop.book.snapshot import Status
from cctop.ui.choice import ORDERS, Choice, Scope, parse_filter
from cctop.ui.words import midnight

ALL = sessions()
TODAY = NOW - 12 * HOUR


def projects(choice: Choice) -> list[str]:
    return [s.project for s in choice.apply(ALL, TODAY)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", 7),
        ("api", 2),
        ("API server", 2),
        ("queue !fork", 1),
        ("status:busy", 2),
        ("status:w", 1),
        ("!status:ended", 6),
        ("project:api model:opus", 2),
        ("model:sonnet", 2),  # one of them has changed to another model since
        ("project:", 7),
        ("!", 7),
        ("feat/", 1),
        ("タイトル", 1),
        ("title:x", 0),  # no field of that name: a text like any other
        (ALL[0].id[:12], 1),
    ],
)
def test_filter(text: str, found: int) -> None:
    assert len(projects(Choice().filtered(text))) == found


def test_scopes() -> None:
    assert [len(projects(Choice(scope=scope))) for scope in Scope] == [6, 7, 8]
    assert Scope.ACTIVE.next() is Scope.TODAY
    assert Scope.ALL.next() is Scope.ACTIVE


def test_who_waits_comes_first_then_who_works() -> None:
    early = session(20, "early", Status.WAITING, status_since=NOW - HOUR)
    late = session(21, "late", Status.WAITING, status_since=NOW - 1000)
    listed = [s.project for s in Choice().apply((*ALL, late, early), TODAY)]
    assert listed[:3] == ["early", "web", "late"]
    assert [s.status for s in Choice().apply(ALL, TODAY)] == sorted(
        (s.status for s in ALL[:7]), key=list(Status).index
    )


def test_busy_sessions_do_not_change_places_while_they_work() -> None:
    busy = [session(n, f"p{n}", Status.BUSY, started_at=NOW - n * HOUR) for n in (1, 2, 3)]
    before = [s.project for s in Choice().apply(busy, TODAY)]
    again = [session(n, f"p{n}", Status.BUSY, started_at=NOW - n * HOUR, last_activity_at=NOW + n)
             for n in (3, 1, 2)]  # fmt: skip
    assert [s.project for s in Choice().apply(again, TODAY)] == before == ["p1", "p2", "p3"]


def test_sort_and_reverse() -> None:
    by_cost = Choice().sorted_by("cost")
    assert projects(by_cost)[:2] == ["infra", "api-server"]
    costs = [s.cost for s in by_cost.sorted_by("cost").apply(ALL, TODAY)]
    assert costs == sorted(costs)
    assert by_cost.descending
    assert not by_cost.sorted_by("cost").descending
    assert not by_cost.sorted_by("project").reverse


def test_steps_go_round_through_all_columns() -> None:
    choice, seen = Choice(), []
    for _ in ORDERS:
        seen.append(choice.sort)
        choice = choice.stepped(1)
    assert seen == [order.key for order in ORDERS]
    assert choice.sort == "status"
    assert choice.stepped(-1).sort == ORDERS[-1].key


@given(st.sampled_from([order.key for order in ORDERS]), st.booleans(), st.permutations(ALL))
def test_order_does_not_depend_on_the_order_they_come_in(
    key: str, reverse: bool, shuffled: list[object]
) -> None:
    choice = Choice(scope=Scope.ALL, sort=key, reverse=reverse)
    assert choice.apply(shuffled, TODAY) == choice.apply(ALL, TODAY)  # type: ignore[arg-type]


@given(st.text(max_size=40))
def test_any_text_is_a_filter(text: str) -> None:
    Choice().filtered(text).apply(ALL, TODAY)
    assert all(term.text for term in parse_filter(text))


def test_a_day_begins_at_midnight_where_the_user_is() -> None:
    assert midnight(NOW) == NOW - NOW % (24 * HOUR)
