"""The books of the demo, by hand."""

import pytest

from cctop.demo.bill import PICO, Account, Book, price, total
from cctop.events import Usage


@pytest.mark.parametrize(
    ("model", "usage", "usd"),
    [
        ("claude-opus-5-5", Usage(input=1_000_000), 4.0),
        ("claude-opus-5-5", Usage(output=1_000_000, thinking=400_000), 20.0),
        ("claude-opus-5-5", Usage(cache_write_5m=1_000_000), 5.0),
        ("claude-opus-5-5", Usage(cache_write_1h=1_000_000), 8.0),
        ("claude-opus-5-5", Usage(cache_read=1_000_000), 0.2),
        ("claude-sonnet-5-5", Usage(input=500_000, output=100_000), 2.0),
        ("claude-sonnet-4-6", Usage(cache_read=100_000, output=10_000), 0.18),
        ("claude-haiku-5-5", Usage(input=100_000), 0.01),
        ("claude-haiku-5-5", Usage(input=100_001), 0.0500005),
        ("claude-haiku-5-5", Usage(web_searches=3), 0.03),
    ],
)
def test_prices_are_the_list_prices(model: str, usage: Usage, usd: float) -> None:
    assert price(model, usage) == round(usd * PICO)


def test_a_model_without_a_price_is_unpriced_to_us_and_a_guess_to_the_cli() -> None:
    account = Account()
    account.bill("kestrel-coder-2", Usage(input=1_000, output=100))
    account.bill("claude-opus-5-5", Usage(output=1_000))
    book = Book().with_account(account)
    assert price("kestrel-coder-2", Usage(input=1)) is None
    assert account.cost == 20_000_000 * 1_000
    assert account.unpriced_tokens == 1_100
    assert book.has_unknown_model
    assert book.cost == account.cost + 1_000 * 4_000_000 + 100 * 20_000_000


def test_books_go_on_from_those_of_the_parent_and_hold_side_calls() -> None:
    parent, fork = Account(), Account()
    parent.bill("claude-opus-5-5", Usage(output=10))
    parent.bill_unlogged("claude-opus-5-5", Usage(output=5))
    fork.bill("claude-opus-5-5", Usage(output=100))
    before = Book().with_account(parent)
    book = before.with_account(fork)
    assert book.models["claude-opus-5-5"].usage.output == 115
    assert before.models["claude-opus-5-5"].usage.output == 15
    assert book.model_usage()["claude-opus-5-5"]["costUSD"] == pytest.approx(115 * 20e-6)
    assert (parent.usage.output, parent.api_calls) == (10, 1)


def test_thinking_is_a_part_of_output() -> None:
    assert total(Usage(input=1, output=10, cache_read=100, thinking=7)) == 111
