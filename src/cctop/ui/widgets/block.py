"""A few lines of parts, as they are."""

from collections.abc import Iterable
from typing import Unpack

from textual.geometry import Size

from cctop.ui.widgets.paint import Face, Names, Painted
from cctop.ui.widgets.parts import Parts, fit


class Block(Painted):
    """Lines of text in tones, each cut to the width there is. As high as it has lines."""

    DEFAULT_CSS = """
    Block { height: auto; }
    """

    def __init__(
        self,
        lines: tuple[Parts, ...] = (),
        **names: Unpack[Names],
    ) -> None:
        self._lines = lines
        super().__init__(**names)

    def update(self, lines: tuple[Parts, ...]) -> None:
        """Show these lines."""
        if lines != self._lines:
            self._lines = lines
            self.repaint()

    def faces(self, size: Size) -> Iterable[Face]:
        """Return the lines."""
        return [Face(fit(parts, size.width)) for parts in self._lines]
