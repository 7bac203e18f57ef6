"""Questions that other threads ask the engine's: the book belongs to that one alone."""

import threading
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from cctop.engine.painter import Painter
from cctop.engine.reader import Reader
from cctop.store.faults import StoreError

T = TypeVar("T")
GLANCE = 0.25  # seconds between two looks whether the engine still runs


class _Question(Generic[T]):
    """A question on its way, and its answer."""

    def __init__(self, look: Callable[[Reader, Painter], T]) -> None:
        self.look = look
        self.done = threading.Event()
        self.answers: list[T] = []
        self.trouble = "the engine could not answer"

    def answer(self, reader: Reader, painter: Painter) -> None:
        """Look, and let whoever asked go on. Raises `StoreError`."""
        try:
            self.answers.append(self.look(reader, painter))
        except StoreError as error:
            self.trouble = str(error)
            raise
        except Exception as error:  # noqa: BLE001 - who asked hears of it, and reading goes on
            self.trouble = f"{type(error).__name__}: {error}"
        finally:
            self.done.set()


class Questions:
    """Where they wait. `is_alive` says whether there is someone to answer."""

    def __init__(self, is_alive: Callable[[], bool]) -> None:
        self._is_alive = is_alive
        self._waiting: SimpleQueue[_Question[object]] = SimpleQueue()

    def ask(self, look: Callable[[Reader, Painter], T], wake: Callable[[], None]) -> T:
        """Have the engine's thread look at the book, wait, and return what it found.

        Not for that thread itself. Raises OSError where nobody answers any more.
        """
        question = _Question(look)
        self._waiting.put(question)  # type: ignore[arg-type]
        wake()
        while not question.done.wait(GLANCE):
            if not self._is_alive():
                raise OSError("cctop has stopped reading")
        if not question.answers:
            raise OSError(question.trouble)
        return question.answers[0]

    def answer(self, reader: Reader, painter: Painter) -> None:
        """Answer all that wait. For the engine's thread. Raises `StoreError`."""
        while True:
            try:
                question = self._waiting.get_nowait()
            except Empty:
                return
            question.answer(reader, painter)
