"""What ends a change of the settings before anything was written."""

from cctop.text import clean


class RefusedError(Exception):
    """The change is refused. `lines` say why and what to do, and are safe to print."""

    def __init__(self, *lines: str) -> None:
        self.lines = tuple(clean(line, 1000) for line in lines)
        super().__init__("\n".join(self.lines))
