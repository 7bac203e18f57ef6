"""Traps of one file: how responses are written, and what they cost.

`PRICES` is what the amounts were worked out from.
"""

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cctop.selftest.records import (
    HAIKU,
    OPUS,
    SONNET,
    START,
    Json,
    answer,
    api_failure,
    encoded,
    fresh,
    prompt,
    text,
    usage,
)
from cctop.selftest.trap import A, Trap, Truth, main

PRICES = """\
USD per million tokens: input, output, 5 m write, 1 h write, read.

    opus-5-5    4    20    5     8    0.2        fable-5-2  8    40    10    16   0.2
    opus-4-8    5    25    6.25  10   0.5        fable-5-1  10   50    12.5  20   0.25
    opus-4-6    5    25    6.25  10   0.5        haiku-4-5  1    5     1.25  2    0.1
    sonnet-5-5  2    10    2.5   4    0.1        haiku-5-5  0.1  0.5   0.125 0.2  0.01 (×5 > 100k)

A web search costs $0.01. BASE is 1,000 input, 100 output, 5,000 read, 1,000 written for 5 m and
2,000 for 1 h, so that with opus-5-5 it costs 1000×4 + 100×20 + 5000×0.2 + 1000×5 + 2000×8 = 28,000
millionths: $0.028.
"""
BASE = usage(1_000, 100, 5_000, 1_000, 2_000)
TOKENS = 9_100
"""All tokens of BASE."""
BLOCKS = [text("a"), text("b"), text("c")]
HALF = usage(60_000, 100)
WHOLE = usage(120_000, 200)
EXTRA = usage(700, 70)
PROXY = "msg_01AbCdEfGhIjKlMnOpQrStUv"

LINES = "a response has a line for each block, and each repeats its usage"
GROWS = "usage grows while a response streams: the largest counts, wherever it stands"
CACHE = "a cache write for an hour costs 1.6 times that for five minutes"
PRICE = "each model has its own price"
SPEED = "the fast mode multiplies the price, by model"
TIER = "above a threshold all of a response costs more, its output too"
SIDE = "a response can hold calls that are billed besides it"
FREE = "what stands where a response would costs nothing"


class Case(NamedTuple):
    """A trap of one session's main file; `usd` is a decimal number."""

    name: str
    why: str
    records: Callable[[], list[Any]]
    usd: str
    unpriced: int = 0
    lower_bounds: int = 0


def pico(usd: str) -> int:
    """Return an amount of USD, written with at most twelve decimals, in pico-USD."""
    whole, _, decimals = usd.partition(".")
    return int(whole + decimals.ljust(12, "0"))


def base(model: str = OPUS, **more: Any) -> list[Json]:
    """Return a response that used BASE, and what `spent` says besides."""
    return answer(START, BASE | more.pop("spent", {}), model=model, **more)


def grown() -> list[Json]:
    """Return a response whose lines say more and more."""
    records = answer(START, BASE, BLOCKS)
    for record, output in zip(records, (1, 40, 100), strict=True):
        record["message"]["usage"] = BASE | {"output_tokens": output}
    return records


def passes(*parts: Json, kind: str = "message", **more: Any) -> Json:
    """Return `iterations` of one kind."""
    return {"iterations": [part | {"type": kind} | more for part in parts]}


def _with_a_copy() -> list[Any]:
    record = base()[0]
    return [record, record | {"isSidechain": True, "uuid": fresh("u")}]


_SEARCHED = usage(1_000, 100, 5_000, 1_000, 2_000, searches=3)
_ALL = usage(1_000, 100, 5_000, 1_000, 2_000, searches=2, speed="fast", inference_geo="us")

COUNTED: tuple[Case, ...] = (
    Case("clean", "two responses", lambda: [prompt(START), base(), base()], "0.056"),
    Case("3 lines per message.id", LINES, lambda: [answer(START, BASE, BLOCKS)], "0.028"),
    Case("growing snapshots", GROWS, lambda: [grown()], "0.028"),
    Case("growing snapshots, last line first", GROWS, lambda: [grown()[::-1]], "0.028"),
    Case(
        "no requestId (proxy)",
        "without a request id, the message id decides",
        lambda: [answer(START, BASE, BLOCKS, request=None)],
        "0.028",
    ),
    Case(
        "no requestId, weak id",
        "a proxy's message id holds within its session",
        lambda: [answer(START, BASE, BLOCKS, id="msg_1", request=None)],
        "0.028",
    ),
    Case(
        "replay under a new requestId",
        "an id of the API is unique in the world, whatever the request is called",
        lambda: [base(id=PROXY), base(id=PROXY)],
        "0.028",
    ),
    Case(
        "sidechain copy in the main file",
        "a copy of a subagent's line is no second call",
        _with_a_copy,
        "0.028",
    ),
    Case(
        "progress records",
        "a record within a progress record is no call",
        lambda: [
            base(),
            {"type": "progress", "data": {"type": "agent_progress", "message": base()[0]}},
        ],
        "0.028",
    ),
    Case("synthetic", FREE, lambda: [base("<synthetic>"), base()], "0.028"),
    Case(
        "an API error",
        FREE,
        lambda: [api_failure(START) | {"message": base()[0]["message"]}, base()],
        "0.028",
    ),
    Case(
        "no stop_reason",
        "what has no end may have cost more",
        lambda: [base(stop=None)],
        "0.028",
        lower_bounds=1,
    ),
    Case("a legacy costUSD", "it is an estimate of its day", lambda: [base(costUSD=5)], "0.028"),
    Case(
        "an unknown model",
        "no price is neither $0 nor another model's price",
        lambda: [base("claude-zephyr-9"), base()],
        "0.028",
        unpriced=TOKENS,
    ),
)
PRICED: tuple[Case, ...] = (
    Case("1 h cache writes", CACHE, lambda: [answer(START, usage(write_1h=1_000_000))], "8"),
    Case("5 m cache writes", CACHE, lambda: [answer(START, usage(write_5m=1_000_000))], "5"),
    Case(
        "cache writes without a split",
        "they have the price of five minutes",
        lambda: [answer(START, {"cache_creation_input_tokens": 1_000_000})],
        "5",
    ),
    Case(
        "cache writes only in the split",
        "old versions left the total 0",
        lambda: [base(spent={"cache_creation_input_tokens": 0})],
        "0.028",
    ),
    Case("web search $10/1k", "searches cost besides", lambda: [base(spent=_SEARCHED)], "0.058"),
    Case("Opus 5.5, fast", SPEED, lambda: [base(spent={"speed": "fast"})], "0.056"),
    Case("Opus 4.6", PRICE, lambda: [base("claude-opus-4-6")], "0.03625"),
    Case(
        "Opus 4.6, fast (×6)",
        SPEED,
        lambda: [base("claude-opus-4-6", spent={"speed": "fast"})],
        "0.2175",
    ),
    Case("Opus 4.8", PRICE, lambda: [base("claude-opus-4-8")], "0.03625"),
    Case(
        "Opus 4.8, fast",
        SPEED,
        lambda: [base("claude-opus-4-8", spent={"speed": "fast"})],
        "0.0725",
    ),
    Case("Sonnet 5.5", PRICE, lambda: [base(SONNET)], "0.014"),
    Case(
        "Sonnet 5.5 has no fast mode",
        SPEED,
        lambda: [base(SONNET, spent={"speed": "fast"})],
        "0.014",
    ),
    Case("Fable 5.1", PRICE, lambda: [base("claude-fable-5-1")], "0.06875"),
    Case("Fable 5.2", PRICE, lambda: [base("claude-fable-5-2")], "0.055"),
    Case("Haiku 5.5", PRICE, lambda: [base(HAIKU)], "0.000725"),
    Case(
        "Haiku 5.5, 100,000 tokens",
        TIER,
        lambda: [answer(START, usage(1_000, 100, 96_000, 1_000, 2_000), model=HAIKU)],
        "0.001635",
    ),
    Case(
        "Haiku 5.5, 100,001 tokens (×5, output too)",
        TIER,
        lambda: [answer(START, usage(1_000, 100, 96_001, 1_000, 2_000), model=HAIKU)],
        "0.00817505",
    ),
    Case("Haiku 4.5 by its date", PRICE, lambda: [base("claude-haiku-4-5-20251001")], "0.00725"),
    Case(
        "in the US",
        "inference in the US costs a tenth more",
        lambda: [base(spent={"inference_geo": "us"})],
        "0.0308",
    ),
    Case(
        "nowhere in particular",
        "no other place costs more",
        lambda: [base(spent={"inference_geo": "not_available"})],
        "0.028",
    ),
    Case(
        "in the US, fast, with searches",
        "both multiply tokens, neither multiplies searches",
        lambda: [base(spent=_ALL)],
        "0.0816",
    ),
    Case(
        "a priority tier",
        "a service tier changes nothing",
        lambda: [base(spent={"service_tier": "priority"})],
        "0.028",
    ),
    Case(
        "[1m] in the model's name",
        "the long context is no model of its own",
        lambda: [base(f"{OPUS}[1m]")],
        "0.028",
    ),
    Case(
        "[1m] in what was asked for",
        "the long context is no model of its own",
        lambda: [base(requestedModel=f"{OPUS}[1m]")],
        "0.028",
    ),
    Case(
        ">200k tier of a model that has none",
        "only some models have such a tier",
        lambda: [answer(START, usage(300_000, 100))],
        "1.202",
    ),
    Case(
        "another model answers than was asked",
        "Claude Code books the model that was asked for",
        lambda: [base(HAIKU, requestedModel=OPUS)],
        "0.028",
    ),
    Case(
        "an advisor of another model",
        SIDE,
        lambda: [base(SONNET, spent=passes(EXTRA, kind="advisor_message", model=OPUS))],
        "0.0182",
    ),
    Case(
        "a compaction within a response",
        SIDE,
        lambda: [base(spent=passes(EXTRA, kind="compaction"))],
        "0.0322",
    ),
    Case(
        "passes that make up the whole",
        "each pass has its own tier",
        lambda: [answer(START, WHOLE | passes(HALF, HALF), model=HAIKU)],
        "0.0121",
    ),
    Case(
        "passes that do not",
        "then the whole has one",
        lambda: [answer(START, WHOLE | passes(HALF, EXTRA), model=HAIKU)],
        "0.0605",
    ),
)


def traps() -> Iterator[Trap]:
    """Yield the traps of one file."""
    for case in (*COUNTED, *PRICED):
        truth = Truth(pico(case.usd), case.unpriced, lower_bounds=case.lower_bounds)
        yield Trap(case.name, case.why, _writer(case), {A: truth})


def _writer(case: Case) -> Callable[[], dict[str, bytes]]:
    return lambda: {main(A): encoded(*case.records())}
