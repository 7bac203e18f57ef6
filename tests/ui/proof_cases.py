"""Proofs of made-up calls, drawn from fixed numbers."""

from functools import reduce
from typing import Any

from cctop.book.calls import plus
from cctop.book.proof import (
    Charge,
    Decision,
    Figure,
    Line,
    Place,
    Proof,
    Row,
    RowKind,
    Standing,
)
from cctop.events import Usage
from cctop.prices.quotes import Quote
from cctop.prices.rates import Rates
from cctop.text import Clean, clean

AT = 1_795_340_000_000  # 2026-11-22 09:33:20 UTC
PATH = "/home/dev/.claude/projects/-home-dev-web/00000001-4f1c-4c55-9d5e-3b1f6a2e7c01.jsonl"
OPUS = Rates(4_000_000, 20_000_000, 200_000, 5_000_000, 8_000_000)
PLAIN = Quote("claude-opus-5-5", "genai-prices 0.2.3", 0, 0, OPUS, False, False, 1, 1, OPUS)
FAST = Quote(
    "claude-opus-5-5", "genai-prices 0.2.3", 1_793_491_200_000, 100_000, OPUS, True, False, 2, 1,
    OPUS.scaled(2),
)  # fmt: skip
USED = Usage(1_000, 100, 5_000, 1_000, 2_000, 40)
ADVISED = Usage(700, 70, web_searches=2)


def calls(session: str) -> list[Row]:
    """A plain call, one that grew in fast mode with an advisor, a lower bound without a price."""
    plain = Charge("response", Clean("claude-opus-5-5"), USED, PLAIN)
    fast = Charge("response", Clean("claude-opus-5-5"), USED, FAST)
    advisor = Charge("advisor", Clean("claude-opus-5-5"), ADVISED, PLAIN)
    unpriced = Charge("response", Clean("claude-fable-6"), USED, None)
    grown = "grown from 9,001 to 9,100 tokens in 2 lines"
    return [
        _row(session, 1, (plain,), "counted once of 2 lines"),
        _row(session, 2, (fast, advisor), grown, agent="a45b6821", turn=2),
        _row(session, 3, (unpriced,), "counted", turn=2, lower_bound=True),
    ]


def _row(session: str, number: int, charges: tuple[Charge, ...], words: str, **more: Any) -> Row:
    lines = tuple(
        Line(Place(PATH, 1_000 * number + n, Standing.HERE), session, AT, each, USED)
        for n, each in enumerate((Decision.COUNTED, Decision.REPEATED))
    )
    fields: dict[str, Any] = {
        "turn": 1,
        "decision": Decision.GROWN if words.startswith("grown") else Decision.COUNTED,
    }
    return Row(
        amount=sum(charge.cost.total for charge in charges),
        kind=RowKind.CALL,
        at=AT + 60_000 * number,
        session=session,
        name=charges[0].model,
        place=lines[0].place,
        words=clean(words),
        message_id=clean(f"msg_01AbCdEfGhIjKlMnOpQr{number}"),
        request_id=clean(f"req_01AbCdEfGhIjKlMnOpQr{number}"),
        usage=reduce(plus, (charge.usage for charge in charges)),
        charges=charges,
        lines=lines,
        owner=session,
        **(fields | more),
    )


def made_proof(session: str, figure: Figure, count: int = 3) -> Proof:
    """The proof of any figure: the same calls, as often as it takes for `count` rows."""
    one = calls(session)
    rows = tuple((one * (count // len(one) + 1))[:count])
    numbers = {PATH: {1_000 * n + m: 10 * n + m for n in range(1, 4) for m in range(2)}}
    total = sum(row.amount for row in rows)
    notes = (Clean("+ 9,100 unpriced tokens, no part of the sum"),)
    return Proof(figure, session, rows, total, total, AT + 3_600_000, notes, numbers)
