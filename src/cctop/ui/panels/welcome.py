"""What to do while there is nothing to see."""

from collections.abc import Iterable

from textual.geometry import Size

from cctop.book.snapshot import Snapshot
from cctop.ui.choice import Choice, Scope
from cctop.ui.widgets.paint import Face, Painted
from cctop.ui.widgets.parts import Parts, cells_of, fit

KEY_WIDTH = 16


def welcome_lines(snapshot: Snapshot, choice: Choice) -> list[Parts]:
    """Why nothing is listed, and what would change that. Empty where something should be."""
    if snapshot.progress.reading and not snapshot.sessions:
        return [(("reading …", "dim"),)]
    if not snapshot.roots and not snapshot.sessions:
        return [
            (("no Claude Code folder found", "heading"),),
            (),
            _hint("claude", "start it once"),
            _hint("cctop --root …", "look in another folder"),
            _hint("cctop --demo", "look around first"),
        ]
    if not snapshot.sessions:
        return [
            (("no sessions yet", "heading"),),
            (),
            _hint("claude", "start one: it shows here"),
            _hint("cctop --demo", "look around first"),
            (),
            *(((f"watching {root}", "dim"),) for root in snapshot.roots),
        ]
    if choice.filter:
        return [
            (("no session matches ", "heading"), (choice.filter, "accent")),
            (),
            _hint("esc", "clear the filter"),
            *_wider(choice),
        ]
    return [((f"no session is {_SCOPES[choice.scope]}", "heading"),), (), *_wider(choice)]


_SCOPES = {Scope.ACTIVE: "active", Scope.TODAY: "from today", Scope.ALL: "known"}


def _wider(choice: Choice) -> list[Parts]:
    if choice.scope is Scope.ALL:
        return []
    return [_hint("a", f"only sessions that are {_SCOPES[choice.scope]} are listed: show more")]


def _hint(key: str, words: str) -> Parts:
    return ((f"{key:<{KEY_WIDTH}}", "accent"), (words, "dim"))


class Welcome(Painted):
    """A few lines in the middle of an empty board."""

    def __init__(self) -> None:
        self._lines: list[Parts] = []
        super().__init__(id="welcome")

    def show(self, lines: list[Parts]) -> None:
        """Show these lines."""
        if lines != self._lines:
            self._lines = lines
            self.repaint()

    def faces(self, size: Size) -> Iterable[Face]:
        """The lines as a block, a third down and in the middle."""
        width = max(map(cells_of, self._lines), default=0)
        margin = max(0, (size.width - width) // 2)
        top = max(0, (size.height - len(self._lines)) // 3)
        for _ in range(top):
            yield Face(())
        for line in self._lines:
            yield Face(fit(((" " * margin, ""), *line), size.width))
