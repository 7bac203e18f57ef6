"""What is listed of a picture that follows another one is what would be listed of it alone."""

from factory import NOW, session
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from cctop.book.snapshot import Session, Snapshot, Status
from cctop.ui import view as module
from cctop.ui.choice import ORDERS, Choice, Scope
from cctop.ui.view import View

DAY = 86_400_000

lines = st.builds(
    lambda number, project, status, age, cost: session(
        number, project, status, last_activity_at=NOW - age, cost=cost
    ),
    st.integers(0, 12),
    st.sampled_from(("web", "docs", "api")),
    st.sampled_from(Status),
    st.sampled_from((1_000, 2_000, 3 * DAY)),
    st.integers(0, 3),
)
pictures = st.lists(st.lists(lines, max_size=8, unique_by=lambda s: s.id), min_size=1, max_size=6)
choices = st.builds(
    lambda scope, sort, reverse, text: Choice(scope, sort=sort, reverse=reverse).filtered(text),
    st.sampled_from(Scope),
    st.sampled_from([order.key for order in ORDERS]),
    st.booleans(),
    st.sampled_from(("", "web", "!docs")),
)


@settings(max_examples=300, deadline=None)
@given(pictures, choices, st.sampled_from((0, 1, 10**9)))
def test_a_picture_after_another_is_listed_like_one_alone(
    told: list[list[Session]], choice: Choice, few: int
) -> None:
    view = View(choice)
    kept: dict[str, Session] = {}
    before, module.FEW = module.FEW, few
    try:
        for number, changed in enumerate(told):
            # Most of them stay the very same, as in the pictures of an engine.
            kept |= {line.id: line for line in changed}
            for id in list(kept)[: number % 3]:
                del kept[id]
            picture = Snapshot(number + 1, NOW, tuple(kept.values()))
            view.take(picture, None)
            alone = View(choice)
            alone.take(replace(picture), None)
            assert view.listed(NOW) == alone.listed(NOW)
            assert view.known(NOW) == alone.known(NOW)
    finally:
        module.FEW = before
