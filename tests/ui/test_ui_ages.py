"""Ages: they never go back, never say too much, and hardly ever move."""

from hypothesis import given
from hypothesis import strategies as st

from cctop import figures
from cctop.ui.ages import HOUR, MINUTE, SECOND, STEP, YOUNG, ago, is_young

NOW = 1_795_348_991_000  # 2026-11-22 12:03:11 UTC
ages = st.integers(0, 2 * HOUR)
late = st.integers(0, STEP - 1)


def ms_of(text: str) -> int:
    """What an age says, in ms."""
    if text.endswith(" min"):
        return int(text.removesuffix(" min")) * MINUTE
    if " h " in text:
        hours, minutes = text.split(" h ")
        return int(hours) * HOUR + int(minutes) * MINUTE
    minutes, seconds = text.split(":")
    return int(minutes) * MINUTE + int(seconds) * SECOND


def test_what_is_not_known_and_a_clock_that_runs_ahead() -> None:
    assert ago(0, NOW, NOW) == figures.MISSING
    assert ago(NOW + 5, NOW, NOW) == "0:00"
    assert not is_young(NOW + 5, NOW)


@given(ages, late, st.booleans())
def test_an_age_says_at_most_what_is_true_and_little_less(age: int, late: int, runs: bool) -> None:
    said = ms_of(ago(NOW - age, NOW, NOW - late, runs=runs))
    unit = MINUTE if age - late >= (5 * MINUTE if runs else MINUTE) else SECOND
    assert age - late - unit < said <= age


@given(ages, late)
def test_a_young_age_is_true_to_the_second(age: int, late: int) -> None:
    if is_young(NOW - age, NOW):
        assert ms_of(ago(NOW - age, NOW, NOW - late)) == age // SECOND * SECOND


@given(ages, st.lists(st.integers(1, 3 * STEP), max_size=20), st.booleans())
def test_an_age_never_goes_back(age: int, passes: list[int], runs: bool) -> None:
    at, now, looked, before = NOW - age, NOW, NOW, 0
    for passed in passes:
        now += passed
        if now // STEP != looked // STEP:
            looked = now
        said = ms_of(ago(at, now, looked, runs=runs))
        assert said >= before
        before = said


@given(st.integers(MINUTE, HOUR - 1))
def test_what_rests_is_told_in_minutes(age: int) -> None:
    assert ago(NOW - age, NOW, NOW) == f"{age // MINUTE} min"


@given(st.integers(0, 3 * HOUR), st.booleans())
def test_all_that_is_old_stands_between_two_looks(age: int, runs: bool) -> None:
    at = NOW - YOUNG - age
    texts = {ago(at, NOW + passed, NOW, runs=runs) for passed in range(0, STEP, 250)}
    assert len(texts) == 1
