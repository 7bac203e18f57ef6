"""Questions to the engine's thread, which owns the book: it answers between two readings."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from cctop.engine.reader import Reader

Answer = TypeVar("Answer")
CLOSED = "cctop has stopped reading"
PATIENCE = 60.0  # seconds: a store that another program holds makes a round long


class _Question(Generic[Answer]):
    """One question, until it is answered."""

    def __init__(self, ask: Callable[[Reader], Answer]) -> None:
        self._ask = ask
        self._answer: list[Answer] = []
        self._error: Exception | None = None
        self._done = threading.Event()

    def put_to(self, reader: Reader) -> None:
        """Answer it."""
        try:
            self._answer.append(self._ask(reader))
        except Exception as error:  # noqa: BLE001 - whoever asked is told
            self._error = error
        self._done.set()

    def refuse(self) -> None:
        """Say that there will be no answer."""
        self._error = self._error or TimeoutError(CLOSED)
        self._done.set()

    def answer(self) -> Answer:
        """Wait for the answer. Raises what the question raised, and TimeoutError."""
        if not self._done.wait(PATIENCE):
            raise TimeoutError("cctop is still reading")
        if self._error is not None:
            raise self._error
        return self._answer[0]


class Desk:
    """Where other threads leave their questions."""

    def __init__(self) -> None:
        self._waiting: deque[_Question[object]] = deque()
        self._closed = False

    def ask(self, question: Callable[[Reader], Answer], wake: Callable[[], None]) -> Answer:
        """Have the engine's thread answer a question; `wake` wakes it. Raises as it does, and
        TimeoutError where it reads no more.
        """
        asked = _Question(question)
        self._waiting.append(asked)  # type: ignore[arg-type] # who takes it, only runs it
        if self._closed:
            self.close()
        wake()
        return asked.answer()

    def close(self) -> None:
        """Refuse what was asked, and whatever will be: nobody reads any more."""
        self._closed = True
        while self._waiting:
            self._waiting.popleft().refuse()

    def serve(self, reader: Reader) -> None:
        """Answer what was asked until now."""
        while self._waiting:
            self._waiting.popleft().put_to(reader)
