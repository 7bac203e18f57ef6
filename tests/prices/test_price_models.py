import pytest

from cctop.prices.models import canonical, context_window, short_name


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-opus-5-5", "claude-opus-5-5"),
        ("claude-opus-5-5[1m]", "claude-opus-5-5"),
        ("Claude-Opus-5-5[1M]", "claude-opus-5-5"),
        ("claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("claude-sonnet-4-5-20250929[1m]", "claude-sonnet-4-5"),
        ("claude-sonnet-4-20250514", "claude-sonnet-4"),
        ("claude-opus-4-0", "claude-opus-4"),
        ("claude-opus-4-1-20250805", "claude-opus-4-1"),
        ("claude-3-5-haiku-20241022", "claude-3-5-haiku"),
        ("claude-3-7-sonnet-latest", "claude-3-7-sonnet"),
        ("us.anthropic.claude-opus-4-5-20251101-v1:0", "claude-opus-4-5"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0:200k", "claude-3-5-sonnet"),
        ("global.anthropic.claude-opus-4-6-v1", "claude-opus-4-6"),
        (
            "arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-haiku-4-5-20251001-v1:0",
            "claude-haiku-4-5",
        ),
        ("claude-opus-4-5@20251101", "claude-opus-4-5"),
        ("claude-opus-4-6@default", "claude-opus-4-6"),
        ("anthropic/claude-sonnet-4.5", "claude-sonnet-4-5"),
        ("openrouter/anthropic/claude-opus-5.5", "claude-opus-5-5"),
        # Other models, although they begin or end alike.
        ("claude-opus-4-5-mini", "claude-opus-4-5-mini"),
        ("claude-sonnet-4-55", "claude-sonnet-4-55"),
        ("claude-sonnet-4-10", "claude-sonnet-4-10"),
        ("my-claude-opus-4-5", "my-claude-opus-4-5"),
        ("gpt-5.2", "gpt-5.2"),
        ("moonshotai/Kimi-K2", "moonshotai/kimi-k2"),
        ("<synthetic>", "<synthetic>"),
        ("", ""),
    ],
)
def test_canonical(model: str, name: str) -> None:
    assert canonical(model) == name
    assert canonical(name) == name


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("claude-opus-5-5[1m]", "opus-5-5"),
        ("claude-sonnet-4-5-20250929", "sonnet-4-5"),
        ("claude-3-5-haiku-20241022", "haiku-3-5"),
        ("claude-3-opus-20240229", "opus-3"),
        ("claude-mythos-5-2", "mythos-5-2"),
        ("gpt-5.2", "gpt-5.2"),
        ("moonshotai/kimi-k2-0905-preview", "kimi-k2-090…"),
        ("opus", "opus"),
        ("", ""),
    ],
)
def test_short_name(model: str, name: str) -> None:
    assert short_name(model) == name
    assert len(short_name(model)) <= 12


@pytest.mark.parametrize(
    ("model", "tokens"),
    [
        ("claude-opus-5-5", 1_000_000),
        ("claude-opus-4-7", 1_000_000),
        ("claude-opus-4-6", 200_000),
        ("claude-opus-4-6[1m]", 1_000_000),
        ("claude-sonnet-5", 1_000_000),
        ("claude-sonnet-4-6", 200_000),
        ("claude-sonnet-4-5-20250929", 200_000),
        ("claude-sonnet-4-20250514", 200_000),
        ("claude-haiku-5-5", 1_000_000),
        ("claude-haiku-4-5", 200_000),
        ("claude-fable-5", 1_000_000),
        ("claude-mythos-5-2", 1_000_000),
        ("claude-3-5-haiku-20241022", 200_000),
        ("us.anthropic.claude-opus-4-1-20250805-v1:0", 200_000),
        ("some-new-model[1m]", 1_000_000),
        ("claude-opus-9", None),
        ("gpt-5.2", None),
        ("", None),
    ],
)
def test_context_window(model: str, tokens: int | None) -> None:
    assert context_window(model) == tokens
