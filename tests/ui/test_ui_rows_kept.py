"""A row that is made of another one, of which some cells stay, is the row made anew."""

from typing import Any

import pytest
from factory import NOW, session
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from cctop.book.snapshot import Context, Rate, Session, Status, Streak, Tokens
from cctop.text import clean
from cctop.ui.panels.session_line import LOOKS, MADE_OF, Look, line_of

some = st.sampled_from((0, 1, 12, 10**12))
words = st.sampled_from(("", "web", "npm test")).map(clean)
streaks = st.sampled_from((None, 3, 9))
sessions = st.builds(
    lambda streak, fields: replace(
        session(1, "web", Status.BUSY),
        streak=streak and Streak(
            tool=clean("Bash"), what=clean("npm test"), count=streak, first_at=NOW, last_at=NOW,
            cost=0, same=clean("input"), agent_id="",
        ),
        **fields,
    ),
    streaks,
    st.fixed_dictionaries(
        {
            "status": st.sampled_from(Status),
            "status_since": st.sampled_from((0, NOW - 3_000, NOW - 90_000)),
            "last_activity_at": st.sampled_from((0, NOW - 2_000, NOW - 80_000)),
            "project": words, "title": words, "waiting_for": words, "activity": words,
            "model": words, "cost": some, "unpriced_tokens": some, "lower_bounds": some,
            "tool_calls": st.sampled_from((12, 100)), "tool_failures": st.sampled_from((0, 1, 12)),
            "compactions": some, "subagents": some, "subagents_running": some,
            "tokens": st.builds(Tokens, some, some, some),
            "context": st.builds(Context, some, st.sampled_from((None, 200_000))),
            "rate": st.builds(Rate, some, some, st.sampled_from(((), (1, 2, 3)))),
        }
    ),
)  # fmt: skip


@pytest.mark.parametrize("look", LOOKS)
@given(sessions, sessions)
def test_a_row_made_of_another(look: Look, before: Session, after: Session) -> None:
    first, second = line_of(before, NOW, NOW), line_of(after, NOW, NOW)
    assert second.row(look, (first, first.row(look))) == second.row(look)


def test_every_column_says_what_it_is_made_of() -> None:
    keys: set[Any] = {column.key for lines in LOOKS.values() for line in lines for column in line}
    assert keys == MADE_OF.keys()
