"""The lines that could not be read: where they lie and why, so that a count can be trusted."""

from cctop.book.snapshot import Snapshot
from cctop.text import clean
from cctop.ui.keys import KeyMap
from cctop.ui.screens.page import INDENT, Headline, Page, section, wrapped
from cctop.ui.widgets.parts import Parts
from cctop.ui.words import count


class SkippedPage(Page):
    """The skipped lines of one picture."""

    def __init__(self, snapshot: Snapshot, keys: KeyMap) -> None:
        super().__init__(keys)
        self._snapshot = snapshot

    def headline(self) -> Headline:
        """How many lines in how many files."""
        snapshot = self._snapshot
        lines, files = snapshot.skipped_lines, snapshot.skipped_files
        words = f"{count(lines, 'line')} in {count(files, 'file')}" if lines else "none"
        return Headline("skipped lines", ((words, ""),))

    def lines(self, width: int) -> list[Parts]:
        """What it means, which sessions they belong to, and those of the selected one."""
        snapshot = self._snapshot
        lines = _notices(snapshot, width)
        if not snapshot.skipped_lines:
            return [*lines, (), *wrapped("Every line of every transcript was read.", width, "dim")]
        words = "These lines count for nothing, or in part; every other line of their files counts."
        lines += [(), *wrapped(words, width, "dim"), *section("by session", width)]
        for session in sorted(snapshot.sessions, key=lambda s: -s.skipped_lines):
            if session.skipped_lines:
                name = session.title or session.id
                head: Parts = ((f"{INDENT}{session.skipped_lines:>7,}  ", ""),)
                lines.append((*head, (session.project, "heading"), (f"  {name}", "dim")))
        return lines + self._of_selected(width)

    def _of_selected(self, width: int) -> list[Parts]:
        detail = self._snapshot.detail
        if detail is None or not detail.skipped:
            return []
        lines = section("of the selected session", width, detail.session.project)
        path = ""
        for skipped in detail.skipped:
            if skipped.path != path:
                path = skipped.path
                lines += [(), *wrapped(clean(path, 1000), width, "dim")]
            used = ", in part counted" if skipped.used else ""
            offset = f"{INDENT}byte {skipped.offset:>13,}  "
            lines.append(((offset, "dim"), (skipped.reason, ""), (used, "dim")))
        return lines


def _notices(snapshot: Snapshot, width: int) -> list[Parts]:
    """What the engine has to say, after its toast is gone."""
    if not snapshot.notices:
        return []
    lines = section("notices", width)
    for notice in snapshot.notices:
        lines += wrapped(notice, width, "warning")
    return lines
