"""Proofs of what lies on disk: with and without a store, at rest, deleted, and while it is read."""

import json
import threading
from pathlib import Path
from random import Random

import pytest
from families import Story, families
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from proofs import OF_A_SESSION, check
from scribe import HOUR, MINUTE, START, Json, answer, cost_state, prompt, session_id, text, usage
from test_corpus import CORPUS, FILES
from test_history_property import grown
from test_reader_property import write

from cctop.book.proof import Decision, Figure, Place, Proof, ProofError, RowKind, Standing
from cctop.engine.case import line_of
from cctop.engine.engine import Engine
from cctop.engine.opening import open_book
from cctop.engine.prover import Prover
from cctop.engine.reading import Reading, read_all
from cctop.engine.settings import Settings

FIXTURES = Path(__file__).parents[1] / "fixtures" / "transcripts"
NAMES = sorted(path.parent.name for path in FIXTURES.glob("*/truth.json"))
LATER = 1_800_000_000_000
ONE, TWO = session_id(1), session_id(2)
some = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def proofs_of(reading: Reading, session: str) -> dict[Figure, Proof]:
    return {figure: reading.proof(session, figure) for figure in OF_A_SESSION}


def check_all(reading: Reading) -> None:
    for session in reading.snapshot.sessions:
        check(session, proofs_of(reading, session.id))


def line_at(proof: Proof, place: Place) -> Json:
    """The record that stands where a proof says."""
    number = proof.line_of(place)
    lines = Path(place.path).read_bytes().split(b"\n")
    record: Json = json.loads(lines[number - 1])
    return record


@pytest.mark.parametrize("name", NAMES)
def test_real_runs(name: str) -> None:
    reading = read_all(Settings(roots=(FIXTURES / name,)), lambda: LATER)
    check_all(reading)
    for session in reading.snapshot.sessions:
        proof = reading.proof(session.id, Figure.COST)
        for row in proof.rows:
            assert line_at(proof, row.place)["message"]["id"] == row.message_id
            for line in row.lines:
                assert line_at(proof, line.place)["message"]["id"] == row.message_id


@pytest.mark.skipif(not FILES, reason="CCTOP_CORPUS names no folder with transcripts")
def test_transcripts_of_others(tmp_path: Path) -> None:
    projects = tmp_path / ".claude" / "projects"
    for number, path in enumerate(FILES):
        folder = projects / f"-{number}-{CORPUS.name}"
        folder.mkdir(parents=True)
        (folder / path.name).write_bytes(path.read_bytes())
    reading = read_all(Settings(roots=(tmp_path / ".claude",)), lambda: LATER)
    assert reading.snapshot.sessions
    check_all(reading)


class Folder:
    """A config folder with two sessions, of which the second is a fork of the first."""

    def __init__(self, path: Path) -> None:
        self.root = path / ".claude"
        self.store = path / "state" / "history.db"
        grown = answer(START + 2_000, usage(1_000, 100), [text("a"), text("b")])
        grown[0]["message"]["usage"] = usage(1_000, 1)
        self.first = [prompt(START), *answer(START + 1_000, usage(10, 20, 30, 40, 50)), *grown]
        copies = [record | {"sessionId": TWO, "requestSessionId": ONE} for record in self.first]
        own = answer(START + HOUR, usage(7, 7))
        self.write(ONE, self.first)
        self.write(TWO, [*copies, *own])

    def path(self, session: str) -> Path:
        return self.root / "projects" / "-home-web" / f"{session}.jsonl"

    def write(self, session: str, records: list[Json]) -> None:
        data = b"".join(json.dumps(record).encode() + b"\n" for record in records)
        write(self.root, f"projects/-home-web/{session}.jsonl", data)

    def read(self, *, store: bool = False, now: int = LATER) -> Reading:
        kept = self.store if store else None
        return read_all(Settings(roots=(self.root,), store=kept), lambda: now)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_what_is_said_of_each_call(folder: Folder) -> None:
    proof = folder.read().proof(ONE, Figure.COST)
    first, grown = proof.rows
    assert [proof.line_of(row.place) for row in proof.rows] == [2, 3]
    assert (first.decision, first.words) == (Decision.COUNTED, "counted; 1 copy elsewhere")
    assert grown.decision is Decision.GROWN
    assert grown.words == "grown from 1,001 to 1,100 tokens in 4 lines; 2 copies elsewhere"
    assert [line.decision for line in grown.lines] == [
        Decision.COUNTED,
        Decision.GROWN,
        Decision.COPY,
        Decision.COPY,
    ]
    (charge,) = first.charges
    assert charge.quote is not None
    assert charge.cost.total == 10 * 4_000_000 + 20 * 20_000_000 + 30 * 200_000 + 40 * 5_000_000 + (
        50 * 8_000_000
    )


def test_what_a_fork_brought_along(folder: Folder) -> None:
    reading = folder.read()
    inherited = reading.proof(TWO, Figure.INHERITED)
    assert inherited.total == reading.proof(ONE, Figure.COST).total > 0
    for row in inherited.rows:
        assert (row.decision, row.owner) == (Decision.COPY, ONE)
        assert row.words == f"copy of {ONE}, which its record names as the maker"
        assert row.place.path == str(folder.path(TWO))
        assert row.lines[0].place.path == str(folder.path(ONE))
    (own,) = reading.proof(TWO, Figure.COST).rows
    assert proof_line(reading, own.place) == 5


def test_lines_that_repeat_their_response(folder: Folder) -> None:
    id = session_id(4)
    folder.write(id, answer(START, usage(5, 5), [text("a"), text("b"), text("c")]))
    (row,) = folder.read().proof(id, Figure.COST).rows
    assert row.words == "counted once of 3 lines"
    assert [line.decision for line in row.lines] == [
        Decision.COUNTED,
        Decision.REPEATED,
        Decision.REPEATED,
    ]


def test_books_that_a_fork_brought_along(folder: Folder) -> None:
    """The fork's total goes on from its parent's: that part is taken off again."""
    folder.write(ONE, [cost_state(0.5)])
    folder.write(TWO, [cost_state(2.0)])
    reading = folder.read()
    told = next(one for one in reading.snapshot.sessions if one.id == TWO)
    assert told.books is not None
    assert told.books.inherited == 5 * 10**11
    proof = reading.proof(TWO, Figure.UNLOGGED)
    assert proof.holds
    books, brought, own = proof.rows
    assert (books.kind, books.amount) == (RowKind.BOOKS, 2 * 10**12)
    assert proof.line_of(books.place) == 6
    assert (brought.kind, brought.amount) == (RowKind.BROUGHT, -5 * 10**11)
    assert own.amount == -told.cost


def proof_line(reading: Reading, at: Place) -> int:
    return reading.proof(TWO, Figure.COST).line_of(at)


def test_sessions_that_rest_and_such_whose_files_are_gone(folder: Folder) -> None:
    bare = {id: proofs_of(folder.read(), id) for id in (ONE, TWO)}
    folder.read(store=True).keep()
    reading = folder.read(store=True)
    assert reading._reader.book.sessions == {}  # they rest
    check_all(reading)
    for id, proofs in bare.items():
        assert proofs_of(reading, id) == proofs
    assert reading._reader.book.sessions == {}  # nothing was woken
    reading.keep()
    folder.path(ONE).unlink()
    reading = folder.read(store=True)
    check_all(reading)
    proof = reading.proof(ONE, Figure.COST)
    assert {row.place.standing for row in proof.rows} == {Standing.GONE}
    assert [row.place.offset for row in proof.rows] == [
        row.place.offset for row in bare[ONE][Figure.COST].rows
    ]
    assert [proof.line_of(row.place) for row in proof.rows] == [0, 0]
    assert proof.rows[0].lines[-1].place.standing is Standing.HERE  # the copy
    reading.keep()


def test_a_day(folder: Folder) -> None:
    for store in (False, True, True):
        reading = folder.read(store=store, now=START + HOUR + MINUTE)
        proof = reading.proof("", Figure.TODAY)
        assert proof.total == reading.snapshot.fleet.today_cost > 0
        assert proof.holds
        reading.keep()
    assert {row.session for row in proof.rows} == {ONE, TWO}


def test_a_day_of_sessions_that_rest(folder: Folder) -> None:
    at = START - START % (24 * HOUR)
    folder.write(session_id(3), answer(at + HOUR, usage(5, 5)))
    folder.read(store=True, now=at + 22 * HOUR).keep()
    reading = folder.read(store=True, now=at + 22 * HOUR)
    proof = reading.proof("", Figure.TODAY)
    assert reading._reader.book.sessions == {}
    assert proof.holds
    assert proof.total == reading.snapshot.fleet.today_cost
    reading.keep()


def test_an_unknown_session(folder: Folder) -> None:
    with pytest.raises(ProofError, match="no session nobody"):
        folder.read().proof("nobody", Figure.COST)


def test_what_was_paid_and_is_on_disk_no_more(folder: Folder) -> None:
    """Without a store: a file is written anew while cctop runs. What was paid stays paid."""
    wishes = Settings(roots=(folder.root,))
    reader, _ = open_book(wishes)
    reader.look()
    reader.read()
    folder.path(TWO).unlink()
    folder.path(ONE).write_bytes(b"")
    folder.write(ONE, answer(START + 2 * HOUR, usage(70, 70)))
    for _ in range(3):
        reader.look([str(folder.path(ONE)), str(folder.path(TWO))])
        reader.read()
    prover = Prover(wishes, lambda question: question(reader), lambda: LATER)
    for id in (ONE, TWO):
        told = line_of(reader, wishes, id, LATER)
        for figure in OF_A_SESSION:
            proof = prover.prove(id, figure)
            assert proof.holds, figure
        cost = prover.prove(id, Figure.COST)
        assert cost.shown == told.cost
    rows = prover.prove(ONE, Figure.COST).rows
    assert [bool(row.lines) for row in rows] == [False, False, True]
    assert rows[0].words == "counted; its line is on disk no more"
    assert rows[0].place.standing is Standing.UNKNOWN


def test_a_replaced_file_is_told(folder: Folder) -> None:
    """With a store its old lines are known, and that they are there no more."""
    folder.read(store=True).keep()
    folder.path(TWO).unlink()
    folder.path(ONE).unlink()
    folder.write(ONE, [*answer(START + 2 * HOUR, usage(70, 70)), *self_made(200)])
    reading = folder.read(store=True)
    check_all(reading)
    standing = [row.place.standing for row in reading.proof(ONE, Figure.COST).rows]
    assert standing[:2] == [Standing.REPLACED, Standing.REPLACED]
    assert set(standing[2:]) == {Standing.HERE}
    reading.keep()


def self_made(count: int) -> list[Json]:
    return [record for n in range(count) for record in answer(START + 3 * HOUR + n, usage(1, 1))]


def test_from_another_thread_while_it_reads(folder: Folder) -> None:
    engine = Engine(Settings(roots=(folder.root,), store=folder.store), lambda: LATER)
    painted = threading.Event()
    engine.start(painted.set)
    try:
        found = [engine.proof(ONE, Figure.COST) for _ in range(2)]
        assert painted.wait(20)
        while not engine.latest().sessions or engine.latest().progress.reading:
            assert painted.wait(20)
        proof = engine.proof(ONE, Figure.COST)
        assert proof.holds
        assert len(proof.rows) == 2
        assert all(each.holds for each in found)
        with pytest.raises(ProofError):
            engine.proof("nobody", Figure.COST)
    finally:
        engine.stop()
    with pytest.raises(ProofError, match="stopped reading"):
        engine.proof(ONE, Figure.COST)


def test_before_it_reads_and_after_it_broke(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cctop.engine.engine.open_book", lambda *_: 1 / 0)
    engine = Engine(Settings(roots=(folder.root,)), lambda: LATER)
    painted = threading.Event()
    engine.start(painted.set)
    try:
        with pytest.raises(ProofError, match="stopped reading"):
            engine.proof(ONE, Figure.COST)
    finally:
        engine.stop()


def test_a_fold_is_given_up_at_the_end(folder: Folder) -> None:
    wishes = Settings(roots=(folder.root,))
    reading = read_all(wishes, lambda: LATER)
    prover = Prover(wishes, lambda q: q(reading._reader), lambda: LATER, lambda: True)
    with pytest.raises(ProofError, match="stopped reading"):
        prover.prove(ONE, Figure.COST)


@given(families, st.randoms(use_true_random=False))
@some
def test_whatever_was_kept_and_whoever_rests(story: Story, chance: Random) -> None:
    """Killed and restarted, with files that are replaced, cut short and read again."""
    with grown(story, chance) as kept:
        now = story.now + 26 * HOUR
        wishes = replace(kept.settings)
        prover = Prover(wishes, lambda question: question(kept.reader), lambda: now)
        for session in kept.painter.paint(now).sessions:
            proofs = {figure: prover.prove(session.id, figure) for figure in OF_A_SESSION}
            for figure, proof in proofs.items():
                assert proof.holds, (session.id, figure)
            assert proofs[Figure.COST].shown == session.cost
            assert all(row.kind is RowKind.CALL for row in proofs[Figure.COST].rows)
        assert prover.prove("", Figure.TODAY).holds
