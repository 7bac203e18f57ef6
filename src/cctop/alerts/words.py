"""What is said of sessions outside the screen: the terminal's title, and one line a wait."""

from cctop.book.snapshot import Session, Snapshot, Status
from cctop.text import Clean, clean

NAME = Clean("cctop")
WAITING, BUSY = "◐", "●"  # as on the screen
TITLE_LIMIT = 80  # characters; a tab shows some twenty of them
LINE_LIMIT = 160  # characters of a notification
_DOT = " · "


def title(snapshot: Snapshot) -> Clean:
    """The terminal's title: how many wait and who waits longest, else how many are busy."""
    if snapshot.progress.reading:  # what is half read seems to do what it did long ago
        return NAME
    waiting = [s for s in snapshot.sessions if s.status is Status.WAITING]
    if waiting:
        first = min(waiting, key=lambda s: (s.status_since, s.id))
        tail = f"{_DOT}{NAME}"
        wish = first.asks
        words = f"{WAITING} {len(waiting)} waiting{_DOT}{who(first)}{': ' if wish else ''}{wish}"
        return Clean(clean(words, TITLE_LIMIT - len(tail)) + tail)
    busy = sum(s.status is Status.BUSY for s in snapshot.sessions)
    return Clean(f"{BUSY} {busy} busy{_DOT}{NAME}") if busy else NAME


def line(session: Session) -> Clean:
    """Who waits and for what: "web waits: Bash rm -rf build"."""
    wish = session.asks
    return clean(f"{who(session)} waits{': ' if wish else ''}{wish}", LINE_LIMIT)


def who(session: Session) -> str:
    """What a user calls a session: its project, else how its id begins."""
    return session.project or session.id[:8]
