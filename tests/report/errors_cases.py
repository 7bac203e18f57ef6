"""A trace made by hand, with one of everything."""

from report_cases import CENT, MINUTE, NOW, WHERE

from cctop.book.snapshot import Streak
from cctop.book.trace import Attempt, Chain, Item, Loss, Outcome, Reread, Trace
from cctop.events import FailureKind, Trigger
from cctop.text import Clean

SECOND = 1_000


def attempt(
    at: int, kind: FailureKind | None, error: str = "", target: str = "npm test"
) -> Attempt:
    id = f"toolu_{at % 1_000_000}"
    return Attempt(at, at + 4 * SECOND, id, Clean(target), kind, Clean(error), 4_000, WHERE)


def chains() -> tuple[Chain, ...]:
    error, denied = FailureKind.ERROR, FailureKind.DENIED
    first, second, third = NOW - 40 * MINUTE, NOW - 30 * MINUTE, NOW - 5 * MINUTE
    return (
        Chain(
            Clean("Bash"), "", Clean("I'll run the tests to see where we stand."),
            (
                attempt(first, error, "Exit code 1: AssertionError: expected 3 jobs, got 2"),
                attempt(first + MINUTE, error, "Exit code 1: boom", "npm test -- --bail"),
                attempt(first + 3 * MINUTE, None),
            ),
            Outcome.RECOVERED, 41 * CENT, 0,
        ),
        Chain(
            Clean("Edit"), "a1", Clean(""),
            (attempt(second, denied, "rejected by the user", "src/app.py"),),
            Outcome.STEPPED_IN, 0, 0,
        ),
        Chain(
            Clean("WebFetch"), "", Clean("Let me look it up."),
            (attempt(second + MINUTE, error, "HTTP 404", "https://redis.io/docs"),),
            Outcome.GIVEN_UP, 0, 0,
        ),
        Chain(
            Clean("Bash"), "", Clean("Now push it."),
            (
                attempt(third, error, "Exit code 128: no upstream", "git push"),
                Attempt(third + MINUTE, 0, "toolu_9", Clean("git push -u origin main"), None,
                        Clean(""), None, WHERE),
            ),
            Outcome.OPEN, 3 * CENT, 1_200,
        ),
    )  # fmt: skip


def losses() -> tuple[Loss, ...]:
    return (
        Loss(
            NOW - 35 * MINUTE, Trigger.AUTO, "", True,
            (Item(Clean("/w/src/app.py"), 3, True), Item(Clean("/w/src/jobs.py"), 2, False)),
            (Item(Clean("/w/src/api.py"), 1, False),),
            (Item(Clean("npm test"), 4, True), Item(Clean("git log --oneline"), 1, False)),
            (
                Reread(Clean("/w/src/app.py"), NOW - 34 * MINUTE, "toolu_1", 2_500, CENT),
                Reread(Clean("/w/src/jobs.py"), NOW - 33 * MINUTE, "toolu_2", None, None),
            ),
        ),
        Loss(NOW - 20 * MINUTE, Trigger.MICRO, "a1", False, (), (), (), ()),
    )  # fmt: skip


def trace() -> Trace:
    streak = Streak(
        Clean("Bash"), Clean("npm test"), Clean("input"), 9, NOW - 44 * MINUTE, NOW - 40 * MINUTE,
        210 * CENT, "",
    )  # fmt: skip
    other = Streak(
        Clean("Edit"), Clean("String to replace not found in file."), Clean("error"), 3,
        NOW - 30 * MINUTE, NOW - 29 * MINUTE, 0, "a1",
    )  # fmt: skip
    return Trace("00000001", chains(), (streak, other), losses(), 43 * CENT, 1_200)
