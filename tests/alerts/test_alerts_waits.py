"""Which waits are news: any pictures in any order, and each wait is told once at most."""

from collections import Counter
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from waiters import OPENED, picture, session

from cctop.alerts.waits import FLAP, Waits
from cctop.book.snapshot import Session, Snapshot, Status

BUSY = session("web", Status.BUSY, OPENED - 60_000)
LATER = OPENED + 10_000


def waiting(since: int = LATER, id: str = "web") -> Session:
    return session(id, Status.WAITING, since)


def opened(*before: Session, after: int = 0) -> Waits:
    """Waits that have seen the first picture."""
    waits = Waits(OPENED, after)
    assert waits.of(picture(*before), OPENED + 1) == []
    return waits


def test_a_wait_that_begins_is_told_once() -> None:
    waits = opened(BUSY)
    assert waits.of(picture(waiting()), LATER + 5) == [waiting()]
    for now in (LATER + 6, LATER + 5_000, LATER + 3_600_000):
        assert waits.of(picture(waiting()), now) == []


def test_the_first_picture_is_no_news() -> None:
    waits = opened(waiting(), waiting(OPENED - 5, "api"))
    assert waits.of(picture(waiting(), waiting(OPENED - 5, "api")), LATER) == []


def test_a_picture_made_before_anything_was_read_is_not_the_first_one() -> None:
    waits = Waits(OPENED)
    assert waits.of(Snapshot(), OPENED) == []
    assert waits.of(picture(waiting(OPENED + 1)), OPENED + 5) == []
    assert waits.of(picture(waiting(OPENED + 1), waiting(id="api")), LATER) == [waiting(id="api")]


def test_what_waits_while_history_loads_is_no_news() -> None:
    waits = Waits(OPENED)
    assert waits.of(picture(reading=True), OPENED + 1) == []
    assert waits.of(picture(waiting(OPENED + 2), reading=True), OPENED + 3) == []
    assert waits.of(picture(waiting(OPENED + 2)), OPENED + 4) == []
    assert waits.of(picture(waiting(OPENED + 2)), OPENED + 9_000) == []


def test_a_session_found_late_is_news_if_it_began_to_wait_after_the_screen_opened() -> None:
    waits = opened()
    assert waits.of(picture(waiting(OPENED - 1), waiting(OPENED, "api")), LATER) == [
        waiting(OPENED, "api")
    ]


def test_a_known_session_is_news_whenever_it_says_that_it_began_to_wait() -> None:
    for since in (0, OPENED - 1, OPENED + 3_600_000):
        assert opened(BUSY).of(picture(waiting(since)), LATER) == [waiting(since)]


def test_the_next_wait_of_a_session_is_another_one() -> None:
    waits = opened(waiting(OPENED - 5))
    assert waits.of(picture(BUSY), OPENED + 500) == []
    assert waits.of(picture(waiting()), LATER) == [waiting()]
    assert waits.of(picture(BUSY), LATER + 100) == []
    later = waiting(LATER + 101 + FLAP)
    assert waits.of(picture(later), LATER + 101 + FLAP) == [later]


@pytest.mark.parametrize("first", [BUSY, waiting()])
def test_a_wait_that_is_said_to_be_on_again_is_not_told_again(first: Session) -> None:
    waits = opened(first)
    waits.of(picture(waiting()), LATER)
    later = waiting(LATER + 10_000)
    assert waits.of(picture(later), LATER + 10_000) == [later]
    assert waits.of(picture(waiting()), LATER + 20_000) == []


def test_a_flapping_session_is_told_once() -> None:
    waits = opened(BUSY)
    assert waits.of(picture(waiting()), LATER) == [waiting()]
    for step in range(1, 20):
        now = LATER + step * FLAP
        assert waits.of(picture(BUSY), now - FLAP // 2) == []
        assert waits.of(picture(waiting(now)), now) == []


def test_a_wait_that_is_answered_quickly_is_never_told() -> None:
    waits = opened(BUSY, after=30_000)
    assert waits.of(picture(waiting()), LATER) == []
    assert waits.of(picture(waiting()), LATER + 29_999) == []
    assert waits.of(picture(BUSY), LATER + 30_000) == []
    assert waits.of(picture(BUSY), LATER + 90_000) == []


def test_a_wait_falls_due_while_the_picture_stands() -> None:
    waits, same = opened(BUSY, after=30_000), picture(waiting())
    assert waits.of(same, LATER + 5) == []
    assert waits.of(same, LATER + 30_000) == [waiting()]
    assert waits.of(same, LATER + 30_001) == []


def test_flapping_does_not_begin_the_countdown_anew() -> None:
    waits = opened(BUSY, after=3_000)
    assert waits.of(picture(waiting()), LATER) == []
    assert waits.of(picture(BUSY), LATER + 1_000) == []
    assert waits.of(picture(waiting(LATER + 1_500)), LATER + 1_500) == []
    assert waits.of(picture(waiting(LATER + 1_500)), LATER + 3_000) == [waiting(LATER + 1_500)]


def test_it_says_when_the_next_one_falls_due() -> None:
    waits = opened(BUSY, after=30_000)
    assert waits.next_due is None
    assert waits.of(picture(waiting()), LATER + 5) == []
    assert waits.next_due == LATER + 30_000
    assert waits.of(picture(waiting()), LATER + 30_000) == [waiting()]
    assert waits.next_due is None


def test_a_wait_that_follows_is_the_same_however_seldom_it_is_asked() -> None:
    waits = opened(BUSY)
    assert waits.of(picture(waiting()), LATER) == [waiting()]
    assert waits.of(picture(BUSY), LATER + 60_000) == []
    assert waits.of(picture(waiting(LATER + 61_000)), LATER + 61_000) == []


def test_who_waits_longest_comes_first() -> None:
    waits = opened()
    young, old = waiting(LATER + 5, "a"), waiting(LATER, "b")
    assert waits.of(picture(young, old), LATER + 9) == [old, young]


_sessions = st.builds(
    session,
    st.sampled_from(["a", "b", "c"]),
    st.sampled_from(Status),
    st.integers(-3, 6).map(lambda step: OPENED + step * FLAP // 2),
)
_looks = st.lists(
    st.tuples(
        st.lists(_sessions, max_size=3, unique_by=lambda s: s.id),
        st.booleans(),  # whether history loads
        st.integers(-500, 4_000),  # ms since the look before: clocks are set back now and then
    ),
    max_size=20,
)


def played(waits: Waits, looks: Iterable[tuple[list[Session], bool, int]]) -> list[list[Session]]:
    now, told = OPENED, []
    for sessions, reading, passed in looks:
        now += passed
        told.append(waits.of(picture(*sessions, reading=reading), now))
    return told


@given(_looks, st.sampled_from([0, 1, 3_000]))
def test_whatever_comes_a_wait_is_told_once_at_most(
    looks: list[tuple[list[Session], bool, int]], after: int
) -> None:
    told = played(Waits(OPENED, after), looks)
    counts = Counter((s.id, s.status_since) for news in told for s in news)
    assert all(count == 1 for count in counts.values())
    for (sessions, _, _), news in zip(looks, told, strict=True):
        assert all(s in sessions and s.status is Status.WAITING for s in news)


@given(_looks, st.sampled_from([0, 1, 3_000]))
def test_whatever_comes_the_first_whole_picture_is_no_news(
    looks: list[tuple[list[Session], bool, int]], after: int
) -> None:
    told = played(Waits(OPENED, after), looks)
    whole = next((i for i, (_, reading, _) in enumerate(looks) if not reading), len(looks))
    assert not any(told[: whole + 1])
