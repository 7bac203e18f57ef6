"""Chains by hand: what is a retry, what is a recovery, how it ended, what it cost."""

from typing import Any

import pytest
from scribe import (
    MINUTE,
    SECOND,
    START,
    Json,
    answer,
    api_failure,
    interruption,
    prompt,
    result,
    session_id,
    text,
    tool_use,
    usage,
)
from world import RATES, World

from cctop.book.chains import BETWEEN
from cctop.book.trace import Chain, Outcome, Trace
from cctop.book.tracing import trace_of
from cctop.events import FailureKind

ONE = session_id(1)
NPM: tuple[str, Json] = ("Bash", {"command": "npm test"})
EDIT: tuple[str, Json] = ("Edit", {"file_path": "/w/app.py"})
READ: tuple[str, Json] = ("Read", {"file_path": "/w/app.py"})
OTHER: tuple[str, Json] = ("Read", {"file_path": "/w/other.py"})
SPENT = usage(1_000, 100, 5_000)
PAID = 1_000 * RATES.input + 100 * RATES.output + 5_000 * RATES.cache_read


class Telling:
    """A session that is told second by second."""

    def __init__(self, agent: str = "") -> None:
        self.now = START
        self.records: list[Any] = []
        self.agent = agent
        self.count = 0

    def prompt(self, words: str = "go") -> "Telling":
        self.now += 10 * SECOND
        self.records.append(prompt(self.now, words))
        return self

    def call(self, what: tuple[str, Json], error: str = "", said: str = "", **more: Any) -> str:
        """A response that calls a tool; its answer comes five seconds later."""
        name, given = what
        self.count += 1
        id = f"toolu_0123456789abcdef{self.count:04d}"
        self.now += 5 * SECOND
        blocks = [text(said)] if said else []
        self.records.append(answer(self.now, SPENT, [*blocks, tool_use(name, id, **given)],
                                   stop="tool_use"))  # fmt: skip
        self.now += 5 * SECOND
        self.records.append(result(self.now, id, error or "ok", error=bool(error), **more))
        return id

    def say(self, words: str = "Done.") -> "Telling":
        self.now += 5 * SECOND
        self.records.append(answer(self.now, SPENT, [text(words)]))
        return self

    def trace(self, *, ended: bool = True) -> Trace:
        world = World()
        world.feed(ONE, *self.records)
        return trace_of(
            world.book.sessions[ONE], world.book.sessions.get, world.path_of, ended=ended
        )

    def chains(self, *, ended: bool = True) -> tuple[Chain, ...]:
        return self.trace(ended=ended).chains


def test_a_failure_its_retries_and_the_recovery() -> None:
    told = Telling().prompt()
    first = told.call(NPM, "Exit code 1\nboom", said="I'll run the tests.\nThen we see.")
    told.call(OTHER)
    told.call(EDIT)
    told.call(NPM, "Exit code 1\nbang")
    told.call(EDIT)
    last = told.call(NPM)
    told.say()
    (chain,) = told.chains()
    assert (chain.tool, chain.agent_id) == ("Bash", "")
    assert chain.words.startswith("I'll run the tests.")
    assert [attempt.kind for attempt in chain.attempts] == [
        FailureKind.ERROR, FailureKind.ERROR, None
    ]  # fmt: skip
    assert (chain.first.tool_use_id, chain.attempts[-1].tool_use_id) == (first, last)
    assert [attempt.error for attempt in chain.attempts] == [
        "Exit code 1: boom", "Exit code 1: bang", ""
    ]  # fmt: skip
    assert (chain.retries, chain.failures) == (2, 2)
    assert chain.outcome is Outcome.RECOVERED
    # Five responses asked for what came after it, and the closing one comes later still.
    assert chain.cost == 5 * PAID
    assert chain.took_ms == 50 * SECOND


def test_a_failure_that_is_never_tried_again_costs_nothing_more() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.say()
    (chain,) = told.chains()
    assert (chain.outcome, chain.cost, chain.took_ms) == (Outcome.GIVEN_UP, 0, 0)
    assert chain.words == ""


def test_words_of_the_turn_before_are_not_words_before_it() -> None:
    told = Telling().prompt().say("All is well.").prompt()
    told.call(NPM, "no")
    told.call(OTHER, "no", said="Let me look.")
    told.call(EDIT, "no")
    assert [chain.words for chain in told.chains()] == ["", "Let me look.", "Let me look."]


def test_the_same_command_by_its_program_and_what_it_does() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.call(("Bash", {"command": "cd web && CI=1 npm test --silent | tail -3"}), "no")
    told.call(("Bash", {"command": "npm run build"}))
    told.call(("Bash", {"command": "npm test -- --watch=false"}))
    (chain,) = told.chains()
    assert len(chain.attempts) == 3
    assert chain.outcome is Outcome.RECOVERED


def test_the_same_file_whatever_is_to_be_changed_in_it() -> None:
    told = Telling().prompt()
    told.call(EDIT, "String to replace not found")
    told.call(READ)
    told.call(("Edit", {"file_path": "/w/other.py"}))
    told.call(EDIT)
    (chain,) = told.chains()
    assert [attempt.target for attempt in chain.attempts] == ["/w/app.py", "/w/app.py"]


def test_another_tool_on_the_same_file_is_no_retry() -> None:
    told = Telling().prompt()
    told.call(READ, "no such file")
    told.call(EDIT)
    told.say()
    (chain,) = told.chains()
    assert (len(chain.attempts), chain.outcome) == (1, Outcome.GIVEN_UP)


@pytest.mark.parametrize(("others", "retries"), [(BETWEEN, 1), (BETWEEN + 1, 0)])
def test_so_many_other_calls_may_lie_between(others: int, retries: int) -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    for _ in range(others):
        told.call(OTHER)
    told.call(NPM, "no")
    chains = told.chains(ended=False)
    assert chains[0].retries == retries
    assert len(chains) == 2 - retries
    outcome = Outcome.OPEN if retries else Outcome.GIVEN_UP
    assert chains[0].outcome is outcome
    assert chains[-1].outcome is Outcome.OPEN


def test_after_too_many_other_calls_it_is_given_up_though_the_turn_goes_on() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    for _ in range(BETWEEN + 1):
        told.call(OTHER)
    (chain,) = told.chains(ended=False)
    assert chain.outcome is Outcome.GIVEN_UP


def test_a_prompt_ends_a_chain() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.say("I give up.").prompt("try again")
    told.call(NPM, "no")
    told.call(NPM)
    first, second = told.chains()
    assert (first.outcome, len(first.attempts)) == (Outcome.GIVEN_UP, 1)
    assert (second.outcome, len(second.attempts)) == (Outcome.RECOVERED, 2)


def test_a_prompt_while_the_model_works_is_the_user_stepping_in() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.call(OTHER)
    told.prompt("no, wait").say()
    assert told.chains()[0].outcome is Outcome.STEPPED_IN


def test_esc_is_the_user_stepping_in() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.records.append(interruption(told.now + SECOND))
    assert told.chains()[0].outcome is Outcome.STEPPED_IN
    told.now += MINUTE
    told.prompt().say()
    assert told.chains()[0].outcome is Outcome.STEPPED_IN


def test_a_denied_retry_is_the_user_stepping_in() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.call(NPM, "The user doesn't want to proceed", toolDenialKind="user-rejected",
              toolDenialBeforeRun=True)  # fmt: skip
    told.say()
    (chain,) = told.chains()
    assert chain.outcome is Outcome.STEPPED_IN
    assert chain.failures == 2


def test_what_was_denied_first_and_allowed_then_recovered() -> None:
    told = Telling().prompt()
    told.call(NPM, "The user doesn't want to proceed", toolDenialKind="user-rejected",
              toolDenialBeforeRun=True)  # fmt: skip
    told.call(NPM)
    assert told.chains()[0].outcome is Outcome.RECOVERED


def test_an_api_failure_ends_the_turn() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.records.append(api_failure(told.now + SECOND))
    told.now += MINUTE
    told.prompt().say()
    assert told.chains()[0].outcome is Outcome.GIVEN_UP


def test_an_open_chain_costs_what_was_spent_up_to_now() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.call(OTHER)
    told.call(EDIT)
    (chain,) = told.chains(ended=False)
    assert (chain.outcome, chain.cost) == (Outcome.OPEN, 2 * PAID)
    assert told.chains(ended=True)[0].outcome is Outcome.GIVEN_UP


def test_a_retry_that_still_runs_is_part_of_it() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.call(NPM)
    told.records.pop()
    (chain,) = told.chains(ended=False)
    assert chain.outcome is Outcome.OPEN
    assert [attempt.ended_at > 0 for attempt in chain.attempts] == [True, False]


def test_calls_made_together_are_no_retries_of_each_other() -> None:
    ids = ["toolu_0123456789abcdef0001", "toolu_0123456789abcdef0002"]
    name, given = NPM
    told = Telling().prompt()
    told.records.append(
        answer(told.now, SPENT, [tool_use(name, id, **given) for id in ids], stop="tool_use")
    )
    told.records.append(result(told.now + SECOND, ids[0], "no", error=True))
    told.records.append(result(told.now + 2 * SECOND, ids[1], "ok"))
    told.now += MINUTE
    told.say()
    (chain,) = told.chains()
    assert (len(chain.attempts), chain.outcome) == (1, Outcome.GIVEN_UP)


def test_threads_have_chains_of_their_own() -> None:
    main, agent = Telling().prompt(), Telling().prompt()
    main.call(NPM, "no")
    agent.count = 50
    agent.call(NPM, "no", said="I am the agent.")
    agent.call(NPM)
    world = World()
    world.feed(ONE, *main.records)
    world.feed(ONE, *agent.records, agent="a1")
    session = world.book.sessions[ONE]
    chains = trace_of(session, world.book.sessions.get, world.path_of, ended=True).chains
    assert {(c.agent_id, c.outcome, c.cost) for c in chains} == {
        ("", Outcome.GIVEN_UP, 0), ("a1", Outcome.RECOVERED, PAID)
    }  # fmt: skip
    assert {c.words for c in chains} == {"", "I am the agent."}


def test_a_fork_leaves_the_chain_to_its_parent() -> None:
    told = Telling().prompt()
    told.call(NPM, "no", said="Let us see.")
    told.call(NPM)
    child = session_id(2)
    copies = [
        record | {"sessionId": child, "forkedFrom": {"sessionId": ONE}}
        for one in told.records
        for record in (one if isinstance(one, list) else [one])
    ]
    world = World()
    world.feed(child, *copies, prompt(told.now + MINUTE), answer(told.now + MINUTE + 1))
    world.feed(ONE, *told.records)
    world.book.settle()
    found = {
        id: trace_of(session, world.book.sessions.get, world.path_of, ended=True).chains
        for id, session in world.book.sessions.items()
    }
    assert found[child] == ()
    assert found[ONE] == told.chains()


def test_what_lies_in_two_chains_is_counted_once_in_all() -> None:
    told = Telling().prompt()
    told.call(NPM, "no")
    told.call(EDIT, "no")
    told.call(NPM)
    told.call(EDIT)
    told.say().prompt()
    told.call(OTHER, "no")
    told.call(OTHER)
    trace = told.trace()
    assert [chain.cost for chain in trace.chains] == [2 * PAID, 2 * PAID, PAID]
    assert trace.cost == 4 * PAID
