"""The session of a replay as its line in the table stood at the moment."""

from collections.abc import Iterator

from textual.geometry import Size

from cctop.ui.panels.sessions import Sessions
from cctop.ui.widgets.paint import Face


class Standing(Sessions, can_focus=False):
    """One session, in the look there is room for. Nothing can be selected here."""

    def faces(self, size: Size) -> Iterator[Face]:
        """The lines, without a cursor."""
        for face in super().faces(size):
            yield Face(face.parts, "" if face.under == "select" else face.under)
