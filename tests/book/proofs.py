"""A world in which someone watches what is folded, and asks for the proof of every figure."""

from collections.abc import Iterator, Mapping

from world import File as WorldFile
from world import World

from cctop.book.evidence import Evidence, File
from cctop.book.proof import Decision, Figure, Proof, RowKind, Unit
from cctop.book.prove import prove
from cctop.book.snapshot import Session
from cctop.book.witness import Witness
from cctop.events import Reset, TranscriptEvent
from cctop.prices.table import PriceTable

OF_A_SESSION = tuple(figure for figure in Figure if figure is not Figure.TODAY)
TABLE = PriceTable()


class WatchedWorld(World):
    """A world whose files a witness hears, too."""

    def __init__(self, prices: PriceTable = TABLE) -> None:
        super().__init__(prices)
        self.witness = Witness(self.book)
        self.evidence = Evidence(self.witness, lambda n: File(self.path_of(n), gone=False), prices)

    def feed_bytes(self, data: bytes, file: WorldFile) -> list[TranscriptEvent]:
        events = file.decode(data)
        self.witness.apply(events)
        return events

    def reset(self, file: WorldFile) -> None:
        file.restart()
        self.witness.apply([Reset(file.origin, 0, 0)])

    def prove(self, session: str, figure: Figure, now: int) -> Proof:
        state = self.book.sessions[session]
        return prove(state, figure, self.session(session, now), self.evidence)

    def proofs(self, now: int) -> Iterator[tuple[Session, Mapping[Figure, Proof]]]:
        """Every proof of every session that is shown."""
        for told in self.paint(now).sessions:
            state = self.book.sessions[told.id]
            yield told, {each: prove(state, each, told, self.evidence) for each in OF_A_SESSION}


def check(told: Session, proofs: Mapping[Figure, Proof]) -> None:
    """Each proof adds up to its figure, to the last digit, and so does all that it says besides."""
    for figure, proof in proofs.items():
        assert proof.total == sum(row.amount for row in proof.rows)
        assert proof.holds, (figure, proof.total, proof.shown)
        for row in proof.rows:
            if row.kind is RowKind.CALL and figure is not Figure.CONTEXT:
                assert row.tokens == sum(charge.tokens for charge in row.charges)
    assert proofs[Figure.COST].shown == told.cost
    assert proofs[Figure.TOKENS].shown == told.tokens.total
    assert proofs[Figure.UNPRICED].shown == told.unpriced_tokens
    assert proofs[Figure.INHERITED].shown == told.inherited_cost
    assert proofs[Figure.CONTEXT].shown == told.context.tokens
    assert proofs[Figure.FAILURES].shown == told.tool_failures
    assert proofs[Figure.UNLOGGED].shown == (told.books.unlogged if told.books else None)
    _check_kinds(told, proofs)


def _check_kinds(told: Session, proofs: Mapping[Figure, Proof]) -> None:
    """The rows hold every smaller figure of the session, too."""
    rows = proofs[Figure.COST].rows
    assert len(rows) == told.api_calls
    assert sum(row.lower_bound for row in rows) == told.lower_bounds
    for kind in ("input", "output", "cache_read", "cache_write_5m", "cache_write_1h", "thinking"):
        assert sum(getattr(row.usage, kind) for row in rows) == getattr(told.tokens, kind)
    assert sum(row.usage.web_searches for row in rows) == told.web_searches
    assert sum(row.tokens for row in proofs[Figure.INHERITED].rows) == told.inherited_tokens
    assert all(row.inherited for row in proofs[Figure.INHERITED].rows)
    assert not any(row.inherited for row in rows)
    for row in (*rows, *proofs[Figure.INHERITED].rows):
        assert row.lines
        firsts = [line for line in row.lines if line.decision is Decision.COUNTED]
        assert len(firsts) <= 1
        assert (row.decision is Decision.COPY) == row.inherited
    kept = [row for row in proofs[Figure.FAILURES].rows if row.decision is Decision.COUNTED]
    assert len(kept) == told.tool_failures
    left_out = len(proofs[Figure.FAILURES].rows) - len(kept)
    assert left_out == told.denials + told.interruptions
    for row in proofs[Figure.CONTEXT].rows:
        assert row.kind is RowKind.COMPACTION or row.usage.prompt == row.amount
    assert {figure.unit for figure in proofs} == set(Unit)
