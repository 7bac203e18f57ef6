"""The trial: every trap is written, read by the meter, and held against its truth."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from cctop.book.proof import Figure
from cctop.engine.reading import Reading, read_all
from cctop.engine.settings import Settings
from cctop.selftest import copies, faulty, responses
from cctop.selftest.records import START, numbered
from cctop.selftest.trap import Files, Trap, Truth, found

FIRST_ID = 10**9  # far from the ids that tests make up
_PROVED = (Figure.COST, Figure.TOKENS, Figure.UNPRICED, Figure.INHERITED)


class Outcome(Struct, frozen=True):
    """What came of one trap: what was found, by session, and whether every figure was proved."""

    trap: Trap
    found: Mapping[str, Truth]
    proved: bool

    @property
    def passed(self) -> bool:
        """Whether it is the truth."""
        return self.found == dict(self.trap.truth) and self.proved

    @property
    def cost(self) -> int:
        """What was found for all sessions, pico-USD."""
        return sum(truth.cost for truth in self.found.values())


def traps() -> Iterator[Trap]:
    """Yield all traps."""
    yield from responses.traps()
    yield from copies.traps()
    yield from faulty.traps()


def files_of(trap: Trap) -> Files:
    """Return the files of a trap: always the same ones."""
    with numbered(FIRST_ID):
        return trap.write()


def lay(trap: Trap, root: Path) -> None:
    """Write a trap's files into the Claude config folder `root`. Raises OSError."""
    for below, data in files_of(trap).items():
        path = root / "projects" / below
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def spring(trap: Trap) -> Outcome:
    """Try one trap, in a folder that is gone afterwards. Raises OSError."""
    with tempfile.TemporaryDirectory(prefix="cctop-selftest-") as folder:
        root = Path(folder) / ".claude"
        lay(trap, root)
        # No settings of the user's, no cache, no store, no spool: what is here, and nothing else.
        reading = read_all(Settings(roots=(root,)), lambda: START)
        sessions = {session.id: found(session) for session in reading.snapshot.sessions}
        return Outcome(trap, sessions, _is_proved(reading))


def _is_proved(reading: Reading) -> bool:
    """Whether the calls behind each figure add up to it."""
    return all(
        reading.proof(session.id, figure).holds
        for session in reading.snapshot.sessions
        for figure in _PROVED
    )
