"""One trap: the files it is made of, and what they truly come to."""

from collections.abc import Callable, Mapping

from msgspec import Struct

from cctop import figures
from cctop.book.snapshot import Session
from cctop.selftest.records import session_id

A, B = session_id(1), session_id(2)
SLUG = "-home-ada-web"
Files = Mapping[str, bytes]
"""Contents by path, below the folder `projects/` of a Claude config folder."""


class Truth(Struct, frozen=True):
    """What one session comes to: pico-USD, tokens and counts. `inherited` is what a fork copied,
    `unpriced` the tokens without a price, `skipped` the lines that are told to be faulty.
    """

    cost: int
    unpriced: int = 0
    inherited: int = 0
    lower_bounds: int = 0
    skipped: int = 0

    def words(self) -> str:
        """Return it in a line: `$0.028 + 9,100 unpriced`."""
        said = figures.exact(self.cost)
        said += f" + {self.unpriced:,} unpriced" if self.unpriced else ""
        said += f", {figures.exact(self.inherited)} inherited" if self.inherited else ""
        said += f", {self.lower_bounds} lower bound" if self.lower_bounds else ""
        return said + (f", {self.skipped} faulty" if self.skipped else "")


class Trap(Struct, frozen=True):
    """A trap. `why` says what others get wrong, `write` gives its files, `truth` is by session."""

    name: str
    why: str
    write: Callable[[], Files]
    truth: Mapping[str, Truth]

    @property
    def cost(self) -> int:
        """What all its sessions cost, pico-USD."""
        return sum(truth.cost for truth in self.truth.values())


def found(session: Session) -> Truth:
    """Return what the meter makes of a session."""
    return Truth(
        session.cost,
        session.unpriced_tokens,
        session.inherited_cost,
        session.lower_bounds,
        session.skipped_lines,
    )


def main(session: str, slug: str = SLUG) -> str:
    """Return the path of a session's main file."""
    return f"{slug}/{session}.jsonl"


def agent(session: str, name: str) -> str:
    """Return the path of a subagent's file."""
    return f"{SLUG}/{session}/subagents/agent-{name}.jsonl"
