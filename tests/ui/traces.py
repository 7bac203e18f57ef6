"""A trace of the picture that `factory` makes, and the picture with a loop in it."""

from factory import MINUTE, NOW, c, compactions, detail, failures, snapshot, usd
from msgspec.structs import replace

from cctop.book.snapshot import Failure, Snapshot, Streak
from cctop.book.trace import Attempt, Chain, Item, Loss, Outcome, Reread, Trace

STREAK = Streak(
    c("Bash"), c("pytest -x tests/billing"), c("input"), 9, NOW - 4 * MINUTE, NOW - 5_000,
    usd(2.1), "",
)  # fmt: skip
WORDS = "The queue loses its third job. Let me run the tests once more, and see which one it is."


def attempt(failure: Failure) -> Attempt:
    ms = failure.duration_ms or 0
    return Attempt(
        failure.at - ms, failure.at, failure.tool_use_id, failure.target, failure.kind,
        failure.error, failure.duration_ms, failure.where,
    )  # fmt: skip


def well(failure: Failure, later: int, target: str) -> Attempt:
    """A try of the same that went well."""
    at = failure.at + later
    return Attempt(
        at - 9_000, at, f"{failure.tool_use_id}w", c(target), None, c(""), 9_000, failure.where
    )


def again(failure: Failure, later: int, error: str) -> Attempt:
    """A try of the same that failed, too."""
    at = failure.at + later
    return replace(
        attempt(failure), at=at - 9_000, ended_at=at, tool_use_id=f"{failure.tool_use_id}-{later}",
        error=c(error), duration_ms=9_000,
    )  # fmt: skip


def chains() -> tuple[Chain, ...]:
    """One for each failure of the picture; the last but one recovered, the last is open."""
    npm, read, rm, push, fetch, edit, pytest = failures()
    given, user = Outcome.GIVEN_UP, Outcome.STEPPED_IN
    return (
        Chain(npm.tool, "", c(""), (attempt(npm),), given, 0, 0),
        Chain(read.tool, "", c("Let me look."), (attempt(read),), given, 0, 0),
        Chain(rm.tool, "", c(""), (attempt(rm),), user, 0, 0),
        Chain(push.tool, "", c(""), (attempt(push),), given, 0, 0),
        Chain(fetch.tool, "", c(""), (attempt(fetch),), user, 0, 0),
        Chain(
            edit.tool, "", c("Now the queue itself."),
            (attempt(edit), well(edit, 14_000, edit.target)), Outcome.RECOVERED, usd(0.04), 0,
        ),
        Chain(
            pytest.tool, "", c(WORDS),
            (
                attempt(pytest),
                again(pytest, 41_000, "Exit code 1: AssertionError: expected 3 jobs, got 1"),
                replace(
                    well(pytest, 80_000, "pytest -x tests/billing -k three"), ended_at=0,
                    duration_ms=None,
                ),
            ),
            Outcome.OPEN, usd(0.31), 12_000,
        ),
    )  # fmt: skip


def losses() -> tuple[Loss, ...]:
    """One for each compaction of the picture; the second left no summary."""
    first, micro, third = compactions()
    queue, jobs, retry, api = (Item(path, 2, path not in first.unnamed) for path in first.touched)
    rereads = (
        Reread(retry.text, first.at + MINUTE, "toolu_r1", 4_120, usd(0.02)),
        Reread(queue.text, first.at + 2 * MINUTE, "toolu_r2", None, None),
    )
    ran = (
        Item(c("pytest -x tests/billing"), 4, True),
        Item(c("git log --oneline -20 -- src/app/billing"), 1, False),
        Item(c("docker compose up -d redis"), 1, False),
    )
    return (
        Loss(
            first.at, first.trigger, "", True, (retry, jobs), (queue, replace(api, count=1)), ran,
            rereads,
        ),
        Loss(
            micro.at, micro.trigger, "", False, (replace(jobs, named=None),), (), (), (),
        ),
        Loss(third.at, third.trigger, "", True, (), (), (), ()),
    )  # fmt: skip


def traced() -> Trace:
    return Trace("", chains(), (STREAK,), losses())


def looping() -> Snapshot:
    """The picture, of which the first session is in a loop."""
    plain = snapshot()
    first = replace(
        plain.sessions[0], streak=STREAK, activity=c("Bash pytest -x tests/billing"),
    )  # fmt: skip
    return snapshot(sessions=(first, *plain.sessions[1:]), detail=detail(first))
