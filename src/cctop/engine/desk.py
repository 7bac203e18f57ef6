"""Questions to the thread that owns a book: it answers between two readings."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Generic, TypeVar

from cctop.store.faults import StoreError

Owned = TypeVar("Owned")
Answer = TypeVar("Answer")
CLOSED = "cctop has stopped reading"
GLANCE = 0.25  # seconds between two looks whether there still is someone to answer


class _Question(Generic[Owned, Answer]):
    """One question, until it is answered."""

    def __init__(self, ask: Callable[[Owned], Answer]) -> None:
        self._ask = ask
        self._answer: list[Answer] = []
        self._error: Exception | None = None
        self.done = threading.Event()

    def put_to(self, owned: Owned) -> None:
        """Answer it. Raises `StoreError`: it concerns the owner, too."""
        try:
            self._answer.append(self._ask(owned))
        except Exception as error:  # whoever asked is told
            self._error = error
            if isinstance(error, StoreError):
                raise
        finally:
            self.done.set()

    def refuse(self) -> None:
        """Say that there will be no answer."""
        self._error = self._error or TimeoutError(CLOSED)
        self.done.set()

    def answer(self) -> Answer:
        """Return the answer. Raises what the question raised."""
        if self._error is not None:
            raise self._error
        return self._answer[0]


class Desk(Generic[Owned]):
    """Where other threads leave their questions. `is_alive` says whether anyone answers."""

    def __init__(self, is_alive: Callable[[], bool]) -> None:
        self._is_alive = is_alive
        self._waiting: deque[_Question[Owned, object]] = deque()
        self._closed = False

    @property
    def is_asked(self) -> bool:
        """Whether a question waits."""
        return bool(self._waiting)

    def ask(self, question: Callable[[Owned], Answer], wake: Callable[[], None]) -> Answer:
        """Have the owner's thread answer a question; `wake` wakes it. Not for that thread itself.

        Raises what the question raises, and TimeoutError where nobody answers any more.
        """
        asked = _Question(question)
        self._waiting.append(asked)  # type: ignore[arg-type] # who takes it, only runs it
        if self._closed:
            self.close()
        wake()
        while not asked.done.wait(GLANCE):
            if not self._is_alive():
                raise TimeoutError(CLOSED)
        return asked.answer()

    def close(self) -> None:
        """Refuse what was asked, and whatever will be: nobody reads any more."""
        self._closed = True
        while self._waiting:
            self._waiting.popleft().refuse()

    def serve(self, owned: Owned) -> None:
        """Answer what was asked until now. Raises `StoreError`."""
        while self._waiting:
            self._waiting.popleft().put_to(owned)
