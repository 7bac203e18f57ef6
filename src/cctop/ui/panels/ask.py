"""The field of a replay, where the hints usually stand: a time to go to, or words to find."""

from collections.abc import Iterator
from enum import Enum

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.geometry import Size
from textual.widgets import Input

from cctop.ui.widgets.cells import printable
from cctop.ui.widgets.paint import Face, Painted


class Asks(Enum):
    """What the field asks for: its name, and its hint."""

    TIME = ("go to ", "14:05   14:05:30   +20m   -5m   50%")
    WORDS = ("find ", "in prompts, commands, errors   enter ↓ next   ↑ before")


class Label(Painted):
    """What is asked for."""

    def __init__(self, text: str) -> None:
        self._text = text
        super().__init__()
        self.styles.width = len(text)

    def faces(self, size: Size) -> Iterator[Face]:  # noqa: ARG002 - as wide as its text
        """The word."""
        yield Face(((self._text, "accent"),))


class Field(Input):
    """The field. What is pasted into it may be anything."""

    def validate_value(self, value: str) -> str:
        """Keep to characters of one cell or two, as everywhere."""
        return printable(value)


class Ask(Horizontal):
    """One line to type into, and what it is for."""

    def __init__(self, asks: Asks, text: str = "") -> None:
        self.asks = asks
        self.field = Field(text, placeholder=asks.value[1], compact=True, id="asked")
        super().__init__(id="ask")

    def compose(self) -> ComposeResult:
        """The word, then the field."""
        yield Label(self.asks.value[0])
        yield self.field
