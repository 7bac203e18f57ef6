import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cctop.events import Usage
from cctop.prices import catalogue
from cctop.prices.multipliers import multiplied
from cctop.prices.rates import PICO, Cost, Period, PriceRow, Rates
from cctop.prices.table import PriceTable

NOW = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp() * 1000)
MIXED = Usage(1001, 2003, 3007, 4013, 5021)
TABLE = PriceTable()

# model, usage, speed, geo, and the `total_cost_usd` that the CLI (2.1.330) booked for it.
BOOKED: list[tuple[str, Usage, str, str, str]] = [
    ("claude-opus-5-5", MIXED, "", "", "0.1048984"),
    ("claude-opus-5", MIXED, "", "", "0.13187475"),
    ("claude-opus-4-8", MIXED, "", "", "0.13187475"),
    ("claude-opus-4-7", MIXED, "", "", "0.13187475"),
    ("claude-opus-4-6", MIXED, "", "", "0.13187475"),
    ("claude-opus-4-5", MIXED, "", "", "0.13187475"),
    ("claude-sonnet-5-5", MIXED, "", "", "0.0524492"),
    ("claude-sonnet-5", MIXED, "", "", "0.0527499"),
    ("claude-sonnet-4-6", MIXED, "", "", "0.07912485"),
    ("claude-sonnet-4-5", MIXED, "", "", "0.07912485"),
    ("claude-sonnet-4-0", MIXED, "", "", "0.07912485"),
    ("claude-sonnet-4-20250514", MIXED, "", "", "0.07912485"),
    ("claude-haiku-5-5", MIXED, "", "", "0.002637495"),
    ("claude-haiku-4-5", MIXED, "", "", "0.02637495"),
    ("claude-fable-5-2", MIXED, "", "", "0.2091954"),
    ("claude-mythos-5-2", MIXED, "", "", "0.2091954"),
    ("claude-fable-5-1", MIXED, "", "", "0.26149425"),
    ("claude-mythos-5-1", MIXED, "", "", "0.26149425"),
    ("claude-fable-5", MIXED, "", "", "0.2637495"),
    ("claude-mythos-5", MIXED, "", "", "0.2637495"),
    ("claude-3-7-sonnet-20250219", MIXED, "", "", "0.07912485"),
    ("claude-3-5-sonnet-20241022", MIXED, "", "", "0.07912485"),
    ("claude-3-5-haiku-20241022", MIXED, "", "", "0.02109996"),
    # Spellings.
    ("claude-opus-4-6[1m]", MIXED, "", "", "0.13187475"),
    ("us.anthropic.claude-opus-4-5-20251101-v1:0", Usage(1000, 1000), "", "", "0.03"),
    ("anthropic/claude-opus-4-5", Usage(1000, 1000), "", "", "0.03"),
    ("claude-opus-4-5@20251101", Usage(1000, 1000), "", "", "0.03"),
    ("CLAUDE-OPUS-4.5", Usage(1000, 1000), "", "", "0.03"),
    # Fast mode.
    ("claude-opus-5-5", MIXED, "fast", "", "0.2097968"),
    ("claude-opus-5", MIXED, "fast", "", "0.2637495"),
    ("claude-opus-4-8", MIXED, "fast", "", "0.2637495"),
    ("claude-opus-4-7", MIXED, "fast", "", "0.7912485"),
    ("claude-opus-4-6", MIXED, "fast", "", "0.7912485"),
    ("claude-opus-4-5", MIXED, "fast", "", "0.13187475"),
    ("claude-sonnet-5-5", MIXED, "fast", "", "0.0524492"),
    ("claude-sonnet-4-6", MIXED, "fast", "", "0.07912485"),
    ("claude-haiku-5-5", MIXED, "fast", "", "0.002637495"),
    ("claude-fable-5-2", MIXED, "fast", "", "0.4183908"),
    ("claude-mythos-5-2", MIXED, "fast", "", "0.4183908"),
    ("claude-fable-5-1", MIXED, "fast", "", "0.26149425"),
    ("claude-opus-5-5", Usage(1000, 1000), "FAST", "", "0.024"),
    ("claude-opus-5-5", Usage(1000, 1000), "standard", "", "0.024"),
    # Where it was computed.
    ("claude-opus-5-5", Usage(1000, 1000), "", "us", "0.0264"),
    ("claude-opus-4-5", Usage(1000, 1000), "", "us", "0.033"),
    ("claude-haiku-5-5", Usage(1000, 1000), "", "us", "0.00066"),
    ("claude-opus-5-5", Usage(1000, 1000), "", "US", "0.024"),
    ("claude-opus-5-5", Usage(1000, 1000), "", "eu", "0.024"),
    ("claude-opus-5-5", Usage(1000, 1000), "", "not_available", "0.024"),
    ("claude-opus-5-5", Usage(1000, 1000, 1000, 1000, 1000), "fast", "us", "0.08184"),
    # Web searches, untouched by factors and tiers.
    ("claude-opus-5-5", Usage(1000, 1000, web_searches=3), "", "us", "0.0564"),
    ("claude-opus-5-5", Usage(1000, 1000, web_searches=3), "fast", "", "0.078"),
    ("claude-haiku-5-5", Usage(100_001, 1000, web_searches=3), "", "", "0.0825005"),
    # The tier: strictly above 100k tokens of prompt, whatever its kinds; output does not count.
    ("claude-haiku-5-5", Usage(100_000, 1000), "", "", "0.0105"),
    ("claude-haiku-5-5", Usage(100_001, 1000), "", "", "0.0525005"),
    ("claude-haiku-5-5", Usage(1, 1000, 100_000), "", "", "0.0075005"),
    ("claude-haiku-5-5", Usage(1, 1000, 0, 100_000), "", "", "0.0650005"),
    ("claude-haiku-5-5", Usage(1, 1000, 0, 0, 100_000), "", "", "0.1025005"),
    ("claude-haiku-5-5", Usage(50_000, 1000, 50_000), "", "", "0.006"),
    ("claude-haiku-5-5", Usage(50_000, 100_000), "", "", "0.055"),
    ("claude-haiku-5-5", Usage(100_001, 1000), "fast", "us", "0.05775055"),
]


def usd(cost: Cost | None) -> str | None:
    return None if cost is None else f"{cost.total / PICO:.12f}".rstrip("0")


@pytest.mark.parametrize(("model", "usage", "speed", "geo", "booked"), BOOKED)
def test_costs_what_claude_code_books(
    model: str, usage: Usage, speed: str, geo: str, booked: str
) -> None:
    assert usd(TABLE.cost(model, NOW, usage, speed, geo)) == booked


counts = st.integers(0, 100_000)


@given(st.builds(Usage, counts, counts, counts, counts, counts, web_searches=counts))
def test_a_tenth_more_is_exact(usage: Usage) -> None:
    plain = TABLE.cost("claude-haiku-5-5", NOW, usage)
    dear = TABLE.cost("claude-haiku-5-5", NOW, usage, "", "us")
    assert plain
    assert dear
    assert 10 * (dear.total - dear.web_search) == 11 * (plain.total - plain.web_search)
    assert dear.web_search == plain.web_search


@pytest.mark.parametrize("model", ["claude-opus-9", "my-own-model", "", "<synthetic>"])
def test_an_unknown_model_has_no_price(model: str) -> None:
    assert TABLE.cost(model, NOW, MIXED) is None


def test_the_price_is_that_of_the_day() -> None:
    march = int(datetime(2026, 3, 12, tzinfo=UTC).timestamp() * 1000)
    usage = Usage(200_001)
    before = TABLE.cost("claude-opus-4-6", march, usage)
    after = TABLE.cost("claude-opus-4-6", NOW, usage)
    assert before
    assert after
    assert before.total == 2 * after.total
    assert TABLE.cost("claude-opus-4-6", 0, usage) == after


def test_a_fast_mode_whose_price_is_not_known_has_none() -> None:
    row = PriceRow((Period(0, Rates(1, 1, 1, 1, 1)),), fast=None)
    assert multiplied(row, "claude-opus-7", fast=True, us=False) is None
    assert multiplied(row, "claude-opus-7", fast=False, us=False) is not None


def test_a_fast_mode_that_only_the_library_knows() -> None:
    row = PriceRow((Period(0, Rates(1, 1, 1, 1, 1)),), fast=3)
    made = multiplied(row, "claude-opus-7", fast=True, us=False)
    assert made
    assert made.rates(0, 0) == Rates(3, 3, 3, 3, 3)


# Overrides


def test_an_override_wins_for_every_spelling_of_its_model_and_is_multiplied() -> None:
    table = PriceTable({"claude-opus-5-5": {"input": 1, "output": 2, "cache_read": 0.7}})
    for model in ("claude-opus-5-5", "claude-opus-5-5[1m]", "anthropic/claude-opus-5.5"):
        cost = table.cost(model, NOW, Usage(1, 1, 1, 1, 1))
        # 1.25 and 2 times the input where nothing is said
        assert cost == Cost(1_000_000, 2_000_000, 700_000, 1_250_000, 2_000_000)
    fast = table.cost("claude-opus-5-5", NOW, Usage(1), "fast", "us")
    assert fast == Cost(input=2_200_000)


def test_a_missing_cache_read_is_a_tenth_of_the_input() -> None:
    table = PriceTable({"local": {"input": 0.3, "output": 0, "cache_read": None}})
    assert table.cost("local", NOW, Usage(cache_read=1)) == Cost(cache_read=30_000)


def test_a_free_model_costs_nothing_and_is_not_unknown() -> None:
    table = PriceTable({"qwen3": {"input": 0, "output": 0}})
    assert table.cost("qwen3", NOW, MIXED) == Cost()


def test_an_override_of_one_spelling_comes_before_that_of_the_model() -> None:
    prices = {
        "claude-opus-4-6[1m]": {"input": 9.0, "output": 9.0},
        "claude-opus-4-6": {"input": 1.0, "output": 1.0},
    }
    table = PriceTable(prices)
    assert table.cost("claude-opus-4-6[1m]", NOW, Usage(1)) == Cost(input=9_000_000)
    assert table.cost("claude-opus-4-6", NOW, Usage(1)) == Cost(input=1_000_000)
    assert table.cost("claude-opus-4-6@default", NOW, Usage(1)) == Cost(input=1_000_000)


@pytest.mark.parametrize(
    "prices",
    [
        {},
        {"input": 1.0},
        {"output": 1.0},
        {"input": None, "output": 1.0},
        {"input": 1.0, "output": 1.0, "cache_write": 1.0},
        {"input": -1.0, "output": 1.0},
        {"input": 1.0, "output": float("nan")},
        {"input": float("inf"), "output": 1.0},
    ],
)
def test_an_override_that_is_no_price_is_refused(prices: dict[str, float | None]) -> None:
    with pytest.raises(ValueError, match=r"^price of m: "):
        PriceTable({"m": prices})


# The cache on disk


def cache_file(folder: Path) -> Path:
    return folder / f"prices-{catalogue.version()}.json"


@pytest.fixture
def nothing_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cctop.prices.table.known", lambda _version: {})


def no_lookup(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> PriceRow | None:
        raise AssertionError(f"looked up {name}")

    monkeypatch.setattr(catalogue, "resolve", fail)


@pytest.mark.usefixtures("nothing_ready")
def test_a_price_is_looked_up_once_for_all_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = PriceTable(cache_dir=tmp_path / "new" / "folder")
    cost = first.cost("claude-opus-4-6", NOW, MIXED, "fast")
    assert first.cost("claude-opus-9", NOW, MIXED) is None
    no_lookup(monkeypatch)
    again = PriceTable(cache_dir=tmp_path / "new" / "folder")
    assert again.cost("claude-opus-4-6[1m]", NOW, MIXED, "fast") == cost
    assert again.cost("claude-opus-9", NOW, MIXED) is None  # nor is what has no price
    assert again.notice is None
    assert [file.name for file in (tmp_path / "new" / "folder").iterdir()] == [
        f"prices-{catalogue.version()}.json"
    ]


@pytest.mark.usefixtures("nothing_ready")
def test_a_price_is_looked_up_once_in_a_run(monkeypatch: pytest.MonkeyPatch) -> None:
    table = PriceTable()
    table.cost("claude-opus-5-5", NOW, MIXED)
    no_lookup(monkeypatch)
    assert table.cost("claude-opus-5-5", NOW, MIXED, "fast", "us")
    assert table.cost("claude-opus-5-5[1m]", NOW, MIXED)


def test_an_override_is_not_looked_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_lookup(monkeypatch)
    table = PriceTable({"claude-opus-5-5": {"input": 1, "output": 1}}, tmp_path)
    assert table.cost("claude-opus-5-5", NOW, MIXED)
    assert not cache_file(tmp_path).exists()


ROWS_OF_NOTHING = '{"format":1,"version":"%s","rows":{"claude-opus-5-5":{"periods":[]}}}'


@pytest.mark.usefixtures("nothing_ready")
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"null",
        b"[" * 100_000,
        b'{"format":1}',
        b'{"format":2,"version":"%s","rows":{}}' % catalogue.version().encode(),
        b'{"format":1,"version":"0.0.1","rows":{}}',
        (ROWS_OF_NOTHING % catalogue.version()).encode(),
    ],
)
def test_a_cache_that_cannot_be_used_is_made_anew(tmp_path: Path, content: bytes) -> None:
    cache_file(tmp_path).write_bytes(content)
    table = PriceTable(cache_dir=tmp_path)
    assert usd(table.cost("claude-opus-5-5", NOW, Usage(1000, 1000))) == "0.024"
    assert table.notice
    assert table.notice.startswith("price cache not read")
    assert list(json.loads(cache_file(tmp_path).read_bytes())["rows"]) == ["claude-opus-5-5"]
    after = PriceTable(cache_dir=tmp_path)
    assert after.cost("claude-opus-5-5", NOW, MIXED)
    assert after.notice is None


@pytest.mark.usefixtures("nothing_ready")
def test_a_cache_that_cannot_be_read(tmp_path: Path) -> None:
    cache_file(tmp_path).mkdir()
    table = PriceTable(cache_dir=tmp_path)
    assert table.cost("claude-opus-5-5", NOW, MIXED)
    assert table.notice
    assert [path.name for path in tmp_path.iterdir()] == [cache_file(tmp_path).name]


@pytest.mark.usefixtures("nothing_ready")
def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    table = PriceTable(cache_dir=tmp_path / "file" / "cache")
    assert table.cost("claude-opus-5-5", NOW, MIXED)
    assert table.notice == "price cache not written: Not a directory"


def test_a_flood_of_names_does_not_fill_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = PriceRow((Period(0, Rates(1, 1, 1, 1, 1)),))
    monkeypatch.setattr(catalogue, "resolve", lambda _name: row)
    monkeypatch.setattr("cctop.prices.disk._MAX_ROWS", 3)
    table = PriceTable(cache_dir=tmp_path)
    for number in range(9):
        assert table.cost(f"m{number}", NOW, Usage(1)) == Cost(input=1)
    assert len(json.loads(cache_file(tmp_path).read_bytes())["rows"]) == 3


def test_the_library_is_not_imported_for_a_price_ready_or_on_disk(tmp_path: Path) -> None:
    PriceTable(cache_dir=tmp_path).cost("gpt-5", NOW, MIXED)
    script = """if True:
        import sys
        from pathlib import Path
        from cctop.events import Usage
        from cctop.prices.table import PriceTable
        table = PriceTable({"m": {"input": 1, "output": 1}}, Path(sys.argv[1]))
        assert all(table.cost(m, 1, Usage(1)) for m in ("claude-opus-5-5", "gpt-5", "m"))
        assert table.version
        print([m for m in ("genai_prices", "pydantic", "importlib.metadata") if m in sys.modules])
    """
    command = [sys.executable, "-c", script, str(tmp_path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "[]\n"


def test_version_and_source() -> None:
    assert PriceTable().source == "genai-prices"
    assert PriceTable().version == catalogue.version()
