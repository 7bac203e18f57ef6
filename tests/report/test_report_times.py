"""Times as reports write and read them."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.report.times import iso, local, since

NOW = 1_795_348_991_219


@given(st.integers(1, 253_402_300_799_999))
def test_iso_keeps_every_millisecond(at: int) -> None:
    text = iso(at)
    assert text is not None
    assert text.endswith("Z")
    read = datetime.fromisoformat(text)
    assert round((read - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000) == at


@pytest.mark.parametrize("at", [0, 10**18, -(10**18)])
def test_times_of_no_calendar_are_not_known(at: int) -> None:
    assert iso(at) is None
    assert local(at) == ""


@pytest.mark.usefixtures("berlin")
def test_local_is_where_the_user_is() -> None:
    assert local(NOW) == "2026-11-22 13:03"
    assert local(NOW, seconds=True) == "2026-11-22 13:03:11"


@pytest.mark.parametrize(
    ("text", "minutes"), [("30m", 30), ("12h", 720), ("7d", 10_080), ("2w", 20_160)]
)
def test_since_a_while(text: str, minutes: int) -> None:
    assert since(text, NOW) == NOW - minutes * 60_000


@pytest.mark.usefixtures("berlin")
def test_since_a_date_begins_at_local_midnight() -> None:
    assert iso(since("2026-11-01", NOW)) == "2026-10-31T23:00:00.000Z"
    assert iso(since("2026-07-01T08:30", NOW)) == "2026-07-01T06:30:00.000Z"
    assert iso(since("2026-11-01T08:30:00Z", NOW)) == "2026-11-01T08:30:00.000Z"


def test_since_for_ever_is_all_there_is() -> None:
    assert since("999999w", NOW) == 1


@pytest.mark.parametrize(
    "text", ["", "7", "d", "7y", "-7d", "1.5d", "٧d", "yesterday", "2026-13-01"]
)
def test_since_nonsense_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ValueError, match=r"30m, 12h, 7d or 2w, or a date as in 2026-11-01"):
        since(text, NOW)
