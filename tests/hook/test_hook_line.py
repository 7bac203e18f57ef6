"""Our own status line."""

import copy
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from payloads import STATUS, VALUES

from cctop.hook.line import MARGIN, burn_rate, drawn, safe, usd
from cctop.hook.status import KEPT, Samples

NOW = 1_795_000_000_000
HOUR_AGO: Samples = [(NOW - 600_000, 11.41)]  # a dollar in ten minutes

pytestmark = pytest.mark.usefixtures("utc")


def plain(status: dict[str, Any], samples: Samples | None = None, columns: int = 0) -> str:
    return drawn(status, samples or [], NOW, columns, coloured=False)


def with_(**changes: Any) -> dict[str, Any]:
    status = copy.deepcopy(STATUS)
    status.update(changes)
    return status


def test_the_whole_line() -> None:
    assert plain(STATUS, HOUR_AGO) == (
        "Opus 5.5  ▕██▎·······▏ 22 %  $12.41  $6.00/h"
        "  5h 42 % → 12:06  7d 12 % → Sat  cache → 11:11"
    )


def test_the_first_line_of_a_session() -> None:
    status = {"model": {"display_name": "Opus 5.5"}, "cost": {"total_cost_usd": 0}}
    assert plain(status) == "Opus 5.5  ▕··········▏ –  $0.00"
    assert plain({}) == "▕··········▏ –"


def test_colours_are_sober_and_never_alone() -> None:
    line = drawn(STATUS, HOUR_AGO, NOW)
    assert "\x1b[33m" not in line
    warned = with_(
        context_window={"used_percentage": 76}, rate_limits={"five_hour": {"used_percentage": 81}}
    )
    line = drawn(warned, HOUR_AGO, NOW)
    assert "\x1b[33m76 % ▲\x1b[0m" in line
    assert "\x1b[33m81 % ▲\x1b[0m" in line
    assert re.sub(r"\x1b\[\d*m", "", line) == plain(warned, HOUR_AGO)


@pytest.mark.parametrize(("percent", "warns"), [(75, False), (75.5, True), (100, True)])
def test_context_warns(percent: float, warns: bool) -> None:
    assert ("▲" in plain({"context_window": {"used_percentage": percent}})) == warns


@pytest.mark.parametrize(("percent", "warns"), [(80, False), (80.5, True)])
def test_limits_warn(percent: float, warns: bool) -> None:
    assert ("▲" in plain({"rate_limits": {"seven_day": {"used_percentage": percent}}})) == warns


@pytest.mark.parametrize(
    ("percent", "bar"),
    [(0, "··········"), (1, "▏·········"), (50, "█████·····"), (100, "██████████")],
)
def test_the_bar(percent: float, bar: str) -> None:
    assert f"▕{bar}▏" in plain({"context_window": {"used_percentage": percent}})


@pytest.mark.parametrize("percent", [-5, 101, 5000, 1e300])
def test_the_bar_has_ends(percent: float) -> None:
    (bar,) = re.findall("▕(.*)▏", plain({"context_window": {"used_percentage": percent}}))
    assert len(bar) == 10


@pytest.mark.parametrize(
    ("cache", "said"),
    [
        ({"warm": True, "expires_at": NOW / 1000 + 60}, "cache → 11:07"),
        ({"warm": True, "expires_at": NOW / 1000}, "cache cold"),
        ({"warm": False, "expires_at": None}, "cache cold"),
        ({"warm": True, "expires_at": None}, ""),
        ({}, ""),
        (None, ""),
        ("warm", ""),
    ],
)
def test_the_cache(cache: object, said: str) -> None:
    assert plain({"prompt_cache": cache}).removeprefix("▕··········▏ –").strip() == said


def test_a_limit_that_began_anew_says_nothing() -> None:
    limits = {"five_hour": {"used_percentage": 42, "resets_at": NOW / 1000}}
    assert "5h" not in plain({"rate_limits": limits})
    assert "5h 42 %" in plain({"rate_limits": {"five_hour": {"used_percentage": 42}}})


def test_burn() -> None:
    assert burn_rate([], NOW, 1.0) is None
    assert burn_rate([(NOW - 59_999, 0.0)], NOW, 1.0) is None
    assert burn_rate([(NOW - 60_000, 0.5)], NOW, 1.0) == 30.0
    assert burn_rate([(NOW - 60_000, 2.0)], NOW, 1.0) == 0.0


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "$0.00"),
        (0.001, "<$0.01"),
        (0.005, "$0.01"),
        (999.99, "$999.99"),
        (1234.5, "$1,234"),
        (1e300, "$999,999"),
    ],
)
def test_amounts(amount: float, text: str) -> None:
    assert usd(amount) == text


def test_narrow_lines_lose_what_matters_least_first() -> None:
    widths = range(110, 4, -1)
    lines = [plain(STATUS, HOUR_AGO, columns) for columns in widths]
    assert all(len(line) <= n - MARGIN for line, n in zip(lines, widths, strict=True))
    kept = list(dict.fromkeys(lines))
    assert kept[1:] == [
        "Opus 5.5  ▕██▎·······▏ 22 %  $12.41  $6.00/h  5h 42 % → 12:06  7d 12 %  cache → 11:11",
        "Opus 5.5  ▕██▎·······▏ 22 %  $12.41  $6.00/h  5h 42 %  7d 12 %  cache → 11:11",
        "Opus 5.5  ▕██▎·······▏ 22 %  $12.41  $6.00/h  5h 42 %  7d 12 %",
        "Opus 5.5  ▕██▎·······▏ 22 %  $12.41  5h 42 %  7d 12 %",
        "Opus 5.5 22 %  $12.41  5h 42 %  7d 12 %",
        "Opus 5.5 22 %  $12.41  5h 42 %",
        "Opus 5.5 22 %  $12.41",
        "Opus 5.5 22 %",
        "22 %",
        "",
    ]


def test_text_of_others_is_harmless() -> None:
    name = "O\x1b]52;c;eA==\x07p\x9bus\u202e\u200b\n5.5\ud800"
    assert safe(name) == "O]52;c;eA==pus5.5"
    assert len(safe("x" * 10_000)) == 24
    assert safe(None) == safe(5) == ""


@given(st.dictionaries(st.sampled_from(KEPT), VALUES), st.integers(0, 200))
def test_any_payload_gives_one_harmless_line(status: dict[str, Any], columns: int) -> None:
    assert drawn(status, [], NOW, columns, coloured=False).isprintable()


@pytest.mark.parametrize(
    "value", [1e25, 1e308, -1e308, float("inf"), float("nan"), -(10**18), 10**18, "5", []]
)
def test_figures_of_no_sense(value: Any) -> None:
    status = {
        "cost": {"total_cost_usd": value},
        "context_window": {"used_percentage": value},
        "prompt_cache": {"warm": True, "expires_at": value},
        "rate_limits": {"five_hour": {"used_percentage": value, "resets_at": value}},
    }
    assert plain(status).isprintable()
    assert len(plain(status)) < 100
