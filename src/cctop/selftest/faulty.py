"""Traps of faulty lines: each costs only itself, and is told."""

import json
from collections.abc import Callable, Iterator
from typing import NamedTuple

from cctop.selftest.records import encoded, line
from cctop.selftest.responses import base, pico
from cctop.selftest.trap import A, Trap, Truth, main

ALONE = "a line that cannot be read costs only itself"
NUMBERS = "a count that is no count costs only that count"
SOUND = "0.056"
"""What the responses before and after the faulty line cost."""


class Fault(NamedTuple):
    """A faulty line: what is billed of it all the same, and how many lines are told."""

    name: str
    why: str
    line: Callable[[], bytes]
    usd: str
    told: int
    lower_bounds: int = 0


def _with_input(value: object) -> Callable[[], bytes]:
    return lambda: line(base(spent={"input_tokens": value})[0])


FAULTS: tuple[Fault, ...] = (
    Fault("null", ALONE, lambda: b"null\n", "0", 1),
    Fault("a list", ALONE, lambda: b"[]\n", "0", 1),
    Fault("half a line", ALONE, lambda: line(base()[0])[:200] + b"\n", "0", 1),
    Fault("input_tokens null", NUMBERS, _with_input(None), "0.024", 0),
    Fault("input_tokens a float", NUMBERS, _with_input(1000.0), "0.028", 1),
    Fault("input_tokens a string", NUMBERS, _with_input("1000"), "0.024", 1),
    Fault("input_tokens below zero", NUMBERS, _with_input(-1000), "0.024", 0),
    Fault("input_tokens beyond all", NUMBERS, _with_input(10**15), "0.024", 0),
    Fault(
        "usage a string",
        ALONE,
        lambda: line(base()[0] | {"message": {"usage": "x", "id": "m"}}),
        "0",
        1,
        lower_bounds=1,  # a response that used nothing yet, and has no end
    ),
    Fault(
        "a lone surrogate",
        "half a character in a field that nobody needs",
        lambda: json.dumps(base(toolUseResult="cut \ud83d")[0]).encode() + b"\n",
        "0.028",
        1,
    ),
    Fault(
        "not UTF-8",
        "a path in another encoding",
        lambda: line(base(cwd="/home/XX")[0]).replace(b"XX", b"\xff\xfe"),
        "0.028",
        1,
    ),
    Fault(
        "a hole of NULs",
        "a crash of the machine leaves them",
        lambda: b"\0" * 5_000 + line(base()[0]),
        "0.028",
        1,
    ),
    Fault(
        "NULs alone", "a crash of the machine leaves them", lambda: b"\0" * 5_000 + b"\n", "0", 1
    ),
    Fault("blank", "a blank line is no fault", lambda: b"\n   \n", "0", 0),
    Fault(
        "33 MB of one line",
        "no request is that large",
        lambda: b'{"type":"user","x":"' + b"y" * (33 << 20) + b'"}\n',
        "0",
        1,
    ),
)


def traps() -> Iterator[Trap]:
    """Yield a trap for each fault, between two sound responses, and one of a line without end."""
    for fault in FAULTS:
        cost = pico(SOUND) + pico(fault.usd)
        truth = Truth(cost, lower_bounds=fault.lower_bounds, skipped=fault.told)
        yield Trap(f"a faulty line: {fault.name}", fault.why, _writer(fault), {A: truth})
    yield Trap(
        "a torn last line",
        "a line without its end is still being written: no fault, and no call yet",
        lambda: {main(A): encoded(base(), line(base()[0])[:-40])},
        {A: Truth(pico("0.028"))},
    )


def _writer(fault: Fault) -> Callable[[], dict[str, bytes]]:
    return lambda: {main(A): encoded(base(), fault.line(), base())}
