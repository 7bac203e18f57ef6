import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.ui.widgets.parts import Parts, cells_of, plain
from cctop.ui.widgets.rule import rule

FAILURES: Parts = (("failures", "heading"), (" 7 of 89, 7.9 % ", ""), ("▲", "warning"))
METER: Parts = (("meter", "dim"),)
TITLES: st.SearchStrategy[Parts] = st.lists(
    st.tuples(st.text(max_size=9), st.just("dim")), max_size=3
).map(tuple)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("width", "left", "right", "expected"),
    [
        (36, FAILURES, (), "─ failures 7 of 89, 7.9 % ▲ ────────"),
        (44, FAILURES, METER, "─ failures 7 of 89, 7.9 % ▲ ──────── meter ─"),
        (36, FAILURES, METER, "─ failures 7 of 89, 7.9 % ▲ ────────"),
        (12, FAILURES, (), "─ failures …"),
        (6, (), (), "──────"),
        (12, (), METER, "──── meter ─"),
        (1, FAILURES, METER, "…"),
        (0, FAILURES, METER, ""),
    ],
)
def test_a_rule_holds_its_titles(width: int, left: Parts, right: Parts, expected: str) -> None:
    assert plain(rule(width, left, right)) == expected


@given(TITLES, TITLES, st.integers(0, 40))
def test_a_rule_has_its_width(left: Parts, right: Parts, width: int) -> None:
    assert cells_of(rule(width, left, right)) == width
