"""What the store is told of sessions and events, and what it tells of files."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType

from msgspec.structs import replace

from cctop.book import calls, claims
from cctop.book.meter import MINUTE
from cctop.book.session import SessionState
from cctop.book.snapshot import Detail, Rate, Session, Status
from cctop.events import ApiError, Compaction, Prompt, Response, TranscriptEvent
from cctop.sources.transcripts.discover import Found
from cctop.sources.transcripts.layout import Kind, Layout
from cctop.sources.transcripts.memory import Memory
from cctop.sources.transcripts.tail import Bookmark
from cctop.store import packing
from cctop.store.packing import hash_of
from cctop.store.rows import Doze, FileRow, Frozen, Minute, Resting
from cctop.text import Clean

REST = 65 * 60_000  # ms of silence after which nothing moves, not even the trend of the last hour
SILENCE = 2 * 60_000  # ms after which one that has ended rests: fewer would call it back too often
DAY = 26 * 60_000 * 60  # ms of which minutes are kept: no day is longer

Standing = tuple[Found, str, Bookmark | None, Memory]
"""How far a file was read: the file then, its session, the place, what its decoder remembers."""

NOBODY: Mapping[SessionState, Doze] = MappingProxyType({})

Describe = Callable[[str], tuple[Session, Detail] | None]
"""Gives a session's line and details, None where it has none to show."""


def pictures_of(
    family: Iterable[SessionState],
    now: int,
    describe: Describe,
    dozes: Mapping[SessionState, Doze] = NOBODY,
) -> list[Resting]:
    """Return what is kept of a family of which some doze, and all others are to rest; nothing where
    one of those still moves. Raises `packing.UNKEEPABLE`.
    """
    name = min(one.id for one in family)
    resting = []
    for one in family:
        described = describe(one.id)
        if described is None:
            return []
        summary, detail = described
        doze = dozes.get(one)
        if doze is None and summary.status is not Status.ENDED:
            return []
        summary = replace(summary, rate=Rate())  # the time makes that anew
        skipped = len({file for file, _ in one.skipped})
        frozen = Frozen(name, summary, minutes_of(one, now), skipped, one.heard.last_at, doze)
        resting.append(packing.picture(frozen, detail, keys_of(one)))
    return resting


def found_in(row: FileRow) -> Found:
    """Return a file as it was when it was kept."""
    kind = Kind.SUBAGENT if row.agent else Kind.MAIN
    kind = Kind.META if row.bookmark is None else kind
    names = (Clean(row.root), Clean(row.slug), Clean(row.session), Clean(row.agent))
    return Found(row.path, row.size, row.mtime_ns, row.inode, row.dev, Layout(kind, *names))


def minutes_of(session: SessionState, now: int) -> tuple[Minute, ...]:
    """Return what a session paid in each minute of the last day before `now`, ms."""
    first = (now - DAY) // MINUTE
    paid = sorted((number, *of) for number, of in session.minutes.of.items() if number >= first)
    return tuple(paid)  # type: ignore[arg-type]


def keys_of(session: SessionState) -> list[tuple[str, ...]]:
    """Return the keys of what others may hold lines of."""
    notes = (*session.prompts, *session.compactions, *session.api_errors)
    return [*(call.key for call in session.calls), *(note.key for note in notes)]


def keys_in(events: Sequence[TranscriptEvent]) -> tuple[list[int], set[str]]:
    """Return the hashes of the keys that events name, and the makers."""
    hashes: list[int] = []
    makers: set[str] = set()
    for event in events:
        if isinstance(event, Response):
            hashes.append(hash_of(calls.key_of(event)))
        elif isinstance(event, Prompt | Compaction | ApiError):
            session = event.maker or event.origin.session
            hashes.append(hash_of(claims.key_of(event.uuid, session, event.origin.agent)))
        else:
            continue
        if event.maker:
            makers.add(event.maker)
    return hashes, makers
