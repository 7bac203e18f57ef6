"""Traps of several files: forks, which copy, and subagents, which lie elsewhere."""

from collections.abc import Callable, Iterator

from cctop.selftest.records import (
    SECOND,
    SONNET,
    START,
    Json,
    answer,
    calls,
    encoded,
    prompt,
    queued,
)
from cctop.selftest.responses import BASE, base, pico
from cctop.selftest.trap import SLUG, A, B, Files, Trap, Truth, agent, main

FORK = "a fork copies its parent's lines: they count once, for the parent"
_MADE = Truth(pico("0.084"))  # two responses, and one of a subagent's, which is not copied
_COPIED = Truth(pico("0.014"), inherited=pico("0.056"))


def traps() -> Iterator[Trap]:
    """Yield the traps of several files."""
    yield Trap(
        "weak ids of two sessions",
        "a proxy's ids start anew in each session: these are two calls",
        lambda: {main(id): encoded(base(id="msg_1", request=None)) for id in (A, B)},
        {A: Truth(pico("0.028")), B: Truth(pico("0.028"))},
    )
    forks: tuple[tuple[str, Json], ...] = (
        ("a fork (--fork-session)", {"requestSessionId": A}),
        ("a fork (/branch)", {"forkedFrom": {"sessionId": A}}),
        ("a fork that left no trace", {}),
    )
    for name, trace in forks:
        yield Trap(name, FORK, _fork(trace), {A: _MADE, B: _COPIED})
    yield Trap(
        "a resume that kept its parent's sessionId",
        FORK,
        _resume,
        {A: Truth(pico("0.056")), B: Truth(pico("0.014"), inherited=pico("0.056"))},
    )
    yield Trap(
        "a fork whose parent was deleted",
        "what the copies hold counts for the parent all the same",
        lambda: {
            path: data for path, data in _fork({"requestSessionId": A})().items() if B in path
        },
        {A: Truth(pico("0.056")), B: _COPIED},
    )
    yield Trap(
        "subagents of every layout",
        "beside the session, below it, in a workflow's folder: each counts, once",
        _subagents,
        {A: Truth(pico("0.07"))},  # 0.028 + 3 × 0.014
    )
    yield Trap(
        "a subagent that lies in the main file, too",
        "older versions wrote its lines to both",
        _both,
        {A: Truth(pico("0.042"))},
    )


def _fork(trace: Json) -> Callable[[], Files]:
    def write() -> Files:
        first = [prompt(START), *calls(START, "Bash", spent=BASE), *base()]
        copies = [
            record | {"sessionId": B} | (trace if record["type"] == "assistant" else {})
            for record in first
        ]
        begun = [queued(START + 60 * SECOND)] if trace else []
        own = answer(START + 61 * SECOND, BASE, model=SONNET)
        return {
            main(A): encoded(first),
            agent(A, "a1"): encoded(base()),
            main(B): encoded(begun, copies, own),
        }

    return write


def _resume() -> Files:
    first = [prompt(START), *base(), *base()]
    copies = [record | {"sessionId": A} for record in first]
    own = answer(START + 61 * SECOND, BASE, model=SONNET, sessionId=B)
    return {main(A): encoded(first), main(B): encoded(copies, own)}


def _subagents() -> Files:
    chained = {"isSidechain": True, "sessionId": A}
    return {
        main(A): encoded(base()),
        agent(A, "a1"): encoded(base(SONNET, **chained)),
        f"-p/{A}/subagents/workflows/wf_1/agent-a2.jsonl": encoded(base(SONNET, **chained)),
        f"{SLUG}/agent-0badcafe.jsonl": encoded(base(SONNET, **chained)),
    }


def _both() -> Files:
    chained = base(SONNET, isSidechain=True, sessionId=A)
    return {main(A): encoded(base(), chained), agent(A, "a1"): encoded(chained)}
