"""The least that a Textual app can be: what `first_paint.py` measures cctop against."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Minimal(App[None]):
    """One line of text."""

    def compose(self) -> ComposeResult:
        """Yield the line."""
        yield Static("minimal")


if __name__ == "__main__":
    Minimal().run()
