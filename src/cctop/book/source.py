"""What the screen asks of who makes its pictures: the engine, or a replay."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from cctop.book.snapshot import Failure, Snapshot
from cctop.book.trace import Trace
from cctop.text import Clean

if TYPE_CHECKING:
    from cctop.book.proof import Figure, Proof


class Call(Protocol):
    """The whole of one tool call, read back from its file: every line is clean."""

    @property
    def input(self) -> tuple[Clean, ...]:
        """What the tool was asked for."""
        ...

    @property
    def output(self) -> tuple[Clean, ...]:
        """What it answered."""
        ...


class Source(Protocol):
    """Pictures, and nothing of how they are made."""

    def start(self, on_change: Callable[[], None]) -> None:
        """Begin to read, in a thread of its own; `on_change` is called from that thread."""

    def stop(self) -> None:
        """End the thread."""

    def latest(self) -> Snapshot:
        """The newest picture: never waits."""

    def focus(self, session: str | None) -> None:
        """Say whose `Snapshot.detail` is wanted."""

    def read_call(self, failure: Failure) -> Call:
        """Read one tool call from disk, whole. Raises OSError where its file is gone."""
        ...

    def trace(self, session: str) -> Trace | None:
        """Say what became of a session's failures, and what its compactions lost; None for an
        unknown session. Waits for the engine. Raises OSError where that does not answer.
        """
        ...

    def proof(self, session: str, figure: "Figure") -> "Proof":
        """Return every call behind a figure. Takes its time: for a thread of the asker's own.

        Raises `ProofError` where none can be made now.
        """
        ...
