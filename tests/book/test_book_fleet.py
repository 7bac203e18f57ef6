"""All sessions together: what was paid today, how fast it goes, and where it will end."""

from datetime import UTC, datetime

import pytest
from scribe import HOUR, MINUTE, START, answer, prompt, session_id, usage
from world import World

from cctop.book.fleet import Totals, fleet_of
from cctop.clock import local_day

A, B, C = (session_id(n) for n in (1, 2, 3))
COST = 10 * 4_000_000 + 5 * 20_000_000


def utc(*when: int) -> int:
    return round(datetime(*when, tzinfo=UTC).timestamp() * 1000)  # type: ignore[misc,arg-type]


def test_sessions_are_counted_by_what_they_do() -> None:
    world = World()
    for id_ in (A, B, C):
        world.feed(id_, prompt(START - HOUR))
    world.run(**{A: "waiting", B: "busy"})
    fleet = world.paint(START).fleet
    assert (fleet.waiting, fleet.busy, fleet.idle) == (1, 1, 0)


@pytest.mark.usefixtures("berlin")
def test_today_begins_at_local_midnight() -> None:
    world = World()
    world.feed(A, answer(utc(2026, 11, 17, 22, 59)), answer(utc(2026, 11, 17, 23, 0)))
    world.feed(B, answer(utc(2026, 11, 18, 9), usage(10, 5, 100)))
    world.feed(B, answer(utc(2026, 11, 18, 9), usage(3), model="unheard-of-1"))
    fleet = world.paint(utc(2026, 11, 18, 10)).fleet
    assert fleet.today_cost == 2 * COST + 100 * 200_000
    assert (fleet.today_tokens, fleet.today_new_tokens) == (133, 33)
    assert fleet.today_unpriced_tokens == 3
    assert world.paint(utc(2026, 11, 18, 23, 1)).fleet.today_cost == 0


@pytest.mark.usefixtures("berlin")
@pytest.mark.parametrize(
    ("now", "hours"),
    [
        (utc(2026, 3, 29, 12), 23),  # the clocks go forward
        (utc(2026, 10, 25, 12), 25),  # … and back
        (utc(2026, 11, 18, 12), 24),
    ],
)
def test_a_day_is_as_long_as_it_is(now: int, hours: int) -> None:
    midnight, tomorrow = local_day(now)
    assert tomorrow - midnight == hours * HOUR
    world = World()
    world.feed(A, answer(midnight - MINUTE), answer(midnight), answer(now - 30 * MINUTE))
    fleet = world.paint(now).fleet
    assert fleet.today_cost == 2 * COST
    # At noon UTC the rest of the day is what it is, at the rate of the last hour: one call.
    assert fleet.projected_cost == 2 * COST + COST * (tomorrow - now) // HOUR
    assert world.paint(now + MINUTE - 1).fleet.projected_cost == fleet.projected_cost


def test_the_burn_rate_is_the_sum_of_the_table() -> None:
    world = World()
    for id_ in (A, B):
        world.feed(id_, prompt(START - HOUR), answer(START))
    snapshot = world.paint(START)
    assert snapshot.fleet.cost_per_hour == sum(s.rate.cost_per_hour for s in snapshot.sessions)
    assert snapshot.fleet.cost_per_hour == 2 * 6 * COST
    assert snapshot.fleet.tokens_per_minute == sum(
        s.rate.tokens_per_minute for s in snapshot.sessions
    )


def test_the_trend_has_a_place_for_each_minute() -> None:
    world = World()
    world.feed(A, answer(START), answer(START - 59 * MINUTE), answer(START - 60 * MINUTE))
    trend = world.paint(START).fleet.trend
    assert (len(trend), trend[0], trend[-1], sum(trend)) == (60, COST, COST, 2 * COST)


def test_what_is_copied_is_paid_once() -> None:
    world = World()
    made = answer(START)
    for id_ in (A, B, C):
        world.feed(id_, made)
    assert world.paint(START).fleet.today_cost == COST


def test_nothing_at_all() -> None:
    fleet = World().paint(START).fleet
    assert (fleet.today_cost, fleet.projected_cost, fleet.cost_per_hour) == (0, 0, 0)
    assert set(fleet.trend) == {0}


def test_a_clock_that_is_behind_counts_what_is_yet_to_come_later() -> None:
    world = World()
    world.feed(A, answer(START + HOUR))
    assert world.paint(START).fleet.today_cost == 0
    assert world.paint(START + HOUR).fleet.today_cost == COST


def test_the_quarters_of_a_budget_have_a_time() -> None:
    world = World()
    world.feed(A, *(answer(START + n * MINUTE) for n in range(5)))
    minutes = world.book.minutes
    day = (START - HOUR, START + 20 * HOUR)
    # 5 calls of a tenth of the budget each: the half is reached by the fifth.
    fleet = fleet_of(minutes, Totals(), START + 30 * MINUTE, *day, budget=10 * COST)
    assert (fleet.quarter, fleet.quarter_at) == (2, START // MINUTE * MINUTE + 4 * MINUTE)
    # 2.5 calls more, at 5 an hour: half an hour.
    assert fleet.next_quarter_at == START // MINUTE * MINUTE + 60 * MINUTE
    without = fleet_of(minutes, Totals(), START, *day)
    assert (without.quarter, without.quarter_at, without.next_quarter_at) == (0, 0, None)
