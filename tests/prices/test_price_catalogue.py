"""The library's prices, held against the published list and the CLI's own books (2.1.330)."""

from datetime import UTC, datetime
from decimal import Decimal

import genai_prices
import pytest
from genai_prices import types
from genai_prices.data import providers

from cctop.prices import catalogue
from cctop.prices.models import canonical
from cctop.prices.multipliers import FAST
from cctop.prices.rates import Period, PriceRow, Rates, Tier, pico_per_token

NOW = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
EVERY_CLAUDE = [
    canonical(model.id)
    for provider in providers
    if provider.id == "anthropic"
    for model in provider.models
    if not model.id.startswith(("claude-v", "claude-2"))
]

# USD per million tokens: input, output, cache read, 5 m write, 1 h write.
LIST = {
    "claude-opus-5-5": (4, 20, 0.2, 5, 8),
    "claude-opus-5": (5, 25, 0.5, 6.25, 10),
    "claude-opus-4-8": (5, 25, 0.5, 6.25, 10),
    "claude-opus-4-7": (5, 25, 0.5, 6.25, 10),
    "claude-opus-4-6": (5, 25, 0.5, 6.25, 10),
    "claude-opus-4-5": (5, 25, 0.5, 6.25, 10),
    "claude-opus-4-1": (15, 75, 1.5, 18.75, 30),
    "claude-opus-4": (15, 75, 1.5, 18.75, 30),
    "claude-sonnet-5-5": (2, 10, 0.1, 2.5, 4),
    "claude-sonnet-5": (2, 10, 0.2, 2.5, 4),
    "claude-sonnet-4-6": (3, 15, 0.3, 3.75, 6),
    "claude-sonnet-4-5": (3, 15, 0.3, 3.75, 6),
    "claude-sonnet-4": (3, 15, 0.3, 3.75, 6),
    "claude-haiku-5-5": (0.1, 0.5, 0.01, 0.125, 0.2),
    "claude-haiku-4-5": (1, 5, 0.1, 1.25, 2),
    "claude-fable-5-2": (8, 40, 0.2, 10, 16),
    "claude-mythos-5-2": (8, 40, 0.2, 10, 16),
    "claude-fable-5-1": (10, 50, 0.25, 12.5, 20),
    "claude-mythos-5-1": (10, 50, 0.25, 12.5, 20),
    "claude-fable-5": (10, 50, 1, 12.5, 20),
    "claude-mythos-5": (10, 50, 1, 12.5, 20),
    "claude-3-7-sonnet": (3, 15, 0.3, 3.75, 6),
    "claude-3-5-sonnet": (3, 15, 0.3, 3.75, 6),
    "claude-3-5-haiku": (0.8, 4, 0.08, 1, 1.6),
    "claude-3-opus": (15, 75, 1.5, 18.75, 30),
    "claude-3-haiku": (0.25, 1.25, 0.03, 0.3, 0.5),
}


def rates(*usd: float) -> Rates:
    return Rates(*map(pico_per_token, usd))


def row(name: str) -> PriceRow:
    found = catalogue.resolve(name)
    assert found is not None, name
    return found


def when(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(("name", "usd"), LIST.items())
def test_list_prices(name: str, usd: tuple[float, ...]) -> None:
    assert row(name).rates(NOW, 0) == rates(*usd)


@pytest.mark.parametrize("name", sorted(LIST.keys() - {"claude-haiku-5-5", "claude-sonnet-4-5"}))
def test_all_other_models_are_flat_today(name: str) -> None:
    assert row(name).rates(NOW, 1_000_000) == row(name).rates(NOW, 0)


def test_haiku_5_5_costs_five_times_as_much_strictly_above_100k() -> None:
    found = row("claude-haiku-5-5")
    assert found.rates(NOW, 100_000) == rates(0.1, 0.5, 0.01, 0.125, 0.2)
    assert found.rates(NOW, 100_001) == rates(0.5, 2.5, 0.05, 0.625, 1)


def test_sonnet_4_5_has_a_tier_above_200k() -> None:
    found = row("claude-sonnet-4-5")
    assert found.rates(NOW, 200_000) == rates(3, 15, 0.3, 3.75, 6)
    assert found.rates(NOW, 200_001) == rates(6, 22.5, 0.6, 7.5, 12)


@pytest.mark.parametrize(
    ("name", "dear"),
    [
        ("claude-opus-4-6", (10, 37.5, 1, 12.5, 20)),
        ("claude-sonnet-4-6", (6, 22.5, 0.6, 7.5, 12)),
    ],
)
def test_the_4_6_models_became_flat_on_13_march_2026(name: str, dear: tuple[float, ...]) -> None:
    found = row(name)
    flat = when(2026, 3, 13)
    assert found.rates(flat - 1, 200_001) == rates(*dear)
    assert found.rates(flat - 1, 200_000) == rates(*LIST[name])
    assert found.rates(flat, 200_001) == rates(*LIST[name])
    assert [period.since_ms for period in found.periods] == [flat, 0]


def test_dates_of_batch_prices_make_no_periods() -> None:
    assert [period.since_ms for period in row("claude-opus-4-5").periods] == [0]


@pytest.mark.parametrize("name", EVERY_CLAUDE)
def test_every_claude_model_of_the_library_is_found_by_its_canonical_name(name: str) -> None:
    for period in row(name).periods:
        for each in (period.base, *(tier.rates for tier in period.tiers)):
            # So that the 1.1 of US inference needs no rounding.
            assert all(rate % 10 == 0 for rate in (each.input, each.output, each.cache_read))
            assert each.cache_write_5m % 10 == 0
            assert each.cache_write_1h == 2 * each.input


@pytest.mark.parametrize("name", EVERY_CLAUDE)
def test_the_library_and_our_factors_of_the_fast_mode_agree(name: str) -> None:
    # The library lists no fast mode where it was retired (opus 4.6 and 4.7).
    expected = {"claude-opus-4-6": 1, "claude-opus-4-7": 1}.get(name, FAST.get(name, 1))
    assert row(name).fast == expected


@pytest.mark.parametrize(
    "name",
    [
        "claude-opus-9",
        "claude-sonnet-4-55",  # the library would match the start of these
        "claude-opus-4-5-mini",
        "claude-haiku-4-5-turbo",
        "no-such-model",
        "opus",
        "deepseek-chat",  # its price depends on the time of day
    ],
)
def test_no_price_rather_than_a_guess(name: str) -> None:
    assert catalogue.resolve(name) is None


def test_models_that_we_price_like_another_are_not_in_the_library() -> None:
    assert not catalogue._SAME_PRICE.keys() & set(EVERY_CLAUDE)


def test_other_vendors_models_are_priced_too() -> None:
    # Cache writes have no price of their own there: they are plain input.
    assert row("gpt-5.2").rates(NOW, 0) == rates(1.75, 14, 0.175, 1.75, 1.75)


def model(prices: dict[str, object], fast: dict[str, object] | None = None) -> types.ModelInfo:
    variants = [types.PriceVariant({"speed": "fast"}, types.ModelPrice(**fast))] if fast else None  # type: ignore[arg-type]
    return types.ModelInfo(
        id="m",
        match=types.ClauseEquals("m"),
        prices=types.ModelPrice(**prices),  # type: ignore[arg-type]
        price_variants=variants,
    )


def resolved(monkeypatch: pytest.MonkeyPatch, made: types.ModelInfo) -> PriceRow | None:
    class Calculation:
        model = made

    monkeypatch.setattr(genai_prices, "calc_price", lambda _usage, _name: Calculation)
    return catalogue.resolve("m")


def test_tiers_of_different_kinds_are_merged(monkeypatch: pytest.MonkeyPatch) -> None:
    one, two, three, four = (Decimal(n) for n in (1, 2, 3, 4))
    made = model(
        {
            "input_mtok": types.TieredPrices(one, [types.Tier(10, two), types.Tier(30, three)]),
            "output_mtok": types.TieredPrices(one, [types.Tier(20, four)]),
        }
    )
    assert resolved(monkeypatch, made) == PriceRow(
        (
            Period(
                0,
                rates(1, 1, 1, 1, 1),
                (
                    Tier(30, rates(3, 4, 3, 3, 3)),
                    Tier(20, rates(2, 4, 2, 2, 2)),
                    Tier(10, rates(2, 1, 2, 2, 2)),
                ),
            ),
        )
    )


def test_a_5m_price_of_its_own_comes_before_the_common_one(monkeypatch: pytest.MonkeyPatch) -> None:
    usd = {"input": 1, "output": 2, "cache_read": 3, "cache_write": 4, "cache_write_5m": 5}
    made = model({f"{kind}_mtok": Decimal(price) for kind, price in usd.items()})
    found = resolved(monkeypatch, made)
    assert found
    assert found.rates(NOW, 0) == rates(1, 2, 3, 5, 4)


@pytest.mark.parametrize(("output", "factor"), [("30", 3), ("31", None), ("10", None), ("0", None)])
def test_a_fast_mode_is_a_whole_multiple_or_unknown(
    monkeypatch: pytest.MonkeyPatch, output: str, factor: int | None
) -> None:
    standard = {"input_mtok": Decimal(1), "output_mtok": Decimal(10)}
    fast = {"input_mtok": Decimal(3), "output_mtok": Decimal(output)}
    found = resolved(monkeypatch, model({**standard}, {**fast}))
    assert found
    assert found.fast == factor


def test_a_fast_mode_of_a_broken_multiple_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    standard = {"input_mtok": Decimal(2), "output_mtok": Decimal(4)}
    fast = {"input_mtok": Decimal(5), "output_mtok": Decimal(10)}
    found = resolved(monkeypatch, model({**standard}, {**fast}))
    assert found
    assert found.fast is None


@pytest.mark.parametrize("kind", ["input_mtok", "output_mtok"])
def test_a_price_of_one_side_only_is_none(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    assert resolved(monkeypatch, model({kind: Decimal(1)})) is None


def test_a_free_model_costs_nothing_and_is_not_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    free = model({"input_mtok": Decimal(0), "output_mtok": Decimal(0)})
    assert resolved(monkeypatch, free) == PriceRow((Period(0, rates(0, 0, 0, 0, 0)),))


def test_version_is_the_installed_one() -> None:
    assert catalogue.version() == genai_prices.__version__


def test_version_without_a_metadata_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "find_spec", lambda _name: None)
    assert catalogue.version() == genai_prices.__version__
