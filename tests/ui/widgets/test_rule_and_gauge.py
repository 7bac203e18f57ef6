import pytest
from hypothesis import given
from hypothesis import strategies as st
from stage import on_stage, refreshes, trimmed

from cctop.ui.widgets.gauge import Gauge, Reading, gauge
from cctop.ui.widgets.parts import Parts, cells_of, plain
from cctop.ui.widgets.rule import Rule, rule

FAILURES: Parts = (("failures", "heading"), (" 7 of 89, 7.9 % ", ""), ("▲", "warning"))
METER: Parts = (("meter", "dim"),)
BUDGET: Parts = (("84 % of $50", ""),)
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


@pytest.mark.parametrize(
    ("fraction", "level", "expected"),
    [
        (None, "ok", "────────────────   84 % of $50"),
        (0.5, "ok", "████████────────   84 % of $50"),
        (0.75, "watch", "████████████──── △ 84 % of $50"),
        (0.9, "bad", "██████████████▍─ ▲ 84 % of $50"),
        (1.4, "bad", "████████████████ ▲ 84 % of $50"),
    ],
)
def test_a_gauge_tells_its_level_by_glyph_and_tone(
    fraction: float | None, level: str, expected: str
) -> None:
    reading = Reading(fraction, after=BUDGET)
    assert reading.level == level
    parts = gauge(reading, 30)
    assert plain(parts) == expected
    tone = {"ok": "fill", "watch": "warning", "bad": "alarm"}[level]
    assert {own for text, own in parts if set(text) & set("█△▲")} <= {tone}


@pytest.mark.parametrize(
    ("width", "expected"),
    [
        (25, "context ███▌─ △ 142k left"),
        (22, "context △ 142k left   "),
        (18, "△ 142k left       "),
        (8, "△ 142k …"),
        (1, "…"),
    ],
)
def test_a_gauge_gives_up_its_bar_before_its_figures(width: int, expected: str) -> None:
    reading = Reading(0.7, (("context", "dim"),), (("142k left", ""),), watch=0.6)
    assert plain(gauge(reading, width)) == expected


@given(TITLES, TITLES, st.one_of(st.none(), st.floats()), st.integers(0, 40), st.booleans())
def test_a_gauge_has_its_width(
    before: Parts, after: Parts, fraction: float | None, width: int, framed: bool
) -> None:
    assert cells_of(gauge(Reading(fraction, before, after), width, framed=framed)) == width


async def test_an_equal_reading_is_no_work(monkeypatch: pytest.MonkeyPatch) -> None:
    shown, line = Gauge(Reading(0.5, after=BUDGET), framed=True), Rule(FAILURES)
    async with on_stage(shown, line, size=(30, 4)) as (_, pilot):
        await pilot.pause()
        assert trimmed(shown) == ["▕███████·······▏   84 % of $50"]
        assert trimmed(line) == ["─ failures 7 of 89, 7.9 % ▲ ──"]
        noted = [refreshes(widget, monkeypatch) for widget in (shown, line)]
        shown.update(Reading(0.5, after=BUDGET))
        line.update(FAILURES)
        assert noted == [[], []]
        shown.update(Reading(0.6, after=BUDGET))
        line.update(METER)
        assert [len(regions) for regions in noted] == [1, 1]
