"""Proofs on demand: the book's owner says what is to be looked at, the rest is done beside it."""

from collections.abc import Callable
from time import monotonic
from typing import Protocol, TypeVar

from msgspec.structs import replace

from cctop.book.evidence import Evidence
from cctop.book.proof import Figure, Proof, ProofError
from cctop.book.prove import prove, prove_day
from cctop.book.snapshot import Session
from cctop.engine.case import Case, Day, UnknownError, case_of, line_of, payers, today
from cctop.engine.inquiry import Inquiry, numbered
from cctop.engine.reader import Reader
from cctop.engine.settings import Settings
from cctop.store.faults import StoreError
from cctop.text import clean

Answer = TypeVar("Answer")
KEPT = 120.0  # seconds for which a fold waits for the next question about the same sessions


class Owner(Protocol):
    """Runs a question where the book may be looked at, and gives the answer."""

    def __call__(self, question: Callable[[Reader], Answer]) -> Answer:
        """Answer one question."""
        ...


class Prover:
    """Makes proofs; `now` tells the time, ms, `stopped` whether to give up. For any thread but the
    owner's, if it has one.
    """

    def __init__(
        self,
        settings: Settings,
        owner: Owner,
        now: Callable[[], int],
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._settings = settings
        self._owner = owner
        self._now = now
        self._stopped = stopped
        self._last: Inquiry | None = None

    def prove(self, session: str, figure: Figure) -> Proof:
        """Return the proof of a figure. Raises `ProofError` where none can be made now."""
        try:
            made = self._day() if figure is Figure.TODAY else self._session(session, figure)
        except UnknownError as error:
            raise ProofError(f"there is no session {clean(error.args[0])}") from error
        except (StoreError, OSError) as error:
            raise ProofError(clean(error, 400)) from error
        return replace(numbered(made), at=self._now())

    def forget(self) -> None:
        """Let go what nobody asked about for a while: it is as large as what was read for it."""
        last = self._last
        if last is not None and monotonic() - last.asked_at > KEPT:
            self._last = None

    def _session(self, session: str, figure: Figure) -> Proof:
        def asked(reader: Reader) -> tuple[Session, Case]:
            told = line_of(reader, self._settings, session, self._now())
            return told, case_of(reader, [session])

        told, case = self._owner(asked)
        inquiry = self._inquiry(case)
        proof = inquiry.prove(figure, told)
        if proof.holds:
            return proof
        evidence = inquiry.evidence()
        return self._owner(lambda reader: self._again(reader, figure, session, evidence)) or proof

    def _again(
        self, reader: Reader, figure: Figure, session: str, evidence: Evidence
    ) -> Proof | None:
        """Prove a figure from the book itself: it holds what its files say no more, and grows."""
        state = reader.book.sessions.get(session)
        if state is None:
            return None
        told = line_of(reader, self._settings, session, self._now())
        return prove(state, figure, told, evidence)

    def _day(self) -> Proof:
        def asked(reader: Reader) -> tuple[Day, Case]:
            day = today(reader, self._now())
            return day, case_of(reader, sorted(payers(reader, day)))

        day, case = self._owner(asked)
        inquiry = self._inquiry(case)
        proof = inquiry.prove_day(day)
        if proof.holds:
            return proof
        evidence = inquiry.evidence()
        return self._owner(lambda reader: self._day_again(reader, case, evidence))

    def _day_again(self, reader: Reader, case: Case, evidence: Evidence) -> Proof:
        """Prove the day from the book itself, and from the fold where sessions rest outside."""
        states = evidence.witness.book.sessions | reader.book.sessions
        concerned = [state for id, state in states.items() if id in case.sessions]
        day = today(reader, self._now())
        return prove_day(concerned, day.first, day.last, day.paid, evidence)

    def _inquiry(self, case: Case) -> Inquiry:
        last = self._last
        if last is None or last.case != case:
            last = self._last = Inquiry(case, self._settings, self._stopped)
        return last
