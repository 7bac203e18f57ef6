"""The prices that lie ready are the library's, and only those of the version they came from."""

import pytest

from cctop.events import Usage
from cctop.prices import catalogue, known
from cctop.prices.models import WINDOWS
from cctop.prices.table import PriceTable

READY = known.known(catalogue.version())


def test_the_models_of_claude_code_are_ready() -> None:
    assert READY.keys() >= WINDOWS.keys()
    assert all(READY[name] is not None for name in WINDOWS)


@pytest.mark.parametrize("name", sorted(READY))
def test_a_ready_price_is_not_looked_up(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = catalogue.resolve(name)
    monkeypatch.setattr(catalogue, "resolve", lambda _: pytest.fail("looked up"))
    cost = PriceTable().cost(name, 0, Usage(1_000_000))
    assert (cost is None) == (row is None)
    if cost and row:
        assert cost.input == 1_000_000 * row.rates(0, 1_000_000).input


def test_another_version_has_nothing_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    assert known.known("0.0.1") == {}
    asked: list[str] = []
    monkeypatch.setattr(catalogue, "version", lambda: "0.0.1")
    monkeypatch.setattr(catalogue, "resolve", asked.append)
    assert PriceTable().cost("claude-opus-5-5", 0, Usage(1)) is None
    assert asked == ["claude-opus-5-5"]
